"""What the API takes about family plans."""

from datetime import date
from typing import Annotated, Any, Literal
from uuid import UUID, uuid4

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from services.referral.commands import plans
from services.referral.domain.plan import (
    SHARED,
    Action,
    Content,
    Frame,
    Item,
    PersonKind,
)
from shared.api import Body, LocalTime
from shared.i18n import is_language


def _known_language(tag: str) -> str:
    if tag and not is_language(tag):
        raise PydanticCustomError("language", "not a language")
    return tag


def _known_section(code: str) -> str:
    if code not in SHARED:
        raise PydanticCustomError("unknown_code", "not a part of a plan")
    return code


Language = Annotated[str, Field(min_length=2, max_length=35), AfterValidator(_known_language)]
LanguageBeside = Annotated[str, Field(max_length=35), AfterValidator(_known_language)]
Text = Annotated[str, Field(min_length=1, max_length=2000)]
Beside = Annotated[str, Field(max_length=2000)]
Called = Annotated[str, Field(max_length=80)]
Part = Annotated[str, AfterValidator(_known_section), Field(json_schema_extra={"enum": list(SHARED)})]
State = Literal["open", "busy", "done", "not_now"]


class PersonCalled(Body):
    person_id: UUID
    called: Annotated[str, Field(min_length=1, max_length=80)]


class StartPlan(Body):
    """Persons of the family by what the plan calls them. Dates left out are the usual ones (R10).

    `expecting`: there is no child yet. `coordinator` is a person of the family; left out, nobody is yet.
    """

    family_id: UUID
    persons: list[PersonCalled] = Field([], max_length=20)
    lang: Language = "nl"
    expecting: bool = False
    started_on: date | None = None
    review_on: date | None = None
    ends_on: date | None = None
    coordinator: UUID | None = None

    def wish(self) -> plans.StartWish:
        return plans.StartWish(
            **{name: getattr(self, name) for name in ("family_id", "lang", "expecting", "started_on", "review_on")},
            ends_on=self.ends_on,
            coordinator=self.coordinator,
            called={one.person_id: one.called for one in self.persons},
        )


class FrameBody(Body):
    """`coordinator` is a person of the plan, or null while nobody is."""

    coordinator: UUID | None
    lang: Language
    started_on: date
    review_on: date
    ends_on: date

    def frame(self) -> Frame:
        return Frame(**{name: getattr(self, name) for name in Frame._fields})


class ItemBody(Body):
    """Own words in their own language, never corrected (R15); `beside` says the same in another language.

    Keep `id` to keep an item; without one it is new. `said_by` is the person of the plan whose words they are.
    """

    id: UUID | None = None
    text: Text
    lang: Language = "nl"
    beside: Beside = ""
    beside_lang: LanguageBeside = ""
    said_by: UUID | None = None

    def item(self) -> Item:
        return Item.model_validate(self.model_dump() | {"id": self.id or uuid4()})


class OccasionBody(Body):
    """One time of an activity of the shared calendar; `starts` is local time without an offset."""

    activity_id: UUID
    occurrence_id: UUID
    starts: LocalTime


class ActionBody(ItemBody):
    """Every action has an owner, a person of this plan, and a date."""

    who: UUID
    by: date
    state: State = "open"
    occasion: OccasionBody | None = None

    def action(self) -> Action:
        return Action.model_validate(self.model_dump() | {"id": self.id or uuid4()})


class SectionBody(Body):
    """The whole text of one section. Of a life domain `items` are the goals.

    `beside`: where somebody wrote since, keep this text beside theirs, to choose from; else it is refused.
    """

    items: list[ItemBody] = Field([], max_length=30)
    actions: list[ActionBody] = Field([], max_length=30)
    beside: bool = False
    understood: bool = False

    def content(self) -> Content:
        items, actions = (one.item() for one in self.items), (one.action() for one in self.actions)
        return Content(items=tuple(items), actions=tuple(actions))

    def texts(self) -> dict[str, str]:
        """For the warning about what is never collected, by field."""
        listed: dict[str, list[Any]] = {"items": [*self.items], "actions": [*self.actions]}
        return {
            f"{name}.{place}.{field}": getattr(one, field)
            for name, entries in listed.items()
            for place, one in enumerate(entries)
            for field in ("text", "beside")
        }


class ChoiceBody(Body):
    """Of two texts that were written at once: `number` is of the one that stands beside."""

    number: int = Field(ge=1, le=1_000_000)
    keep: Literal["current", "beside", "both"]


class PersonBody(Body):
    """A third person by first name and role, with their answer (R23); or staff by function, without a name."""

    kind: Literal["third", "staff"]
    called: Called = ""
    role: Annotated[str, Field(min_length=1, max_length=80)]
    organisation_id: UUID | None = None
    answer: Literal["yes", "no", "unknown"] = "unknown"
    understood: bool = False

    def someone(self) -> plans.Someone:
        called = self.called if self.kind == "third" else ""
        return plans.Someone(PersonKind(self.kind), called, self.role, self.organisation_id, self.answer)


class AnswerBody(Body):
    answer: Literal["yes", "no", "unknown"]


class YesBody(Body):
    """`edition` is what you read; a plan that has changed since is refused with 412."""

    edition: int = Field(ge=0, le=1_000_000)
    lang: Language = "nl"


class OutcomeBody(Body):
    """For yourself alone: no one else reads it (R12)."""

    answer: Literal["yes", "not_yet", "let_go"]


class PartsBody(Body):
    """The parts that your school sees; all others close to it."""

    parts: list[Part] = Field(max_length=len(SHARED))
