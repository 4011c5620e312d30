"""A plan on paper, read back from the PDF: two languages side by side, one page for the fridge, no third persons."""

import re
from datetime import timedelta
from io import BytesIO
from typing import Any, NamedTuple

import pytest
from flask.testing import FlaskClient
from pypdf import PdfReader

from services.referral.commands import plans
from services.referral.domain.plan import SHARED
from services.referral.web.plans.paper import own_page
from shared import clock
from tests.builders.plans import Family, a_plan, action, an_activity, words
from tests.builders.referral import Town

ARABIC = re.compile(r"[\u0600-\u06ff\ufb50-\ufdff\ufe70-\ufeff]")
_PAGE_WIDTH = 595  # points, A4


class Piece(NamedTuple):
    """Some letters and where they begin."""

    text: str
    x: float
    y: float


@pytest.fixture
def town(db_of: Any, settings_of: Any) -> Town:
    return Town(db_of("referral"), db_of("referral", "worker"), settings_of("referral")).settle()


@pytest.fixture
def family(town: Town) -> Family:
    return a_plan(town)


@pytest.fixture
def enter(client_of: Any, sign_in: Any) -> Any:
    return lambda actor: sign_in(client_of("referral"), actor)


@pytest.fixture
def amal(enter: Any, family: Family) -> FlaskClient:
    client: FlaskClient = enter(family.amal)
    return client


def pdf(client: FlaskClient, family: Family, name: str = "plan") -> PdfReader:
    answer = client.get(f"/referral/plans/{family.plan_id}/{name}.pdf")
    assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
    assert answer.headers["Cache-Control"] == "no-store"
    return PdfReader(BytesIO(answer.data))


def text(paper: PdfReader) -> str:
    """Letters in their plain form, without what shows direction; one line."""
    found = " ".join(page.extract_text() for page in paper.pages)
    return " ".join(re.sub("[\u200e\u200f\u202a-\u202e\u2066-\u2069]", "", found).split())


def pieces(paper: PdfReader) -> list[Piece]:
    found: list[Piece] = []

    def note(words: str, origin: list[float], place: list[float], *_: Any) -> None:
        if words.strip():
            found.append(Piece(words.strip(), origin[4] + place[4], origin[5]))

    paper.pages[0].extract_text(visitor_text=note)
    return found


def has_arabic(paper: PdfReader, words: str) -> bool:
    return all(word in text(paper) for word in words.split())


def test_the_dutch_stands_left_and_the_arabic_right_in_the_same_order(family: Family, amal: FlaskClient) -> None:
    family.write(family.town.mira, "strengths", words("Yusuf rekent graag", beside="يوسف يحب الحساب", beside_lang="ar"))
    family.write(family.amal, "wishes", words("الهدوء", lang="ar", beside="Rust in huis", beside_lang="nl"))
    bel = action("Bel het OCMW", family.person(family.amal), beside="اتصلي", beside_lang="ar")
    family.write(family.town.mira, "finances", words("Sparen"), actions=(bel,))
    paper = pdf(amal, family)
    told = text(paper)
    places = [told.index(one) for one in ("Yusuf rekent graag", "Rust in huis", "Sparen", "Bel het OCMW")]
    assert places == sorted(places)
    assert "Amal" in told
    for said in ("يوسف يحب الحساب", "الهدوء", "اتصلي"):
        assert has_arabic(paper, said), said
    arabic = [one.x for one in pieces(paper) if ARABIC.search(one.text)]
    dutch = [one.x for one in pieces(paper) if re.search(r"[A-Za-z]{4}", one.text) and one.y > 80]
    assert arabic
    assert min(arabic) > _PAGE_WIDTH / 2 - 1
    assert min(dutch) < 60


def test_arabic_runs_from_right_to_left(family: Family, amal: FlaskClient) -> None:
    """Digits between the words begin a piece of their own."""
    family.write(family.amal, "wishes", words("د 7 ر 8 و", lang="ar"))
    found = {one.text: one.x for one in pieces(pdf(amal, family)) if one.text in ("د", "ر", "و", "7", "8")}
    assert found["د"] > found["7"] > found["ر"] > found["8"] > found["و"] > _PAGE_WIDTH / 2


def test_the_title_and_the_headings_are_in_both_languages(family: Family, amal: FlaskClient) -> None:
    family.write(family.town.mira, "strengths", words("Samen koken"))
    paper = pdf(amal, family)
    assert "Ons gezinsplan" in text(paper)
    assert "Wat goed gaat" in text(paper)
    assert has_arabic(paper, "خطة عائلتنا")
    assert paper.metadata is not None
    assert paper.metadata.title == "Ons gezinsplan"


