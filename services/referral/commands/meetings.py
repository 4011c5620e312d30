"""The yes of a receiver and the first meeting: a name, an hour, a place, an interpreter, who goes along."""

from datetime import timedelta

from services.referral import events
from services.referral.commands import guests, steps
from services.referral.commands.steps import Step, Target
from services.referral.domain import Action, Appointment, Referral, Status, Terms
from services.referral.store import referrals as store
from shared import clock
from shared.db import Connection, Database
from shared.refusals import Invalid
from shared.security import Actor

_FARTHEST = timedelta(days=366)


def accept_referral(db: Database, actor: Actor, target: Target, appointment: Appointment, terms: Terms) -> Referral:
    """Say yes with a name, an hour and a place; with someone who goes along it is warm now (R6)."""
    return _plan(db, actor, target, appointment, terms)


def take_on_referral(db: Database, actor: Actor, target: Target, contact: str, terms: Terms) -> Referral:
    """Say yes without an hour yet; `contact` may be empty until somebody takes it up."""

    def tell(conn: Connection, one: Referral) -> None:
        content = events.TakenOnContent(contact=one.contact or "", goes_along=one.goes_along)
        store.tell(conn, one, events.ReferralTakenOnV1, sealed=steps.sealed(conn, one, content))

    return steps.take(db, actor, target, Step(Action.ACCEPT, lambda one: one.accept(contact, clock.now()), tell), terms)


def plan_meeting(db: Database, actor: Actor, target: Target, appointment: Appointment, terms: Terms) -> Referral:
    """Give an hour after the yes, or another one than before."""
    return _plan(db, actor, target, appointment, terms)


def cancel_meeting(db: Database, actor: Actor, target: Target) -> Referral:
    """The hour does not suit the receiver, the school or the family; the yes stays. Nobody is asked why (R12)."""

    def tell(conn: Connection, one: Referral) -> None:
        store.tell(conn, one, events.MeetingCancelledV1)
        if one.to_organisation not in actor.organisations:
            guests.tell_news(conn, one)

    return steps.take(db, actor, target, Step(Action.CANCEL_MEETING, lambda one: one.cancel_meeting(clock.now()), tell))


def book_interpreter(db: Database, actor: Actor, target: Target) -> Referral:
    """Until somebody says so, an interpreter is 'gevraagd' (R11)."""
    step = Step(Action.BOOK_INTERPRETER, lambda one: one.book_interpreter(), tell_meeting)
    return steps.take(db, actor, target, step)


def report_meeting(db: Database, actor: Actor, target: Target) -> Referral:
    """The first meeting took place; whether the school is told follows the akkoord (R4)."""
    step = Step(Action.REPORT_MEETING, lambda one: one.report_meeting(clock.now()), steps.telling(events.MeetingHeldV1))
    return steps.take(db, actor, target, step)


def tell_meeting(conn: Connection, referral: Referral) -> None:
    """Tell the family where it is expected and who goes along, while that is still to come."""
    if referral.status == Status.MEETING_PLANNED:
        _tell_appointment(conn, referral, events.MeetingPlannedV1)


def _plan(db: Database, actor: Actor, target: Target, appointment: Appointment, terms: Terms) -> Referral:
    if not clock.now() < appointment.at < clock.now() + _FARTHEST:
        raise Invalid({"at": "Kies een dag en uur die nog komen, binnen het jaar."})
    before: list[Referral] = []

    def move(one: Referral) -> Referral:
        before.append(one)
        return one.plan_meeting(appointment, clock.now())

    def tell(conn: Connection, one: Referral) -> None:
        first = before[-1].answered_at is None
        _tell_appointment(conn, one, events.ReferralAcceptedV1 if first else events.MeetingPlannedV1)

    return steps.take(db, actor, target, Step(Action.PLAN_MEETING, move, tell), terms)


def _tell_appointment(
    conn: Connection, referral: Referral, shape: type[events.ReferralAcceptedV1] | type[events.MeetingPlannedV1]
) -> None:
    visit = referral.appointment
    if visit is not None:
        content = events.AppointmentContent(
            contact=visit.contact,
            at=visit.at,
            place=visit.place,
            goes_along=referral.goes_along,
            interpreter=referral.interpreter,
            sequence=referral.sequence,
        )
        store.tell(conn, referral, shape, sealed=steps.sealed(conn, referral, content))
