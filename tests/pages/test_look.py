"""The shared look: its pages, its colours, its direction, its pictures and its words."""

import json
import re
from itertools import chain
from pathlib import Path
from types import SimpleNamespace

import pytest
from babel.messages.pofile import read_po
from flask import Flask, render_template
from flask_babel import Babel
from jinja2 import ChoiceLoader, FileSystemLoader, StrictUndefined
from lxml import html
from lxml.html import HtmlElement
from wtforms import BooleanField, Form, RadioField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import InputRequired

from deploy.services import ROOT
from deploy.translations import sentences
from shared import i18n, vocabulary
from tests.pages import well_formed

SHARED = ROOT / "shared"
STATIC = SHARED / "static"
CSS = (STATIC / "brug.css").read_text(encoding="utf-8")
PAGES = ("welcome.html", "sign_in.html", "error.html", "worry.html", "gallery.html")


class Everything(Form):  # type: ignore[misc]
    """One field of every kind that macros draw."""

    name = StringField("Hoe noemen we jou?", [InputRequired("Vul een naam in.")])
    languages = SelectMultipleField("Welke talen?", choices=[("ar", "Arabisch"), ("fr", "Frans")])
    channel = RadioField("Hoe bereiken we je?", choices=[("call", "bellen"), ("unknown", "weten we nog niet")])
    domain = SelectField("Waarover gaat het?", choices=[("finances", "financiën")])
    good = TextAreaField("Wat gaat er goed?")
    interpreter = BooleanField("Met tolk")
    town = StringField("Stad")


def rendered(page: str, *, kind: str = "person", language: str = "nl") -> str:
    """A shared page, as a service in `language` shows it to this kind of actor; unknown names are an error."""
    i18n.compile_catalogs([SHARED / "translations"])
    app = Flask(__name__)
    app.secret_key = "look"
    folders = (SHARED / "templates", Path(__file__).with_name("templates"))
    app.jinja_loader = ChoiceLoader([FileSystemLoader(folder) for folder in folders])
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.globals["csrf_token"] = lambda: "token"
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = str(SHARED / "translations")
    Babel(app, locale_selector=lambda: language)
    with app.test_request_context("/"):
        form = Everything()
        form.validate()
        return render_template(
            page,
            form=form,
            lang=language,
            dir=i18n.direction(language),
            service="intake",
            actor=SimpleNamespace(kind=kind),
        )


def gallery() -> HtmlElement:
    return html.document_fromstring(rendered("gallery.html"))


@pytest.mark.parametrize("kind", ["staff", "person", "anyone"])
@pytest.mark.parametrize("language", ["nl", "ar"])
@pytest.mark.parametrize("page", PAGES)
def test_every_shared_page_has_language_labels_and_nothing_inline(page: str, language: str, kind: str) -> None:
    assert well_formed.faults(rendered(page, kind=kind, language=language), language) == []


def test_a_page_with_faults_is_found_out() -> None:
    bad = (
        "<html><body><h1 style='x'>Koud</h1><h3>Dossier</h3><script>1</script><p id=a><p id=a onclick=x>"
        "<input name=n><form method=post></form><a href='/'></a>"
    )
    found = " ".join(well_formed.faults(bad))
    for fault in ("lang", "dir", "title", "main", "past", "h3", "label", "without words", "id a", "style", "script"):
        assert fault in found
    for fault in ("token", "forbidden word: koud", "forbidden word: dossier"):
        assert fault in found


def test_a_parents_own_words_are_never_corrected() -> None:
    said = html.document_fromstring("<p><q>ik ben een nieuwkomer</q></p>")
    assert list(well_formed.forbidden_words(said)) == []


def test_staff_find_the_page_for_worries_and_persons_the_way_out() -> None:
    """R27, R22."""
    staff, person = rendered("error.html", kind="staff"), rendered("error.html", kind="person")
    assert "Ik maak me zorgen over een kind" in staff
    assert "data-quick-exit" in person
    assert "Ik maak me zorgen" not in person


def test_r22_the_way_out_shows_neither_our_name_nor_our_look() -> None:
    assert "brug" not in rendered("quick_exit.html").lower()


def test_r27_worries_have_addresses_and_nowhere_to_write() -> None:
    page: HtmlElement = html.document_fromstring(rendered("worry.html", kind="staff"))
    said = str(page.xpath("string(.)"))
    for address in ("Zorgteam", "CLB", "Vertrouwenscentrum", "Ondersteuningscentrum", "1712", "112"):
        assert address in said
    assert "Hiervoor heb je geen akkoord nodig. Doe dit buiten Brug." in said
    assert not page.xpath("//main//input | //main//textarea | //main//form")


def test_no_is_as_big_as_yes() -> None:
    page = gallery()
    yes, no = page.find_class("choice-pair")[0]
    assert yes.get("class") == no.get("class")
    assert [yes.get("value"), no.get("value")] == ["yes", "no"]


def test_r13_what_is_not_known_says_so() -> None:
    page = gallery()
    said = {line.findtext("dt"): "".join(line.xpath("dd//text()")).strip() for line in page.find_class("line")}
    assert said["Tolk"] == said["Papieren"] == "weten we nog niet"


def test_r6_without_name_hour_and_companion_it_is_not_warm() -> None:
    page = gallery()
    said = [status.text_content().strip() for status in page.find_class("status")][-5:]
    assert "nog niemand gaat mee" in said
    assert "Nadia gaat mee, nog geen naam en uur" in said
    assert "warm: Els, dinsdag 10 uur, Nadia gaat mee" in said