def test_a_family_that_speaks_dutch_has_one_column(town: Town, enter: Any) -> None:
    family = a_plan(town, lang="nl")
    family.write(town.mira, "strengths", words("Samen koken"))
    paper = pdf(enter(family.amal), family)
    assert text(paper).count("Samen koken") == 1
    assert not ARABIC.search(text(paper))


def test_a_language_that_brug_does_not_speak_keeps_its_words_beside_dutch_sentences(town: Town, enter: Any) -> None:
    family = a_plan(town, lang="uk")
    family.write(town.mira, "strengths", words("Samen koken", beside="Разом готуємо", beside_lang="uk"))
    told = text(pdf(enter(family.amal), family))
    assert "Разом готуємо" in told
    assert told.count("Wat goed gaat") == 2


@pytest.mark.parametrize("name", ["plan", "fridge"])
@pytest.mark.parametrize("who", ["amal", "mira"])
def test_r23_third_persons_are_not_on_paper(family: Family, enter: Any, name: str, who: str) -> None:
    third = family.third("Samira", "zus")
    plans.answer_for_third(family.town.web, family.town.mira, family.plan_id, third, "yes")
    hers, said = action("Gaat mee naar school", third), words("Zij helpt altijd", said_by=third)
    family.write(family.town.mira, "leisure", said, actions=(hers,))
    told = text(pdf(enter(family.amal if who == "amal" else family.town.mira), family, name))
    assert "Gaat mee naar school" in told
    for hidden in ("Samira", "zus", "Zij helpt altijd"):
        assert hidden not in told


def test_r3_the_schools_paper_has_no_more_than_its_page(family: Family, enter: Any, amal: FlaskClient) -> None:
    family.write(family.amal, "health", words("Hoofdpijn"))
    family.write(family.amal, "own", words("Geheim"))
    assert "Hoofdpijn" in text(pdf(amal, family))
    for reader in (amal, enter(family.town.mira)):
        for name in ("plan", "fridge"):
            assert "Geheim" not in text(pdf(reader, family, name))
    assert "Hoofdpijn" not in text(pdf(enter(family.town.mira), family))


def test_the_school_that_prints_has_looked(family: Family, enter: Any, owner_of: Any) -> None:
    pdf(enter(family.town.mira), family)
    looks = owner_of("referral").execute("SELECT DISTINCT what FROM look").fetchall()
    assert looks == [("plan",)]


def test_the_fridge_has_one_page_whatever_the_plan_holds(family: Family, amal: FlaskClient) -> None:
    for section in (one for one in SHARED if one not in ("strengths", "wishes", "contact")):
        many = tuple(action(f"Stap {place} {'heel lang ' * 100}", family.person(family.amal)) for place in range(30))
        family.write(family.amal, section, actions=many)
    family.write(family.amal, "strengths", *[words("Alles " * 300) for _ in range(30)])
    paper = pdf(amal, family, "fridge")
    assert len(paper.pages) == 1
    told = text(paper)
    assert "Er is nog meer. Het staat in het hele plan." in told
    assert "Richt de camera" in told


def test_the_fridge_says_what_comes_next_by_day(family: Family, amal: FlaskClient) -> None:
    who = family.person(family.amal)
    occasion = an_activity(family.town, clock.now() + timedelta(days=3))
    later = action("Naar het oudercafé", who, by=clock.today() + timedelta(days=9), occasion=occasion)
    sooner = action("Bel de juf", who, by=clock.today() + timedelta(days=2))
    done = action("Brief lezen", who, state="done")
    family.write(family.town.mira, "education", actions=(later, done, sooner))
    told = text(pdf(amal, family, "fridge"))
    assert told.index("Bel de juf") < told.index("Naar het oudercafé")
    assert "Polyvalente zaal" in told
    assert "Brief lezen" not in told
    assert "Er is nog meer" not in told


def test_the_square_on_the_fridge_names_nobody() -> None:
    assert own_page("https://brug.example/") == "https://brug.example/referral/sign-in?as=person&next=/referral/me/plan"


@pytest.mark.parametrize(
    "said", ["#panic() $x$ \\ *vet* _x_ @a <b> // /* ", "😊 🌷", "\u202egespiegeld", "x" * 2000, "ا" * 2000]
)
def test_what_people_write_is_text_and_never_markup(family: Family, amal: FlaskClient, said: str) -> None:
    family.write(family.amal, "wishes", words(said, lang="ar", beside=said, beside_lang="nl"))
    for name in ("plan", "fridge"):
        assert pdf(amal, family, name).pages
    if said.startswith("#"):
        assert "#panic() $x$" in text(pdf(amal, family))
