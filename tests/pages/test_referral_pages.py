"""What a school and a partner see on referral's pages, and in how many taps they are done."""

import re
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from flask.testing import FlaskClient
from lxml import html

from services.referral import commands, timers
from services.referral.commands import Target
from shared import clock
from tests.builders.referral import Town, an_appointment
from tests.pages.well_formed import faults

GONE = "Deze doorverwijzing is niet meer voor jou beschikbaar."


@pytest.fixture
def town(db_of: Any, settings_of: Any) -> Town:
    return Town(db_of("referral"), db_of("referral", "worker"), settings_of("referral")).settle()


@pytest.fixture
def school(client_of: Any, sign_in: Any, town: Town) -> FlaskClient:
    client: FlaskClient = sign_in(client_of("referral"), town.mira)
    return client


@pytest.fixture
def ocmw(client_of: Any, sign_in: Any, town: Town) -> FlaskClient:
    client: FlaskClient = sign_in(client_of("referral"), town.els)
    return client


def page_of(markup: str) -> html.HtmlElement:
    page: html.HtmlElement = html.document_fromstring(markup)
    return page


def text(client: FlaskClient, path: str, status: int = 200) -> str:
    answer = client.get(path)
    assert answer.status_code == status, answer.text
    return " ".join(str(page_of(answer.text).text_content()).split())


def form_of(client: FlaskClient, path: str, action: str) -> dict[str, str]:
    """The fields of the form with this action, as the page filled them in."""
    page = page_of(client.get(path).text)
    [form] = [one for one in page.forms if one.get("action", "").endswith(action)]
    return dict(form.form_values())


def post(client: FlaskClient, path: str, fields: dict[str, Any], status: int = 303) -> str:
    answer = client.post(path, data=fields)
    assert answer.status_code == status, answer.text
    return answer.location or answer.text


def test_the_lists_show_no_content_of_a_person(
    town: Town, school: FlaskClient, ocmw: FlaskClient, owner_of: Any
) -> None:
    town.sent()
    for client in (school, ocmw):
        shown = text(client, "/referral/")
        assert "Amal" not in shown
        assert "0470" not in shown
        assert "Financiën" in shown
    assert owner_of("referral").execute("SELECT count(*) FROM look").fetchone() == (0,)


def test_a_school_prepares_looks_and_sends(town: Town, school: FlaskClient) -> None:
    town.fresh()
    yes = town.yes()
    path = f"/referral/referrals/new?akkoord={yes.akkoord_id}"
    fields = form_of(school, path, "/referrals/new") | {"reason": "finances", "goes_along": "Mira, brugfiguur"}
    place = post(school, "/referral/referrals/new", fields)
    shown = text(school, place)
    assert "Dit zal OCMW Antwerpen zien" in shown
    assert "Amal 🌷" in shown
    assert "nog niemand gaat mee" in shown
    post(school, f"{place}/send", form_of(school, place, "/send"))
    assert "Dit ziet OCMW Antwerpen" in text(school, place)


def test_a_yes_that_is_on_its_way_has_a_page_that_says_so(town: Town, school: FlaskClient) -> None:
    path = f"/referral/referrals/new?akkoord={uuid4()}"
    assert "Het akkoord is onderweg" in text(school, path)
    first = school.get(path.replace("/new?", "/new/arrived?"), headers={"HX-Request": "true"})
    again = school.get(
        path.replace("/new?", "/new/arrived?"), headers={"HX-Request": "true", "If-None-Match": first.headers["ETag"]}
    )
    assert again.status_code == 304


def test_an_ocmw_answers_in_four_taps_and_types_nothing_once_it_is_known(town: Town, ocmw: FlaskClient) -> None:
    town.accepted()
    referral_id = town.sent()
    taps = 1
    page = page_of(ocmw.get("/referral/").text)
    [link] = page.xpath(f"//a[contains(@href, '{referral_id}')]/@href")
    fields = form_of(ocmw, link, "/accept")
    assert fields["place"] == "Lange Gasthuisstraat 33"
    day = page_of(ocmw.get(link).text).xpath("//input[@name='day']/@value")[-1]
    taps += 1
    fields |= {"day": day, "hour": "10:00", "contact": "Els"}
    taps += 1
    post(ocmw, f"/referral/referrals/{referral_id}/accept", fields)
    taps += 1
    assert taps == 4
    assert "10 uur" in text(ocmw, link)
    assert re.search(r"Ja, \w+ \d+ \w+ 10 uur, Els", text(ocmw, link)) is None, "said once"


