"""A town with a school, two partners and a family that said yes, as referral knows them; in one call each."""

import json
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
from joserfc import jwt
from joserfc.jwk import ECKey

from services.referral import commands
from services.referral.domain import Agreement, Appointment, Membership, Organisation, Terms, version_for
from services.referral.projections import PROJECTIONS
from services.referral.reactions import REACTIONS
from services.referral.store.referrals import find
from services.referral.views import tasks
from shared import akkoord, clock, inbox, sealing
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
WORKER = worker_of("referral")
AUDIENCE = frozenset({"intake", "referral"})


@dataclass(frozen=True)
class Yes:
    """A person's yes that has arrived here."""

    akkoord_id: UUID
    person_id: UUID
    family_id: UUID
    granted: Envelope
    key_id: UUID
    scope: sealing.Scope


@dataclass
class Town:
    """School De Linde and a second school, OCMW and De Katrol; agreements of the first school with both partners."""

    web: Database
    worker: Database
    settings: Any
    school: UUID = field(default_factory=uuid4)
    other_school: UUID = field(default_factory=uuid4)
    ocmw: UUID = field(default_factory=uuid4)
    katrol: UUID = field(default_factory=uuid4)
    mira: Actor = field(init=False)  # brugfiguur at De Linde
    els: Actor = field(init=False)  # works at the OCMW
    koen: Actor = field(init=False)  # works at De Katrol
    jo: Actor = field(init=False)  # brugfiguur at the other school

    def __post_init__(self) -> None:
        self.mira = self._staff(self.school, "school_staff", "brugfiguur")
        self.jo = self._staff(self.other_school, "school_staff", "brugfiguur")
        self.els = self._staff(self.ocmw, "partner_worker", "maatschappelijk werker")
        self.koen = self._staff(self.katrol, "partner_worker", "begeleider huiswerk")

    @property
    def terms(self) -> Terms:
        terms: Terms = self.settings.terms
        return terms

    def _staff(self, organisation: UUID, role: str, function: str) -> Actor:
        return Actor(uuid4(), ActorKind.STAFF, (Held(organisation, role, function, "beroepsgeheim"),))

    def settle(self) -> "Town":
        """Write the directory: organisations, staff and agreements."""
        for one in (
            Organisation(self.school, "school", "Basisschool De Linde", "Antwerpen", ("nl", "fr")),
            Organisation(self.other_school, "school", "Basisschool Het Kompas", "Antwerpen", ("nl",)),
            Organisation(self.ocmw, "ocmw", "OCMW Antwerpen", "Antwerpen", ("nl", "fr", "ar")),
            Organisation(self.katrol, "homework_support", "De Katrol", "Dendermonde", ("nl",)),
        ):
            commands.describe_organisation(self.worker, WORKER, one)
        for actor in (self.mira, self.jo, self.els, self.koen):
            held = actor.memberships[0]
            commands.grant_membership(
                self.worker,
                WORKER,
                Membership(
                    id=uuid4(),
                    staff_id=actor.id,
                    organisation_id=held.organisation_id,
                    role=held.role,
                    function=held.function,
                    secrecy=held.secrecy,
                    valid_from=date(2020, 1, 1),
                ),
            )
        self.agree(self.school, self.ocmw)
        self.agree(self.katrol, self.school)
        return self

    def partner(self, name: str, kind: str = "ocmw", town: str = "Antwerpen", *, agreed: bool = True) -> UUID:
        """One more organisation; with `agreed` the school can refer to it."""
        one = Organisation(uuid4(), kind, name, town, ("nl", "ar"))
        commands.describe_organisation(self.worker, WORKER, one)
        if agreed:
            self.agree(self.school, one.id)
        return one.id

    def agree(self, one: UUID, other: UUID, *, until: date | None = None, purpose: str = "referral") -> UUID:
        agreement = Agreement(
            id=uuid4(),
            organisation_a=one,
            organisation_b=other,
            purpose=purpose,
            legal_ground="gdpr_6_1_e",
            fields=("reach", "question"),
            retention_days=365,
            valid_from=date(2020, 1, 1),
            valid_until=until,
        )
        return commands.register_agreement(self.worker, WORKER, agreement)

    def receive(self, envelope: Envelope) -> None:
        """As its worker does when this event arrives."""
        with self.worker.transaction(WORKER) as conn:
            inbox.receive(conn, envelope, KNOWN)

    def fresh(self, as_of: datetime | None = None) -> None:
        """Intake's heartbeat says that nothing happened unheard until `as_of`."""
        data = {
            "partition": 0,
            "partitions": 1,
            "as_of": (as_of or clock.now()).isoformat(),
            "consents_offset": -1,
        }
        self.receive(an_event(type="be.brug.intake.heartbeat.v1", data=data))

    def yes(self, receiver: UUID | None = None, *, level: str = "question", **changes: Any) -> Yes:
        """A yes of a new person to this receiver (the OCMW), with its key and its package."""
        said, box = self.granted(receiver, level=level, **changes)
        self.receive(box)
        return said

    def granted(self, receiver: UUID | None = None, *, level: str = "question", **changes: Any) -> tuple[Yes, Envelope]:
        """The key has arrived; the event of the yes itself is returned, not received."""
        package = changes.pop("package", None) or a_package(
            reach={"phone": "0470 00 00 00", "channel": "call", "when": ["evening"]},
            languages=[{"tag": "ar", "speaks": True, "reads": "no"}],
            interpreter="professional_phone",
            question={"text": "نقود ... het geld is op 💶", "lang": "nl"},
            arrangements=["call_rather"],
        )
        akkoord_id = uuid4()
        person_id, family_id = changes.pop("person_id", uuid4()), changes.pop("family_id", uuid4())
        scope = sealing.Scope(kind="akkoord", id=akkoord_id, audience=AUDIENCE)
        with self.worker.transaction(WORKER) as conn:
            key_id = a_key(conn, scope, family_id, {"referral": self.public_key()})
            sealed = sealing.seal(conn, scope, person_id, package)
        event = akkoord_granted(
            sealed,
            **{
                "owner": self.school,
                "akkoord_id": akkoord_id,
                "person_id": person_id,
                "family_id": family_id,
                "receiver_organisation": receiver or self.ocmw,
                "level": level,
            }
            | changes,
        )
        return Yes(akkoord_id, person_id, family_id, event, key_id, scope), event

    def public_key(self) -> dict[str, str]:
        return public_half(json.loads(self.settings.sealing_private_key.get_secret_value()))

    def stop(self, yes: Yes, why: str = "stopped") -> Envelope:
        """The person stops: the end arrives, and the key is gone."""
        event = akkoord_ended(yes.granted, why)
        self.receive(event)
        self.receive(key_destroyed(yes.key_id, yes.scope, yes.family_id))
        return event

    def draft(self, yes: Yes | None = None, *, goes_along: str = "Mira, brugfiguur") -> UUID:
        said = yes or self.yes()
        return commands.draft_referral(self.web, self.mira, commands.DraftWish(said.akkoord_id, "finances", goes_along))

    def sent(self, yes: Yes | None = None, *, goes_along: str = "Mira, brugfiguur") -> UUID:
        """A referral that the OCMW can open now."""
        self.fresh()
        referral_id = self.draft(yes, goes_along=goes_along)
        commands.send_referral(self.web, self.mira, commands.Target(referral_id, 1), self.terms)
        return referral_id

    def accepted(self, yes: Yes | None = None, *, goes_along: str = "Mira, brugfiguur") -> UUID:
        referral_id = self.sent(yes, goes_along=goes_along)
        target = commands.Target(referral_id, 2)
        commands.accept_referral(self.web, self.els, target, an_appointment(), self.terms)
        return referral_id

    def taken_on(self, yes: Yes | None = None) -> UUID:
        """Yes, without an hour yet."""
        referral_id = self.sent(yes)
        commands.take_on_referral(self.web, self.els, commands.Target(referral_id, 2), "Els", self.terms)
        return referral_id

    def asked(self, yes: Yes | None = None) -> UUID:
        """The OCMW misses something."""
        referral_id = self.sent(yes)
        commands.ask_information(self.web, self.els, commands.Target(referral_id, 2), "question", self.terms)
        return referral_id

    def met(self, yes: Yes | None = None) -> UUID:
        """They saw each other, without an hour in Brug."""
        referral_id = self.taken_on(yes)
        commands.report_meeting(self.web, self.els, commands.Target(referral_id, 3))
        return referral_id

    def target(self, referral_id: UUID, actor: Actor | None = None) -> commands.Target:
        """As this actor, or the person, would act on it after a look at it now."""
        with self.worker.transaction(WORKER) as conn:
            found = find(conn, referral_id)
        assert found
        return commands.Target(referral_id, version_for(actor, found) if actor else found.version)

    def person(self, yes: Yes) -> Actor:
        return Actor(yes.person_id, ActorKind.PERSON)

    def tasks(self, actor: Actor) -> list[tasks.Listed]:
        return tasks.tasks(self.web, actor, tasks.Which()).items

    def declined(self, yes: Yes | None = None, code: str = "no_room") -> UUID:
        referral_id = self.sent(yes)
        commands.decline_referral(self.web, self.els, commands.Target(referral_id, 2), code)
        return referral_id


