"""What an organiser does: name a hall, publish an activity, cancel it, book an interpreter."""

from datetime import date, datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from uuid_utils.compat import uuid7

from services.activities.commands.recurrence import expand
from services.activities.domain.activity import (
    AHEAD,
    MOST_SEATS,
    Activity,
    ActivityWish,
    Clashes,
    Hall,
    HallWish,
    Occurrence,
    Registering,
    Times,
    occurrence_of,
)
from services.activities.domain.permits import PERMITS
from services.activities.domain.registration import Past
from services.activities.store import activities as store
from services.activities.store import registrations
from shared import clock, idempotency, vocabulary
from shared.db import Connection, Database
from shared.i18n import is_language
from shared.i18n import lazy_gettext as _l
from shared.permissions import demand
from shared.refusals import Invalid, NotThere, Stale
from shared.security import Actor

LONGEST = timedelta(hours=24)
FURTHEST = timedelta(days=730)


class Booking(NamedTuple):
    """An interpreter for one language; `interpreting` is a code of that list."""

    occurrence_id: UUID
    language: str
    interpreting: str


def add_hall(db: Database, actor: Actor, wish: HallWish) -> UUID:
    """The hall's id; the same again where this organisation already named that hall in that town."""
    demand(PERMITS, actor, "hall.add", owner=wish.organisation_id)
    missing = {name: _l("Vul dit in.") for name in ("name", "town") if not getattr(wish, name).strip()}
    if missing:
        raise Invalid(missing)
    with db.transaction(actor) as conn:
        return store.keep_hall(conn, Hall(uuid7(), *wish))


def publish_activity(
    db: Database, actor: Actor, wish: ActivityWish, *, anyway: bool = False, key: str | None = None
) -> UUID:
    """Put it in the calendar. Raises Clashes with what others planned, unless it is to be saved `anyway` (R17)."""
    demand(PERMITS, actor, "activity.publish", owner=wish.organiser)
    _refuse_unusable(wish)
    today, now = clock.today(), clock.now()
    with db.transaction(actor) as conn:
        before = idempotency.made_before(conn, key, "activities")
        if before:
            return before
        where = store.lock_hall(conn, wish.hall_id)
        if where is None:
            raise Invalid({"hall_id": "Deze zaal kennen we niet."})
        until = max(today + AHEAD, wish.times.starts.date() + timedelta(days=1))
        activity = Activity(**wish._asdict(), id=uuid7(), town=where.town, expanded_until=until)
        occurrences = occurrences_between(activity, wish.times.starts.date(), until)
        if not occurrences:
            raise Invalid({"rrule": "Met deze herhaling gebeurt het geen enkele keer."})
        found = store.clashes(conn, activity, [one for one in occurrences if one.ends_at > now])
        if found and not anyway:
            raise Clashes(found)
        store.insert(conn, activity, now)
        store.add_occurrences(conn, activity, occurrences)
        store.tell_published(conn, activity, where, now)
        idempotency.remember(conn, key, "activities", activity.id)
    return activity.id


def cancel_activity(db: Database, actor: Actor, activity_id: UUID, version: int) -> Activity:
    """It does not take place any more; who registered sees so. Raises Stale or ActivityOver."""
    with db.transaction(actor) as conn:
        activity = store.lock(conn, activity_id)
        if activity is None:
            raise NotThere(str(activity_id))
        demand(PERMITS, actor, "activity.cancel", owner=activity.organiser)
        if activity.version != version:
            raise Stale(str(activity_id))
        role = min(actor.roles_at(activity.organiser) & {"organiser", "school_staff"})
        cancelled = activity.cancel(role)
        store.save(conn, cancelled, clock.now())
        store.tell_cancelled(conn, cancelled)
    return cancelled


def book_interpreter(db: Database, actor: Actor, booking: Booking) -> None:
    """From now on the interpreter is booked; until then it is 'gevraagd' (R11)."""
    if booking.interpreting not in vocabulary.codes("interpreting"):
        raise Invalid({"interpreting": _l("Kies een van de mogelijkheden.")})
    refuse_language("language", booking.language)
    with db.transaction(actor) as conn:
        place = _place(conn, actor, booking.occurrence_id)
        if place.ends_at <= clock.now():
            raise Past(str(place.occurrence_id))
        registrations.book_interpreter(conn, place, booking.language, booking.interpreting, clock.now())


def unbook_interpreter(db: Database, actor: Actor, occurrence_id: UUID, language: str) -> None:
    """The interpreter cannot come after all: it is 'gevraagd' again."""
    with db.transaction(actor) as conn:
        place = _place(conn, actor, occurrence_id)
        registrations.unbook_interpreter(conn, place.occurrence_id, language)


def occurrences_between(activity: Activity, since: date, until: date) -> list[Occurrence]:
    times = activity.times
    return [occurrence_of(activity.id, starts, ends, times.zone) for starts, ends in expand(times, since, until)]


def refuse_language(field: str, tag: str) -> None:
    if len(tag) > 20 or not is_language(tag):
        raise Invalid({field: _l("Deze taal kennen we niet.")})


def _place(conn: Connection, actor: Actor, occurrence_id: UUID) -> registrations.Place:
    place = registrations.lock_place(conn, occurrence_id)
    if place is None:
        raise NotThere(str(occurrence_id))
    demand(PERMITS, actor, "interpreter.book", owner=place.organiser)
    return place


def _refuse_unusable(wish: ActivityWish) -> None:
    wrong: dict[str, str] = {}
    if wish.kind not in vocabulary.codes("activity_kinds"):
        wrong["kind"] = _l("Kies een van de mogelijkheden.")
    if not wish.title.text.strip():
        wrong["title"] = _l("Vul dit in.")
    wrong |= _wrong_times(wish.times, clock.now().astimezone(clock.BRUSSELS).replace(tzinfo=None))
    wrong |= _wrong_seats(wish)
    if not all(is_language(tag) for tag in wish.languages):
        wrong["languages"] = _l("Deze taal kennen we niet.")
    if wrong:
        raise Invalid(wrong)


def _wrong_times(times: Times, now: datetime) -> dict[str, str]:
    if not times.starts < times.ends <= times.starts + LONGEST:
        return {"ends": "Het einde komt na het begin, op dezelfde dag."}
    if abs(times.starts - now) > FURTHEST:
        return {"starts": "Kies een dag binnen de twee jaar."}
    return {}


def _wrong_seats(wish: ActivityWish) -> dict[str, str]:
    if wish.seats is not None and wish.registration == Registering.DROP_IN:
        return {"seats": "Bij vrije inloop zijn er geen plaatsen te tellen."}
    if wish.seats is not None and not 1 <= wish.seats <= MOST_SEATS:
        return {"seats": "Dit aantal klopt niet."}
    if wish.companions is not None and not 0 <= wish.companions <= MOST_SEATS:
        return {"companions": "Dit aantal klopt niet."}
    return {}
