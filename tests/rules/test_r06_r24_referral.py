"""R6: warm means a name, an hour and someone who goes along. R24: what is over closes at once. R4: no code leaves."""

from typing import Any

import pytest
from flask.testing import FlaskClient
from lxml import html

from services.referral import commands, events
from services.referral.commands import Target
from services.referral.domain import NoLongerYours
from services.referral.views import referrals as views
from shared import sealing
from shared.envelope import Envelope, Sealed
from tests.builders.referral import WORKER, Town, an_appointment

NOBODY = "nog niemand gaat mee"
OWN_ENDS = {
    "withdraw": commands.withdraw_referral,
    "error": commands.call_error,
    "family": commands.end_by_family,
}
GONE = "Deze doorverwijzing is niet meer voor jou beschikbaar."


@pytest.fixture
def town(db_of: Any, settings_of: Any) -> Town:
    return Town(db_of("referral"), db_of("referral", "worker"), settings_of("referral")).settle()


@pytest.fixture
def browsers(client_of: Any, sign_in: Any, town: Town) -> dict[str, FlaskClient]:
    return {"school": sign_in(client_of("referral"), town.mira), "ocmw": sign_in(client_of("referral"), town.els)}


def test_r6_until_there_is_a_name_and_an_hour_nobody_goes_along_on_every_screen(
    town: Town, browsers: dict[str, FlaskClient]
) -> None:
    referral_id = town.sent(goes_along="Mira, brugfiguur")
    for browser in browsers.values():
        assert NOBODY in browser.get(f"/referral/referrals/{referral_id}").text
    assert NOBODY in browsers["school"].get("/referral/").text


def test_r6_a_name_and_an_hour_alone_are_not_warm(town: Town, browsers: dict[str, FlaskClient]) -> None:
    referral_id = town.accepted(goes_along="")
    assert NOBODY in browsers["school"].get("/referral/").text
    assert "Nog niemand gaat mee" in browsers["school"].get(f"/referral/referrals/{referral_id}").text
    assert not views.open_as_owner(town.web, town.mira, referral_id).referral.warm


def test_r6_with_a_name_an_hour_and_a_companion_it_is_warm(town: Town, browsers: dict[str, FlaskClient]) -> None:
    referral_id = town.accepted(goes_along="Mira, brugfiguur")
    assert "Warm:" in browsers["school"].get("/referral/").text
    for browser in browsers.values():
        page = browser.get(f"/referral/referrals/{referral_id}").text
        assert NOBODY not in page.lower()
        assert "Mira, brugfiguur gaat mee" in page


def test_r6_who_goes_along_can_be_named_after_the_yes_and_the_family_is_told(
    town: Town, browsers: dict[str, FlaskClient], owner_of: Any
) -> None:
    yes = town.yes()
    referral_id = town.accepted(yes, goes_along="")
    path = f"/referral/referrals/{referral_id}"
    page: html.HtmlElement = html.document_fromstring(browsers["school"].get(path).text)
    [form] = [one for one in page.forms if one.get("action", "").endswith("/companion")]
    answer = browsers["school"].post(f"{path}/companion", data=dict(form.form_values()) | {"goes_along": "Mira"})
    assert answer.status_code == 303
    assert "Warm:" in browsers["school"].get("/referral/").text
    rows = owner_of("referral").execute("SELECT body FROM outbox ORDER BY position").fetchall()
    told = [Envelope.model_validate_json(body) for (body,) in rows]
    last = [one for one in told if one.type == events.MeetingPlannedV1.TYPE][-1]
    assert last.version == 4
    with town.worker.transaction(WORKER) as conn:
        sealed = Sealed.model_validate(last.data["sealed"])
        content = sealing.open_sealed(conn, sealed, yes.person_id, events.AppointmentContent)
    assert (content.goes_along, content.contact) == ("Mira", "Els")


@pytest.mark.parametrize("end", ["decline", "stop", "withdraw", "error", "family", "close", "expire"])
def test_r24_what_is_over_shows_nothing_at_the_same_address(
    town: Town, browsers: dict[str, FlaskClient], end: str
) -> None:
    yes = town.yes()
    referral_id = town.sent(yes)
    path = f"/referral/referrals/{referral_id}"
    assert "Amal" in browsers["ocmw"].get(path).text
    if end == "decline":
        commands.decline_referral(town.web, town.els, Target(referral_id, 3), "no_room")
    elif end == "close":
        commands.take_on_referral(town.web, town.els, Target(referral_id, 3), "Els", town.terms)
        commands.close_referral(town.web, town.mira, Target(referral_id, 4), "talked")
    elif end in OWN_ENDS:
        OWN_ENDS[end](town.web, town.mira, Target(referral_id, 3))
    else:
        town.stop(yes, {"stop": "stopped", "expire": "expired"}[end])
    for gone in (path, f"{path}/decline"):
        answer = browsers["ocmw"].get(gone)
        assert answer.status_code == 404
        assert answer.headers["Cache-Control"] == "no-store"
        assert GONE in answer.text
        assert "Amal" not in answer.text
    assert str(referral_id) not in browsers["ocmw"].get("/referral/").text


def test_r24_a_page_that_was_open_can_answer_nothing_any_more(town: Town, browsers: dict[str, FlaskClient]) -> None:
    yes = town.yes()
    referral_id = town.sent(yes)
    commands.see_referral(town.web, town.els, referral_id, town.terms)
    town.stop(yes)
    target = Target(referral_id, 3)
    with pytest.raises(NoLongerYours):
        commands.accept_referral(town.web, town.els, target, an_appointment(), town.terms)
    with pytest.raises(NoLongerYours):
        commands.decline_referral(town.web, town.els, target, "no_room")


def test_r4_no_event_has_room_for_why_somebody_was_declined(town: Town, owner_of: Any) -> None:
    town.declined(code="not_eligible")
    assert "code" not in " ".join(events.ReferralDeclinedV1.model_fields)
    for (body,) in owner_of("referral").execute("SELECT body FROM outbox").fetchall():
        assert "not_eligible" not in body
