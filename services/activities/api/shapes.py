"""What the API takes and gives, as pydantic models; codes are those of the vocabulary."""

from datetime import date
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import AfterValidator, BaseModel, Field
from pydantic_core import PydanticCustomError

from services.activities.commands.recurrence import LONGEST_RULE
from services.activities.domain.activity import ActivityChange, ActivityWish, Hall, Registering, Times
from services.activities.domain.registration import MOST_CHILDREN
from services.activities.domain.words import PracticalHelp, Text
from services.activities.views.calendar import Activity, Entry
from services.activities.views.organiser import Guest, Numbers
from services.activities.views.registrations import Seat
from shared import vocabulary
from shared.api import Body, LocalTime
from shared.i18n import is_language


def _language(tag: str) -> str:
    if not is_language(tag):
        raise PydanticCustomError("language", "no language that we know")
    return tag


Language = Annotated[str, Field(min_length=2, max_length=20), AfterValidator(_language)]
Kind = Annotated[str, Field(json_schema_extra={"enum": list(vocabulary.codes("activity_kinds"))}, max_length=40)]
Town = Annotated[str, Field(min_length=1, max_length=100)]


class Words(Body):
    text: str = Field(min_length=1, max_length=2000)
    lang: Language = "nl"

    def said(self) -> Text:
        return Text(text=self.text, lang=self.lang)


class Title(Words):
    text: str = Field(min_length=1, max_length=120)


class NewHall(Body):
    organisation_id: UUID
    name: str = Field(min_length=1, max_length=120)
    address: str = Field("", max_length=200)
    town: Town


class HallShown(BaseModel):
    id: UUID
    organisation_id: UUID
    name: str
    address: str
    town: str

    @classmethod
    def of(cls, hall: Hall) -> Self:
        return cls(**hall._asdict())


class HallList(BaseModel):
    items: list[HallShown]


class HallQuery(Body):
    town: str | None = Field(None, max_length=100)


class ChangedActivity(Body):
    """All that an activity says; what is left out is not known. Hours and hall stay as they are."""

    title: Title
    description: Words | None = None
    practical_help: PracticalHelp = PracticalHelp()
    companions: int | None = Field(None, ge=0, le=2000)
    languages: list[Language] = Field(default=[], max_length=20)
    seats: int | None = Field(None, ge=1, le=2000)
    understood: bool = False

    def change(self) -> ActivityChange:
        return ActivityChange(
            self.title.said(),
            self.description.said() if self.description else None,
            self.practical_help,
            self.companions,
            tuple(self.languages),
            self.seats,
        )


class NewActivity(ChangedActivity):
    """Times are local, in Europe/Brussels; `rrule` as RFC 5545 3.3.10. `anyway`: save in spite of clashes (R17)."""

    organiser: UUID
    kind: Kind
    hall_id: UUID
    starts: LocalTime
    ends: LocalTime
    rrule: str = Field("", max_length=LONGEST_RULE)
    registration: Registering = Registering.DROP_IN
    anyway: bool = False

    def wish(self) -> ActivityWish:
        return ActivityWish(
            **self.change()._asdict(),
            organiser=self.organiser,
            kind=self.kind,
            hall_id=self.hall_id,
            times=Times(self.starts, self.ends, self.rrule),
            registration=self.registration,
        )


class ActivityQuery(Body):
    """`since` and `until` are days, the last one included."""

    town: str | None = Field(None, max_length=100)
    kind: Kind | None = None
    since: date | None = Field(None, alias="from")
    until: date | None = Field(None, alias="to")
    after: str | None = Field(None, max_length=1000)
    limit: int = Field(50, ge=1, le=100)


