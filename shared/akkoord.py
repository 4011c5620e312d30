"""A person's yes as services other than intake know it: remembered, locked while relied on, fresh or refused."""

from datetime import date, datetime, timedelta
from typing import Any, ClassVar, NamedTuple
from uuid import UUID

from psycopg.rows import class_row
from psycopg.types.json import Jsonb
from pydantic import BaseModel

from shared import clock, outbox
from shared.db import Connection
from shared.envelope import Envelope, Event, Sealed
from shared.inbox import Handlers
from shared.package import LanguageSkill, Package, Reach, Words
from shared.refusals import NotFresh, Refusal

__all__ = [
    "CONSENTS",
    "PROJECTIONS",
    "AgreementMissing",
    "Akkoord",
    "AkkoordAcknowledgedV1",
    "AkkoordMissing",
    "LanguageSkill",
    "Package",
    "Reach",
    "Words",
    "acknowledge",
    "demand_fresh",
    "find",
    "fresh_as_of",
    "lock_live",
]

CONSENTS = "intake.consents"


class AkkoordMissing(Refusal):
    """The person has not said yes to this, or not any more (R1)."""


class AgreementMissing(Refusal):
    """The two organisations have no registered agreement for this purpose (R1)."""


class Akkoord(NamedTuple):
    akkoord_id: UUID
    person_id: UUID
    family_id: UUID
    owner_organisation: UUID
    receiver_organisation: UUID
    purpose: str
    level: str
    way_back: list[str]
    expires_on: date
    reference: UUID | None
    status: str
    package: dict[str, Any] | None
    version: int

    @property
    def sealed(self) -> Sealed | None:
        return Sealed.model_validate(self.package) if self.package else None


class AkkoordAcknowledgedV1(Event):
    """This service has closed all access that rested on an ended akkoord."""

    TYPE: ClassVar[str] = "be.brug.akkoord.acknowledged.v1"
    TOPIC: ClassVar[str] = "{service}.acknowledgements"
    EXAMPLE: ClassVar[dict[str, Any]] = {
        "akkoord_id": "5f0c6f0e-6c1c-4f43-9d5f-0d1d6f4a7a01",
        "person_id": "5f0c6f0e-6c1c-4f43-9d5f-0d1d6f4a7a02",
        "family_id": "5f0c6f0e-6c1c-4f43-9d5f-0d1d6f4a7a03",
    }

    akkoord_id: UUID
    person_id: UUID
    family_id: UUID


_COLUMNS = (
    "akkoord_id, person_id, family_id, owner_organisation, receiver_organisation, purpose, level, way_back,"
    " expires_on, reference, status, package, version"
)


def find(conn: Connection, akkoord_id: UUID) -> Akkoord | None:
    """As row-level security lets the actor see it, live or not."""
    with conn.cursor(row_factory=class_row(Akkoord)) as cur:
        return cur.execute(f"SELECT {_COLUMNS} FROM seen.akkoord WHERE akkoord_id = %s", (akkoord_id,)).fetchone()  # noqa: S608


def lock_live(conn: Connection, akkoord_id: UUID) -> Akkoord:
    """The akkoord, live now and for the rest of the transaction: a stop waits until it ends.

    Raises AkkoordMissing. Lock order: akkoord, then the thing that relies on it, then the outbox.
    """
    with conn.cursor(row_factory=class_row(Akkoord)) as cur:
        found = cur.execute(
            f"SELECT {_COLUMNS} FROM seen.akkoord AS a WHERE akkoord_id = %s AND seen.live(a, %s) FOR SHARE",  # noqa: S608
            (akkoord_id, clock.today()),
        ).fetchone()
    if found is None:
        raise AkkoordMissing(str(akkoord_id))
    return found


def demand_fresh(conn: Connection, most_seconds: int) -> None:
    """Raise NotFresh where intake's akkoorden may have changed unheard for longer than `most_seconds`."""
    as_of = fresh_as_of(conn)
    if as_of is None or clock.now() - as_of > timedelta(seconds=most_seconds):
        raise NotFresh


def fresh_as_of(conn: Connection) -> datetime | None:
    """The time up to which every akkoord that intake committed is known here; None while that is unknown."""
    row = conn.execute(
        "SELECT min(CASE WHEN coalesce(h.last_offset, -1) >= f.consents_offset THEN f.as_of"
        "  ELSE f.fresh_as_of END), count(*) = max(f.partitions)"
        " FROM seen.freshness AS f LEFT JOIN seen.handled AS h"
        "  ON h.topic = %s AND h.partition = f.partition",
        (CONSENTS,),
    ).fetchone()
    return row[0] if row and row[1] else None