def an_appointment(**changes: Any) -> Appointment:
    at = (clock.now() + timedelta(days=3)).astimezone(UTC).replace(microsecond=0)
    return Appointment("Els", at, "Lange Gasthuisstraat 33")._replace(**changes)


def parked(town: Town, yes: Yes) -> None:
    """An event of this family's akkoorden that could not be handled waits among the dead letters."""
    with town.worker.transaction(WORKER) as conn:
        conn.execute(
            "INSERT INTO dead_letter (topic, record_key, partition, record_offset, body, error)"
            " VALUES (%s, %s, 0, 99, '{}', 'broken')",
            (akkoord.CONSENTS, str(yes.family_id)),
        )


class StaffIssuer:
    """The staff's identity provider as the services see it: two documents, and tokens that it signed."""

    def __init__(self, issuer: str) -> None:
        self._issuer = issuer.rstrip("/")
        self._key = ECKey.generate_key("P-256")
        self._key.ensure_kid()

    def transport(self) -> httpx.MockTransport:
        """The way to it, without a network."""
        documents = {
            "openid-configuration": {"issuer": self._issuer, "jwks_uri": f"{self._issuer}/jwks"},
            "jwks": {"keys": [self._key.as_dict(private=False)]},
        }
        return httpx.MockTransport(lambda asked: httpx.Response(200, json=documents[asked.url.path.rsplit("/")[-1]]))

    def bearer(self, actor: Actor) -> dict[str, str]:
        now = int(clock.now().timestamp())
        claims = {"iss": self._issuer, "sub": str(actor.id), "aud": "brug", "iat": now, "exp": now + 60}
        claims |= A_STAFF_TOKEN
        header = {"alg": "ES256", "typ": "at+jwt", "kid": self._key.kid}
        return {"Authorization": f"Bearer {jwt.encode(header, claims, self._key, algorithms=['ES256'])}"}