def test_an_answer_without_a_day_says_so_and_writes_nothing(town: Town, ocmw: FlaskClient, owner_of: Any) -> None:
    referral_id = town.sent()
    path = f"/referral/referrals/{referral_id}"
    fields = form_of(ocmw, path, "/accept") | {"contact": "Els", "place": "hier", "hour": "10:00"}
    assert "Kies een dag." in post(ocmw, f"{path}/accept", fields, 422)
    status = owner_of("referral").execute("SELECT status FROM referral").fetchone()
    assert status == ("seen",)


def test_a_no_needs_a_reason_and_closes_the_page_the_old_link_and_the_back_button(
    town: Town, ocmw: FlaskClient, school: FlaskClient
) -> None:
    referral_id = town.sent()
    path = f"/referral/referrals/{referral_id}"
    opened = ocmw.get(path)
    assert "Amal" in opened.text
    assert opened.headers["Cache-Control"] == "no-store"
    fields = form_of(ocmw, f"{path}/decline", "/decline")
    assert "Kies een van de mogelijkheden" in post(ocmw, f"{path}/decline", fields, 422)
    post(ocmw, f"{path}/decline", fields | {"code": "not_eligible"})
    for gone in (path, f"{path}/decline"):
        shown = text(ocmw, gone, 404)
        assert GONE in shown
        assert "Amal" not in shown
    assert str(referral_id) not in ocmw.get("/referral/").text
    assert "voldoet niet aan de voorwaarden" not in text(school, path), "never goes back (R4)"
    assert "andere reden" in text(school, path)


def test_after_a_no_the_school_asks_the_parent_anew_for_the_next_one(town: Town, school: FlaskClient) -> None:
    town.partner("CAW zonder overeenkomst", agreed=False)
    full = town.partner("OCMW Vol")
    free = town.partner("OCMW Plaats", town="Mechelen")
    for organisation, state in ((full, "full"), (free, "room")):
        state_room(town, organisation, state)
    yes = town.yes()
    referral_id = town.declined(yes)
    page = page_of(school.get(f"/referral/referrals/{referral_id}").text)
    links = page.xpath("//a[contains(@href, '/akkoorden/new?receiver=')]/@href")
    assert links == [
        f"/intake/persons/{yes.person_id}/akkoorden/new?receiver={free}",
        f"/intake/persons/{yes.person_id}/akkoorden/new?receiver={full}",
    ]


def state_room(town: Town, organisation: Any, state: str) -> None:
    from services.referral.domain import State

    worker = town._staff(organisation, "partner_worker", "medewerker")
    commands.state_capacity(town.web, worker, organisation, "finances", commands.Answer(State(state)))


def test_who_is_late_shows_and_the_school_gets_others(town: Town, client_of: Any, sign_in: Any) -> None:
    other = town.partner("OCMW Mechelen", town="Mechelen")
    referral_id = town.sent()
    with clock.fixed(clock.now() + timedelta(days=20)):
        timers.look_at_terms(town.worker)
        school = sign_in(client_of("referral"), town.mira)
        assert "Over tijd" in text(school, "/referral/")
        assert str(other) in school.get(f"/referral/referrals/{referral_id}").text


def test_a_school_asks_several_at_once_and_sees_the_answer_with_its_age(
    town: Town, school: FlaskClient, ocmw: FlaskClient
) -> None:
    fields = form_of(school, "/referral/organisations", "/organisations/ask")
    place = post(
        school,
        "/referral/organisations/ask",
        fields | {"organisations": [str(town.ocmw), str(town.katrol)], "reason": "finances"},
    )
    assert text(school, place).count("weten we nog niet") == 2
    asked = text(ocmw, "/referral/capacity")
    assert "Basisschool De Linde vraagt dit" in asked
    page = page_of(ocmw.get("/referral/capacity").text)
    answer = dict(page.forms[0].form_values()) | {"state": "room"}
    post(ocmw, "/referral/capacity", answer)
    shown = text(school, place)
    assert "er is plaats" in shown
    assert "gezegd op" in shown
    assert shown.count("weten we nog niet") == 1


def test_asking_nobody_or_for_nothing_says_what_is_missing(town: Town, school: FlaskClient) -> None:
    fields = form_of(school, "/referral/organisations", "/organisations/ask")
    answer = post(school, "/referral/organisations/ask", fields, 422)
    assert "Duid een tot twintig organisaties aan." in answer


def test_old_knowledge_of_akkoorden_closes_reading_with_clear_words(town: Town, ocmw: FlaskClient) -> None:
    referral_id = town.sent()
    with clock.fixed(clock.now() + timedelta(seconds=90)):
        assert "We weten nu niet zeker" in text(ocmw, "/referral/")
        shown = text(ocmw, f"/referral/referrals/{referral_id}", 503)
        assert "We weten nu niet zeker of het akkoord nog geldt" in shown
        assert "Amal" not in shown


