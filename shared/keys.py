"""What a service other than intake remembers of `intake.keys`."""

from uuid import UUID

from pydantic import BaseModel

from shared.db import Connection
from shared.envelope import Envelope
from shared.inbox import Handlers


class _KeyCreated(BaseModel):
    key_id: UUID
    scope_kind: str
    scope_id: UUID
    family_id: UUID
    audience: list[str]
    wrapped: dict[str, str]


class _KeyDestroyed(BaseModel):
    key_id: UUID
    scope_kind: str
    scope_id: UUID
    family_id: UUID
    audience: list[str]


def _on_key_created(conn: Connection, envelope: Envelope) -> None:
    """Only a key that is wrapped for this service is kept."""
    key = _KeyCreated.model_validate(envelope.data)
    if conn.service in key.wrapped:
        _keep(conn, _KeyDestroyed.model_validate(envelope.data), key.wrapped[conn.service], envelope.version)


def _on_key_destroyed(conn: Connection, envelope: Envelope) -> None:
    """Also where the key never came: an older `created` that comes late must not bring it to life."""
    _keep(conn, _KeyDestroyed.model_validate(envelope.data), None, envelope.version)


def _keep(conn: Connection, key: _KeyDestroyed, wrapped: str | None, version: int) -> None:
    conn.execute(
        "INSERT INTO seen.key AS known"
        " (key_id, scope_kind, scope_id, family_id, audience, wrapped, destroyed_at, version)"
        " VALUES (%(key_id)s, %(scope_kind)s, %(scope_id)s, %(family_id)s, %(audience)s, %(wrapped)s::text,"
        "  CASE WHEN %(wrapped)s::text IS NULL THEN clock_timestamp() END, %(version)s)"
        " ON CONFLICT (key_id) DO UPDATE SET wrapped = excluded.wrapped, destroyed_at = excluded.destroyed_at,"
        " version = excluded.version WHERE known.version < excluded.version",
        key.model_dump() | {"audience": sorted(key.audience), "wrapped": wrapped, "version": version},
    )


PROJECTIONS: Handlers = {
    "be.brug.intake.key.created.v1": _on_key_created,
    "be.brug.intake.key.destroyed.v1": _on_key_destroyed,
}
