"""Network's pages as people use them: a person, a helper, a coordinator, in Dutch and Arabic, without script."""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from lxml import html

from deploy.services import ROOT
from deploy.translations import catalog_of, sentences
from services.network import commands
from services.network.domain.match import Status
from services.network.forms import OTHERS, SPOKEN
from shared.db import Database
from shared.i18n import is_language
from shared.security import Actor
from tests.builders.network import PHONE, WORKER, Parent, Quarter, a_wish
from tests.pages.well_formed import faults

NOTHING: Mapping[str, Any] = {}


class Browsers:
    """Each actor's own browser."""

    def __init__(self, client_of: Callable[[str], FlaskClient], sign_in: Callable[..., FlaskClient]) -> None:
        self._client_of, self._sign_in = client_of, sign_in

    def of(self, actor: Actor) -> "Browser":
        return Browser(self._sign_in(self._client_of("network"), actor))


class Browser:
    def __init__(self, client: FlaskClient) -> None:
        self.client = client
        self.page = ""

    def get(self, path: str, status: int = 200) -> str:
        answer = self.client.get(f"/network{path}", follow_redirects=True)
        assert answer.status_code == status, answer.text
        self.page = answer.text
        return self.page

    def submit(self, action: str, fields: Mapping[str, Any] = NOTHING, status: int = 200) -> str:
        """Send the form of this page whose action ends so, with its hidden fields and what is chosen in it."""
        forms = [
            one
            for one in html.document_fromstring(self.page).xpath("//form")
            if (one.get("action") or "").endswith(action)
        ]
        assert forms, f"no form for {action} in {self.page}"
        known = {one.name: one.value for one in forms[0].xpath(".//input[@type='hidden']")}
        answer = self.client.post(str(forms[0].get("action")), data={**known, **fields}, follow_redirects=True)
        assert answer.status_code == status, answer.text
        self.page = answer.text
        return self.page


@pytest.fixture
def quarter(db_of: Callable[..., Database], settings_of: Callable[..., Any]) -> Quarter:
    return Quarter(db_of("network"), db_of("network", "worker"), settings_of("network")).settle()


@pytest.fixture
def browsers(client_of: Callable[[str], FlaskClient], sign_in: Callable[..., FlaskClient]) -> Browsers:
    return Browsers(client_of, sign_in)


ASK: dict[str, Any] = {
    "languages": ["ar"],
    "name": "Amal Haddad",
    "same_school": "yes",
    "town": "Antwerpen",
    "neighbourhood": "Kiel",
    "times": ["evening"],
    "wish": "woman",
    "about": "أحب الطبخ 🍲",
    "not_my_community": "y",
    "community_languages": ["tr"],
    "not_these": "Zulmira, Xenia",
}


def the_match(quarter: Quarter) -> UUID:
    with quarter.worker.transaction(WORKER) as conn:
        row = conn.execute("SELECT id FROM match ORDER BY proposed_at DESC LIMIT 1").fetchone()
    assert row
    return UUID(str(row[0]))


def test_the_whole_way_from_asking_to_each_others_number(quarter: Quarter, browsers: Browsers) -> None:
    helper, _ = quarter.helper()
    parent = quarter.parent()
    amal, nour, lies = browsers.of(parent.actor), browsers.of(helper), browsers.of(quarter.lies)
    amal.get("/?lang=nl")
    amal.submit("/request", ASK)
    assert "We zoeken iemand" in amal.page
    assert "Amal" in lies.get("/")
    assert "Haddad" not in lies.page
    lies.submit("/round")
    quarter.proposals()
    assert "Nour" in lies.get("/round")
    match_id = the_match(quarter)
    assert "Amal" not in nour.get("/helper")
    nour.get(f"/matches/{match_id}")
    assert "Amal" in nour.page
    assert "Haddad" not in nour.page
    nour.submit("/answer", {"answer": "yes"})
    amal.get("/request")
    amal.get(f"/matches/{match_id}")
    assert "Ik ben mama van drie" in amal.page
    assert "Huis van het Kind" in amal.page
    assert PHONE not in amal.page
    amal.submit("/answer", {"answer": "yes"})
    assert PHONE in amal.page
    assert "Nummer volgt" in nour.get(f"/matches/{match_id}")
    quarter.package_arrives(parent, match_id)
    quarter.fresh()
    assert "0485 99 88 77" in nour.get(f"/matches/{match_id}")


