"""Breaking in, by what is a referral's own: every transition in every state, lists, files, keys, versions, replays."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask
from lxml import html
from werkzeug.test import TestResponse

from services.referral import commands
from services.referral.app import create_app
from services.referral.commands import teams
from services.referral.domain import Action, Helped, Status
from services.referral.views import referrals
from shared import clock
from shared.refusals import NotAllowed, NotThere
from shared.security import Actor, ActorKind, Membership
from tests.builders.activities import Issuers
from tests.builders.referral import Town, an_appointment
from tests.conftest import remember_memberships

API = "/referral/api/v1"
Ask = Callable[..., TestResponse]


@pytest.fixture
def town(db_of: Any, settings_of: Any) -> Town:
    return Town(db_of("referral"), db_of("referral", "worker"), settings_of("referral")).settle()


@pytest.fixture
def app(town: Town) -> Any:
    issuers = Issuers(town.settings)
    made = create_app(town.settings, transport=issuers.transport())
    made.extensions["test_issuers"] = issuers
    yield made
    made.extensions["brug"].db.close()


@pytest.fixture
def ask(app: Flask, owner_of: Any) -> Ask:
    def do(actor: Actor, method: str, path: str, at: int = 1, key: str = "", **more: Any) -> TestResponse:
        if actor.memberships:
            remember_memberships(owner_of("referral"), actor)
        headers = app.extensions["test_issuers"].bearer(actor) | {"If-Match": f'"{at}"'}
        headers |= {"Idempotency-Key": key} if key else {}
        return app.test_client().open(API + path, method=method, headers=headers, **more)

    return do


def steps(town: Town, actor: Actor, target: commands.Target) -> Mapping[Action, Callable[[], Any]]:
    db, terms, visit = town.web, town.terms, an_appointment()
    return {
        Action.SEND: lambda: commands.send_referral(db, actor, target, terms),
        Action.SEE: lambda: commands.see_referral(db, actor, target.id, terms),
        Action.ASK_INFORMATION: lambda: commands.ask_information(db, actor, target, "question", terms),
        Action.ANSWER_INFORMATION: lambda: commands.answer_information(
            db, actor, target, commands.InformationAnswer("ask_parent"), terms
        ),
        Action.ACCEPT: lambda: commands.take_on_referral(db, actor, target, "Els", terms),
        Action.PLAN_MEETING: lambda: commands.plan_meeting(db, actor, target, visit, terms),
        Action.CANCEL_MEETING: lambda: commands.cancel_meeting(db, actor, target),
        Action.BOOK_INTERPRETER: lambda: commands.book_interpreter(db, actor, target),
        Action.MOVE_TO_TEAM: lambda: teams.move_to_team(db, actor, target, None, town.terms),
        Action.NAME_COMPANION: lambda: commands.name_companion(db, actor, target, "Ik"),
        Action.REPORT_MEETING: lambda: commands.report_meeting(db, actor, target),
        Action.START: lambda: commands.start_help(db, actor, target),
        Action.PAUSE: lambda: commands.pause_help(db, actor, target),
        Action.REPORT_OUTCOME: lambda: commands.report_outcome(db, actor, target, "helped"),
        Action.SAY_HELPED: lambda: commands.say_helped(db, actor, target, Helped("helped", tell_school=False)),
        Action.CLOSE: lambda: commands.close_referral(db, actor, target, "talked"),
        Action.DECLINE: lambda: commands.decline_referral(db, actor, target, "no_room"),
        Action.WITHDRAW: lambda: commands.withdraw_referral(db, actor, target),
        Action.END_BY_FAMILY: lambda: commands.end_by_family(db, actor, target),
        Action.CALL_ERROR: lambda: commands.call_error(db, actor, target),
    }


def test_every_move_of_the_table_that_somebody_makes_is_tried_here(town: Town) -> None:
    assert set(steps(town, town.mira, commands.Target(uuid4(), 1))) == set(Action) - {Action.RECALL, Action.EXPIRE}


@pytest.mark.parametrize("state", ["draft", "sent", "asked", "taken_on", "accepted", "met", "declined"])
def test_no_transition_goes_without_access_to_the_record(town: Town, state: str, owner_of: Any) -> None:
    """Primero, 2026: a move asked for by id alone. In every state, with the right version."""
    referral_id: UUID = getattr(town, state)()
    rows = "SELECT md5(string_agg(r::text, '|')) FROM referral AS r"
    before = owner_of("referral").execute(rows).fetchone()
    both = Actor(
        uuid4(), ActorKind.STAFF, tuple(Membership(uuid4(), one, one, "") for one in ("school_staff", "partner_worker"))
    )
    for actor in (town.jo, town.koen, both, Actor(uuid4(), ActorKind.PERSON)):
        for action, step in steps(town, actor, town.target(referral_id)).items():
            with pytest.raises((NotThere, NotAllowed)):
                step()
            assert owner_of("referral").execute(rows).fetchone() == before, (action, actor)


def test_a_task_from_somebody_elses_list_is_not_done_nor_put_off(town: Town) -> None:
    """Primero, 2026: from a list, by ids that were never in one's own."""
    town.declined()
    [task] = town.tasks(town.mira)
    for actor in (town.jo, town.els, town.koen):
        target = commands.TaskTarget(task.id, task.version)
        with pytest.raises((NotThere, NotAllowed)):
            commands.finish_task(town.web, actor, target, "talked")
        with pytest.raises((NotThere, NotAllowed)):
            commands.put_off_task(town.web, actor, target, clock.today() + timedelta(days=2))
    assert town.tasks(town.mira) == [task]


