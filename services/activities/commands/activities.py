"""What an organiser does: name a hall, publish an activity, change it, cancel it or one time of it, interpreters."""

from datetime import date, datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from uuid_utils.compat import uuid7

from services.activities.commands.recurrence import expand
from services.activities.domain.activity import (
    AHEAD,
    MOST_SEATS,
    Activity,
    ActivityChange,
    ActivityOver,
    ActivityWish,
    Clashes,
    Hall,
    HallWish,
    Occurrence,
    Registering,
    Status,
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
        activity, role = _own(conn, actor, "activity.cancel", activity_id, version)
        cancelled = activity.cancel(role)
        store.save(conn, cancelled, clock.now())
        store.tell_cancelled(conn, cancelled)
    return cancelled


def cancel_occurrence(db: Database, actor: Actor, occurrence_id: UUID, version: int) -> Activity:
    """This one time it does not take place; who registered for it sees so, and nothing is asked of them (R12).

    `version` is the activity's. Raises Stale, Past, or ActivityOver where that was said before.
    """
    now = clock.now()
    with db.transaction(actor) as conn:
        found = store.lock_of_occurrence(conn, occurrence_id)
        activity, role = _permitted(found, actor, "activity.cancel", version)
        place = _still_to_come(conn, occurrence_id)
        cancelled = activity.cancel_one(role)
        store.save(conn, cancelled, now)
        store.cancel_occurrence(conn, place.occurrence_id, now)
        _tell(conn, cancelled, now)
    return cancelled


def change_activity(db: Database, actor: Actor, activity_id: UUID, change: ActivityChange, version: int) -> Activity:
    """It says something else from now on. Raises Stale, ActivityOver, or Invalid where more seats are taken already."""
    now = clock.now()
    with db.transaction(actor) as conn:
        activity, role = _own(conn, actor, "activity.change", activity_id, version)
        changed = activity.change(change, role)
        _refuse_unusable_words(changed)
        taken = store.lock_most_taken(conn, activity_id, now)
        if changed.seats is not None and changed.seats < taken:
            raise Invalid({"seats": "Er zijn al meer plaatsen ingenomen."})
        store.save_changed(conn, changed, now)
        _tell(conn, changed, now)
    return changed


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


def _own(conn: Connection, actor: Actor, action: str, activity_id: UUID, version: int) -> tuple[Activity, str]:
    """The activity, locked, and the role in which the actor may do this. Raises NotThere, NotAllowed or Stale."""
    return _permitted(store.lock(conn, activity_id), actor, action, version)


def _permitted(activity: Activity | None, actor: Actor, action: str, version: int) -> tuple[Activity, str]:
    if activity is None:
        raise NotThere("activity")
    demand(PERMITS, actor, action, owner=activity.organiser)
    if activity.version != version:
        raise Stale(str(activity.id))
    return activity, min(actor.roles_at(activity.organiser) & {"organiser", "school_staff"})


def _still_to_come(conn: Connection, occurrence_id: UUID) -> registrations.Place:
    place = registrations.lock_place(conn, occurrence_id)
    if place is None or place.status == Status.CANCELLED:
        raise ActivityOver(str(occurrence_id))
    if place.ends_at <= clock.now():
        raise Past(str(occurrence_id))
    return place


def _tell(conn: Connection, activity: Activity, now: datetime) -> None:
    where = store.hall(conn, activity.hall_id)
    if where:
        store.tell_published(conn, activity, where, now)


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
    wrong |= _wrong_times(wish.times, clock.now().astimezone(clock.BRUSSELS).replace(tzinfo=None))
    _refuse_unusable_words(wish, wrong)


def _refuse_unusable_words(said: ActivityWish | Activity, wrong: dict[str, str] | None = None) -> None:
    wrong = {**(wrong or {}), **_wrong_seats(said)}
    if not said.title.text.strip():
        wrong["title"] = _l("Vul dit in.")
    if not all(is_language(tag) for tag in said.languages):
        wrong["languages"] = _l("Deze taal kennen we niet.")
    if wrong:
        raise Invalid(wrong)


def _wrong_times(times: Times, now: datetime) -> dict[str, str]:
    if not times.starts < times.ends <= times.starts + LONGEST:
        return {"ends": "Het einde komt na het begin, op dezelfde dag."}
    if abs(times.starts - now) > FURTHEST:
        return {"starts": "Kies een dag binnen de twee jaar."}
    return {}


def _wrong_seats(wish: ActivityWish | Activity) -> dict[str, str]:
    if wish.seats is not None and wish.registration == Registering.DROP_IN:
        return {"seats": "Bij vrije inloop zijn er geen plaatsen te tellen."}
    if wish.seats is not None and not 1 <= wish.seats <= MOST_SEATS:
        return {"seats": "Dit aantal klopt niet."}
    if wish.companions is not None and not 0 <= wish.companions <= MOST_SEATS:
        return {"companions": "Dit aantal klopt niet."}
    return {}
