"""The home of a person: what is shared with whom, and what comes next. Opens sealed content, for that person alone."""

from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from psycopg.rows import dict_row
from pydantic import BaseModel

from services.intake.views import corrections
from services.intake.views.consent import AkkoordRow, said_by
from services.intake.views.corrections import CorrectionRow
from shared import clock, sealing
from shared.db import Connection, Database
from shared.envelope import Sealed
from shared.security import Actor

_LATELY = timedelta(days=14)


class _Sent(BaseModel):
    goes_along: str = ""


class _Appointment(BaseModel):
    contact: str
    at: datetime
    place: str
    goes_along: str = ""


class _Registration(BaseModel):
    activity_id: UUID
    occurrence_id: UUID
    children: int = 0
    interpreter: str | None = None


class _Match(BaseModel):
    first_name: str
    role: str


class Referral(NamedTuple):
    """A referral that goes on; `at` and `contact` once the receiver gave a name and an hour (R6)."""

    receiver: str
    step: str
    contact: str
    at: datetime | None
    place: str
    goes_along: str

    @property
    def is_ahead(self) -> bool:
        return self.at is not None and self.at > clock.now()


class Going(NamedTuple):
    """A named registration; `starts` is None while the activity is not known here."""

    title: str
    lang: str
    starts: datetime | None
    venue: str
    address: str
    children: int
    interpreter: str | None
    cancelled: bool


class Meeting(NamedTuple):
    """A match that is proposed or made."""

    match_id: UUID
    status: str
    first_name: str
    role: str


class Home(NamedTuple):
    """`answers`: what the school said lately to 'Dit klopt niet'; `is_child`: the page of a child of its own."""

    name: str
    is_child: bool
    answers: list[CorrectionRow]
    akkoorden: list[AkkoordRow]
    referrals: list[Referral]
    going: list[Going]
    meetings: list[Meeting]

    @property
    def live(self) -> list[AkkoordRow]:
        return [one for one in self.akkoorden if one.is_live]

    @property
    def over(self) -> list[AkkoordRow]:
        return [one for one in self.akkoorden if not one.is_live]


def home(db: Database, actor: Actor) -> Home:
    """Of the person who asks. A look at one's own data is not recorded."""
    with db.transaction(actor) as conn:
        row = conn.execute("SELECT name_to_call, kind = 'child' FROM person WHERE id = %s", (actor.id,)).fetchone()
        name, is_child = row or ("", False)
        lately = clock.now() - _LATELY
        return Home(
            name=name,
            is_child=is_child,
            answers=[
                one
                for one in corrections.asked_by(conn, actor.id)
                if one.status in ("adjusted", "not_adjusted") and one.answered_at and one.answered_at > lately
            ],
            akkoorden=said_by(conn, actor.id),
            referrals=_referrals(conn),
            going=_going(conn, actor.id),
            meetings=_meetings(conn, actor.id),
        )


def _referrals(conn: Connection) -> list[Referral]:
    """Joined with the akkoord: one that is over shows nothing (R24)."""
    rows = _rows(
        conn,
        "SELECT r.person_id, r.step, r.sealed, coalesce(o.name, '') AS receiver FROM seen.referral_step AS r"
        " JOIN akkoord AS a ON a.id = r.akkoord_id AND a.status = 'granted' AND a.expires_on >= %(today)s"
        " LEFT JOIN seen.organisation AS o ON o.id = r.to_organisation"
        " WHERE r.step IN ('sent', 'seen', 'taken_on', 'accepted', 'met', 'helping', 'waiting')"
        " AND NOT seen.withheld(r.person_id, a.said_yes_by)"
        " ORDER BY r.at DESC LIMIT 50",
        {"today": clock.today()},
    )
    return [_referral(conn, row) for row in rows]


def _referral(conn: Connection, row: dict[str, Any]) -> Referral:
    if row["step"] == "accepted":
        told = _opened(conn, row, _Appointment)
        if told is not None:
            return Referral(row["receiver"], "accepted", told.contact, told.at, told.place, told.goes_along)
    else:
        sent = _opened(conn, row, _Sent)
        if sent is not None:
            return Referral(row["receiver"], row["step"], "", None, "", sent.goes_along)
    return Referral(row["receiver"], row["step"], "", None, "", "")


def _going(conn: Connection, person_id: UUID) -> list[Going]:
    rows = _rows(
        conn,
        "SELECT person_id, sealed FROM seen.registration WHERE person_id = %(id)s AND status = 'made'"
        " ORDER BY at DESC LIMIT 50",
        {"id": person_id},
    )
    told = [found for row in rows if (found := _opened(conn, row, _Registration)) is not None]
    activities = {
        row["activity_id"]: row
        for row in _rows(
            conn,
            "SELECT activity_id, title, venue, address, occurrences, cancelled FROM seen.activity"
            " WHERE activity_id = ANY (%(ids)s)",
            {"ids": [one.activity_id for one in told]},
        )
    }
    going = [_occasion(one, activities[one.activity_id]) for one in told if one.activity_id in activities]
    ahead = [one for one in going if one.starts is None or one.starts >= clock.now()]
    return sorted(ahead, key=lambda one: one.starts or clock.now())


def _occasion(told: _Registration, activity: dict[str, Any]) -> Going:
    found = next((one for one in activity["occurrences"] if one["occurrence_id"] == str(told.occurrence_id)), None)
    starts = None
    if found:
        starts = datetime.fromisoformat(found["starts"]).replace(tzinfo=ZoneInfo(found["zone"]))
    title = activity["title"]
    return Going(
        title.get("text", ""),
        title.get("lang", "nl"),
        starts,
        activity["venue"],
        activity["address"],
        told.children,
        told.interpreter,
        activity["cancelled"] or bool(found and found.get("cancelled")),
    )


def _meetings(conn: Connection, person_id: UUID) -> list[Meeting]:
    rows = _rows(
        conn,
        "SELECT match_id, person_id, status, sealed FROM seen.match WHERE person_id = %(id)s"
        " AND status IN ('proposed', 'made') ORDER BY at DESC LIMIT 20",
        {"id": person_id},
    )
    opened = [(row, _opened(conn, row, _Match)) for row in rows]
    return [Meeting(row["match_id"], row["status"], told.first_name, told.role) for row, told in opened if told]


def _opened(conn: Connection, row: dict[str, Any], shape: type[sealing.Content]) -> sealing.Content | None:
    """The content, or nothing where its key is not here yet or gone."""
    if row["sealed"] is None:
        return None
    found = sealing.open_or_say(conn, Sealed.model_validate(row["sealed"]), row["person_id"], shape)
    return None if isinstance(found, sealing.Unopened) else found


def _rows(conn: Connection, query: str, values: dict[str, Any]) -> list[dict[str, Any]]:
    with conn.cursor(row_factory=dict_row) as cur:
        return cur.execute(query, values).fetchall()
