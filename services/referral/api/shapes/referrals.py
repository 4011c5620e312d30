"""What the API takes and gives about referrals, for each side what it may know."""

from datetime import date, datetime
from typing import Annotated, Any, Literal, Self
from uuid import UUID

from pydantic import AfterValidator, AwareDatetime, BaseModel, Field
from pydantic_core import PydanticCustomError

from services.referral.api.shapes.directory import ListQuery, Reason
from services.referral.domain import Status
from services.referral.forms.words import DECLINE_CODES
from services.referral.views.referrals import Listed, Opened, SixLines
from shared.api import Body
from shared.package import Package
from shared.sealing import Unopened


def _known_decline(code: str) -> str:
    if code not in DECLINE_CODES:
        raise PydanticCustomError("unknown_code", "not in decline_reasons")
    return code


DeclineCode = Annotated[str, AfterValidator(_known_decline), Field(json_schema_extra={"enum": list(DECLINE_CODES)})]


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
