"""Asking a yes, page after page: what staff chose and what was answered so far travels in the form itself."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from wtforms import BooleanField, HiddenField, RadioField, SelectField, SelectMultipleField

from services.intake.domain.consent import NO_INTERPRETER, PART, SPECIAL, Card, Level, Wish
from services.intake.domain.family import Ask, Person
from services.intake.forms.family import options
from shared import clock, vocabulary
from shared.directory import Organisation
from shared.forms import CHOSEN, OPTIONAL, Form
from shared.i18n import name_of
from shared.refusals import Malformed

WAYS_BACK = {"first_meeting": ("first_meeting",), "outcome": ("first_meeting", "outcome"), "nothing": ("nothing",)}
_TERMS = (("91", "3 maanden"), ("182", "6 maanden"), ("365", "1 jaar"))
_NO_QUESTION = {"question", *(f"kind_{kind}" for kind in SPECIAL)}  # a no to these shares no question
_PARTS = [*vocabulary.codes("plan_parts"), *vocabulary.codes("life_domains")]
_LESS = _NO_QUESTION | {f"{PART}{one}" for one in _PARTS}  # a no to these shares less


class Turn(NamedTuple):
    """One card for one person."""

    person_id: UUID
    card: Card

    @property
    def value(self) -> str:
        return f"{self.person_id}:{self.card.code}"


class TalkForm(Form):
    """Every page of the talk; the pages differ in what they show of it."""

    step = HiddenField(default="choose")
    receiver = SelectField("Aan wie?", [CHOSEN])
    ask = RadioField("Met welke vraag?", [OPTIONAL], validate_choice=False)
    parts = SelectMultipleField("Welke delen van het gezinsplan?", [OPTIONAL])
    special = SelectMultipleField("Ook een gevoelig deel van het plan?", [OPTIONAL])
    sayers = SelectMultipleField("Wie zegt ja?", [OPTIONAL], validate_choice=False)
    explained_in = SelectField("In welke taal leg je het uit?", [CHOSEN])
    interpreting = RadioField("Met een tolk?", [OPTIONAL], default=NO_INTERPRETER)
    adult = BooleanField("De tolk is volwassen")
    informal_understood = BooleanField("Ik heb dit gelezen")
    weighty = BooleanField("Dit is een ingrijpende beslissing voor het kind")
    days = RadioField("Hoe lang?", [OPTIONAL], choices=options(_TERMS), default="182")
    replaces = HiddenField()
    answers = HiddenField()
    answer = HiddenField()
    way_back = RadioField("Wat mag terug naar de school?", [OPTIONAL], default="first_meeting")
    said_back = BooleanField("Het is in eigen woorden teruggezegd")
    key = HiddenField()
    opened = HiddenField()

    def offer(
        self, receivers: Sequence[Organisation], asks: Iterable[Ask], sayers: Iterable[Person], spoken: Sequence[str]
    ) -> None:
        """What can be chosen for this person."""
        self.receiver.choices = options(
            [("", "Kies …"), *((str(one.id), f"{one.name} ({one.town})") for one in receivers)]
        )
        none = ("", "Geen vraag: alleen hoe je de persoon bereikt")
        self.ask.choices = options([none, *((str(one.id), one.text.text) for one in asks)])
        self.parts.choices = options((one, _part(one)) for one in _PARTS if one not in SPECIAL)
        self.special.choices = options((one, _part(one)) for one in _PARTS if one in SPECIAL)
        self.sayers.choices = options((str(one.id), one.name_to_call) for one in sayers)
        self.explained_in.choices = options((tag, name_of(tag)) for tag in dict.fromkeys([*spoken, "nl"]))
        interpreting = [(NO_INTERPRETER, "zonder tolk"), *vocabulary.choices("interpreting")]
        self.interpreting.choices = options(interpreting)
        self.way_back.choices = options(vocabulary.choices("way_back"))

    def wish(self, person_id: UUID, ask: Ask | None) -> Wish:
        """What was chosen and answered so far. Raises Malformed for what no page of ours sends."""
        said, refused = self.said(), self.refused()
        parts = tuple(one for one in self.chosen_parts() if f"{PART}{one}" not in refused)
        asks = ask if not refused & _NO_QUESTION else None
        cards = {code for codes in said.values() for code in codes}
        told: dict[str, Any] = {
            "person_id": person_id,
            "receiver_organisation": _uuid(self.receiver.data),
            "explained_in": self.explained_in.data,
            "yes": said,
            "level": Level.PLAN_PARTS if parts else Level.QUESTION if asks else Level.REACH,
            "ask_id": asks.id if asks else None,
            "plan_parts": parts,
            "kinds": frozenset(code.removeprefix("kind_").removeprefix(PART) for code in cards) & SPECIAL,
            "way_back": WAYS_BACK.get(self.way_back.data or "", WAYS_BACK["first_meeting"]),
            "expires_on": self.expires_on(),
            "interpreting": self.interpreting.data or NO_INTERPRETER,
            "interpreter_is_adult": bool(self.adult.data),
            "informal_understood": bool(self.informal_understood.data),
            "said_back": bool(self.said_back.data),
            "weighty": bool(self.weighty.data),
            "replaces": _uuid(self.replaces.data) if self.replaces.data else None,
            "key": self.key.data or None,
        }
        return Wish(**told)

    def chosen_parts(self) -> list[str]:
        """The parts of a plan that staff ticked; none is the usual (R3)."""
        ticked = {*(self.parts.data or []), *(self.special.data or [])}
        return [one for one in _PARTS if one in ticked]

    def expires_on(self) -> date:
        days = self.days.data if self.days.data in dict(_TERMS) else "182"
        return clock.today() + timedelta(days=int(days))

    def answered(self) -> dict[str, bool]:
        """By person and card, whether it was yes; in the order in which they were answered."""
        pairs = [one.rpartition("=") for one in (self.answers.data or "").split() if "=" in one]
        return {turn: word == "yes" for turn, _, word in pairs}

    def said(self) -> dict[UUID, frozenset[str]]:
        """By person, the cards with a yes. Who has not answered yet is in it with none."""
        found: dict[UUID, set[str]] = {one: set() for one in self.sayer_ids()}
        for turn, is_yes in self.answered().items():
            person, _, card = turn.partition(":")
            if is_yes:
                found.setdefault(_uuid(person), set()).add(card)
        return {person: frozenset(cards) for person, cards in found.items()}

    def refused(self) -> set[str]:
        """Cards that somebody answered with no."""
        return {turn.partition(":")[2] for turn, is_yes in self.answered().items() if not is_yes}

    def shares_nothing(self) -> bool:
        """A no to a card without which nothing can be shared."""
        return bool(self.refused() - _LESS)

    def note(self, turn: Turn) -> None:
        """Take the answer of the page that was just sent; anything but yes is a no (R2)."""
        said = "yes" if self.answer.data == "yes" else "no"
        kept = [f"{one}={'yes' if is_yes else 'no'}" for one, is_yes in self.answered().items() if one != turn.value]
        self.answers.data = " ".join([*kept, f"{turn.value}={said}"])

    def sayer_ids(self) -> list[UUID]:
        return [_uuid(one) for one in self.sayers.data or []]


def _part(code: str) -> str:
    listed = "plan_parts" if code in vocabulary.LISTS["plan_parts"] else "life_domains"
    return vocabulary.label(listed, code)


def _uuid(value: str | None) -> UUID:
    try:
        return UUID(str(value))
    except ValueError as error:
        raise Malformed("id") from error