def test_every_page_is_well_formed_in_dutch_and_persons_pages_in_arabic(quarter: Quarter, browsers: Browsers) -> None:
    parent, helper, match_id = quarter.proposed()
    new_parent, new_helper = quarter.parent(), quarter.staff(quarter.house, "helper")
    waiting = quarter.parent()
    quarter.asks(waiting)
    made_parent, made_helper, made = quarter.made()
    for actor, path in (
        (new_parent.actor, "/request"),
        (waiting.actor, "/request"),
        (parent.actor, f"/matches/{match_id}"),
        (made_parent.actor, f"/matches/{made}"),
        (new_helper, "/helper"),
        (helper, "/helper"),
        (helper, f"/matches/{match_id}"),
        (made_helper, f"/matches/{made}"),
    ):
        for language in ("nl", "ar"):
            page = browsers.of(actor).get(f"{path}?lang={language}")
            assert faults(page, language) == [], (path, language)
    for actor, path in (
        (quarter.lies, "/round"),
        (quarter.lies, "/helpers"),
        (quarter.lies, "/helpers/new"),
        (quarter.teacher, "/"),
    ):
        assert faults(browsers.of(actor).get(path)) == [], path


def test_a_wrong_request_says_what_is_wrong_keeps_the_rest_and_writes_nothing(
    quarter: Quarter, browsers: Browsers
) -> None:
    amal = browsers.of(quarter.parent().actor)
    amal.get("/request?lang=nl")
    amal.submit("/request", ASK | {"languages": [], "name": ""}, 422)
    assert "Nog niet bewaard" in amal.page
    assert "أحب الطبخ" in amal.page
    assert faults(amal.page) == []
    with quarter.worker.transaction(WORKER) as conn:
        assert conn.execute("SELECT count(*) FROM request").fetchone() == (0,)
    wrongs: tuple[dict[str, Any], ...] = (
        {"name": "x" * 61},
        {"about": "y" * 601},
        {"times": ["midnight"]},
        {"languages": ["ar", "zz-nonsense-tag-too-long-x"]},
        {"languages": ["qqq"]},
        {"community_languages": ["ar"]},
        {"community_languages": []},
        {"not_these": ",".join("abcdef")},
        {"not_these": "x" * 301},
        {"wish": "elf"},
        {"town": "t" * 81},
        {"name": "\u202e"},
    )
    for wrong in wrongs:
        amal.get("/request?lang=nl")
        amal.submit("/request", ASK | wrong, 422)
    with quarter.worker.transaction(WORKER) as conn:
        assert conn.execute("SELECT count(*) FROM request").fetchone() == (0,)


def test_r21_words_about_papers_warn_before_they_are_kept(quarter: Quarter, browsers: Browsers) -> None:
    amal = browsers.of(quarter.parent().actor)
    amal.get("/request?lang=nl")
    amal.submit("/request", ASK | {"about": "Ik wacht op mijn verblijfskaart"}, 422)
    assert "Dat bewaren we nooit" in amal.page
    amal.submit("/request", ASK | {"about": "Ik wacht op mijn verblijfskaart", "understood": "y"})


def test_who_is_not_known_yet_keeps_what_was_typed(quarter: Quarter, browsers: Browsers) -> None:
    from uuid import uuid4

    from shared.security import ActorKind

    parent = Parent(Actor(uuid4(), ActorKind.PERSON), uuid4(), quarter.school)
    amal = browsers.of(parent.actor)
    amal.get("/request?lang=nl")
    amal.submit("/request", ASK, 503)
    assert "We kennen je gezin hier nog niet" in amal.page
    assert "أحب الطبخ" in amal.page
    quarter.register(parent)
    amal.submit("/request", ASK)
    assert "We zoeken iemand" in amal.page


def test_a_form_that_is_sent_twice_makes_one_request(quarter: Quarter, browsers: Browsers) -> None:
    amal = browsers.of(quarter.parent().actor)
    amal.get("/request?lang=nl")
    first = amal.page
    amal.submit("/request", ASK)
    amal.page = first
    amal.submit("/request", ASK)
    with quarter.worker.transaction(WORKER) as conn:
        assert conn.execute("SELECT count(*) FROM request").fetchone() == (1,)


def test_r16_a_private_wish_is_on_no_page_not_even_her_own(quarter: Quarter, browsers: Browsers) -> None:
    helper, _ = quarter.helper()
    parent = quarter.parent()
    amal = browsers.of(parent.actor)
    amal.get("/request?lang=nl")
    amal.submit("/request", ASK)
    commands.start_round(quarter.web, quarter.lies, quarter.house)
    quarter.proposals()
    match_id = the_match(quarter)
    shown = [
        amal.get("/request"),
        amal.get(f"/matches/{match_id}"),
        browsers.of(helper).get("/helper"),
        browsers.of(helper).get(f"/matches/{match_id}"),
        browsers.of(quarter.lies).get("/round"),
        browsers.of(quarter.lies).get("/helpers"),
    ]
    for page in shown:
        assert not re.search("zulmira|xenia|Turks|gemeenschap", page, re.IGNORECASE)


