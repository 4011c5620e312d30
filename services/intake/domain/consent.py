"""An akkoord: a person's yes to one receiver for one purpose; how it is asked, what it shares, how it ends."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum
from typing import ClassVar, NamedTuple
from uuid import UUID

from services.intake.domain.card_texts import DUTCH, TEXTS
from services.intake.domain.family import Ask, Kind, Person
from shared.refusals import Refusal

SPECIAL = frozenset({"health", "wellbeing"})  # special categories of data, ticked one by one (R3; GDPR 9)
DELICATE = frozenset({"finances", "health", "parenting", "wellbeing"})  # an informal interpreter gives a warning (R11)
NO_INTERPRETER, INFORMAL = "none", "informal"
USUAL_DAYS, LONGEST_DAYS = 182, 730


class ConsentRefused(Refusal):
    """Base of what an akkoord refuses; `field` is what to look at again."""

    field: ClassVar[str] = ""


class YesMissing(ConsentRefused):
    """Not every card was answered with yes: silence is no yes (R2). Its argument names the card."""

    field = "yes"


class OthersYesNeeded(ConsentRefused):
    """Someone else's yes is needed too (R5). Its argument is the table's explanation."""

    field = "yes"


class KindNotTicked(ConsentRefused):
    """A special category of data was not ticked by itself (R3)."""

    field = "kinds"


class QuestionMissing(ConsentRefused):
    """The level says that a question is shared, and there is none; or it is another person's."""

    field = "ask_id"


class PartsMissing(ConsentRefused):
    """The level says that parts of a plan are shared, and none is named."""

    field = "plan_parts"


class MinorInterprets(ConsentRefused):
    """Nobody confirmed that the interpreter is an adult; a minor never interprets (R11)."""

    field = "interpreter_is_adult"


class InformalNotUnderstood(ConsentRefused):
    """An informal interpreter on a delicate subject, and the warning was not acknowledged (R11)."""

    field = "informal_understood"


class InterpreterNeeded(ConsentRefused):
    """The texts are not signed in this language: then they are interpreted aloud (R26)."""

    field = "interpreting"


class NotSaidBack(ConsentRefused):
    """The person has not said in own words what is shared."""

    field = "said_back"


class WrongTerm(ConsentRefused):
    """An akkoord ends on a day to come, within two years."""

    field = "expires_on"


class SameOrganisation(ConsentRefused):
    """The receiver is another organisation than the one that shares."""

    field = "receiver_organisation"


class AlreadyEnded(Refusal):
    """It is over already."""


class Purpose(StrEnum):
    REFERRAL = "referral"
    REGISTRATION = "registration"
    MATCH = "match"


class Level(StrEnum):
    """Smallest first (R3)."""

    REACH = "reach"
    QUESTION = "question"
    PLAN_PARTS = "plan_parts"


class Status(StrEnum):
    GRANTED = "granted"
    STOPPED = "stopped"
    EXPIRED = "expired"
    DECLINED = "declined"
    REPLACED = "replaced"


class Mover(StrEnum):
    """Who makes a move: the person, the school on the person's word, time, or the receiver."""

    PERSON = "person"
    SCHOOL = "school"
    TIME = "time"
    RECEIVER = "receiver"


MOVES: Mapping[tuple[Status, Status], frozenset[Mover]] = {
    (Status.GRANTED, Status.STOPPED): frozenset({Mover.PERSON, Mover.SCHOOL}),
    (Status.GRANTED, Status.EXPIRED): frozenset({Mover.TIME}),
    (Status.GRANTED, Status.DECLINED): frozenset({Mover.RECEIVER}),
    (Status.GRANTED, Status.REPLACED): frozenset({Mover.PERSON}),
}

SERVICE_OF: Mapping[Purpose, str] = {
    Purpose.REFERRAL: "referral",
    Purpose.REGISTRATION: "activities",
    Purpose.MATCH: "network",
}


def audience_of(purpose: Purpose) -> frozenset[str]:
    """The services whose keys open what an akkoord for this purpose shares."""
    return frozenset({"intake", SERVICE_OF[purpose]})


@dataclass(frozen=True)
class Akkoord:
    """R2: whose data, who said yes, how it was explained, what it shares, how long. Rows of it are never deleted."""

    id: UUID
    person_id: UUID
    family_id: UUID
    owner_organisation: UUID
    receiver_organisation: UUID
    purpose: Purpose
    level: Level
    ask_id: UUID | None
    kinds: list[str]
    plan_parts: list[str]
    way_back: list[str]
    expires_on: date
    reference: UUID | None
    said_yes_by: list[UUID]
    whose_yes: str
    explained_in: str
    explained_by: UUID | None
    explained_function: str
    interpreting: str
    interpreter_is_adult: bool
    said_back: bool
    agreement_id: UUID | None
    granted_at: datetime
    status: Status = Status.GRANTED
    ended_at: datetime | None = None
    version: int = 1

    def end(self, to: Status, by: Mover, at: datetime) -> "Akkoord":
        """The same, over. No reason is asked (R2). Raises AlreadyEnded, or ValueError for a move nobody may make."""
        if self.status != Status.GRANTED:
            raise AlreadyEnded(str(self.id))
        if by not in MOVES.get((Status(self.status), to), frozenset()):
            raise ValueError(f"{by} does not make an akkoord {to}")
        return replace(self, status=to, ended_at=at, version=self.version + 1)


