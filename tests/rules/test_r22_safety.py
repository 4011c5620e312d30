"""R22: what the safety flag does: who sets it, who hears of it, sessions that are short, papers and titles that say
little, and the mark that staff see. What others can reach is walked in `test_r22_every_way_in.py`."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from services.activities.views import organiser
from services.intake import commands, events, views
from services.intake.domain.family import FileDraft, PersonDraft
from services.intake.domain.signin import Desk
from services.network.views import matches
from services.network.views.helpers import Part
from services.referral.views import referrals
from shared import clock, safety
from shared.envelope import Envelope
from shared.refusals import NotAllowed, NotThere
from tests.builders.activities import Neighbourhood
from tests.builders.intake import Place, person, staff, two_homes
from tests.builders.network import Quarter
from tests.builders.referral import Town
from tests.builders.shared import an_event

FLAGGED, UNFLAGGED = events.PersonFlaggedV1.TYPE, events.PersonUnflaggedV1.TYPE


@pytest.fixture
def place(db_of: Any) -> Place:
    return Place(db_of("intake"), db_of("intake", "worker")).settle()


@pytest.fixture
def town(db_of: Any, settings_of: Any) -> Town:
    return Town(db_of("referral"), db_of("referral", "worker"), settings_of("referral")).settle()


@pytest.fixture
def browse(client_of: Any, sign_in: Any) -> Callable[..., FlaskClient]:
    """`browse(actor)`: intake, as that actor's browser shows it."""
    return lambda actor: sign_in(client_of("intake"), actor)


def flag_event(service: Any, owner: Any, whom: Any, family_id: Any, *, version: int = 2, kind: str = FLAGGED) -> None:
    told = {"person_id": str(whom), "family_id": str(family_id), "kind": "caregiver"}
    service.receive(an_event(type=kind, aggregate=whom, version=version, owner_organisation=owner, data=told))


def told(owner: Any, *kinds: str) -> list[Envelope]:
    rows = owner.execute("SELECT body FROM outbox ORDER BY position").fetchall()
    return [one for (body,) in rows if (one := Envelope.model_validate_json(body)).type in kinds]


# ---- setting it ----


def test_the_flag_is_told_to_all_services_once_and_never_why(place: Place, owner_of: Any) -> None:
    file = place.family()
    amal = file.persons[0].id
    for _ in range(2):
        commands.set_safety(place.web, place.mira, amal, safety=True)
    commands.set_safety(place.web, place.mira, amal, safety=False)
    facts = told(owner_of("intake"), FLAGGED, UNFLAGGED)
    assert [(one.type, one.version) for one in facts] == [(FLAGGED, 2), (UNFLAGGED, 3)]
    assert set(facts[0].data) == {"person_id", "family_id", "kind"}
    columns = owner_of("intake").execute(
        "SELECT column_name FROM information_schema.columns WHERE table_name = 'person' AND column_name ~ 'safety|why'"
    )
    assert columns.fetchall() == [("safety",)]


def test_the_flag_stays_when_the_person_is_changed(place: Place) -> None:
    file = place.family()
    commands.set_safety(place.web, place.mira, file.persons[0].id, safety=True)
    changed = FileDraft(persons=(PersonDraft(id=file.persons[0].id, name_to_call="أمل"),))
    commands.change_file(place.web, place.mira, file.id, changed, file.version + 1)
    assert place.file(file.id).persons[0].safety


def test_only_staff_of_the_school_set_it(place: Place) -> None:
    file = place.family()
    amal = file.persons[0].id
    colleague = staff(place.school, "organiser", "organisator")
    for actor, refusal in ((place.jo, NotThere), (place.els, NotThere), (colleague, NotAllowed)):
        with pytest.raises(refusal):
            commands.set_safety(place.web, actor, amal, safety=True)
    with pytest.raises((NotAllowed, NotThere)):
        commands.set_safety(place.web, person(amal), amal, safety=True)
    assert not place.file(file.id).persons[0].safety


