"""What one person of a family does not read of its plan: of the other home (R5), and of who has a flag (R22)."""

from dataclasses import dataclass, replace
from typing import TypeVar
from uuid import UUID

from services.referral.domain.plan.plan import PersonKind, PlanPerson, Version
from services.referral.domain.plan.words import MOST_ITEMS, Action, Content, Item, Writer
from services.referral.domain.refusals import SectionFull

Kept = TypeVar("Kept", bound=Item)


@dataclass(frozen=True)
class Apart:
    """For one reader. `persons` and `entries` are those kept apart, by their own ids and by those of the plan.

    `closed`: somebody else of the family has a safety flag. Then texts of staff may say where that person comes, and
    the reader reads the own words and the own steps alone. Nobody is told that there is more.
    """

    reader: UUID | None = None
    own_entry: UUID | None = None
    persons: frozenset[UUID] = frozenset()
    entries: frozenset[UUID] = frozenset()
    closed: bool = False

    def hides(self, one: Item) -> bool:
        names = {one.said_by, one.who} if isinstance(one, Action) else {one.said_by}
        if names & self.entries or one.wrote in self.persons:
            return True
        return self.closed and one.wrote != self.reader and self.own_entry not in names

    def without(self, content: Content) -> Content:
        """What is left for this reader."""
        return Content(
            items=tuple(one for one in content.items if not self.hides(one)),
            actions=tuple(one for one in content.actions if not self.hides(one)),
        )

    def version(self, version: Version) -> Version:
        """The same for a version; who wrote it has no name where that is somebody kept apart."""
        if not self.persons or version.only_for is not None:
            return version
        writer = Writer(None) if version.writer.person in self.persons or self._is_staff(version) else version.writer
        return replace(version, content=self.without(version.content), writer=writer)

    def is_all_of(self, before: Version | None, version: Version) -> bool:
        """Whether this reader finds nothing in `version` that is not in the one before it: then there is none."""
        return bool(self.persons) and before is not None and before.content == version.content

    def restored(self, given: Content, seen: Content) -> Content:
        """What this reader wrote, with what the reader could not see in its old place: nothing is lost (R10).

        Raises SectionFull.
        """
        if not self.persons:
            return given
        items, actions = self._back(given.items, seen.items), self._back(given.actions, seen.actions)
        if max(len(items), len(actions)) > MOST_ITEMS:
            raise SectionFull
        return Content(items=items, actions=actions)

    def people(self, people: list[PlanPerson]) -> dict[UUID, PlanPerson]:
        """Who is left; where it is closed also without the organisations that help."""
        left = (one for one in people if one.person_id not in self.persons)
        return {one.id: one for one in left if not self.closed or one.kind == PersonKind.FAMILY}

    def _is_staff(self, version: Version) -> bool:
        return self.closed and version.writer.organisation is not None

    def _back(self, given: tuple[Kept, ...], seen: tuple[Kept, ...]) -> tuple[Kept, ...]:
        hidden = {one.id for one in seen if self.hides(one)}
        whole = [one for one in given if one.id not in hidden]
        for place, one in enumerate(seen):
            if one.id in hidden:
                whole.insert(min(place, len(whole)), one)
        return tuple(whole)


NOTHING_APART = Apart()
