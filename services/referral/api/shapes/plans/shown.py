"""What the API gives about family plans."""

from datetime import date, datetime
from typing import Self
from uuid import UUID

from pydantic import BaseModel

from services.referral.api.shapes.directory import ListQuery
from services.referral.domain.plan import (
    SHARED,
    Content,
    Frame,
    Item,
    Occasion,
    PersonKind,
    PlanPerson,
    Version,
)
from services.referral.views.plans import Listed, PlanSeen, SeenAs, Written
from shared.pairwise import pairwise


class PlanPersonShown(BaseModel):
    """`person_id` is only for the family and its school."""

    id: UUID
    kind: PersonKind
    called: str
    role: str
    person_id: UUID | None
    organisation: str
    answer: str

    @classmethod
    def of(cls, one: PlanPerson, seen: PlanSeen) -> Self:
        organisation = seen.organisations.get(one.organisation_id, "") if one.organisation_id else ""
        known = one.person_id if seen.seen_as != SeenAs.PARTNER else None
        return cls(
            id=one.id, kind=one.kind, called=one.called, role=one.role, answer=one.answer,
            person_id=known, organisation=organisation,
        )  # fmt: skip


class ItemShown(BaseModel):
    """`by_family`: a person of the family typed it, and only the family changes it (R10)."""

    id: UUID
    text: str
    lang: str
    beside: str
    beside_lang: str
    said_by: UUID | None
    by_family: bool

    @classmethod
    def of(cls, one: Item) -> Self:
        return cls(**one.model_dump(include=set(cls.model_fields)), by_family=one.wrote is not None)


class ActionShown(ItemShown):
    who: UUID
    by: date
    state: str
    occasion: Occasion | None


class SectionShown(BaseModel):
    """One section as it stands, with the texts that were written at the same time. `number` goes into `If-Match`."""

    section: str
    number: int
    items: list[ItemShown]
    actions: list[ActionShown]
    function: str
    by_family: bool
    written_at: datetime | None
    besides: list["SectionShown"]

    @classmethod
    def of(cls, section: str, version: Version | None, besides: list[Version]) -> Self:
        content = version.content if version else Content()
        return cls(
            section=section,
            number=version.number if version else 0,
            items=[ItemShown.of(one) for one in content.items],
            actions=[ActionShown.of(one) for one in content.actions],
            function=version.writer.function if version else "",
            by_family=bool(version and version.writer.person),
            written_at=version.written_at if version else None,
            besides=[SectionShown.of(section, one, []) for one in besides],
        )


class FrameShown(BaseModel):
    """`version` goes into `If-Match` of a change."""

    coordinator: UUID | None
    lang: str
    started_on: date
    review_on: date
    ends_on: date
    version: int


class YesShown(BaseModel):
    person_id: UUID
    edition: int
    said_at: datetime


class PlanShown(BaseModel):
    """A plan as you may see it: parts that are not yours to see are absent."""

    id: UUID
    seen_as: SeenAs
    family_id: UUID
    school: str
    status: str
    version: int
    edition: int
    frame: FrameShown
    persons: list[PlanPersonShown]
    sections: list[SectionShown]
    parts: list[str]
    closed_to_school: list[str]
    yes: list[YesShown]
    unopened: str | None

    @classmethod
    def of(cls, seen: PlanSeen, pairwise_secret: str, receiver: UUID | None) -> Self:
        plan = seen.plan
        frame = {name: getattr(plan, name) for name in Frame._fields}
        own_id = pairwise(pairwise_secret, receiver, plan.family_id) if receiver else plan.family_id
        return cls(
            id=plan.id,
            seen_as=seen.seen_as,
            family_id=own_id,
            school=seen.school,
            status=plan.status,
            version=plan.version,
            edition=plan.edition,
            frame=FrameShown(**frame, version=plan.frame),
            persons=[PlanPersonShown.of(one, seen) for one in seen.people.values()],
            sections=[
                SectionShown.of(name, version, seen.besides.get(name, [])) for name, version in seen.sections.items()
            ],
            parts=[one for one in SHARED if one in seen.parts],
            closed_to_school=[] if seen.seen_as == SeenAs.PARTNER else list(plan.closed_to_school),
            yes=[YesShown(**one._asdict()) for one in seen.yes],
            unopened=seen.unopened.value if seen.unopened else None,
        )


class PlanQuery(ListQuery):
    """Newest first."""


class PlanListed(BaseModel):
    """A line without content; a receiver reads no name."""

    id: UUID
    school: str
    names: list[str]
    status: str
    started_on: date
    review_on: date
    ends_on: date
    agreed: bool
    version: int

    @classmethod
    def of(cls, one: Listed) -> Self:
        return cls(**{name: getattr(one, name) for name in cls.model_fields})


class PlanPage(BaseModel):
    items: list[PlanListed]
    next: str | None


class VersionShown(SectionShown):
    """One text of one section, by function, never by name. `state` says what became of it."""

    organisation: str
    state: str
    based_on: int

    @classmethod
    def told(cls, one: Written) -> Self:
        shown = SectionShown.of(one.version.section, one.version, [])
        return cls(
            **shown.model_dump(),
            organisation=one.organisation,
            state=one.version.state,
            based_on=one.version.based_on,
        )


class VersionList(BaseModel):
    items: list[VersionShown]