def test_the_page_says_what_it_does_before_anyone_sets_it_and_asks_no_reason(
    place: Place, browse: Callable[..., FlaskClient]
) -> None:
    file = place.family()
    mira, amal = browse(place.mira), file.persons[0]
    address = f"/intake/persons/{amal.id}/safety"
    page = mira.get(address).text
    assert "Niemand anders van het gezin leest in Brug waar of wanneer" in page
    assert "<textarea" not in page
    assert 'type="text"' not in page
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert token
    done = mira.post(address, data={"csrf_token": token[1], "safety": "on"})
    assert done.status_code == 303
    after = mira.get(done.location).text
    assert f"Veiligheid: {amal.name_to_call}" in after
    assert "Haal de vlag weg" in mira.get(address).text
    assert mira.post(address, data={"csrf_token": token[1], "safety": "🙃"}).status_code == 400
    mira.post(address, data={"csrf_token": token[1], "safety": "off"})
    assert f"Veiligheid: {amal.name_to_call}" not in mira.get(f"/intake/files/{file.id}").text


# ---- what others of the family are told ----


def test_what_was_shut_opens_again_when_the_flag_is_gone(place: Place) -> None:
    file = two_homes(place)
    karim, yusuf = person(file.persons[1].id), file.persons[2].id
    both = {one.id: frozenset({"reach", "question", "until"}) for one in file.persons[:2]}
    akkoord_id = place.yes(file, person_id=yusuf, ask_id=file.asks[0].id, yes=both, explained_in="nl")
    for flagged in (file.persons[0].id, yusuf):
        commands.set_safety(place.web, place.mira, flagged, safety=True)
        [row] = views.home.home(place.web, karim).akkoorden
        assert (row.receiver, row.level, row.kinds, row.way_back) == ("", "reach", [], [])
        with pytest.raises(NotThere):
            views.consent.receipt(place.web, karim, akkoord_id)
        commands.set_safety(place.web, place.mira, flagged, safety=False)
        assert views.home.home(place.web, karim).akkoorden[0].receiver == "OCMW Antwerpen"
        assert views.consent.receipt(place.web, karim, akkoord_id).cards


def test_who_said_the_yes_can_still_stop_it(place: Place) -> None:
    file = two_homes(place)
    karim, yusuf = person(file.persons[1].id), file.persons[2].id
    both = {one.id: frozenset({"reach", "question", "until"}) for one in file.persons[:2]}
    akkoord_id = place.yes(file, person_id=yusuf, ask_id=file.asks[0].id, yes=both, explained_in="nl")
    commands.set_safety(place.web, place.mira, file.persons[0].id, safety=True)
    commands.stop_akkoord(place.web, karim, akkoord_id)
    assert not views.home.home(place.web, karim).live


# ---- sessions, titles, papers ----


@pytest.mark.parametrize("service", ["intake", "referral", "activities", "network"])
def test_the_session_of_a_flagged_person_ends_after_ten_minutes_in_every_service(
    service: str, place: Place, client_of: Any, sign_in: Any, owner_of: Any
) -> None:
    file = place.family()
    amal = person(file.persons[0].id)
    if service == "intake":
        commands.set_safety(place.web, place.mira, amal.id, safety=True)
    else:
        owner_of(service).execute(
            "INSERT INTO seen.safety (person_id, family_id, owner_organisation, flagged) VALUES (%s, %s, %s, true)",
            (amal.id, file.id, place.school),
        )
    home = {"intake": "/intake/me", "referral": "/referral/me", "network": "/network/request"}.get(service)
    page = home or "/activities/occurrences/5f0c6f0e-6c1c-4f43-9d5f-0d1d6f4a1001/register"
    quiet = sign_in(client_of(service), amal)
    other = sign_in(client_of(service), person(file.persons[1].id))
    with clock.fixed(clock.now() + timedelta(minutes=11)):
        gone, still = quiet.get(page), other.get(page)
    assert "/sign-in" in gone.headers.get("Location", "") or gone.status_code == 401
    assert "/sign-in" not in still.headers.get("Location", "")


