"""One first meeting as iCalendar (RFC 5545), for the school, the receiver and the person: an hour, a place, no name."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from icalendar import Calendar, Event
from psycopg.rows import class_row

from services.referral.domain import PERMITS, WITH_RECEIVER, not_visible
from services.referral.store import said_yes
from services.referral.views.lists import AKKOORD_LIVES, OPEN_TO_RECEIVER, RECEIVING, bounds
from services.referral.views.mine import FOR_PERSON
from shared import clock
from shared.db import Database
from shared.permissions import demand
from shared.refusals import NotThere
from shared.security import Actor

KIND = "text/calendar; charset=utf-8"
_AN_HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class Meeting:
    """`at` is the hour that counts, or the one that is off."""

    id: UUID
    at: datetime
    place: str
    sequence: int
    is_off: bool

    def written(self, title: str, url: str | None) -> bytes:
        """`title` says nothing of whom or what for: calendars are shared, and lie open on a phone (R22)."""
        calendar = Calendar()
        calendar.add("prodid", "-//Brug//Afspraak//NL")
        calendar.add("version", "2.0")
        calendar.add("method", "PUBLISH")
        event = Event()
        event.add("uid", f"{self.id}@brug")
        event.add("dtstamp", clock.now().replace(microsecond=0))
        event.add("sequence", self.sequence)
        event.add("dtstart", self.at.astimezone(clock.BRUSSELS))
        event.add("dtend", (self.at.astimezone(UTC) + _AN_HOUR).astimezone(clock.BRUSSELS))
        event.add("summary", title)
        if self.place:
            event.add("location", self.place)
        if url:
            event.add("url", url)
        event.add("class", "PRIVATE")
        event.add("status", "CANCELLED" if self.is_off else "CONFIRMED")
        calendar.add_component(event)
        calendar.add_missing_timezones()
        told: bytes = calendar.to_ical()
        return told


def meeting(db: Database, actor: Actor, referral_id: UUID) -> Meeting:
    """For whom the referral is theirs; for its receiver only while the person's yes lasts (R24). Raises NotThere."""
    with db.transaction(actor) as conn:
        parties = conn.execute(
            "SELECT owner_organisation, to_organisation, person_id, akkoord_id FROM referral WHERE id = %s",
            (referral_id,),
        ).fetchone()
        if parties is None:
            raise not_visible(actor, referral_id)
        whose = actor.id if said_yes.speaks(conn, parties[3], actor.id) is not None else parties[2]
        demand(PERMITS, actor, "referral.calendar", owner=parties[0], receiver=parties[1], person=whose)
        values = bounds(actor, RECEIVING, WITH_RECEIVER)
        values |= {"id": referral_id, "me": actor.id, "schools": list(actor.organisations_as("school_staff"))}
        with conn.cursor(row_factory=class_row(Meeting)) as cur:
            found = cur.execute(
                "SELECT r.id, coalesce(r.meets_at, r.was_at) AS at, coalesce(r.place, '') AS place, r.sequence,"  # noqa: S608
                f" r.meets_at IS NULL AS is_off FROM referral AS r LEFT{AKKOORD_LIVES}"
                " WHERE r.id = %(id)s AND coalesce(r.meets_at, r.was_at) IS NOT NULL"
                f" AND ({FOR_PERSON} OR r.owner_organisation = ANY (%(schools)s) OR ({OPEN_TO_RECEIVER}))",
                values,
            ).fetchone()
    if found is None:
        raise NotThere(str(referral_id))
    return found
