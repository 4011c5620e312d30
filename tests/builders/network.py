"""A school, a Huis van het Kind, helpers and parents who ask for one, as network knows them; in one call each."""

import json
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from services.network import commands
from services.network.domain.helper import HelperCard
from services.network.domain.match import Match
from services.network.domain.request import RequestWish
from services.network.projections import PROJECTIONS
from services.network.reactions import REACTIONS
from services.network.timers import make_proposals
from shared import clock, inbox, sealing
from shared.db import Database
from shared.envelope import Envelope
from shared.keyring import public_half
from shared.security import Actor, ActorKind, Membership, worker_of
from tests.builders.shared import a_key, a_package, akkoord_ended, akkoord_granted, an_event, key_destroyed

KNOWN = inbox.Known(PROJECTIONS, REACTIONS)
WORKER = worker_of("network")
AUDIENCE = frozenset({"intake", "network"})
PHONE, HER_PHONE = "+32470112233", "0485 99 88 77"


@dataclass(frozen=True)
class Parent:
    """A person of a family; `actor` is how they are signed in."""

    actor: Actor
    family_id: UUID
    owner: UUID

    @property
    def id(self) -> UUID:
        return self.actor.id


@dataclass
class Quarter:
    """School De Linde in agreement with Huis van het Kind; a second school that is in agreement with nobody."""

    web: Database
    worker: Database
    settings: Any
    school: UUID = field(default_factory=uuid4)
    house: UUID = field(default_factory=uuid4)
    far_school: UUID = field(default_factory=uuid4)
    lies: Actor = field(init=False)  # coordinator at Huis van het Kind
    far_coordinator: Actor = field(init=False)
    teacher: Actor = field(init=False)

    def settle(self) -> "Quarter":
        for one, kind, name in (
            (self.school, "school", "Basisschool De Linde"),
            (self.house, "huis_van_het_kind", "Huis van het Kind"),
            (self.far_school, "school", "Basisschool Het Kompas"),
        ):
            self.described(one, kind, name)
        self.agree(self.school, self.house)
        self.lies = self.staff(self.house, "coordinator", "coördinator")
        self.far_coordinator = self.staff(self.far_school, "coordinator", "coördinator")
        self.teacher = self.staff(self.school, "school_staff", "leerkracht")
        return self

    def receive(self, envelope: Envelope) -> None:
        """As its worker does when this event arrives."""
        with self.worker.transaction(WORKER) as conn:
            inbox.receive(conn, envelope, KNOWN)

    def described(self, organisation: UUID, kind: str, name: str, town: str = "Antwerpen") -> None:
        data = {
            "organisation_id": str(organisation),
            "kind": kind,
            "name": name,
            "town": town,
            "languages": ["nl"],
        }
        self.receive(an_event(type="be.brug.referral.organisation.described.v1", data=data))

    def agree(self, one: UUID, other: UUID, *, until: date | None = None, version: int = 1, **changes: Any) -> UUID:
        agreement = changes.pop("agreement_id", uuid4())
        data = {
            "agreement_id": str(agreement),
            "organisation_a": str(one),
            "organisation_b": str(other),
            "purpose": "match",
            "legal_ground": "gdpr_6_1_e",
            "fields": ["reach"],
            "retention_days": 365,
            "valid_from": "2020-01-01",
            "valid_until": str(until) if until else None,
        } | changes
        self.receive(an_event(type="be.brug.referral.agreement.registered.v1", version=version, data=data))
        return UUID(str(agreement))

    def staff(self, organisation: UUID, role: str, function: str = "ouderambassadeur") -> Actor:
        actor = Actor(uuid4(), ActorKind.STAFF, (Membership(organisation, role, function, "discretie"),))
        data = {
            "membership_id": str(uuid4()),
            "staff_id": str(actor.id),
            "organisation_id": str(organisation),
            "role": role,
            "function": function,
            "secrecy": "discretie",
            "valid_from": "2020-01-01",
        }
        self.receive(an_event(type="be.brug.referral.membership.granted.v1", data=data))
        return actor

    def parent(self, owner: UUID | None = None, *, key: bool = True, kind: str = "caregiver") -> Parent:
        """A person that intake told of; with `key` the key of the family's file has arrived too."""
        parent = Parent(Actor(uuid4(), ActorKind.PERSON, locale="ar"), uuid4(), owner or self.school)
        self.register(parent, kind)
        if key:
            self.file_key(parent)
        return parent

    def register(self, parent: Parent, kind: str = "caregiver") -> None:
        data = {"person_id": str(parent.id), "family_id": str(parent.family_id), "kind": kind}
        self.receive(
            an_event(
                type="be.brug.intake.person.registered.v1",
                aggregate=parent.id,
                owner_organisation=parent.owner,
                data=data,
            )
        )

    def file_key(self, parent: Parent) -> UUID:
        scope = sealing.Scope(kind="file", id=parent.family_id, audience=AUDIENCE)
        with self.worker.transaction(WORKER) as conn:
            return a_key(conn, scope, parent.family_id, {"network": self.public_key()})

    def public_key(self) -> dict[str, str]:
        return public_half(json.loads(self.settings.sealing_private_key.get_secret_value()))

    def helper(self, organisation: UUID | None = None, **changes: Any) -> tuple[Actor, UUID]:
        """Somebody who signed up: their account and the card's id."""
        actor = self.staff(organisation or self.house, "helper")
        wish = commands.SignUp(organisation or self.house, actor.id, a_card(**changes))
        return actor, commands.sign_up_helper(self.web, actor, wish)

    def asks(self, parent: Parent | None = None, **changes: Any) -> UUID:
        return commands.ask_for_someone(self.web, (parent or self.parent()).actor, a_wish(**changes))

    def proposals(self) -> int:
        """The worker's timer does all that waits."""
        return make_proposals(self.worker)

    def proposed(self, **wish: Any) -> tuple[Parent, Actor, UUID]:
        """One parent and one helper, proposed to each other: the match's id."""
        helper, _ = self.helper()
        parent = self.parent()
        made = commands.propose(self.worker, WORKER, self.asks(parent, **wish))
        assert made
        return parent, helper, made

    def made(self) -> tuple[Parent, Actor, UUID]:
        """Both said yes."""
        parent, helper, match_id = self.proposed()
        commands.say_yes(self.web, helper, match_id, commands.Yes(1))
        commands.say_yes(self.web, parent.actor, match_id, commands.Yes(1, "nl"))
        return parent, helper, match_id

    def package_arrives(self, parent: Parent, match_id: UUID, **changes: Any) -> Envelope:
        """Intake has granted the akkoord of a match that was made: its key and its package are here."""
        akkoord_id = uuid4()
        scope = sealing.Scope(kind="akkoord", id=akkoord_id, audience=AUDIENCE)
        package = a_package(
            name_to_call="Amal Haddad",
            reach={"phone": HER_PHONE, "channel": "whatsapp", "when": ["evening"]},
            languages=[{"tag": "ar", "speaks": True, "reads": "unknown"}],
        )
        with self.worker.transaction(WORKER) as conn:
            key_id = a_key(conn, scope, parent.family_id, {"network": self.public_key()})
            sealed = sealing.seal(conn, scope, parent.id, package)
        told = {
            "owner": parent.owner,
            "akkoord_id": akkoord_id,
            "person_id": parent.id,
            "family_id": parent.family_id,
            "receiver_organisation": self.house,
            "purpose": "match",
        } | changes
        granted = akkoord_granted(sealed, **told)
        granted = granted.model_copy(update={"data": granted.data | {"reference": str(match_id)}})
        self.receive(granted)
        self._keys = getattr(self, "_keys", {}) | {akkoord_id: (key_id, scope)}
        return granted

    def stopped(self, granted: Envelope, why: str = "stopped") -> Envelope:
        """The person stopped this akkoord: the end arrives, and its key is gone."""
        ended = akkoord_ended(granted, why)
        self.receive(ended)
        key_id, scope = self._keys[UUID(granted.data["akkoord_id"])]
        self.receive(key_destroyed(key_id, scope, UUID(granted.data["family_id"])))
        return ended

    def fresh(self, as_of: datetime | None = None) -> None:
        data = {"partition": 0, "partitions": 1, "as_of": (as_of or clock.now()).isoformat(), "consents_offset": -1}
        self.receive(an_event(type="be.brug.intake.heartbeat.v1", data=data))

    def published(self, last: str = "") -> list[Envelope]:
        """What network told, in order; of one kind with `last`, the end of a type such as 'match.made.v1'."""
        with self.worker.transaction(WORKER) as conn:
            rows = conn.execute("SELECT body FROM outbox ORDER BY position").fetchall()
        told = [Envelope.model_validate_json(row[0]) for row in rows]
        return [one for one in told if one.type.endswith(last)]

    def row(self, match_id: UUID) -> Match:
        from services.network.store import matches

        with self.worker.transaction(WORKER) as conn:
            found = matches.lock(conn, match_id)
        assert found
        return found


def a_card(**changes: Any) -> HelperCard:
    return HelperCard.model_validate(
        {
            "first_name": "Nour",
            "role": "parent_ambassador",
            "languages": ("ar", "nl"),
            "town": "Antwerpen",
            "neighbourhood": "Kiel",
            "times": ("evening", "weekend"),
            "gender": "woman",
            "capacity": 2,
            "phone": PHONE,
            "about": {"text": "Ik ben mama van drie 🌻", "lang": "nl"},
        }
        | changes
    )


def a_wish(**changes: Any) -> RequestWish:
    return RequestWish.model_validate(
        {
            "name": "Amal",
            "languages": ("ar",),
            "times": ("evening",),
            "neighbourhood": "Kiel",
            "about": {"text": "أحب الطبخ", "lang": "ar"},
        }
        | changes
    )
