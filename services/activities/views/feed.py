"""The calendar of a town as iCalendar (RFC 5545): public facts only."""

import hashlib
from dataclasses import dataclass
from datetime import UTC, timedelta

from icalendar import Calendar, Event, vText

from services.activities.domain.words import HELP
from services.activities.views.calendar import Entry, between
from shared import clock, vocabulary
from shared.db import Database
from shared.security import Actor

KIND = "text/calendar; charset=utf-8"
BEFORE, AHEAD = timedelta(weeks=1), timedelta(weeks=9)
MOST = 2000  # occurrences


@dataclass(frozen=True)
class Feed:
    """What was and comes in a town, as rows; writing them down takes longer than reading them."""

    town: str
    entries: tuple[Entry, ...]

    def tag(self, language: str) -> str:
        """The same while nothing changes that the calendar shows."""
        told = hashlib.sha256(language.encode())
        for one in self.entries:
            told.update(f"{one.occurrence_id} {one.version} {one.changed_at} {one.organiser_name}\n".encode())
        return told.hexdigest()[:32]

    def written(self, url: str) -> bytes:
        """As RFC 5545 has it, in the language of the request. `url` is where this service's pages start."""
        calendar = Calendar()
        calendar.add("prodid", "-//Brug//Buurtkalender//NL")
        calendar.add("version", "2.0")
        calendar.add("method", "PUBLISH")
        calendar.add("name", f"Buurtkalender {self.town}")
        calendar["X-WR-CALNAME"] = vText(f"Buurtkalender {self.town}")
        words = {code: str(vocabulary.label("answers", code)) for code in vocabulary.codes("answers")}
        words |= {name: str(vocabulary.label("practical_help", name)) for name in HELP}
        for entry in self.entries:
            calendar.add_component(_event(entry, url, words))
        calendar.add_missing_timezones()
        written: bytes = calendar.to_ical()
        return written


def feed(db: Database, actor: Actor, town: str) -> Feed:
    today = clock.today()
    return Feed(town, tuple(between(db, actor, town, (today - BEFORE, today + AHEAD), most=MOST)))


def _event(entry: Entry, url: str, words: dict[str, str]) -> Event:
    event = Event()
    changed = entry.changed_at.astimezone(UTC).replace(microsecond=0)
    event.add("uid", f"{entry.occurrence_id}@brug")
    event.add("dtstamp", changed)
    event.add("last-modified", changed)
    event.add("sequence", entry.version - 1)
    event.add("dtstart", entry.starts.replace(tzinfo=clock.BRUSSELS))
    event.add("dtend", entry.ends.replace(tzinfo=clock.BRUSSELS))
    event.add("summary", vText(entry.title.text, params={"LANGUAGE": entry.title.lang}))
    event.add("location", ", ".join(part for part in (entry.hall, entry.address, entry.town) if part))
    event.add("description", _facts(entry, words))
    event.add("categories", [str(vocabulary.label("activity_kinds", entry.kind))])
    event.add("status", "CANCELLED" if entry.status == "cancelled" else "CONFIRMED")
    event.add("url", f"{url}/activities/{entry.activity_id}")
    return event


def _facts(entry: Entry, words: dict[str, str]) -> str:
    """Each fact with its answer: unknown is said, and is not no (R13)."""
    answers = entry.practical_help.model_dump()
    lines = [f"{words[name]}: {words[answers[name]]}" for name in HELP]
    return "\n".join([entry.organiser_name, *lines] if entry.organiser_name else lines)