def test_a_status_is_told_apart_by_its_word_and_its_shape() -> None:
    page = gallery()
    for status in page.find_class("status"):
        assert status.find("svg") is not None
        assert status.text_content().strip()


def test_pages_read_from_right_to_left_too() -> None:
    rules = re.sub(r"/\*.*?\*/", "", CSS, flags=re.S)
    physical = re.findall(
        r"[{;]\s*((?:(?:margin|padding|border)-(?:left|right|top|bottom)[\w-]*|left|right|top|bottom|width|height"
        r"|(?:min|max)-(?:width|height)|float)\s*:[^;}]*|text-align\s*:\s*(?:left|right))",
        rules,
    )
    assert physical == []


def _tokens() -> dict[str, str]:
    return dict(re.findall(r"--([\w-]+):\s*(#[0-9a-f]{6})\b", CSS))


def _luminance(colour: str) -> float:
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _contrast(one: str, other: str) -> float:
    dark, light = sorted((_luminance(one), _luminance(other)))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("ground", ["paper", "surface", "sand", "accent-soft", "sun", "alert-soft"])
def test_text_can_be_read_on_every_ground(ground: str) -> None:
    tokens = _tokens()
    for text in ("ink", "ink-soft", "accent", "accent-strong", "alert"):
        assert _contrast(tokens[text], tokens[ground]) >= 4.5, (text, ground)


def test_edges_of_fields_and_words_on_buttons_can_be_seen() -> None:
    tokens = _tokens()
    assert _contrast(tokens["on-accent"], tokens["accent"]) >= 4.5
    assert _contrast(tokens["paper"], tokens["ink"]) >= 4.5
    for ground in ("paper", "surface", "sand"):
        assert _contrast(tokens["edge"], tokens[ground]) >= 3


def test_every_colour_in_use_is_a_token() -> None:
    """`#000` is the dark button under the pointer and ink on paper; `#fff` is paper itself."""
    used = set(re.findall(r"var\(--([\w-]+)\)", CSS))
    known = set(re.findall(r"--([\w-]+):", CSS))
    assert used <= known
    beyond_tokens = CSS.split("\n}\n", CSS[: CSS.index(":root")].count("\n}\n") + 1)[-1]
    assert set(re.findall(r"#[0-9a-fA-F]{3,8}\b", beyond_tokens)) <= {"#000", "#fff", "#333"}


def _assets() -> dict[str, str]:
    named: dict[str, str] = json.loads((STATIC / "assets.json").read_text(encoding="utf-8"))
    return named


def test_every_picture_that_is_copied_has_its_mask() -> None:
    masks = (STATIC / "icons.css").read_text(encoding="utf-8")
    wanted = {target for target in _assets() if target.startswith(("icons/", "pictograms/"))}
    for target in wanted:
        kind, _, name = target.removesuffix(".svg").partition("/")
        assert f".{kind.removesuffix('s')}-{name} {{" in masks
    assert set(re.findall(r'mask-image: url\("vendor/([^"]+)"\)', masks)) == wanted


def _templates() -> list[Path]:
    own = [SHARED / "templates", *sorted((ROOT / "services").glob("*/templates"))]
    return sorted(chain.from_iterable(folder.rglob("*.html") for folder in own))


@pytest.mark.parametrize("template", _templates(), ids=lambda path: str(path.relative_to(ROOT)))
def test_every_picture_that_a_template_names_exists(template: Path) -> None:
    text = template.read_text(encoding="utf-8")
    icons = re.findall(r"\bicon\(\s*'([^']+)'", text) + re.findall(r"\bmark='([^']+)'", text)
    pictures = re.findall(r"\b(?:pictogram|consent_card)\(\s*'([^']+)'", text)
    wanted = {f"icons/{name}.svg" for name in icons} | {f"pictograms/{name}.svg" for name in pictures}
    assert wanted <= set(_assets())


@pytest.mark.parametrize("template", _templates(), ids=lambda path: str(path.relative_to(ROOT)))
def test_r15_no_template_says_a_wrong_word(template: Path) -> None:
    text = re.sub(r"\{#.*?#\}|<[^>]*>", " ", template.read_text(encoding="utf-8"), flags=re.S)
    sentences_only = html.fromstring(f"<body>{re.sub(r'[{}%]', ' ', text)}</body>")
    found = set(well_formed.forbidden_words(sentences_only))
    assert found - {"forbidden word: full"} == set()  # also a code: of capacity, and of a shape


def test_shared_sentences_and_the_closed_lists_are_translated() -> None:
    path = SHARED / "translations" / "ar" / "LC_MESSAGES" / "messages.po"
    with path.open("rb") as handle:
        arabic = {message.id: str(message.string) for message in read_po(handle, locale="ar") if message.id}
    wanted = {str(message.id) for message in sentences(SHARED) if message.id}
    with vocabulary.SOURCE.open("rb") as source:
        wanted |= {words for _, _, words, _ in vocabulary.extract(source, (), (), {})}
    assert {sentence for sentence in wanted if not arabic.get(sentence)} == set()
    for sentence, translated in arabic.items():
        assert re.findall(r"%\(\w+\)s", str(sentence)) == re.findall(r"%\(\w+\)s", translated)