def test_another_school_finds_a_page_that_does_not_exist(town: Town, client_of: Any, sign_in: Any) -> None:
    referral_id = town.sent()
    jo = sign_in(client_of("referral"), town.jo)
    assert jo.get(f"/referral/referrals/{referral_id}").status_code == 404
    assert jo.get(f"/referral/referrals/{uuid4()}").status_code == 404


def test_the_lists_are_fetched_again_only_when_they_changed(town: Town, school: FlaskClient, ocmw: FlaskClient) -> None:
    referral_id = town.sent()
    headers = {"HX-Request": "true"}
    first = school.get("/referral/overview", headers=headers)
    headers |= {"If-None-Match": first.headers["ETag"]}
    assert school.get("/referral/overview", headers=headers).status_code == 304
    commands.accept_referral(town.web, town.els, Target(referral_id, 2), an_appointment(), town.terms)
    changed = school.get("/referral/overview", headers=headers)
    assert "Warm:" in changed.text


def test_a_text_that_hints_at_what_is_never_collected_warns_first(town: Town, school: FlaskClient) -> None:
    yes = town.yes()
    path = f"/referral/referrals/new?akkoord={yes.akkoord_id}"
    fields = form_of(school, path, "/referrals/new") | {"reason": "finances", "goes_along": "tante, asielzoeker"}
    assert "Dat bewaren we nooit" in post(school, "/referral/referrals/new", fields, 422)
    post(school, "/referral/referrals/new", fields | {"understood": "y"})


@pytest.mark.parametrize("path", ["", "organisations", "capacity", "referrals/new"])
def test_who_is_not_signed_in_is_led_to_sign_in(client_of: Any, path: str) -> None:
    answer = client_of("referral").get(f"/referral/{path}")
    assert answer.status_code == 303
    assert "/referral/sign-in?as=staff" in answer.location


def test_every_page_is_well_formed(town: Town, school: FlaskClient, ocmw: FlaskClient) -> None:
    yes, other = town.yes(), town.yes(level="reach")
    asking = commands.new_asking(town.school, (town.ocmw, town.katrol), "finances")
    commands.ask_room(town.web, town.mira, asking)
    ids = [town.draft(), town.accepted(), town.declined(), town.sent(other)]
    state_room(town, town.ocmw, "room")
    ours = [
        "",
        "?status=declined",
        "?status=over",
        "?status=closed",
        "organisations",
        "organisations?q=zzz",
        f"askings/{asking.id}",
    ]
    ours += [f"referrals/new?akkoord={one}" for one in (yes.akkoord_id, uuid4())]
    ours += [f"referrals/{one}" for one in ids]
    theirs = ["", "capacity", f"referrals/{ids[1]}", f"referrals/{ids[3]}", f"referrals/{ids[3]}/decline"]
    for client, paths in ((school, ours), (ocmw, theirs)):
        for path in paths:
            answer = client.get(f"/referral/{path}")
            assert answer.status_code == 200, path
            assert faults(answer.text) == [], path


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("referrals/new?akkoord=zomaar", 400),
        ("?after=zomaar", 422),
        ("organisations?after=zomaar", 422),
        ("organisations?q=%00%F0%9F%8C%B7&kind=zomaar&town=%27&language=xx", 200),
        ("organisations?q=" + "a" * 3000, 200),
        ("?status=zomaar", 200),
        ("askings/5f0c6f0e-6c1c-4f43-9d5f-0d1d6f4a7c01", 404),
        ("referrals/zomaar", 404),
    ],
)
def test_an_address_that_cannot_be_read_is_refused_in_words(
    town: Town, school: FlaskClient, path: str, status: int
) -> None:
    assert school.get(f"/referral/{path}").status_code == status


@pytest.mark.parametrize("words", ["M" * 101, "🌷" * 200])
def test_a_text_that_is_too_long_says_so_and_keeps_nothing(
    town: Town, school: FlaskClient, owner_of: Any, words: str
) -> None:
    yes = town.yes()
    path = f"/referral/referrals/new?akkoord={yes.akkoord_id}"
    fields = form_of(school, path, "/referrals/new") | {"reason": "finances", "goes_along": words}
    assert "Dit is te lang." in post(school, "/referral/referrals/new", fields, 422)
    assert owner_of("referral").execute("SELECT count(*) FROM referral").fetchone() == (0,)


def test_arabic_and_emoji_stay_as_they_were_written(town: Town, school: FlaskClient) -> None:
    referral_id = town.draft(goes_along="<b>ليلى</b> 🌷")
    shown = text(school, f"/referral/referrals/{referral_id}")
    assert "<b>ليلى</b> 🌷" in shown


def test_a_form_without_its_token_is_refused(town: Town, school: FlaskClient) -> None:
    referral_id = town.draft()
    answer = school.post(f"/referral/referrals/{referral_id}/withdraw", data={"version": "1"})
    assert answer.status_code == 400
