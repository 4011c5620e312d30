"""Closed lists, languages, ids for receivers, time, and what is never collected."""

from datetime import UTC, date, datetime
from pathlib import Path
from uuid import uuid4

import pytest
import yaml
from babel.messages.pofile import read_po
from flask import Flask
from flask.testing import FlaskClient
from pydantic import BaseModel, Field, ValidationError
from werkzeug.datastructures import MultiDict

from shared import clock, i18n, vocabulary
from shared.invalid import refusal_of, words_for
from shared.never_collected import hints_at_never_collected, refuse_hints
from shared.pairwise import pairwise
from shared.refusals import Invalid
from shared.security import Actor
from tests.shared.conftest import SERVICE
from tests.shared.corner import Corner, NoteForm

FREE = f"/{SERVICE}/notes"


def test_r13_unknown_is_said_as_not_known_yet() -> None:
    for name in vocabulary.LISTS:
        assert str(vocabulary.label(name, "unknown")) == "weten we nog niet"
    assert vocabulary.choices("life_domains", unknown=True)[-1][0] == "unknown"
    assert [code for code, _ in vocabulary.choices("answers", unknown=True)] == ["yes", "no", "unknown"]


def test_a_code_that_a_newer_list_has_is_read_as_other() -> None:
    assert vocabulary.read("partner_kinds", "ocmw") == "ocmw"
    assert vocabulary.read("partner_kinds", "moonbase") == "other"
    assert str(vocabulary.label("partner_kinds", "moonbase")) == "iets anders"
    assert str(vocabulary.label("decline_reasons", "moonbase")) == "andere reden"


def test_every_code_is_text_and_has_words() -> None:
    for name, codes in vocabulary.LISTS.items():
        for code, words in codes.items():
            assert words.strip(), (name, code)
            assert code.isidentifier(), (name, code)
    assert vocabulary.phrases("intake_questions")["relation"]


def test_every_label_is_a_sentence_for_translators() -> None:
    with vocabulary.SOURCE.open("rb") as source:
        found = {words for _, _, words, _ in vocabulary.extract(source, (), (), {})}
    assert {"volzet", "weten we nog niet", "gezondheid", "intercultureel bemiddelaar"} <= found
    assert not {"moeilijk bereikbare ouder"} & found
    assert yaml.safe_load(vocabulary.SOURCE.read_text())["words"]["volzet"] == "full"


def test_languages_have_their_own_names_and_direction() -> None:
    assert i18n.own_names() == {"nl": "Nederlands", "ar": "العربية"}
    assert (i18n.direction("ar"), i18n.direction("ckb"), i18n.direction("fr")) == ("rtl", "rtl", "ltr")
    assert i18n.name_of("ary") == "Marokkaans Arabisch"
    assert i18n.name_of("prs") == "Dari"
    assert i18n.name_of("ar-MA").startswith("Arabisch")
    assert i18n.name_of("qqq") == "qqq"
    assert i18n.is_language("rif")
    assert not i18n.is_language("klingons")


def test_catalogs_are_compiled_when_they_are_newer(tmp_path: Path) -> None:
    folder = tmp_path / "ar" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "messages.po").write_text('msgid "Aanmelden"\nmsgstr "x"\n')
    assert i18n.compile_catalogs([tmp_path]) == [folder / "messages.mo"]
    assert i18n.compile_catalogs([tmp_path]) == []
    assert sorted(one.name for one in folder.iterdir()) == ["messages.mo", "messages.po"]


def test_shared_catalogs_can_be_read() -> None:
    for source in i18n.SHARED.glob("*/LC_MESSAGES/*.po"):
        with source.open("rb") as text:
            assert read_po(text)


def test_two_receivers_know_one_family_by_different_ids() -> None:
    secret, family, receiver, other = "s" * 32, uuid4(), uuid4(), uuid4()
    known = pairwise(secret, receiver, family)
    assert known == pairwise(secret, receiver, family)
    assert known.version == 8
    assert len({known, family, pairwise(secret, other, family), pairwise("t" * 32, receiver, family)}) == 4
    with pytest.raises(ValueError, match="too short"):
        pairwise("", receiver, family)


def test_today_is_the_date_on_the_wall_here() -> None:
    with clock.fixed(datetime(2026, 6, 30, 22, 30, tzinfo=UTC)):
        assert clock.now() == datetime(2026, 6, 30, 22, 30, tzinfo=UTC)
        assert clock.today() == date(2026, 7, 1)
    assert clock.now() > datetime(2026, 6, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "85.07.30-033.28",
        "rrn 85073003328 gevraagd",
        "00012556777",
        "Ze kreeg haar oranje kaart.",
        "hun verblijfsvergunning loopt af",
        "Nationaliteit: onbekend",
        "is vluchteling",
        "mensen zonder papieren",
        "ze zijn moslim",
        "geboren te Aleppo",
        "vraag naar haar geloof",
        "une famille sans papiers",
        "هي لاجئة",
    ],
)
def test_r21_text_that_hints_at_what_is_never_collected_is_noticed(text: str) -> None:
    assert hints_at_never_collected(text)


@pytest.mark.parametrize(
    "text",
    [
        "Bel liever na 18 uur op 0470 12 34 56 of 03 123 45 67.",
        "Haar zoon heeft hulp nodig bij huiswerk.",
        "Ik geloof dat het goed komt, ze verblijft bij oma.",
        "Rekening BE68 5390 0754 7034",
        "Samir zit op de katholieke school",
        "85073003329",
        "",
    ],
)
def test_r21_ordinary_text_warns_of_nothing(text: str) -> None:
    assert hints_at_never_collected(text) is None


def test_r21_a_form_warns_before_it_saves_and_saves_what_was_understood(
    browser: FlaskClient, sign_in: object, school_staff: Actor, corner: Corner
) -> None:
    sign_in(browser, school_staff)  # type: ignore[operator]
    token = browser.get(FREE).text.split("|")[0]
    sent = {"csrf_token": token, "title": "t", "text": "Ze is vluchteling"}
    warned = browser.post(FREE, data=sent)
    assert warned.status_code == 422
    assert "Dat bewaren we nooit" in warned.text
    assert corner.made == []
    assert browser.post(FREE, data=sent | {"understood": "y"}).status_code == 201


def test_r21_the_api_warns_by_field() -> None:
    with pytest.raises(Invalid) as refused:
        refuse_hints({"question": "asiel", "strengths": "kookt graag"}, understood=False)
    assert refused.value.codes == {"question": "never_collected"}
    refuse_hints({"question": "asiel"}, understood=True)


class Wish(BaseModel):
    name: str = Field(min_length=1)
    children: list[int] = []


def test_what_pydantic_refuses_is_said_beside_the_field(app: Flask) -> None:
    with app.test_request_context(FREE, method="POST"):
        form = NoteForm(MultiDict({"title": " geheim \x00"}))
        assert form.title.data == "geheim"
        form.validate()
        with pytest.raises(ValidationError) as refused:
            Wish.model_validate({"name": "", "children": ["geheim"]})
        form.take(refused.value, {"name": "title"})
        assert [str(one) for one in form.title.errors] == ["Vul dit in."]
        assert [str(one) for one in form.form_errors] == ["Schrijf een getal."]
        assert "geheim" not in str(refusal_of(refused.value))
        assert str(words_for("something_new")) == "Dit klopt niet."
