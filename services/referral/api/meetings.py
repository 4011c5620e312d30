"""/referrals/{id}/meeting and what comes after it: hours, interpreters, reports, and the person's own word."""

from uuid import UUID

from flask import Blueprint
from flask import Response as FlaskResponse

from services.referral import commands
from services.referral.api.shapes.referrals import PlanMeeting, ReportOutcome, SayHelped
from services.referral.api.shapes.shown import MinePage, MineShown, ReferralShown
from services.referral.api.sides import receivers, sides, target
from services.referral.api.spec import SPEC, answers
from services.referral.domain import Appointment, Helped
from services.referral.views import calendar
from services.referral.views import mine as views
from shared.web import current_actor, house, requires

api = Blueprint("api_meetings", __name__)


@api.post("/referrals/<uuid:referral_id>/meeting")
@requires("referral.plan_meeting")
@SPEC.validate(resp=answers(ReferralShown, changes=True, keyed=True), tags=["meetings"])
def plan(referral_id: UUID, json: PlanMeeting) -> FlaskResponse:
    """Give an hour, or another one than before."""
    visit = Appointment(json.contact, json.at, json.place, json.interpreting)
    commands.plan_meeting(house().db, current_actor(), target(referral_id), visit, house().settings.terms)
    return receivers(referral_id)


@api.post("/referrals/<uuid:referral_id>/meeting/cancel")
@requires("referral.cancel_meeting")
@SPEC.validate(resp=answers(None, 204, changes=True, keyed=True), tags=["meetings"])
def cancel(referral_id: UUID) -> FlaskResponse:
    """The hour does not suit the receiver, the school or the family; the yes stays. No reason is asked (R12)."""
    commands.cancel_meeting(house().db, current_actor(), target(referral_id))
    return FlaskResponse(status=204)


@api.post("/referrals/<uuid:referral_id>/interpreter")
@requires("referral.book_interpreter")
@SPEC.validate(resp=answers(ReferralShown, changes=True, keyed=True), tags=["meetings"])
def interpreter(referral_id: UUID) -> FlaskResponse:
    """The interpreter that was asked for is booked (R11)."""
    commands.book_interpreter(house().db, current_actor(), target(referral_id))
    return sides(referral_id)


@api.get("/referrals/<uuid:referral_id>/meeting.ics")
@requires("referral.calendar")
@SPEC.validate(resp=answers(None, kind=calendar.KIND), tags=["meetings"])
def file(referral_id: UUID) -> FlaskResponse:
    """For one's own calendar: an hour and a place; its title says nothing (R22)."""
    found = calendar.meeting(house().db, current_actor(), referral_id)
    return FlaskResponse(found.written("Afspraak", None), content_type=calendar.KIND)


@api.post("/referrals/<uuid:referral_id>/met")
@requires("referral.report_meeting")
@SPEC.validate(resp=answers(ReferralShown, changes=True, keyed=True), tags=["meetings"])
def met(referral_id: UUID) -> FlaskResponse:
    """The first meeting took place."""
    commands.report_meeting(house().db, current_actor(), target(referral_id))
    return receivers(referral_id)


@api.post("/referrals/<uuid:referral_id>/start")
@requires("referral.start")
@SPEC.validate(resp=answers(ReferralShown, changes=True, keyed=True), tags=["meetings"])
def start(referral_id: UUID) -> FlaskResponse:
    """You are at work with the family."""
    commands.start_help(house().db, current_actor(), target(referral_id))
    return receivers(referral_id)


@api.post("/referrals/<uuid:referral_id>/pause")
@requires("referral.pause")
@SPEC.validate(resp=answers(ReferralShown, changes=True, keyed=True), tags=["meetings"])
def pause(referral_id: UUID) -> FlaskResponse:
    """You wait before you go on."""
    commands.pause_help(house().db, current_actor(), target(referral_id))
    return receivers(referral_id)


@api.post("/referrals/<uuid:referral_id>/outcome")
@requires("referral.report_outcome")
@SPEC.validate(resp=answers(ReferralShown, changes=True, keyed=True), tags=["meetings"])
def outcome(referral_id: UUID, json: ReportOutcome) -> FlaskResponse:
    """How it ended; said again, it corrects itself."""
    commands.report_outcome(house().db, current_actor(), target(referral_id), json.code)
    return receivers(referral_id)


@api.get("/me/referrals")
@requires("mine.see")
@SPEC.validate(resp=answers(MinePage), tags=["me"])
def mine() -> MinePage:
    """The person's own referrals, newest first."""
    return MinePage(items=[MineShown.of(one) for one in views.mine(house().db, current_actor())])


@api.get("/me/referrals/<uuid:referral_id>")
@requires("mine.open")
@SPEC.validate(resp=answers(MineShown), tags=["me"])
def one_of_mine(referral_id: UUID) -> FlaskResponse:
    """One of them, with its version."""
    return sides(referral_id)


@api.post("/me/referrals/<uuid:referral_id>/helped")
@requires("referral.say_helped")
@SPEC.validate(resp=answers(MineShown, changes=True, keyed=True), tags=["me"])
def helped(referral_id: UUID, json: SayHelped) -> FlaskResponse:
    """Whether it helped, in the person's own view; silence says nothing (R12)."""
    said = Helped(json.code, json.tell_school)
    commands.say_helped(house().db, current_actor(), target(referral_id), said)
    return sides(referral_id)