def test_a_no_leads_away_and_the_old_link_is_closed_for_the_helper(quarter: Quarter, browsers: Browsers) -> None:
    parent, helper, match_id = quarter.proposed()
    nour, amal = browsers.of(helper), browsers.of(parent.actor)
    nour.get(f"/matches/{match_id}")
    nour.submit("/answer", {"answer": "no"})
    assert "Je hoeft niet te zeggen waarom" in nour.page
    assert "Amal" not in nour.get(f"/matches/{match_id}", 404)
    assert "Nour" not in amal.get(f"/matches/{match_id}?lang=nl")
    assert "Dit voorstel gaat niet door" in amal.page


def test_an_answer_that_is_neither_is_refused(quarter: Quarter, browsers: Browsers) -> None:
    parent, _, match_id = quarter.proposed()
    amal = browsers.of(parent.actor)
    amal.get(f"/matches/{match_id}?lang=nl")
    amal.submit("/answer", {"answer": "maybe"}, 422)
    assert quarter.row(match_id).version == 1


def test_without_the_token_of_the_page_nothing_is_answered(quarter: Quarter, browsers: Browsers) -> None:
    parent, _, match_id = quarter.proposed()
    amal = browsers.of(parent.actor)
    answer = amal.client.post(f"/network/matches/{match_id}/answer", data={"answer": "yes", "version": "1"})
    assert answer.status_code == 400
    assert quarter.row(match_id).version == 1


def test_an_old_page_is_told_so(quarter: Quarter, browsers: Browsers) -> None:
    parent, _, match_id = quarter.proposed()
    amal = browsers.of(parent.actor)
    first = amal.get(f"/matches/{match_id}?lang=nl")
    amal.submit("/answer", {"answer": "yes"})
    amal.page = first
    amal.submit("/answer", {"answer": "no"}, 409)
    assert quarter.row(match_id).status == Status.PROPOSED


@pytest.mark.parametrize(("signed", "asked"), [(("nl",), "Mag Huis van het Kind weten"), (("nl", "ar"), "هل يمكن أن")])
def test_r26_the_yes_is_asked_in_a_language_whose_text_is_signed(
    quarter: Quarter,
    browsers: Browsers,
    app_of: Callable[[str], Flask],
    monkeypatch: pytest.MonkeyPatch,
    signed: tuple[str, ...],
    asked: str,
) -> None:
    extensions = app_of("network").extensions
    settings = quarter.settings.model_copy(update={"akkoord_languages": signed})
    monkeypatch.setitem(extensions, "brug", replace(extensions["brug"], settings=settings))
    parent, _, match_id = quarter.proposed()
    amal = browsers.of(parent.actor)
    page = amal.get(f"/matches/{match_id}?lang=ar")
    assert asked in page
    assert ("مع مترجم" in page) == ("ar" not in signed)
    amal.submit("/answer", {"answer": "yes"})
    said = quarter.row(match_id).said
    assert said
    assert said.lang == signed[-1]


def test_every_language_that_a_form_offers_has_a_name() -> None:
    assert [tag for tag in (*SPOKEN, *OTHERS) if not is_language(tag)] == []


def test_a_person_withdraws_in_two_taps(quarter: Quarter, browsers: Browsers) -> None:
    parent = quarter.parent()
    quarter.asks(parent)
    amal = browsers.of(parent.actor)
    amal.get("/request?lang=nl")
    amal.submit("/withdraw")
    assert "We zoeken niemand meer" in amal.page


def test_a_helper_makes_and_changes_the_own_card(quarter: Quarter, browsers: Browsers) -> None:
    nour = browsers.of(quarter.staff(quarter.house, "helper"))
    nour.get("/helper")
    card: dict[str, Any] = {
        "first_name": "Nour",
        "role": "godparent",
        "languages": ["ar", "nl"],
        "other_language": "sw",
        "times": ["weekend"],
        "capacity": "2",
        "phone": "0470 11 22 33",
        "school": str(quarter.school),
        "about": "Ik drink graag koffie",
    }
    nour.submit("/helper/new", card | {"phone": "bel mij", "role": "boss", "capacity": "99"}, 422)
    assert "Ik drink graag koffie" in nour.page
    nour.submit("/helper/new", card | {"phone": "bel mij"}, 422)
    assert "Schrijf een telefoonnummer" in nour.page
    nour.submit("/helper/new", card)
    assert "Dag Nour" in nour.page
    assert "Swahili" in nour.page
    edit = re.search(r'href="/network(/helper/[0-9a-f-]{36})"', nour.page)
    assert edit
    nour.get(edit[1])
    assert 'value="sw" checked' in nour.page
    nour.submit(edit[1], card | {"active": "no"})
    assert "We stellen je nu niet voor" in nour.page