def acknowledge(conn: Connection, ended: Akkoord) -> None:
    """Tell intake that access is closed here; the person's page ticks it."""
    outbox.publish(
        conn,
        AkkoordAcknowledgedV1(akkoord_id=ended.akkoord_id, person_id=ended.person_id, family_id=ended.family_id),
        outbox.About(ended.family_id, ended.akkoord_id, ended.version, ended.owner_organisation),
    )


class _Granted(BaseModel):
    akkoord_id: UUID
    person_id: UUID
    family_id: UUID
    receiver_organisation: UUID
    purpose: str
    level: str
    way_back: list[str]
    expires_on: date
    reference: UUID | None = None
    sealed: Sealed


class _Ended(BaseModel):
    akkoord_id: UUID
    person_id: UUID
    family_id: UUID
    receiver_organisation: UUID
    purpose: str
    why: str


class _Person(BaseModel):
    person_id: UUID
    family_id: UUID
    kind: str


class _Heartbeat(BaseModel):
    partition: int
    partitions: int
    as_of: datetime
    consents_offset: int


def _on_akkoord_granted(conn: Connection, envelope: Envelope) -> None:
    told = _Granted.model_validate(envelope.data)
    _upsert(
        conn,
        told.model_dump(exclude={"sealed"})
        | {"status": "granted", "package": Jsonb(told.sealed.model_dump(mode="json"))},
        envelope,
    )


def _on_akkoord_ended(conn: Connection, envelope: Envelope) -> None:
    """Rows are never deleted; an `ended` that overtakes its `granted` leaves a row that nothing revives."""
    told = _Ended.model_validate(envelope.data)
    blank = {"level": "reach", "way_back": [], "expires_on": date.min, "reference": None, "package": None}
    _upsert(conn, told.model_dump(exclude={"why"}) | blank | {"status": told.why}, envelope)


def _upsert(conn: Connection, row: dict[str, Any], envelope: Envelope) -> None:
    conn.execute(
        f"INSERT INTO seen.akkoord AS known ({_COLUMNS})"  # noqa: S608
        " VALUES (%(akkoord_id)s, %(person_id)s, %(family_id)s, %(owner_organisation)s, %(receiver_organisation)s,"
        " %(purpose)s, %(level)s, %(way_back)s, %(expires_on)s, %(reference)s, %(status)s, %(package)s, %(version)s)"
        " ON CONFLICT (akkoord_id) DO UPDATE SET status = excluded.status,"
        " package = coalesce(excluded.package, known.package), version = excluded.version"
        " WHERE known.version < excluded.version",
        row | {"owner_organisation": envelope.owner_organisation, "version": envelope.version},
    )


def _on_person_registered(conn: Connection, envelope: Envelope) -> None:
    told = _Person.model_validate(envelope.data)
    conn.execute(
        "INSERT INTO seen.person AS known (person_id, family_id, owner_organisation, kind, version)"
        " VALUES (%(person_id)s, %(family_id)s, %(owner_organisation)s, %(kind)s, %(version)s)"
        " ON CONFLICT (person_id) DO UPDATE SET kind = excluded.kind, version = excluded.version"
        " WHERE known.version < excluded.version",
        told.model_dump() | {"owner_organisation": envelope.owner_organisation, "version": envelope.version},
    )


def _on_heartbeat(conn: Connection, envelope: Envelope) -> None:
    """Keep the older promise until it is met: under load the newest one would always be a step ahead."""
    told = _Heartbeat.model_validate(envelope.data)
    conn.execute(
        "INSERT INTO seen.freshness AS known (partition, partitions, as_of, consents_offset, fresh_as_of)"
        " VALUES (%(partition)s, %(partitions)s, %(as_of)s, %(consents_offset)s, 'epoch')"
        " ON CONFLICT (partition) DO UPDATE SET partitions = excluded.partitions, fresh_as_of = known.as_of,"
        " as_of = excluded.as_of, consents_offset = excluded.consents_offset"
        " WHERE coalesce((SELECT last_offset FROM seen.handled AS h"
        "  WHERE h.topic = %(topic)s AND h.partition = %(partition)s), -1) >= known.consents_offset",
        told.model_dump() | {"topic": CONSENTS},
    )


PROJECTIONS: Handlers = {
    "be.brug.intake.person.registered.v1": _on_person_registered,
    "be.brug.intake.akkoord.granted.v1": _on_akkoord_granted,
    "be.brug.intake.akkoord.ended.v1": _on_akkoord_ended,
    "be.brug.intake.heartbeat.v1": _on_heartbeat,
}