class OccurrenceShown(BaseModel):
    """Local times of the zone. `seats_left`: null where nobody counts seats."""

    id: UUID
    starts: LocalTime
    ends: LocalTime
    zone: str
    seats_left: int | None
    full: bool
    status: Literal["published", "cancelled"]

    @classmethod
    def of(cls, entry: Entry) -> Self:
        return cls(
            id=entry.occurrence_id,
            starts=entry.starts,
            ends=entry.ends,
            zone=entry.zone,
            seats_left=entry.left,
            full=entry.is_full,
            status="published" if entry.status == "published" else "cancelled",
        )


class ActivityShown(BaseModel):
    """What anyone may know. An answer that nobody gave is 'unknown', `companions` that nobody counted null (R13)."""

    id: UUID
    organiser: UUID
    organiser_name: str
    kind: str
    title: Text
    description: Text | None
    hall: str
    address: str
    town: str
    practical_help: PracticalHelp
    companions: int | None
    languages: list[str]
    registration: Registering
    seats: int | None
    rrule: str
    status: str
    version: int
    occurrences: list[OccurrenceShown]

    @classmethod
    def of(cls, activity: Activity) -> Self:
        told = vars(activity) | {"languages": list(activity.languages)}
        return cls(**told | {"occurrences": [OccurrenceShown.of(one) for one in activity.occurrences]})


class ActivityPage(BaseModel):
    items: list[ActivityShown]
    next: str | None


class NewRegistration(Body):
    """`yes`: the organiser may know name and language. `lang`: in which language that was asked (R2, R26)."""

    occurrence_id: UUID
    children: int = Field(0, ge=0, le=MOST_CHILDREN)
    interpreter: Language | None = None
    yes: bool = False
    lang: Language = "nl"


class InterpreterShown(BaseModel):
    language: str
    status: Literal["asked", "booked"]


class RegistrationShown(BaseModel):
    """`way`: with a name, without one, or a drop-in. An interpreter is asked for until it is booked (R11)."""

    id: UUID
    occurrence_id: UUID
    way: str
    status: str
    children: int
    interpreter: InterpreterShown | None
    version: int

    @classmethod
    def of(cls, seat: Seat) -> Self:
        asked = None
        if seat.interpreter:
            asked = InterpreterShown(language=seat.interpreter, status="booked" if seat.interpreter_booked else "asked")
        return cls(
            id=seat.id,
            occurrence_id=seat.occurrence_id,
            way=seat.way,
            status=seat.status,
            children=seat.children,
            interpreter=asked,
            version=seat.version,
        )


class GuestShown(BaseModel):
    """A named registration; `name` is null while it may not be shown: 'naam volgt'. `safety`: tell nobody who comes."""

    registration_id: UUID
    name: str | None
    languages: list[str]
    children: int
    interpreter: str | None
    safety: bool

    @classmethod
    def of(cls, guest: Guest) -> Self:
        return cls(**vars(guest) | {"languages": list(guest.languages)})


class AskedShown(BaseModel):
    """`booked`: a code of the list `interpreting`, empty while only asked."""

    language: str
    asked: int
    booked: str


class NumbersShown(BaseModel):
    occurrence_id: UUID
    activity_id: UUID
    starts: LocalTime
    ends: LocalTime
    status: str
    registered: int
    named: int
    children: int
    seats: int | None
    interpreters: list[AskedShown]

    @classmethod
    def of(cls, numbers: Numbers) -> Self:
        asked = [AskedShown(**one._asdict()) for one in numbers.interpreters]
        return cls.model_validate(vars(numbers) | {"interpreters": asked}, from_attributes=True)


class NumbersPage(BaseModel):
    items: list[NumbersShown]
    next: str | None


class NumbersQuery(Body):
    after: str | None = Field(None, max_length=1000)
    limit: int = Field(50, ge=1, le=100)


class GuestList(BaseModel):
    numbers: NumbersShown
    named: list[GuestShown]


class NewBooking(Body):
    language: Language
    interpreting: str = Field(max_length=40, json_schema_extra={"enum": list(vocabulary.codes("interpreting"))})


class FeedQuery(Body):
    town: Town
