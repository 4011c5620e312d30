"""What the API gives of referrals: to each side what it may know."""

from datetime import date, datetime
from typing import Any, Literal, Self
from uuid import UUID

from pydantic import BaseModel

from services.referral.domain import Referral, Status
from services.referral.views.lists import Listed
from services.referral.views.mine import Mine
from services.referral.views.referrals import Opened, SixLines
from shared.package import Package
from shared.sealing import Unopened


class ReferralListed(BaseModel):
    """A line without content of a person. `team_id`: the team that the school named, or where its receiver has it."""

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
    team_id: UUID | None
    version: int

    @classmethod
    def of(cls, one: Listed) -> Self:
        return cls(from_organisation=one.owner_organisation, **_named(one, cls))


class ReferralPage(BaseModel):
    items: list[ReferralListed]
    next: str | None


class AppointmentShown(BaseModel):
    """`interpreter`: none asked for, `asked`, or `booked` (R11). `sequence` counts how often the hour changed."""

    contact: str
    at: datetime
    place: str
    interpreting: str
    interpreter: Literal["", "asked", "booked"]
    sequence: int


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
    `akkoord_id` and `decline_code`; its `status`, `outcome` and `helped` say what the person lets go back (R4).
    `team_id`: for the school the team that it named, for the receiver the one that has it now.
    `safety`: tell nobody else, in the family either, where or when this person is to be found (R22).
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
    asked_kind: str | None
    answer_code: str | None
    outcome: str | None
    helped: str | None
    decline_code: str | None
    sent_at: datetime | None
    seen_due: date | None
    answer_due: date | None
    team_id: UUID | None
    safety: bool
    shared: SharedShown

    @classmethod
    def for_owner(cls, opened: Opened) -> Self:
        referral = opened.referral
        told = {
            "status": referral.told,
            "version": referral.school_version,
            "outcome": referral.told_outcome,
            "helped": referral.told_helped,
            "decline_code": referral.told_decline,
            "team_id": referral.named_team,
        }
        return cls(
            seen_as="owner",
            from_organisation=referral.owner_organisation,
            from_name=opened.from_name,
            from_function=referral.sent_by_function,
            appointment=_appointment(referral),
            shared=SharedShown.of(opened.package, opened.level),
            warm=referral.warm,
            safety=opened.safety,
            **_named(referral, cls) | told,
        )

    @classmethod
    def for_receiver(cls, lines: SixLines) -> Self:
        return cls(
            seen_as="receiver",
            person_id=lines.person,
            family_id=lines.family,
            akkoord_id=None,
            from_organisation=None,
            helped=None,
            decline_code=None,
            appointment=_appointment(lines),
            shared=SharedShown.of(lines.package, lines.level),
            warm=lines.warm,
            **_named(lines, cls),
        )


class MineShown(BaseModel):
    """One referral as the person reads it; never why somebody said no.

    `for_child`: what the child is called for whom the person said yes (R5); empty for the person's own.
    """

    id: UUID
    is_own: bool
    for_child: str
    status: Status
    to_name: str
    appointment: AppointmentShown | None
    goes_along: str
    helped: str | None
    may_say_helped: bool
    version: int

    @classmethod
    def of(cls, one: Mine) -> Self:
        return cls(appointment=_appointment(one), may_say_helped=one.may_say_helped, **_named(one, cls))


class MinePage(BaseModel):
    items: list[MineShown]


def _appointment(one: Referral | SixLines | Mine) -> AppointmentShown | None:
    if one.contact is None or one.meets_at is None or one.place is None:
        return None
    return AppointmentShown(at=one.meets_at, **_named(one, AppointmentShown))


def _named(row: object, shape: type[BaseModel]) -> dict[str, Any]:
    """The fields of a row that the shape has under the same name."""
    return {name: value for name, value in vars(row).items() if name in shape.model_fields}