def test_a_coordinator_makes_a_card_for_an_account_without_one(quarter: Quarter, browsers: Browsers) -> None:
    account = quarter.staff(quarter.house, "helper")
    lies = browsers.of(quarter.lies)
    lies.get("/helpers/new")
    card: dict[str, Any] = {
        "first_name": "Sam",
        "role": "companion",
        "languages": ["fr"],
        "capacity": "1",
        "phone": "03 123 45 67",
    }
    lies.submit("/helpers/new", card | {"account": f"{quarter.teacher.id} {quarter.house}"}, 422)
    lies.submit("/helpers/new", card | {"account": f"{account.id} {quarter.house}"})
    assert "Sam" in lies.page


def test_the_coordinator_sets_weights_between_0_and_10(quarter: Quarter, browsers: Browsers) -> None:
    lies = browsers.of(quarter.lies)
    names = ("same_school", "same_town", "children", "times", "wish", "languages")
    lies.get("/round")
    lies.submit("/round/weights#weights", dict.fromkeys(names, "11"), 422)
    assert "Schrijf een getal van 0 tot 10" in lies.page
    lies.submit("/round/weights#weights", dict.fromkeys(names, "7"))
    assert lies.page.count('value="7"') == len(names)


def test_r12_the_coordinator_does_not_see_who_answered_what(quarter: Quarter, browsers: Browsers) -> None:
    _parent, helper, match_id = quarter.proposed()
    before = browsers.of(quarter.lies).get("/round")
    commands.say_yes(quarter.web, helper, match_id, commands.Yes(1))
    after = browsers.of(quarter.lies).get("/round")

    def table(page: str) -> str:
        return str(html.document_fromstring(page).xpath("string(//table)"))

    assert table(before) == table(after)


@pytest.mark.parametrize("path", ["/request", "/helper", "/helpers", "/helpers/new", "/round", "/"])
def test_who_is_not_signed_in_is_led_to_sign_in(browsers: Browsers, client_of: Callable[..., Any], path: str) -> None:
    answer = client_of("network").get(f"/network{path}")
    assert answer.status_code == 303
    assert "/network/sign-in" in answer.headers["Location"]


def test_pages_of_others_do_not_exist(quarter: Quarter, browsers: Browsers) -> None:
    _parent, helper, match_id = quarter.proposed()
    _, helper_id = quarter.helper(first_name="Lina")
    stranger = browsers.of(quarter.parent().actor)
    stranger.get(f"/matches/{match_id}", 404)
    stranger.get(f"/matches/{match_id}/news", 404)
    stranger.get("/round", 403)
    browsers.of(helper).get(f"/helper/{helper_id}", 404)
    browsers.of(quarter.far_coordinator).get(f"/helper/{helper_id}", 404)
    assert "Amal" not in browsers.of(quarter.far_coordinator).get("/round")
    browsers.of(quarter.lies).get(f"/matches/{match_id}", 403)
    browsers.of(quarter.teacher).get("/round", 403)


def test_the_fragments_of_live_pages_say_when_nothing_changed(quarter: Quarter, browsers: Browsers) -> None:
    parent, _, match_id = quarter.proposed()
    for actor, path in (
        (parent.actor, "/request/news"),
        (parent.actor, f"/matches/{match_id}/news"),
        (quarter.lies, "/round/progress"),
    ):
        client = browsers.of(actor).client
        first = client.get(f"/network{path}", headers={"HX-Request": "true"})
        assert first.status_code == 200
        tag = first.headers["ETag"]
        again = client.get(f"/network{path}", headers={"HX-Request": "true", "If-None-Match": tag})
        assert again.status_code == 304


def test_a_list_of_many_comes_in_pages(quarter: Quarter, browsers: Browsers) -> None:
    for number in range(27):
        commands.ask_for_someone(quarter.web, quarter.parent().actor, a_wish(name=f"Ouder{number:02}"))
    lies = browsers.of(quarter.lies)
    lies.get("/round")
    assert "Ouder00" in lies.page
    assert "Ouder26" not in lies.page
    more = re.search(r'href="/network(/round\?after=[^"]+)"', lies.page)
    assert more
    assert "Ouder26" in lies.get(more[1].replace("&amp;", "&"))
    lies.get("/round?after=nonsense", 422)


def test_every_sentence_of_network_is_translated_into_arabic() -> None:
    from babel.messages.pofile import read_po

    place = ROOT / "services" / "network"
    with catalog_of(place, "ar").open("rb") as handle:
        catalog = read_po(handle, locale="ar")
    known = {message.id for message in catalog if message.string}
    assert [message.id for message in sentences(place) if message.id and message.id not in known] == []