def test_an_hour_after_signing_in_it_ends_however_busy(place: Place, browse: Callable[..., FlaskClient]) -> None:
    file = place.family()
    commands.set_safety(place.web, place.mira, file.persons[0].id, safety=True)
    amal = browse(person(file.persons[0].id))
    begun = clock.now()
    for minutes in range(0, 60, 8):
        with clock.fixed(begun + timedelta(minutes=minutes)):
            assert amal.get("/intake/me").status_code == 200
    with clock.fixed(begun + timedelta(minutes=61)):
        assert amal.get("/intake/me").status_code != 200


@pytest.mark.parametrize(("lang", "title"), [("nl", "Pagina"), ("ar", "صفحة")])
def test_titles_of_a_flagged_persons_pages_say_nothing(
    place: Place, browse: Callable[..., FlaskClient], lang: str, title: str
) -> None:
    file = place.family()
    akkoord_id = place.yes(file)
    amal = browse(person(file.persons[0].id))
    pages = ("/intake/me", "/intake/me/looks", "/intake/me/known", f"/intake/akkoorden/{akkoord_id}/receipt")
    assert all("· Brug" in _title(amal.get(f"{page}?lang={lang}").text) for page in pages)
    commands.set_safety(place.web, place.mira, file.persons[0].id, safety=True)
    for page in pages:
        shown = amal.get(f"{page}?lang={lang}").text
        assert _title(shown) == title
        assert "data-quick-exit" in shown or page.endswith("receipt")


def test_leaving_quickly_leaves_nothing_in_the_browser(place: Place, browse: Callable[..., FlaskClient]) -> None:
    file = place.family()
    amal = browse(person(file.persons[0].id))
    amal.get("/intake/me?lang=ar")
    left = amal.get("/intake/quick-exit")
    dropped = [one for one in left.headers.getlist("Set-Cookie") if "Expires=Thu, 01 Jan 1970" in one]
    assert {one.partition("=")[0] for one in dropped} >= {"brug_intake", "brug_intake_form", "brug_lang"}
    assert left.headers["Clear-Site-Data"] == '"cache"'
    assert "Brug" not in left.text


def test_no_cookie_of_a_person_outlives_the_browser(place: Place, browse: Callable[..., FlaskClient]) -> None:
    amal = browse(person(place.family().persons[0].id))
    given = amal.get("/intake/me?lang=ar").headers.getlist("Set-Cookie")
    assert given
    assert not [one for one in given if "Expires" in one or "Max-Age" in one]


def test_the_paper_code_of_a_flagged_person_works_for_a_day_and_its_title_is_plain(
    place: Place, browse: Callable[..., FlaskClient]
) -> None:
    file = two_homes(place)
    amal, karim, _ = file.persons
    desk = Desk("secret", 14)
    commands.set_safety(place.web, place.mira, amal.id, safety=True)
    hers = commands.make_code(place.web, place.mira, amal.id, desk)
    his = commands.make_code(place.web, place.mira, karim.id, desk)
    assert hers.expires_at - clock.now() <= timedelta(days=1)
    assert his.expires_at - clock.now() > timedelta(days=13)
    page = _paper(browse(place.mira), amal.id)
    assert _title(page) == "Pagina"
    assert "رمزك" in page
    assert "Veiligheid: dit papier is alleen voor Amal" in page