@dataclass(frozen=True)
class Wish:
    """What is asked of a person, and what was answered; `yes` has, by person, the cards that got a yes."""

    person_id: UUID
    receiver_organisation: UUID
    explained_in: str
    yes: Mapping[UUID, frozenset[str]]
    purpose: Purpose = Purpose.REFERRAL
    level: Level = Level.REACH
    ask_id: UUID | None = None
    kinds: frozenset[str] = frozenset()
    plan_parts: tuple[str, ...] = ()
    way_back: tuple[str, ...] = ("first_meeting",)
    expires_on: date | None = None
    interpreting: str = NO_INTERPRETER
    interpreter_is_adult: bool = False
    informal_understood: bool = False
    said_back: bool = False
    weighty: bool = False
    replaces: UUID | None = None
    key: str | None = field(default=None, compare=False)

    @property
    def shares_question(self) -> bool:
        return self.level != Level.REACH

    @property
    def parts(self) -> tuple[str, ...]:
        """The parts of a plan that are shared, each once."""
        return tuple(dict.fromkeys(self.plan_parts)) if self.level == Level.PLAN_PARTS else ()

    def is_weighty(self, ask: Ask | None) -> bool:
        """Whether both parents are asked for a child (R5)."""
        return self.weighty or self.level == Level.PLAN_PARTS or bool(special_kinds(self, ask))


class Card(NamedTuple):
    """One picture and about ten words; `text` is the name of its sentence in the texts."""

    code: str
    text: str
    picture: str


_PICTURES = {
    "finances": "money", "education": "homework", "health": "health", "leisure": "leisure", "work": "work",
    "wellbeing": "good", "strengths": "strength", "parenting": "family", "social_network": "together",
}  # fmt: skip
PART = "part_"  # the card of one part of a plan, each with its own yes or no (R3)


def special_kinds(wish: Wish, ask: Ask | None) -> frozenset[str]:
    """The special categories that this wish would share: in its question, or in a part of the plan."""
    asked = SPECIAL & {ask.life_domain} if ask and wish.shares_question else frozenset()
    return asked | SPECIAL.intersection(wish.parts)


def cards_for(wish: Wish, person: Person, ask: Ask | None) -> tuple[Card, ...]:
    """The cards that each get their own yes or no: how to reach, the question, special kinds, parts, how long."""
    of = "_child" if person.kind == Kind.CHILD else ""
    cards = [Card("reach", f"reach{of}", "phone")]
    if ask and wish.shares_question:
        cards.append(Card("question", f"question{of}", _PICTURES.get(ask.life_domain, "question")))
    # A part of a plan about a special category has a card of its own already.
    for kind in sorted(special_kinds(wish, ask).difference(wish.parts)):
        cards.append(Card(f"kind_{kind}", f"kind_{kind}", _PICTURES[kind]))
    cards += [Card(f"{PART}{one}", f"{PART}{one}", _PICTURES.get(one, "plan")) for one in wish.parts]
    return (*cards, Card("until", "until", "calendar"))


def demand_answered(wish: Wish, person: Person, ask: Ask | None) -> None:
    """Every card has a yes of everyone who said yes. Raises YesMissing, KindNotTicked or NotSaidBack."""
    if unticked := special_kinds(wish, ask) - wish.kinds:
        raise KindNotTicked(min(unticked))
    if not wish.yes:
        raise YesMissing("nobody")
    cards = {card.code for card in cards_for(wish, person, ask)}
    for answered in wish.yes.values():
        if unanswered := cards - answered:
            raise YesMissing(min(unanswered))
    if not wish.said_back:
        raise NotSaidBack


def demand_well_explained(wish: Wish, ask: Ask | None, shown_in: str) -> None:
    """Raises MinorInterprets, InformalNotUnderstood or InterpreterNeeded (R11, R26)."""
    interpreted = wish.interpreting != NO_INTERPRETER
    if interpreted and not wish.interpreter_is_adult:
        raise MinorInterprets
    delicate = (ask is not None and ask.life_domain in DELICATE) or not DELICATE.isdisjoint(wish.parts)
    if wish.interpreting == INFORMAL and delicate and not wish.informal_understood:
        raise InformalNotUnderstood
    if wish.explained_in != shown_in and not interpreted:
        raise InterpreterNeeded(wish.explained_in)


def demand_shareable(wish: Wish, ask: Ask | None) -> None:
    """Raises QuestionMissing or PartsMissing where the level promises what is not there."""
    if wish.level == Level.QUESTION and ask is None:
        raise QuestionMissing
    if ask is not None and ask.person_id != wish.person_id:
        raise QuestionMissing(str(ask.id))
    if wish.level == Level.PLAN_PARTS and not wish.parts:
        raise PartsMissing
    if unknown := [one for one in wish.parts if f"{PART}{one}" not in TEXTS[DUTCH].cards]:
        raise PartsMissing(unknown[0])


def demand_term(expires_on: date, today: date) -> None:
    """Raises WrongTerm."""
    if not 0 < (expires_on - today).days <= LONGEST_DAYS:
        raise WrongTerm(str(expires_on))
