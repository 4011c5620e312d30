"""Registrations: a person's own, and what the organiser sees of all."""

from datetime import datetime
from uuid import UUID

from flask import Blueprint, Response

from services.activities.api.shapes import (
    GuestList,
    GuestShown,
    NewBooking,
    NewRegistration,
    NumbersPage,
    NumbersQuery,
    NumbersShown,
    RegistrationShown,
)
from services.activities.api.spec import SPEC, answers
from services.activities.commands import activities as organising
from services.activities.commands import registrations as commands
from services.activities.domain.activity import Registering
from services.activities.domain.registration import SeatWish
from services.activities.views import calendar, organiser
from services.activities.views import registrations as views
from shared.api import expected_version, idempotency_key, versioned
from shared.i18n import lazy_gettext as _l
from shared.paging import after
from shared.refusals import Invalid, NotSignedIn, NotThere
from shared.security import Actor, ActorKind
from shared.web import current_actor, house, requires

api = Blueprint("api_registrations", __name__)


@api.post("/activities/<uuid:activity_id>/registrations")
@requires("drop_in.count")
@SPEC.validate(resp=answers(RegistrationShown, 201, keyed=True), tags=["registrations"])
def register(activity_id: UUID, json: NewRegistration) -> Response:
    """Take a seat as the person who asks, with a name or without; at a drop-in anyone is counted."""
    actor, db = current_actor(), house().db
    entry = calendar.occurrence(db, actor, json.occurrence_id)
    if entry.activity_id != activity_id:
        raise NotThere(str(json.occurrence_id))
    if json.yes and json.lang not in house().settings.akkoord_languages:
        raise Invalid({"lang": _l("In deze taal is de vraag nog niet nagelezen.")})
    wish = SeatWish(json.occurrence_id, json.children, json.interpreter, json.yes, json.lang)
    if entry.registration == Registering.DROP_IN and not json.yes:
        made = commands.count_me_in(db, actor, wish, key=idempotency_key())
        return _versioned(views.drop_in(db, actor, made), 201)
    if actor.kind == ActorKind.ANYONE:
        raise NotSignedIn("registration.make")
    made = commands.register(db, actor, wish, key=idempotency_key())
    return _versioned(views.registration(db, actor, made), 201)


@api.get("/registrations/<uuid:registration_id>")
@requires("drop_in.see")
@SPEC.validate(resp=answers(RegistrationShown), tags=["registrations"])
def see(registration_id: UUID) -> Response:
    """Your own registration, or a drop-in's by its id."""
    return _versioned(_found(current_actor(), registration_id))


@api.post("/registrations/<uuid:registration_id>/cancel")
@requires("drop_in.cancel")
@SPEC.validate(resp=answers(RegistrationShown, changes=True), tags=["registrations"])
def cancel(registration_id: UUID) -> Response:
    """You do not come after all; no reason asked."""
    actor, db = current_actor(), house().db
    by_id = _found(actor, registration_id).way == "drop_in"
    end = commands.leave_drop_in if by_id else commands.cancel_registration
    end(db, actor, registration_id, expected_version())
    return _versioned(_found(actor, registration_id))


@api.get("/occurrences")
@requires("numbers.list")
@SPEC.validate(resp=answers(NumbersPage), tags=["organisers"])
def list_numbers(query: NumbersQuery) -> NumbersPage:
    """What your organisations have planned, with numbers and no names."""
    place = after(query.after, datetime.fromisoformat, UUID)
    page = organiser.mine(house().db, current_actor(), (place[0], place[1]) if place else None, query.limit)
    return NumbersPage(items=[NumbersShown.of(one) for one in page.items], next=page.next)


@api.get("/occurrences/<uuid:occurrence_id>")
@requires("numbers.see")
@SPEC.validate(resp=answers(NumbersShown), tags=["organisers"])
def see_numbers(occurrence_id: UUID) -> NumbersShown:
    """How many come to one of them and what is asked, without names, so no look."""
    return NumbersShown.of(organiser.numbers(house().db, current_actor(), occurrence_id))


@api.get("/occurrences/<uuid:occurrence_id>/registrations")
@requires("names.see")
@SPEC.validate(resp=answers(GuestList), tags=["organisers"])
def list_guests(occurrence_id: UUID) -> GuestList:
    """Numbers, and the names of those who said yes; every name that opens is a look in the trail (R18)."""
    actor, db = current_actor(), house().db
    guests = organiser.guests(db, actor, occurrence_id, house().settings.freshness_seconds)
    numbers = organiser.numbers(db, actor, occurrence_id)
    return GuestList(numbers=NumbersShown.of(numbers), named=[GuestShown.of(one) for one in guests])


@api.post("/occurrences/<uuid:occurrence_id>/interpreters")
@requires("interpreter.book")
@SPEC.validate(resp=answers(NumbersShown), tags=["organisers"])
def book(occurrence_id: UUID, json: NewBooking) -> NumbersShown:
    """Say that an interpreter is booked (R11); until then it is asked for."""
    actor, db = current_actor(), house().db
    organising.book_interpreter(db, actor, organising.Booking(occurrence_id, json.language, json.interpreting))
    return NumbersShown.of(organiser.numbers(db, actor, occurrence_id))


@api.delete("/occurrences/<uuid:occurrence_id>/interpreters/<language>")
@requires("interpreter.book")
@SPEC.validate(resp=answers(NumbersShown), tags=["organisers"])
def unbook(occurrence_id: UUID, language: str) -> NumbersShown:
    """The interpreter cannot come after all."""
    actor, db = current_actor(), house().db
    organising.unbook_interpreter(db, actor, occurrence_id, language)
    return NumbersShown.of(organiser.numbers(db, actor, occurrence_id))


def _found(actor: Actor, registration_id: UUID) -> views.Seat:
    if actor.kind == ActorKind.PERSON:
        try:
            return views.registration(house().db, actor, registration_id)
        except NotThere:
            pass
    return views.drop_in(house().db, actor, registration_id)


def _versioned(seat: views.Seat, status: int = 200) -> Response:
    return versioned(RegistrationShown.of(seat), seat.version, status)
