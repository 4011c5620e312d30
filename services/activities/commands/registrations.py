"""What a person does: take a seat with or without a name, say 'ik kom', cancel."""

from uuid import UUID, uuid4

from uuid_utils.compat import uuid7

from services.activities import events
from services.activities.commands.activities import refuse_language
from services.activities.domain import activity as activities
from services.activities.domain.permits import PERMITS
from services.activities.domain.registration import (
    MOST_CHILDREN,
    FileErased,
    NamesNotAsked,
    NotKnownYet,
    Past,
    Registration,
    SeatWish,
    Way,
    Who,
    take_a_seat,
)
from services.activities.store import registrations as store
from shared import clock, directory, idempotency, sealing
from shared.akkoord import AgreementMissing
from shared.db import Connection, Database
from shared.i18n import lazy_gettext as _l
from shared.permissions import demand
from shared.refusals import Invalid, NotThere, Stale
from shared.security import Actor

PURPOSE = "registration"


def register(db: Database, actor: Actor, wish: SeatWish, *, key: str | None = None) -> UUID:
    """Take a seat; the same person has one at most. Without a yes nobody learns whose it is.

    Raises Full, Past, ActivityOver; NotKnownYet while intake's events are on their way; AgreementMissing (R1).
    """
    demand(PERMITS, actor, "registration.make")
    _refuse_unusable(wish)
    route = f"registrations/{wish.occurrence_id}"
    with db.transaction(actor) as conn:
        before = idempotency.made_before(conn, key, route)
        if before:
            return before
        place = _open_place(conn, wish.occurrence_id)
        if place.registration == activities.Registering.DROP_IN:
            raise NamesNotAsked(str(place.activity_id))
        had = store.seat_of(conn, place.occurrence_id, actor.id)
        if had:
            return had
        who = _who_says_yes(conn, actor, place) if wish.yes else None
        registration = _registration(place, wish, Way.NAMED if who else Way.ANONYMOUS, who)
        store.count_taken(conn, place.occurrence_id, take_a_seat(place.seats, place.taken))
        store.insert(conn, registration, actor.id)
        if who:
            _tell_made(conn, registration, who)
        idempotency.remember(conn, key, route, registration.id)
    return registration.id


def count_me_in(db: Database, actor: Actor, wish: SeatWish, *, key: str | None = None) -> UUID:
    """'Ik kom' for a drop-in: somebody is counted, and nothing says who (R12). Its id is the only way back to it."""
    demand(PERMITS, actor, "drop_in.count")
    _refuse_unusable(wish)
    route = f"drop-in/{wish.occurrence_id}"
    with db.transaction(actor) as conn:
        before = idempotency.made_before(conn, key, route)
        if before:
            return before
        place = _open_place(conn, wish.occurrence_id)
        if place.registration != activities.Registering.DROP_IN:
            raise NotThere(str(place.activity_id))
        registration = _registration(place, wish, Way.DROP_IN, None)
        store.count_taken(conn, place.occurrence_id, take_a_seat(place.seats, place.taken))
        store.insert(conn, registration, None)
        idempotency.remember(conn, key, route, registration.id)
    return registration.id


def cancel_registration(db: Database, actor: Actor, registration_id: UUID, version: int) -> Registration:
    """The person does not come after all; no reason asked, the seat is free at once."""
    return _cancel(db, actor, registration_id, version, "person")


def leave_drop_in(db: Database, actor: Actor, registration_id: UUID, version: int) -> Registration:
    """One less is counted."""
    return _cancel(db, actor, registration_id, version, "anyone")


def give_back(conn: Connection, cancelled: Registration) -> None:
    """Write a cancelled registration, free its seat, and tell of it where it had a name."""
    place = store.lock_place(conn, cancelled.occurrence_id)
    if place:
        store.count_taken(conn, place.occurrence_id, max(place.taken - 1, 0))
    store.save(conn, cancelled)
    if cancelled.who:
        store.tell_cancelled(conn, cancelled, cancelled.who)


def _cancel(db: Database, actor: Actor, registration_id: UUID, version: int, by: str) -> Registration:
    action = "drop_in.cancel" if by == "anyone" else "registration.cancel"
    with db.transaction(actor) as conn:
        found = store.find(conn, registration_id)
        place = store.lock_place(conn, found.occurrence_id) if found else None
        registration = store.lock(conn, registration_id)
        if place is None or registration is None or (registration.way == Way.DROP_IN) != (by == "anyone"):
            raise NotThere(str(registration_id))
        # Row-level security gives the row to change to its holder only, so the holder is who acts.
        demand(PERMITS, actor, action, person=actor.id)
        if registration.version != version:
            raise Stale(str(registration_id))
        if place.ends_at <= clock.now():
            raise Past(str(registration_id))
        cancelled = registration.cancel(by)
        give_back(conn, cancelled)
    return cancelled


def _open_place(conn: Connection, occurrence_id: UUID) -> store.Place:
    place = store.lock_place(conn, occurrence_id)
    if place is None:
        raise NotThere(str(occurrence_id))
    if place.status == activities.Status.CANCELLED:
        raise activities.ActivityOver(str(place.activity_id))
    if place.ends_at <= clock.now():
        raise Past(str(occurrence_id))
    return place


def _who_says_yes(conn: Connection, actor: Actor, place: store.Place) -> Who:
    """Nothing leaves the person's school without an agreement between it and the organiser (R1)."""
    who = store.person(conn, actor.id)
    if who is None:
        raise NotKnownYet(str(actor.id))
    parties = (who.owner_organisation, place.organiser)
    if not directory.may_share(conn, parties, PURPOSE, clock.today()):
        raise AgreementMissing(str(place.organiser))
    return who


def _registration(place: store.Place, wish: SeatWish, way: Way, who: Who | None) -> Registration:
    return Registration(
        # The id of a drop-in is a secret of who holds it: not one that tells its time.
        id=uuid4() if way == Way.DROP_IN else uuid7(),
        occurrence_id=place.occurrence_id,
        activity_id=place.activity_id,
        organiser=place.organiser,
        way=way,
        said_at=clock.now(),
        lang=wish.lang,
        children=wish.children,
        interpreter=wish.interpreter,
        who=who,
    )


def _tell_made(conn: Connection, registration: Registration, who: Who) -> None:
    content = events.RegistrationContent(
        activity_id=registration.activity_id,
        occurrence_id=registration.occurrence_id,
        children=registration.children,
        interpreter=registration.interpreter,
    )
    scope = sealing.Scope(kind="file", id=who.family_id, audience=events.RegistrationMadeV1.AUDIENCE)
    try:
        sealed = sealing.seal(conn, scope, who.person_id, content)
    except sealing.KeyNotYet:
        raise NotKnownYet(str(registration.id)) from None
    except sealing.KeyDestroyed:
        raise FileErased(str(registration.id)) from None
    store.tell_made(conn, registration, who, sealed)


def _refuse_unusable(wish: SeatWish) -> None:
    if not 0 <= wish.children <= MOST_CHILDREN:
        raise Invalid({"children": _l("Dit aantal klopt niet.")})
    if wish.interpreter is not None:
        refuse_language("interpreter", wish.interpreter)
