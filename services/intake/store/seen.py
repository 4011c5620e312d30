"""What persons are shown of other services' events; an older version that comes late changes nothing."""

from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from psycopg.types.json import Jsonb

from shared.db import Connection
from shared.envelope import Envelope, Sealed


class Step(NamedTuple):
    """Something that happened to a referral, a registration or a match of a person, as the event told it."""

    id: UUID
    person_id: UUID
    status: str
    sealed: Sealed | None = None


def referral_step(conn: Connection, envelope: Envelope, step: Step, akkoord_id: UUID, to_organisation: UUID) -> None:
    """Keep the sealed content of the newest step that had one; a newer yes may carry it from some step on."""
    conn.execute(
        "INSERT INTO seen.referral_step AS known (referral_id, akkoord_id, person_id, family_id, owner_organisation,"
        "  to_organisation, step, sealed, at, version)"
        " VALUES (%(id)s, %(akkoord_id)s, %(person_id)s, %(family_id)s, %(owner_organisation)s, %(to_organisation)s,"
        "  %(status)s, %(sealed)s, %(at)s, %(version)s)"
        " ON CONFLICT (referral_id) DO UPDATE SET step = excluded.step, at = excluded.at,"
        "  akkoord_id = excluded.akkoord_id,"
        "  sealed = coalesce(excluded.sealed, known.sealed), version = excluded.version"
        " WHERE known.version < excluded.version",
        _values(envelope, step) | {"akkoord_id": akkoord_id, "to_organisation": to_organisation},
    )


def registration(conn: Connection, envelope: Envelope, step: Step, organiser: UUID | None) -> None:
    conn.execute(
        "INSERT INTO seen.registration AS known (registration_id, person_id, family_id, owner_organisation, organiser,"
        "  status, sealed, at, version)"
        " VALUES (%(id)s, %(person_id)s, %(family_id)s, %(owner_organisation)s, %(organiser)s, %(status)s, %(sealed)s,"
        "  %(at)s, %(version)s)"
        " ON CONFLICT (registration_id) DO UPDATE SET status = excluded.status, at = excluded.at,"
        "  organiser = coalesce(excluded.organiser, known.organiser),"
        "  sealed = coalesce(excluded.sealed, known.sealed), version = excluded.version"
        " WHERE known.version < excluded.version",
        _values(envelope, step) | {"organiser": organiser},
    )


def match(conn: Connection, envelope: Envelope, step: Step) -> None:
    conn.execute(
        "INSERT INTO seen.match AS known (match_id, person_id, family_id, owner_organisation, status, sealed, at,"
        "  version)"
        " VALUES (%(id)s, %(person_id)s, %(family_id)s, %(owner_organisation)s, %(status)s, %(sealed)s, %(at)s,"
        "  %(version)s)"
        " ON CONFLICT (match_id) DO UPDATE SET status = excluded.status, at = excluded.at,"
        "  sealed = coalesce(excluded.sealed, known.sealed), version = excluded.version"
        " WHERE known.version < excluded.version",
        _values(envelope, step),
    )


def activity(conn: Connection, values: dict[str, Any], version: int) -> None:
    """Public, so it is in clear; `values` are the event's own fields."""
    conn.execute(
        "INSERT INTO seen.activity AS known (activity_id, organiser, kind, title, town, venue, address, occurrences,"
        "  cancelled, version)"
        " VALUES (%(activity_id)s, %(organiser)s, %(kind)s, %(title)s, %(town)s, %(venue)s, %(address)s,"
        "  %(occurrences)s, false, %(version)s)"
        " ON CONFLICT (activity_id) DO UPDATE SET organiser = excluded.organiser, kind = excluded.kind,"
        "  title = excluded.title, town = excluded.town, venue = excluded.venue, address = excluded.address,"
        "  occurrences = excluded.occurrences, cancelled = false, version = excluded.version"
        " WHERE known.version < excluded.version",
        values | {"title": Jsonb(values["title"]), "occurrences": Jsonb(values["occurrences"]), "version": version},
    )


def activity_cancelled(conn: Connection, activity_id: UUID, organiser: UUID, version: int) -> None:
    """Also where it was never heard of: a `published` that comes late must not bring it back."""
    conn.execute(
        "INSERT INTO seen.activity AS known (activity_id, organiser, kind, title, town, venue, address, occurrences,"
        "  cancelled, version) VALUES (%s, %s, 'other', '{}', '', '', '', '[]', true, %s)"
        " ON CONFLICT (activity_id) DO UPDATE SET cancelled = true, version = excluded.version"
        " WHERE known.version < excluded.version",
        (activity_id, organiser, version),
    )


def acknowledgement(conn: Connection, akkoord_id: UUID, service: str, at: datetime) -> None:
    conn.execute(
        "INSERT INTO seen.acknowledgement (akkoord_id, service, at) VALUES (%s, %s, %s) ON CONFLICT DO NOTHING",
        (akkoord_id, service, at),
    )


def look(conn: Connection, envelope: Envelope, told: dict[str, Any]) -> None:
    """Who it was by id: the envelope says so, and only the data protection officer asks."""
    conn.execute(
        "INSERT INTO seen.look (look_id, person_id, family_id, owner_organisation, organisation_id, function, what,"
        "  ground, looked_at, actor_id, akkoord_id)"
        " VALUES (%(look_id)s, %(person_id)s, %(family_id)s, %(owner_organisation)s, %(organisation_id)s,"
        "  %(function)s, %(what)s, %(ground)s, %(at)s, %(actor_id)s, %(akkoord_id)s) ON CONFLICT DO NOTHING",
        told | {"owner_organisation": envelope.owner_organisation, "actor_id": envelope.actor_id},
    )


def _values(envelope: Envelope, step: Step) -> dict[str, Any]:
    return {
        "id": step.id,
        "person_id": step.person_id,
        "family_id": UUID(envelope.subject),
        "owner_organisation": envelope.owner_organisation,
        "status": step.status,
        "sealed": Jsonb(step.sealed.model_dump(mode="json")) if step.sealed else None,
        "at": envelope.time,
        "version": envelope.version,
    }
