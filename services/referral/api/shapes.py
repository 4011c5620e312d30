"""What the API takes and gives, as pydantic models; codes are those of the vocabulary."""

from datetime import date, datetime
from typing import Annotated, Any, Literal, Self
from uuid import UUID

from pydantic import AfterValidator, AwareDatetime, BaseModel, Field
from pydantic_core import PydanticCustomError

from services.referral.domain import State, Status
from services.referral.forms import DECLINE_CODES, REASONS
from services.referral.views.capacity import Question
from services.referral.views.directory import Found
from services.referral.views.referrals import Listed, Opened, SixLines
from shared.api import Body
from shared.package import Package
from shared.sealing import Unopened


def _known_reason(code: str) -> str:
    if code not in REASONS:
        raise PydanticCustomError("unknown_code", "not in referral_reasons or life_domains")
    return code


def _known_decline(code: str) -> str:
    if code not in DECLINE_CODES:
        raise PydanticCustomError("unknown_code", "not in decline_reasons")
    return code


Reason = Annotated[str, AfterValidator(_known_reason), Field(json_schema_extra={"enum": list(REASONS)})]
DeclineCode = Annotated[str, AfterValidator(_known_decline), Field(json_schema_extra={"enum": list(DECLINE_CODES)})]


class OrganisationQuery(Body):
    """All together; each may be left out."""

    q: str = Field("", max_length=100)
    kind: str = Field("", max_length=50)
    town: str = Field("", max_length=100)
    language: str = Field("", max_length=35)
    after: str | None = Field(None, max_length=1000)
    limit: int = Field(50, ge=1, le=100)


class RoomShown(BaseModel):
    """What the organisation said, and on which day."""

    reason: str
    state: State
    expected_on: date | None
    stated_on: date


class OrganisationShown(BaseModel):
    """`agreed`: one of your own organisations can refer to it today. No `room` for a reason: not known."""

    id: UUID
    kind: str
    name: str
    town: str
    languages: list[str]
    agreed: bool
    room: list[RoomShown]

    @classmethod
    def of(cls, found: Found) -> Self:
        room = [RoomShown(**vars(one)) for one in found.rooms]
        return cls(**{name: value for name, value in vars(found).items() if name != "rooms"}, room=room)


class OrganisationPage(BaseModel):
    items: list[OrganisationShown]
    next: str | None


class ListQuery(Body):
    after: str | None = Field(None, max_length=1000)
    limit: int = Field(50, ge=1, le=100)


class AskRoom(Body):
    """Ask these organisations for room, for a reason. There is no field for whom: it is not needed (R8).

    `from_organisation` is needed only by who works for more than one school.
    """

    organisations: list[UUID] = Field(min_length=1, max_length=20)
    reason: Reason
    from_organisation: UUID | None = None


class QuestionShown(BaseModel):
    """While nobody answered, `state` is `unknown` (R13)."""

    id: UUID
    asking_id: UUID
    from_organisation: UUID
    from_name: str
    to_organisation: UUID
    to_name: str
    reason: str
    asked_at: datetime
    answered_at: datetime | None
    state: State
    expected_on: date | None
    stated_on: date | None

    @classmethod
    def of(cls, question: Question) -> Self:
        return cls(**vars(question))


class AskingShown(BaseModel):
    """What was asked together."""

    id: UUID
    questions: list[QuestionShown]


class QuestionPage(BaseModel):
    items: list[QuestionShown]
    next: str | None


class AnswerRoom(Body):
    """`expected_on`: from when there is room, where you know."""

    state: State
    expected_on: date | None = None


class DraftReferral(Body):
    """Needs a live akkoord of your own organisation for purpose `referral` (R1).

    `to_organisation`, where given, must be the receiver that the person said yes to. `understood`: save a text that
    hints at what is never collected all the same.
    """

    akkoord_id: UUID
    reason: Reason
    goes_along: str = Field("", max_length=100)
    to_organisation: UUID | None = None
    understood: bool = False