def test_above_a_paper_for_somebody_else_of_the_family_staff_are_warned(
    place: Place, browse: Callable[..., FlaskClient]
) -> None:
    file = two_homes(place)
    amal, karim, _ = file.persons
    mira = browse(place.mira)
    yes = {karim.id: frozenset({"reach", "until"})}
    akkoord_id = place.yes(file, person_id=karim.id, ask_id=None, level="reach", yes=yes, explained_in="nl")
    warning = "Dit papier is voor Karim, en voor niemand anders"
    pages = (f"/intake/persons/{karim.id}/sign-in-code", f"/intake/akkoorden/{akkoord_id}/receipt")
    assert not [one for one in pages if warning in mira.get(one).text]
    commands.set_safety(place.web, place.mira, amal.id, safety=True)
    assert all(warning in mira.get(one).text for one in pages)
    assert warning in _paper(mira, karim.id)
    # He reads his own receipt, without a word of it.
    assert "Veiligheid" not in browse(person(karim.id)).get(pages[1]).text


# ---- the mark, and what a volunteer sees ----


@pytest.mark.parametrize("side", ["school", "partner"])
def test_both_sides_of_a_referral_see_the_mark(town: Town, client_of: Any, sign_in: Any, side: str) -> None:
    yes = town.yes()
    referral_id = town.accepted(yes)
    actor = town.mira if side == "school" else town.els
    browser = sign_in(client_of("referral"), actor)
    assert "Veiligheid" not in browser.get(f"/referral/referrals/{referral_id}").text
    for _ in range(2):
        flag_event(town, town.school, yes.person_id, yes.family_id)
    assert "Veiligheid: zeg aan niemand anders" in browser.get(f"/referral/referrals/{referral_id}").text
    assert referrals.open_as_owner(town.web, town.mira, referral_id).safety
    flag_event(town, town.school, yes.person_id, yes.family_id, version=3, kind=UNFLAGGED)
    flag_event(town, town.school, yes.person_id, yes.family_id, version=2)
    with town.web.transaction(actor) as conn:
        assert not safety.is_flagged(conn, yes.person_id), "an older fact does not come back"


def test_an_organiser_sees_the_mark_beside_the_name(db_of: Any, settings_of: Any) -> None:
    place = Neighbourhood(db_of("activities"), db_of("activities", "worker"), settings_of("activities")).settle()
    amal, occurrence = place.family(), place.occurrence()
    place.granted(amal, place.register(amal, occurrence))
    place.fresh()
    flag_event(place, place.linde, amal.person.id, amal.family_id)
    [guest] = organiser.guests(place.web, place.fatima, occurrence, 60)
    assert guest.safety
    assert guest.name


def test_a_volunteer_reads_no_town_and_no_hour_of_a_flagged_person(db_of: Any, settings_of: Any) -> None:
    quarter = Quarter(db_of("network"), db_of("network", "worker"), settings_of("network")).settle()
    amal, helper, match_id = quarter.proposed(town="Antwerpen")
    before = matches.as_helper(quarter.web, helper, match_id, 60)
    assert (before.town, before.neighbourhood, before.times) == ("Antwerpen", "Kiel", ["evening"])
    flag_event(quarter, quarter.school, amal.id, amal.family_id)
    after = matches.as_helper(quarter.web, helper, match_id, 60)
    assert (after.town, after.neighbourhood, after.times) == ("", "", [])
    assert after.reasons == ["speaks:ar"]
    assert [one.reasons for one in matches.matches(quarter.web, helper, Part()).items] == [["speaks:ar"]]


def test_a_web_process_elsewhere_asks_for_one_person_and_lists_nobody(town: Town) -> None:
    yes = town.yes()
    flag_event(town, town.school, yes.person_id, yes.family_id)
    with town.web.transaction(town.mira) as conn:
        assert safety.is_flagged(conn, yes.person_id)
        row = conn.execute("SELECT has_table_privilege('seen.safety', 'SELECT')").fetchone()
    assert row == (False,)


def _paper(mira: FlaskClient, person_id: Any) -> str:
    address = f"/intake/persons/{person_id}/sign-in-code"
    token = re.search(r'name="csrf_token" value="([^"]+)"', mira.get(address).text)
    assert token
    return mira.post(address, data={"csrf_token": token[1]}).text


def _title(page: str) -> str:
    found = re.search(r"<title>([^<]*)</title>", page)
    assert found
    return found[1]
