"""A school with partners and a family that it follows, as intake knows them; in one call each."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from pydantic import BaseModel

from services.intake import commands, store
from services.intake.domain.consent import Level, Wish
from services.intake.domain.correction import Doubt, Thing
from services.intake.domain.family import File, FileDraft
from services.intake.projections import PROJECTIONS
from services.intake.reactions import REACTIONS
from services.intake.views.home import _Registration
from shared import clock, inbox, sealing
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

    def colleague(self) -> Actor:
        """One more who follows families at the school."""
        actor = staff(self.school, "school_staff", "zorgcoördinator")
        membership = uuid4()
        self.tell(
            "be.brug.referral.membership.granted.v1",
            membership,
            {
                "membership_id": membership,
                "staff_id": actor.id,
                "organisation_id": self.school,
                "role": "school_staff",
                "function": "zorgcoördinator",
                "secrecy": "beroepsgeheim",
                "valid_from": "2020-01-01",
            },
        )
        return actor

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

    def doubt(self, file: File, **changes: Any) -> UUID:
        """Amal says that her phone number is not right; `by` is who says so."""
        by = changes.pop("by", file.persons[0].id)
        thing = changes.pop("thing", Thing("phone", by))
        told = Doubt(thing, **({"choice": "outdated", "words": "رقمي تغيّر", "lang": "ar"} | changes))
        return commands.ask_correction(self.web, person(by), told, 14)


def two_homes(place: Place, *, age: int | None = 6, **changes: Any) -> File:
    """Amal and Karim in two houses, and their child in both, about whom Amal asked something."""
    year = clock.today().year - age if age is not None else None
    told: dict[str, Any] = {
        "persons": [
            {"name_to_call": "Amal", "phone": "0470 12 34 56", "households": [1], "languages": [{"tag": "ar"}]},
            {"name_to_call": "Karim", "phone": "0470 99 88 77", "households": [2]},
            {"kind": "child", "name_to_call": "Yusuf", "birth_year": year, "class_name": "1B", "households": [1, 2]},
        ],
        "goes_well": [{"text": "Bij mij thuis zingen we."}],
        "asks": [{"text": {"text": "Hulp met huiswerk"}, "life_domain": "education", "person": 2}],
    }
    return place.family(FileDraft.model_validate(told | changes))


def staff(organisation: UUID, role: str, function: str) -> Actor:
    return Actor(uuid4(), ActorKind.STAFF, (Held(organisation, role, function, "beroepsgeheim"),))


def person(person_id: UUID, locale: str = "nl") -> Actor:
    return Actor(person_id, ActorKind.PERSON, locale=locale)


def sealed_in(place: Place, scope: tuple[str, UUID, str], subject: UUID, content: BaseModel) -> dict[str, Any]:
    """Content as another service seals it: `scope` is its kind, its id and that service."""
    kind, scope_id, service = scope
    with place.worker.transaction(place.mira) as conn:
        whole = sealing.Scope(kind=kind, id=scope_id, audience=frozenset({"intake", service}))
        return sealing.seal(conn, whole, subject, content).model_dump(mode="json")


def register(place: Place, file: File, **changes: Any) -> Envelope:
    amal = file.persons[0].id
    """She registered for something; `content` is what is sealed."""
    content = changes.pop("content", None) or _Registration(activity_id=uuid4(), occurrence_id=uuid4(), children=1)
    registration = uuid4()
    return place.tell(
        "be.brug.activities.registration.made.v1",
        registration,
        {
            "registration_id": registration,
            "person_id": amal,
            "family_id": file.id,
            "organiser": place.katrol,
            "said_at": "2026-09-01T10:00:00Z",
            "lang": "ar",
            "sealed": sealed_in(place, ("file", file.id, "activities"), amal, content),
        }
        | changes,
        subject=str(file.id),
        source="activities",
        owner_organisation=place.school,
    )


def refer(place: Place, file: File, akkoord_id: UUID, fact: str, **changes: Any) -> Envelope:
    """Something happened to a referral that rests on this akkoord."""
    data = {
        "referral_id": changes.pop("referral_id", uuid4()),
        "akkoord_id": akkoord_id,
        "person_id": file.persons[0].id,
        "to_organisation": place.ocmw,
    }
    version = changes.pop("version", 1)
    return place.tell(
        f"be.brug.referral.{fact}.v1",
        UUID(str(data["referral_id"])),
        data | changes,
        subject=str(file.id),
        owner_organisation=place.school,
        version=version,
    )
