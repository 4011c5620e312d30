"""A neighbourhood with two schools, a hall and a family, as activities knows them; in one call each."""

import json
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
from joserfc import jwt
from joserfc.jwk import ECKey

from services.activities import events
from services.activities.commands import activities as organising
from services.activities.commands import registrations as registering
from services.activities.domain.activity import ActivityWish, HallWish, Registering, Times
from services.activities.domain.registration import SeatWish
from services.activities.domain.words import PracticalHelp, Text
from services.activities.projections import PROJECTIONS
from services.activities.reactions import REACTIONS
from services.activities.views import calendar
from shared import clock, inbox, sealing
from shared.db import Database
from shared.envelope import Envelope
from shared.keyring import public_half
from shared.security import Actor, ActorKind, worker_of
from shared.security import Membership as Held
from tests.builders.shared import (
    A_STAFF_TOKEN,
    a_key,
    a_package,
    akkoord_ended,
    akkoord_granted,
    an_event,
    key_destroyed,
)

KNOWN = inbox.Known(PROJECTIONS, REACTIONS)
WORKER = worker_of("activities")
FILE_AUDIENCE = events.RegistrationMadeV1.AUDIENCE
TOWN = "Antwerpen"


@dataclass(frozen=True)
class Family:
    """A person whose registration at intake, and whose file's key, may have arrived here."""

    person: Actor
    family_id: UUID


@dataclass
class Neighbourhood:
    """School De Linde follows the family; the neighbouring school Het Kompas has the hall and organises."""

    web: Database
    worker: Database
    settings: Any
    linde: UUID = field(default_factory=uuid4)
    kompas: UUID = field(default_factory=uuid4)
    centre: UUID = field(default_factory=uuid4)
    fatima: Actor = field(init=False)  # organises at Het Kompas
    mira: Actor = field(init=False)  # school staff at De Linde
    bob: Actor = field(init=False)  # organises at the community centre

    def __post_init__(self) -> None:
        self.fatima = _staff(self.kompas, "organiser", "brugfiguur")
        self.mira = _staff(self.linde, "school_staff", "brugfiguur")
        self.bob = _staff(self.centre, "organiser", "buurtwerker")

    def settle(self) -> "Neighbourhood":
        for organisation, kind, name in (
            (self.linde, "school", "Basisschool De Linde"),
            (self.kompas, "school", "Basisschool Het Kompas"),
            (self.centre, "community", "Buurthuis Dam"),
        ):
            data = {"organisation_id": str(organisation), "kind": kind, "name": name, "town": TOWN, "languages": ["nl"]}
            self.receive(an_event(type="be.brug.referral.organisation.described.v1", data=data))
        self.agree(self.linde, self.kompas)
        return self

    def agree(self, one: UUID, other: UUID, *, until: date | None = None) -> None:
        data = {
            "agreement_id": str(uuid4()),
            "organisation_a": str(one),
            "organisation_b": str(other),
            "purpose": "registration",
            "legal_ground": "gdpr_6_1_e",
            "fields": ["reach"],
            "retention_days": 365,
            "valid_from": "2020-01-01",
            "valid_until": str(until) if until else None,
        }
        self.receive(an_event(type="be.brug.referral.agreement.registered.v1", data=data))

    def receive(self, envelope: Envelope) -> None:
        """As its worker does when this event arrives."""
        with self.worker.transaction(WORKER) as conn:
            inbox.receive(conn, envelope, KNOWN)

    def fresh(self, as_of: datetime | None = None) -> None:
        """Intake's heartbeat says that nothing happened unheard until `as_of`."""
        data = {"partition": 0, "partitions": 1, "as_of": (as_of or clock.now()).isoformat(), "consents_offset": -1}
        self.receive(an_event(type="be.brug.intake.heartbeat.v1", data=data))

    def hall(self, actor: Actor | None = None, name: str = "Polyvalente zaal") -> UUID:
        by = actor or self.fatima
        wish = HallWish(by.memberships[0].organisation_id, name, "Kerkstraat 1", TOWN)
        return organising.add_hall(self.web, by, wish)

    def wish(self, actor: Actor | None = None, **changes: Any) -> ActivityWish:
        by = actor or self.fatima
        given: dict[str, Any] = {
            "organiser": by.memberships[0].organisation_id,
            "kind": "parent_cafe",
            "title": Text(text="Oudercafé ☕", lang="nl"),
            "times": on_day(3),
            "practical_help": PracticalHelp(childcare="yes", food="no"),
            "companions": 6,
            "registration": Registering.NAMED,
            "seats": 8,
        } | changes
        if "hall_id" not in given:
            given["hall_id"] = self.hall(by)
        return ActivityWish(**given)

    def activity(self, actor: Actor | None = None, **changes: Any) -> UUID:
        return organising.publish_activity(self.web, actor or self.fatima, self.wish(actor, **changes), anyway=True)

    def occurrence(self, actor: Actor | None = None, **changes: Any) -> UUID:
        """The first occurrence of a new activity."""
        activity_id = self.activity(actor, **changes)
        return calendar.activity(self.web, actor or self.fatima, activity_id).occurrences[0].occurrence_id

    def drop_in(self) -> UUID:
        return self.occurrence(registration=Registering.DROP_IN, seats=None)

    def family(self, *, known: bool = True, key: bool = True, owner: UUID | None = None) -> Family:
        """A mother of De Linde. `known`: intake's event has arrived; `key`: that of her file too."""
        one = Family(Actor(uuid4(), ActorKind.PERSON, locale="ar"), uuid4())
        if known:
            data = {"person_id": str(one.person.id), "family_id": str(one.family_id), "kind": "caregiver"}
            event = an_event(type="be.brug.intake.person.registered.v1", data=data)
            self.receive(event.model_copy(update={"owner_organisation": owner or self.linde}))
        if key:
            self.file_key(one)
        return one

    def file_key(self, one: Family) -> None:
        scope = sealing.Scope(kind="file", id=one.family_id, audience=FILE_AUDIENCE)
        with self.worker.transaction(WORKER) as conn:
            a_key(conn, scope, one.family_id, {"activities": self.public_key()})

    def register(self, one: Family, occurrence_id: UUID, **changes: Any) -> UUID:
        given: dict[str, Any] = {"occurrence_id": occurrence_id, "yes": True, "lang": "nl"} | changes
        wish = SeatWish(**given)
        return registering.register(self.web, one.person, wish)

    def granted(self, one: Family, registration_id: UUID, organiser: UUID | None = None) -> Envelope:
        """The akkoord that intake made of a registration arrives, with its key and package."""
        akkoord_id = uuid4()
        scope = sealing.Scope(kind="akkoord", id=akkoord_id, audience=FILE_AUDIENCE)
        package = a_package(languages=[{"tag": "ar", "speaks": True, "reads": "no"}])
        with self.worker.transaction(WORKER) as conn:
            a_key(conn, scope, one.family_id, {"activities": self.public_key()})
            sealed = sealing.seal(conn, scope, one.person.id, package)
        event = akkoord_granted(
            sealed,
            owner=self.linde,
            akkoord_id=akkoord_id,
            person_id=one.person.id,
            family_id=one.family_id,
            receiver_organisation=organiser or self.kompas,
            purpose="registration",
            reference=registration_id,
        )
        self.receive(event)
        return event

    def ended(self, granted: Envelope, why: str = "stopped") -> Envelope:
        """The end arrives, and the key is gone."""
        event = akkoord_ended(granted, why)
        self.receive(event)
        sealed = granted.data["sealed"]
        scope = sealing.Scope(kind="akkoord", id=granted.aggregate, audience=FILE_AUDIENCE)
        self.receive(key_destroyed(UUID(sealed["key_id"]), scope, UUID(granted.data["family_id"])))
        return event

    def public_key(self) -> dict[str, str]:
        return public_half(json.loads(self.settings.sealing_private_key.get_secret_value()))