class NameCompanion(Body):
    """Who of the school goes along; empty: nobody yet."""

    goes_along: str = Field(max_length=100)
    understood: bool = False


class AcceptReferral(Body):
    """A name, an hour (with its zone) and a place."""

    contact: str = Field(min_length=1, max_length=100)
    at: AwareDatetime
    place: str = Field(min_length=1, max_length=200)


class DeclineReferral(Body):
    """Why, as a code of `decline_reasons`; only the school ever sees it."""

    code: DeclineCode


class ReferralQuery(ListQuery):
    """`status` left out: all that are under way."""

    status: Status | None = None


class ReferralListed(BaseModel):
    """A line without content of a person."""

    id: UUID
    status: Status
    reason: str
    from_organisation: UUID
    from_name: str
    to_organisation: UUID
    to_name: str
    warm: bool
    sent_at: datetime | None
    seen_due: date | None
    answer_due: date | None
    version: int

    @classmethod
    def of(cls, one: Listed) -> Self:
        return cls(from_organisation=one.owner_organisation, **_named(one, cls))


class ReferralPage(BaseModel):
    items: list[ReferralListed]
    next: str | None


class AppointmentShown(BaseModel):
    contact: str
    at: datetime
    place: str


class SharedShown(BaseModel):
    """What the person shares with the receiver, exactly; the school sees the same (R3).

    `state` says why there is nothing: `not_yet` (its key is on its way), `erased`, or `ended` (the akkoord is over).
    """

    state: Literal["open", "not_yet", "erased", "ended"]
    level: str
    package: Package | None

    @classmethod
    def of(cls, package: Package | Unopened | None, level: str) -> Self:
        if isinstance(package, Package):
            return cls(state="open", level=level, package=package)
        states: dict[Unopened | None, Literal["not_yet", "erased", "ended"]] = {
            Unopened.NOT_YET: "not_yet",
            Unopened.ERASED: "erased",
            None: "ended",
        }
        return cls(state=states[package], level=level, package=None)


class ReferralShown(BaseModel):
    """One referral for one of its two sides; `seen_as` says which.

    A receiver's `person_id` and `family_id` are its own: no other receiver knows them. Only the school gets
    `akkoord_id` and `decline_code`.
    """

    id: UUID
    seen_as: Literal["owner", "receiver"]
    status: Status
    version: int
    reason: str
    person_id: UUID
    family_id: UUID
    akkoord_id: UUID | None
    from_organisation: UUID | None
    from_name: str
    from_function: str
    to_organisation: UUID
    goes_along: str
    warm: bool
    appointment: AppointmentShown | None
    decline_code: str | None
    sent_at: datetime | None
    seen_due: date | None
    answer_due: date | None
    shared: SharedShown

    @classmethod
    def for_owner(cls, opened: Opened) -> Self:
        referral = opened.referral
        visit = referral.appointment
        return cls(
            seen_as="owner",
            from_organisation=referral.owner_organisation,
            from_name=opened.from_name,
            from_function=referral.sent_by_function,
            appointment=AppointmentShown(**visit._asdict()) if visit else None,
            shared=SharedShown.of(opened.package, opened.level),
            warm=referral.warm,
            **_named(referral, cls),
        )

    @classmethod
    def for_receiver(cls, lines: SixLines) -> Self:
        visit = None
        if lines.contact and lines.meets_at and lines.place:
            visit = AppointmentShown(contact=lines.contact, at=lines.meets_at, place=lines.place)
        return cls(
            seen_as="receiver",
            person_id=lines.person,
            family_id=lines.family,
            akkoord_id=None,
            from_organisation=None,
            decline_code=None,
            appointment=visit,
            shared=SharedShown.of(lines.package, lines.level),
            warm=lines.warm,
            **_named(lines, cls),
        )


def _named(row: object, shape: type[BaseModel]) -> dict[str, Any]:
    """The fields of a row that the shape has under the same name."""
    return {name: value for name, value in vars(row).items() if name in shape.model_fields}