def test_a_file_of_a_meeting_opens_for_nobody_else_and_not_by_an_old_link(town: Town, ask: Ask) -> None:
    """Primero, 2026: what is attached asks the same as what it is attached to."""
    yes = town.yes()
    referral_id = town.accepted(yes)
    path = f"/referrals/{referral_id}/meeting.ics"
    for actor in (town.jo, town.koen, Actor(uuid4(), ActorKind.PERSON)):
        assert ask(actor, "GET", path).status_code == 404
    assert ask(town.els, "GET", path).status_code == 200
    town.stop(yes)
    assert ask(town.els, "GET", path).status_code == 404


def test_a_key_of_somebody_else_gives_nothing_of_what_they_made(town: Town, ask: Ask) -> None:
    yes, other = town.yes(), town.yes(owner=town.other_school)
    town.agree(town.other_school, town.ocmw)
    body = {"akkoord_id": str(yes.akkoord_id), "reason": "finances"}
    made = ask(town.mira, "POST", "/referrals", key="one and the same".replace(" ", "-"), json=body)
    assert made.status_code == 201
    again = {"akkoord_id": str(other.akkoord_id), "reason": "finances"}
    theirs = ask(town.jo, "POST", "/referrals", key="one-and-the-same", json=again)
    assert theirs.status_code == 201
    assert theirs.get_json()["id"] != made.get_json()["id"]
    stolen = ask(town.jo, "POST", "/referrals", key="one-and-the-same-2", json=body)
    assert stolen.status_code == 409, "another school's akkoord is no akkoord"


def test_a_key_that_comes_again_after_access_ended_opens_nothing(town: Town, ask: Ask) -> None:
    """R24: a replay is answered as a new request would be, and does nothing twice."""
    yes = town.yes()
    referral_id = town.sent(yes)
    path, visit = f"/referrals/{referral_id}/accept", {"contact": "Els"}
    first = ask(town.els, "POST", path, 2, key="k", json=visit)
    again = ask(town.els, "POST", path, 2, key="k", json=visit)
    assert (first.status_code, again.status_code) == (200, 200)
    assert first.headers["ETag"] == again.headers["ETag"]
    assert ask(town.els, "POST", path, 2, json=visit).status_code == 412, "without the key it is another request"
    town.stop(yes)
    gone = ask(town.els, "POST", path, 2, key="k", json=visit)
    assert gone.status_code == 404
    assert "Amal" not in gone.text


def test_a_version_of_the_other_side_is_no_version(town: Town, ask: Ask) -> None:
    """R4: each side's number is its own, and nobody gets further with the other's."""
    referral_id = town.met(town.yes(way_back=["nothing"]))
    receivers, schools = town.target(referral_id, town.els).version, town.target(referral_id, town.mira).version
    assert receivers != schools
    path = f"/referrals/{referral_id}"
    assert ask(town.mira, "POST", f"{path}/withdraw", receivers).status_code == 412
    assert ask(town.els, "POST", f"{path}/start", schools).status_code == 412
    assert ask(town.jo, "POST", f"{path}/withdraw", schools).status_code == 404
    assert ask(town.mira, "POST", f"{path}/withdraw", schools).status_code == 200


def test_what_a_form_of_a_page_does_not_have_it_does_not_take(town: Town, client_of: Any, sign_in: Any) -> None:
    """Mass assignment on pages: whose it is, to whom, in which state."""
    yes = town.yes()
    school = sign_in(client_of("referral"), town.mira)
    page = html.document_fromstring(school.get(f"/referral/referrals/new?akkoord={yes.akkoord_id}").text)
    [form] = [dict(one.form_values()) for one in page.forms if one.get("action", "").endswith("/referrals/new")]
    more = {"owner_organisation": str(town.other_school), "to_organisation": str(town.katrol), "status": "closed"}
    more |= {"way_back": "outcome", "school_version": "9", "id": str(uuid4()), "sent_by": str(uuid4())}
    form |= {"reason": "finances", "goes_along": ""}
    made = school.post("/referral/referrals/new", data=form | more).location.rsplit("/", 1)[1]
    one = referrals.own(town.web, town.mira, UUID(made))
    assert (one.owner_organisation, one.to_organisation, one.status) == (town.school, town.ocmw, Status.DRAFT)
    assert (one.way_back, one.school_version, one.sent_by) == (("first_meeting",), 1, None)


def test_a_form_without_its_token_writes_nothing(town: Town, client_of: Any, sign_in: Any) -> None:
    """Another site's page cannot send a form of ours."""
    referral_id = town.accepted()
    school = sign_in(client_of("referral"), town.mira)
    answer = school.post(f"/referral/referrals/{referral_id}/withdraw", data={"version": "3"})
    assert answer.status_code == 400
    assert referrals.own(town.web, town.mira, referral_id).status == Status.MEETING_PLANNED
