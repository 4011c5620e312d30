"""Events, akkoorden and keys as they arrive at a service, in one call each."""

from datetime import date
from typing import Any
from uuid import UUID, uuid4

from shared import akkoord, inbox, keys, sealing
from shared.db import Connection
from shared.envelope import Envelope, Sealed
from shared.keyring import new_wrapped_key
from shared.openid_clients import scopes_of
from shared.package import Package
from shared.settings import ServiceSettings

KNOWN = inbox.Known({**akkoord.PROJECTIONS, **keys.PROJECTIONS}, {})
# What a staff member's token says beside who they are: for every API, after a sign-in with a second factor.
A_STAFF_TOKEN = {
    "scope": " ".join(scopes_of(ServiceSettings.model_fields["services"].default)),
    "acr": "second-factor",
}


def an_event(**changes: Any) -> Envelope:
    return Envelope.model_validate(
        {
            "type": "be.brug.test.v1",
            "source": "test",
            "subject": str(uuid4()),
            "aggregate": uuid4(),
            "version": 1,
            "owner_organisation": uuid4(),
            "data": {},
        }
        | changes
    )


def an_arrival(envelope: Envelope, *, offset: int = 0, topic: str = "intake.consents", key: str = "k") -> inbox.Arrived:
    return inbox.Arrived(topic, 0, offset, key, envelope.model_dump_json())


def a_key(conn: Connection, scope: sealing.Scope, family_id: UUID, public: dict[str, dict[str, str]]) -> UUID:
    """A key of intake that has arrived here, wrapped for the services in `public`."""
    key_id = uuid4()
    inbox.receive(conn, key_created(key_id, scope, family_id, public), KNOWN)
    return key_id


def key_created(key_id: UUID, scope: sealing.Scope, family_id: UUID, public: dict[str, dict[str, str]]) -> Envelope:
    return an_event(
        type="be.brug.intake.key.created.v1",
        aggregate=key_id,
        data=_key(key_id, scope, family_id) | {"wrapped": new_wrapped_key(public)},
    )


def key_destroyed(key_id: UUID, scope: sealing.Scope, family_id: UUID) -> Envelope:
    return an_event(
        type="be.brug.intake.key.destroyed.v1", aggregate=key_id, version=2, data=_key(key_id, scope, family_id)
    )


def _key(key_id: UUID, scope: sealing.Scope, family_id: UUID) -> dict[str, Any]:
    return {
        "key_id": str(key_id),
        "scope_kind": scope.kind,
        "scope_id": str(scope.id),
        "family_id": str(family_id),
        "audience": sorted(scope.audience),
    }


def akkoord_granted(sealed: Sealed, **changes: Any) -> Envelope:
    """Of a made-up person; `changes` go into the data, `owner` into the envelope."""
    owner = changes.pop("owner", uuid4())
    data = {
        "akkoord_id": str(uuid4()),
        "person_id": str(uuid4()),
        "family_id": str(uuid4()),
        "receiver_organisation": str(uuid4()),
        "purpose": "referral",
        "level": "reach",
        "way_back": ["first_meeting"],
        "expires_on": str(date(2030, 1, 1)),
        "reference": None,
        "sealed": sealed.model_dump(mode="json"),
    } | {name: value if isinstance(value, list) else str(value) for name, value in changes.items()}
    return an_event(
        type="be.brug.intake.akkoord.granted.v1",
        aggregate=data["akkoord_id"],
        subject=data["family_id"],
        owner_organisation=owner,
        data=data,
    )


def akkoord_ended(granted: Envelope, why: str = "stopped") -> Envelope:
    names = ("akkoord_id", "person_id", "family_id", "receiver_organisation", "purpose")
    return an_event(
        type="be.brug.intake.akkoord.ended.v1",
        aggregate=granted.aggregate,
        subject=granted.subject,
        version=granted.version + 1,
        owner_organisation=granted.owner_organisation,
        data={name: granted.data[name] for name in names} | {"why": why},
    )


def a_package(**changes: Any) -> Package:
    return Package.model_validate({"name_to_call": "Amal 🌷"} | changes)
