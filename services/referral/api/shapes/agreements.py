"""What the API takes and gives about agreements, and about how an organisation keeps itself."""

from datetime import date, datetime
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import AfterValidator, BaseModel, Field
from pydantic_core import PydanticCustomError

from services.referral.api.shapes.codes import (
    LegalGround,
    Purpose,
    Secrecy,
    SharedField,
    SpecialGround,
    StaffRole,
)
from services.referral.domain.agreements import MOST_RETENTION, Terms
from services.referral.domain.guests import Contact
from services.referral.forms.invitations import is_address
from services.referral.views.agreements import Agreed
from services.referral.views.invitations import Working
from shared.api import Body


def _address(text: str) -> str:
    if not is_address(text):
        raise PydanticCustomError("address", "not an address that mail could be sent to")
    return text.lower()


Address = Annotated[str, Field(max_length=254), AfterValidator(_address)]


class ProposeAgreement(Body):
    """`proposer` is your own organisation. `valid_until` is the first day without it."""

    proposer: UUID
    other: UUID
    purpose: Purpose
    legal_ground: LegalGround
    special_ground: SpecialGround
    fields_shared: list[SharedField] = Field(min_length=1, max_length=10)
    retention_days: int = Field(ge=1, le=MOST_RETENTION)
    valid_from: date
    valid_until: date | None = None

    @property
    def terms(self) -> Terms:
        return Terms(
            purpose=self.purpose,
            legal_ground=self.legal_ground,
            special_ground=self.special_ground,
            fields=tuple(dict.fromkeys(self.fields_shared)),
            retention_days=self.retention_days,
            valid_from=self.valid_from,
            valid_until=self.valid_until,
        )


class AnswerAgreement(Body):
    """`yes` makes it count from today, or from its first day; by the organisation that did not propose it."""

    answer: Literal["yes", "no"]


class AgreementShown(BaseModel):
    """Only `valid` lets anything go (R1). `open`, `refused` and `withdrawn` are proposals."""

    id: UUID
    organisation_a: UUID
    name_a: str
    organisation_b: UUID
    name_b: str
    purpose: str
    legal_ground: str
    special_ground: str
    fields_shared: list[str]
    retention_days: int
    valid_from: date
    valid_until: date | None
    state: Literal["valid", "coming", "ended", "open", "refused", "withdrawn"]
    proposed_at: datetime | None
    version: int

    @classmethod
    def of(cls, one: Agreed) -> Self:
        told = {name: value for name, value in vars(one).items() if name not in ("fields", "other")}
        return cls.model_validate(told | {"fields_shared": one.fields})


class AgreementList(BaseModel):
    items: list[AgreementShown]


class WriteContact(Body):
    """Where mail about referrals goes; without an address nobody comes in by mail any more.

    `always`: mail goes also where somebody has an account.
    """

    email: Address | None
    always: bool = False


class ContactShown(BaseModel):
    email: str | None
    always: bool

    @classmethod
    def of(cls, contact: Contact | None) -> Self:
        return cls(email=contact.email if contact else None, always=bool(contact and contact.always))


class MembershipShown(BaseModel):
    """`staff_id` is who they are at the issuer; Brug knows no names."""

    id: UUID
    staff_id: UUID
    role: str
    function: str
    secrecy: str
    since: date

    @classmethod
    def of(cls, one: Working) -> Self:
        return cls(**vars(one))


class MembershipList(BaseModel):
    items: list[MembershipShown]


class Invite(Body):
    """The worker makes the account; the address is kept a week at most."""

    email: Address
    role: StaffRole
    function: str = Field(min_length=1, max_length=100)
    secrecy: Secrecy


class InvitationShown(BaseModel):
    id: UUID
