"""What goes into the API and what comes out. No shape that goes out has a field for a private wish."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, Field, ValidationError

from services.network.domain.helper import HelperCard
from services.network.domain.request import PrivateWishes, RequestWish
from services.network.domain.words import ChildYears, Gender, Languages, Name, Phone, ShortText, Times, Words
from services.network.views import helpers, matches, requests
from shared import vocabulary
from shared.api import MOST, Body
from shared.invalid import refusal_of, words_for
from shared.refusals import Invalid


class ListQuery(Body):
    limit: int = Field(50, ge=1, le=MOST)
    after: str | None = None


class SignUpHelper(Body):
    """Without `staff_id` the card is your own; without `organisation` it is where you are helper, or coordinator."""

    organisation: UUID | None = None
    staff_id: UUID | None = None
    first_name: Name
    role: str
    languages: Languages
    school: UUID | None = None
    town: ShortText = ""
    neighbourhood: ShortText = ""
    times: Times = ()
    child_school_years: ChildYears = ()
    gender: Gender = Gender.UNKNOWN
    capacity: int = Field(1, ge=1, le=20)
    phone: Phone
    about: Words | None = None
    active: bool = True
    understood: bool = False

    def card(self) -> HelperCard:
        """Raises Invalid for a role that is not in the list `helper_roles`."""
        if self.role not in vocabulary.codes("helper_roles"):
            raise Invalid({"role": words_for("unknown_code")}, {"role": "unknown_code"})
        return HelperCard.model_validate(self.model_dump(exclude={"organisation", "staff_id", "understood"}))


class HelperListed(BaseModel):
    id: UUID
    organisation: UUID
    organisation_name: str
    first_name: str
    role: str
    languages: list[str]
    town: str
    neighbourhood: str
    times: list[str]
    capacity: int
    taken: int
    active: bool

    @classmethod
    def of(cls, one: helpers.Listed) -> "HelperListed":
        return cls(**{name: getattr(one, name) for name in cls.model_fields})


class HelperPage(BaseModel):
    items: list[HelperListed]
    next: str | None = None


class HelperShown(BaseModel):
    """A card with its number: for the helper, and for the coordinator of the organisation."""

    id: UUID
    organisation: UUID
    staff_id: UUID
    first_name: str
    role: str
    languages: list[str]
    school: UUID | None
    town: str
    neighbourhood: str
    times: list[str]
    child_school_years: list[str]
    gender: str
    capacity: int
    phone: str
    about: Words | None
    active: bool
    version: int

    @classmethod
    def of(cls, one: helpers.OwnCard) -> "HelperShown":
        own = {"id": one.id, "organisation": one.organisation, "staff_id": one.staff_id, "version": one.version}
        card = {name: getattr(one.card, name) for name in HelperCard.model_fields}
        return cls.model_validate(card | own)


class MakeRequest(Body):
    """`languages` are a must. `private` is used to leave people out, and is in no answer ever (R16)."""

    name: Name
    languages: Languages
    same_school: bool = True
    town: ShortText | None = None
    neighbourhood: ShortText = ""
    times: Times = ()
    child_school_years: ChildYears = ()
    wish: Literal["woman", "man", "no_preference"] = "no_preference"
    about: Words | None = None
    private: PrivateWishes = PrivateWishes()
    understood: bool = False

    def request_wish(self) -> RequestWish:
        """Raises Invalid for what only shows when fields stand together."""
        try:
            return RequestWish.model_validate(self.model_dump(exclude={"understood"}))
        except ValidationError as error:
            raise refusal_of(error) from error


class RequestShown(BaseModel):
    """`match` is the proposal or match that there is now."""

    id: UUID
    status: str
    first_name: str
    languages: list[str]
    same_school: bool
    town: str
    neighbourhood: str
    times: list[str]
    child_school_years: list[str]
    wish: str
    about: Words | None
    asked_at: datetime
    match: UUID | None
    version: int

    @classmethod
    def of(cls, one: requests.OwnRequest) -> "RequestShown":
        names = set(cls.model_fields) - {"match"}
        return cls.model_validate({name: getattr(one, name) for name in names} | {"match": one.match_id})


class RequestList(BaseModel):
    """The open one, if there is one: a person asks for one at a time."""

    items: list[RequestShown]


class Accept(Body):
    """`lang`: the language in which the person's yes was asked; only those with a signed text count (R26)."""

    lang: str = "nl"


class MatchListed(BaseModel):
    """`version` is for `If-Match`; the other's answer does not move it."""

    id: UUID
    status: str
    answer: str
    reasons: list[str]
    proposed_at: datetime
    version: int

    @classmethod
    def of(cls, one: matches.Listed) -> "MatchListed":
        return cls(**{name: getattr(one, name) for name in cls.model_fields})


class MatchPage(BaseModel):
    items: list[MatchListed]
    next: str | None = None


class HelperSide(BaseModel):
    """The helper, as the person may know them. `phone` only when both said yes."""

    first_name: str
    role: str
    languages: list[str]
    about: Words | None
    organisation_name: str
    phone: str | None


class PersonSide(BaseModel):
    """The person, as the helper may know them."""

    first_name: str
    languages: list[str]
    town: str
    neighbourhood: str
    times: list[str]
    about: Words | None


class ContactShown(BaseModel):
    """From the package of the person's akkoord."""

    name: str
    phone: str
    channel: str
    when: list[str]
    languages: list[str]


class MatchShown(BaseModel):
    """One of `helper` and `person`: the other side. `contact_state` says why there is no `contact` yet."""

    id: UUID
    status: str
    answer: str
    reasons: list[str]
    version: int
    helper: HelperSide | None = None
    person: PersonSide | None = None
    contact: ContactShown | None = None
    contact_state: Literal["open", "until_both", "follows", "not_sure", "erased", "none"] = "none"

    @classmethod
    def for_person(cls, one: matches.PersonSees) -> "MatchShown":
        names = ("first_name", "role", "languages", "about", "organisation_name", "phone")
        other = HelperSide.model_validate({name: getattr(one, name) for name in names}) if one.first_name else None
        return cls(**_base(one), helper=other)

    @classmethod
    def for_helper(cls, one: matches.HelperSees) -> "MatchShown":
        names = ("first_name", "languages", "town", "neighbourhood", "times", "about")
        other = PersonSide.model_validate({name: getattr(one, name) for name in names})
        if isinstance(one.contact, matches.Contact):
            contact = ContactShown.model_validate(one.contact._asdict())
            return cls(**_base(one), person=other, contact=contact, contact_state="open")
        return cls(**_base(one), person=other, contact_state=one.contact.value)


def _base(one: matches.PersonSees | matches.HelperSees) -> dict[str, object]:
    return {name: getattr(one, name) for name in ("id", "status", "answer", "reasons", "version")}
