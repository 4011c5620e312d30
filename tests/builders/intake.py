"""A school with partners and a family that it follows, as intake knows them; in one call each."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from services.intake import commands, store
from services.intake.domain.consent import Level, Wish
from services.intake.domain.family import File, FileDraft
from services.intake.projections import PROJECTIONS
from services.intake.reactions import REACTIONS
from shared import inbox
from shared.db import Database
from shared.envelope import Envelope
from shared.security import Actor, ActorKind, worker_of
from shared.security import Membership as Held
from tests.builders.shared import an_event

KNOWN = inbox.Known(PROJECTIONS, REACTIONS)
WORKER = worker_of("intake")
ALL_CARDS = frozenset({"reach", "question", "until"})


def a_draft(**changes: Any) -> FileDraft:
    """Amal, who speaks Arabic and some French, reads little and works late; her son; her money question."""
    told: dict[str, Any] = {
        "persons": [
            {
                "kind": "caregiver",
                "name_to_call": "Amal 🌷",
                "phone": "0470 12 34 56",
                "channel": "call",
                "when": ["evening"],
                "languages": [{"tag": "ar", "reads": "no"}, {"tag": "fr"}],
                "arrangements": ["call_rather", "interpreter"],
            },
            {"kind": "child", "name_to_call": "Yusuf", "birth_year": 2020, "class_name": "1B"},
        ],
        "goes_well": [{"text": "Ze vertelt elke avond een verhaal. كل ليلة", "lang": "nl"}],
        "asks": [
            {"text": {"text": "Het geld is op het einde van de maand op.", "lang": "nl"}, "life_domain": "finances"}
        ],
    }
    return FileDraft.model_validate(told | changes)


@dataclass
class Place:
    """School De Linde with Mira; OCMW and De Katrol with whom the school has an agreement; Het Kompas has none."""

    web: Database
    worker: Database
    school: UUID = field(default_factory=uuid4)
    other_school: UUID = field(default_factory=uuid4)
    ocmw: UUID = field(default_factory=uuid4)
    katrol: UUID = field(default_factory=uuid4)
    stranger: UUID = field(default_factory=uuid4)
    mira: Actor = field(init=False)  # brugfiguur at De Linde
    jo: Actor = field(init=False)  # brugfiguur at the other school
    els: Actor = field(init=False)  # works at the OCMW

    def __post_init__(self) -> None:
        self.mira = staff(self.school, "school_staff", "brugfiguur")
        self.jo = staff(self.other_school, "school_staff", "brugfiguur")
        self.els = staff(self.ocmw, "partner_worker", "maatschappelijk werker")

    def settle(self) -> "Place":
        """The directory has arrived."""
        for organisation, kind, name in (
            (self.school, "school", "Basisschool De Linde"),
            (self.other_school, "school", "Basisschool Het Kompas"),
            (self.ocmw, "ocmw", "OCMW Antwerpen"),
            (self.katrol, "homework_support", "De Katrol"),
            (self.stranger, "library", "Bibliotheek Permeke"),
        ):
            self.tell(
                "be.brug.referral.organisation.described.v1",
                organisation,
                {"organisation_id": organisation, "kind": kind, "name": name, "town": "Antwerpen", "languages": ["nl"]},
            )
        for partner in (self.ocmw, self.katrol):
            for purpose in ("referral", "registration", "match"):
                self.agree(partner, purpose)
        return self

    def agree(self, partner: UUID, purpose: str = "referral", until: date | None = None) -> None:
        agreement = uuid4()
        self.tell(
            "be.brug.referral.agreement.registered.v1",
            agreement,
            {
                "agreement_id": agreement,
                "organisation_a": partner,
                "organisation_b": self.school,
                "purpose": purpose,
                "legal_ground": "gdpr_6_1_e",
                "fields": ["reach", "question"],
                "retention_days": 365,
                "valid_from": "2020-01-01",
                "valid_until": until,
            },
        )

    def tell(self, kind: str, aggregate: UUID, data: dict[str, Any], **changes: Any) -> Envelope:
        """An event of another service arrives, as intake's worker handles it."""
        plain = {name: str(value) if isinstance(value, UUID | date) else value for name, value in data.items()}
        envelope = an_event(**{"type": kind, "aggregate": aggregate, "data": plain, "source": "referral"} | changes)
        self.receive(envelope)
        return envelope

    def receive(self, envelope: Envelope) -> None:
        with self.worker.transaction(WORKER) as conn:
            inbox.receive(conn, envelope, KNOWN)

    def family(self, draft: FileDraft | None = None) -> File:
        """A new file of the school."""
        family_id = commands.open_file(self.web, self.mira, self.school, draft or a_draft())
        return self.file(family_id)

    def file(self, family_id: UUID) -> File:
        with self.web.transaction(self.mira) as conn:
            return store.family.get(conn, family_id)

    def wish(self, file: File, **changes: Any) -> Wish:
        """Amal lets the OCMW know how to reach her and what she asks about money; an interpreter helps by phone."""
        amal, ask = file.persons[0], next(iter(file.asks), None)
        told: dict[str, Any] = {
            "person_id": amal.id,
            "receiver_organisation": self.ocmw,
            "explained_in": "ar",
            "yes": {amal.id: ALL_CARDS},
            "level": Level.QUESTION,
            "ask_id": ask.id if ask else None,
            "interpreting": "professional_phone",
            "interpreter_is_adult": True,
            "said_back": True,
        }
        return Wish(**told | changes)

    def yes(self, file: File | None = None, **changes: Any) -> UUID:
        """A granted akkoord."""
        return commands.grant_akkoord(self.web, self.mira, self.wish(file or self.family(), **changes))


def staff(organisation: UUID, role: str, function: str) -> Actor:
    return Actor(uuid4(), ActorKind.STAFF, (Held(organisation, role, function, "beroepsgeheim"),))


def person(person_id: UUID, locale: str = "nl") -> Actor:
    return Actor(person_id, ActorKind.PERSON, locale=locale)
