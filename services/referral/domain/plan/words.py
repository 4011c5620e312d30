"""What stands in a plan: own words with their language, goals, actions; and who may change whose words."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Annotated, NamedTuple, TypeVar
from uuid import UUID, uuid4

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from services.referral.domain.refusals import SectionFull, UnknownInPlan, WrittenByFamily

STRENGTHS, WISHES, CONTACT = "strengths", "wishes", "contact"
OWN = "own"  # what belongs to one person alone, mostly a child (R5, R18)
DOMAINS = (
    "health",
    "administration",
    "finances",
    "education",
    "parenting",
    "social_network",
    "wellbeing",
    "work",
    "leisure",
)
WORDS = (STRENGTHS, WISHES, CONTACT)
SHARED = (STRENGTHS, WISHES, *DOMAINS, CONTACT)  # in the order of a page: what goes well comes first (R9)
SPECIAL = ("health", "wellbeing")  # special categories: nobody but the family sees them before it says so (R3)
CHILD_SEES = (STRENGTHS, "education", "leisure", "social_network")  # house practice, to be read by a lawyer (R5)
OPEN, BUSY, DONE, NOT_NOW = "open", "busy", "done", "not_now"
STATES = (OPEN, BUSY, DONE, NOT_NOW)
MOST_ITEMS, LONGEST = 30, 2000


class _Value(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


class Item(_Value):
    """One thing that somebody said or wrote. It is never corrected (R15); `beside` says the same in another language.

    `said_by` is the person of the plan whose words they are. `wrote` is the person of the family who typed it.
    """

    id: UUID
    text: Annotated[str, StringConstraints(min_length=1, max_length=LONGEST)]
    lang: Annotated[str, StringConstraints(min_length=2, max_length=35)] = "nl"
    beside: Annotated[str, StringConstraints(max_length=LONGEST)] = ""
    beside_lang: Annotated[str, StringConstraints(max_length=35)] = ""
    said_by: UUID | None = None
    wrote: UUID | None = None

    def in_language(self, tag: str) -> tuple[str, str]:
        """The text to show to who reads `tag`, and the language it is in."""
        if self.beside and not same_language(self.lang, tag) and same_language(self.beside_lang, tag):
            return self.beside, self.beside_lang
        return self.text, self.lang

    @property
    def words(self) -> tuple[str, str, UUID | None]:
        return self.text, self.lang, self.said_by


class Occasion(_Value):
    """One time of an activity of the shared calendar; `starts` as it was when the action was written, local time."""

    activity_id: UUID
    occurrence_id: UUID
    starts: datetime


class Action(Item):
    """What somebody does by a day: every action has an owner and a date. `who` is a person of the plan."""

    who: UUID
    by: date
    state: Annotated[str, Field(pattern="^(open|busy|done|not_now)$")] = OPEN
    occasion: Occasion | None = None

    @property
    def words(self) -> tuple[str, str, UUID | None]:
        return self.text, self.lang, self.who

    @property
    def goes_on(self) -> bool:
        return self.state in (OPEN, BUSY)


Kept = TypeVar("Kept", bound=Item)


class Content(_Value):
    """One section: words, or the goals of a life domain with its actions."""

    items: Annotated[tuple[Item, ...], Field(max_length=MOST_ITEMS)] = ()
    actions: Annotated[tuple[Action, ...], Field(max_length=MOST_ITEMS)] = ()

    @property
    def is_empty(self) -> bool:
        return not (self.items or self.actions)

    @property
    def all(self) -> tuple[Item, ...]:
        return (*self.items, *self.actions)

    def find(self, one_id: UUID | None) -> Item | None:
        """The words, goal or action of this id."""
        return next((one for one in self.all if one.id == one_id), None)

    def put(self, one: Item) -> "Content":
        """The same with this one in the place that it had, or else at the end. Raises SectionFull."""
        if isinstance(one, Action):
            return self.model_copy(update={"actions": _in_place(self.actions, one)})
        return self.model_copy(update={"items": _in_place(self.items, one)})

    def drop(self, one_id: UUID) -> "Content":
        return Content(
            items=tuple(one for one in self.items if one.id != one_id),
            actions=tuple(one for one in self.actions if one.id != one_id),
        )


class Writer(NamedTuple):
    """Who changes a section: a person of the family, or staff by function (`person` is None)."""

    person: UUID | None
    function: str = ""
    organisation: UUID | None = None


def same_language(one: str, other: str) -> bool:
    """Whether both tags name the same language, whatever their region or script."""
    return one.split("-", maxsplit=1)[0].lower() == other.split("-", maxsplit=1)[0].lower()


def written(before: Content, given: Content, writer: Writer) -> Content:
    """`given` with the author of each text. Putting the Dutch beside a text changes nobody's words.

    Raises WrittenByFamily where staff would change or drop what the family wrote (R10).
    """
    known = {one.id: one for one in before.all}
    if writer.person is None:
        kept = {one.id: one for one in given.all}
        for one in known.values():
            after = kept.get(one.id)
            if one.wrote is not None and (after is None or (after.text, after.lang) != (one.text, one.lang)):
                raise WrittenByFamily(str(one.id))
    return Content(
        items=tuple(_by(one, known.get(one.id), writer) for one in given.items),
        actions=tuple(_by(one, known.get(one.id), writer) for one in given.actions),
    )


def combined(current: Content, other: Content) -> Content:
    """Both texts in one: what differs stands twice, each by who wrote it, and nothing is lost (R10)."""
    return Content(
        items=_both(current.items, other.items)[:MOST_ITEMS],
        actions=_both(current.actions, other.actions)[:MOST_ITEMS],
    )


def demand_known(content: Content, seen: Content, people: Iterable[UUID]) -> None:
    """Whoever is newly named is a person of this plan. Raises UnknownInPlan."""
    if strangers := _named(content) - _named(seen) - set(people):
        raise UnknownInPlan(str(min(strangers)))


def _named(content: Content) -> set[UUID]:
    return {one.said_by for one in content.all if one.said_by} | {one.who for one in content.actions}


def _by(one: Kept, before: Item | None, writer: Writer) -> Kept:
    same = before is not None and before.words == one.words
    wrote = before.wrote if before is not None and (same or writer.person is None) else writer.person
    return one.model_copy(update={"wrote": wrote})


def _in_place(known: tuple[Kept, ...], one: Kept) -> tuple[Kept, ...]:
    if all(other.id != one.id for other in known):
        if len(known) == MOST_ITEMS:
            raise SectionFull(str(one.id))
        return (*known, one)
    return tuple(one if other.id == one.id else other for other in known)


def _both(current: tuple[Kept, ...], other: tuple[Kept, ...]) -> tuple[Kept, ...]:
    known = {one.id: one for one in current}
    said = {one.words for one in current}
    more = [one for one in other if one.words not in said]
    return (*current, *(one.model_copy(update={"id": uuid4()}) if one.id in known else one for one in more))