class Issuers:
    """Both identity providers as the service sees them: their documents, and tokens that they signed."""

    def __init__(self, settings: Any) -> None:
        self._urls = {
            ActorKind.STAFF: settings.staff_issuer.rstrip("/"),
            ActorKind.PERSON: settings.persons_issued_by.rstrip("/"),
        }
        self._key = ECKey.generate_key("P-256")
        self._key.ensure_kid()

    def transport(self) -> httpx.MockTransport:
        """The way to them, without a network."""

        def answer(asked: httpx.Request) -> httpx.Response:
            issuer = next(url for url in self._urls.values() if str(asked.url).startswith(url))
            documents: dict[str, dict[str, Any]] = {
                "openid-configuration": {"issuer": issuer, "jwks_uri": f"{issuer}/jwks"},
                "jwks": {"keys": [self._key.as_dict(private=False)]},
            }
            return httpx.Response(200, json=documents[asked.url.path.rsplit("/")[-1]])

        return httpx.MockTransport(answer)

    def bearer(self, actor: Actor, **claims: Any) -> dict[str, str]:
        """The header of this actor's program; nothing for anyone. `claims` change what its token says."""
        if actor.kind not in self._urls:
            return {}
        now = int(clock.now().timestamp())
        told = {"iss": self._urls[actor.kind], "sub": str(actor.id), "aud": "brug", "iat": now, "exp": now + 60}
        told |= A_STAFF_TOKEN | claims
        header = {"alg": "ES256", "typ": "at+jwt", "kid": self._key.kid}
        return {"Authorization": f"Bearer {jwt.encode(header, told, self._key, algorithms=['ES256'])}"}


def on_day(days: int, hour: int = 9, rrule: str = "") -> Times:
    """Two hours from that hour on, so many days from today."""
    day = clock.today() + timedelta(days=days)
    starts = datetime(day.year, day.month, day.day, hour)  # noqa: DTZ001 - local time, as people say it
    return Times(starts, starts + timedelta(hours=2), rrule)


def _staff(organisation: UUID, role: str, function: str) -> Actor:
    return Actor(uuid4(), ActorKind.STAFF, (Held(organisation, role, function, "discretie"),))
