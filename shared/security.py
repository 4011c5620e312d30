"""Who acts: a staff member with memberships, a person of a family, a guest, anyone, or a worker."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import NAMESPACE_URL, UUID, uuid5


class ActorKind(StrEnum):
    STAFF = "staff"
    PERSON = "person"
    GUEST = "guest"  # of an organisation, without an account, for one thing
    ANYONE = "anyone"
    WORKER = "worker"


@dataclass(frozen=True)
class Membership:
    """What a staff member is at one organisation; secrecy follows employer and assignment (R4)."""

    organisation_id: UUID
    role: str
    function: str
    secrecy: str


@dataclass(frozen=True)
class Actor:
    """`id` is the staff issuer's `sub`, the person's id, or that of the link by which a guest came.

    `withheld` are memberships that would count after a second factor; until then they are as if they were not.
    `only` is the one thing that a guest may see.
    `is_program`: no human, but a program that acts in its own name.
    """

    id: UUID
    kind: ActorKind
    memberships: tuple[Membership, ...] = ()
    locale: str = "nl"
    withheld: tuple[Membership, ...] = ()
    only: UUID | None = None
    is_program: bool = False

    @property
    def organisations(self) -> frozenset[UUID]:
        return frozenset(one.organisation_id for one in self.memberships)

    @property
    def roles(self) -> frozenset[str]:
        return frozenset(one.role for one in self.memberships)

    def roles_at(self, organisation: UUID) -> frozenset[str]:
        return frozenset(one.role for one in self.memberships if one.organisation_id == organisation)

    def function_at(self, organisation: UUID) -> str:
        """The function that a trail shows for this actor, empty where there is no membership."""
        return next((one.function for one in self.memberships if one.organisation_id == organisation), "")

    def organisations_as(self, role: str) -> frozenset[UUID]:
        return frozenset(one.organisation_id for one in self.memberships if one.role == role)


ANYONE = Actor(UUID(int=0), ActorKind.ANYONE)


def worker_of(service: str) -> Actor:
    """The actor of what happens by itself in a service: relay, reactions, timers."""
    return Actor(uuid5(NAMESPACE_URL, f"urn:brug:{service}:worker"), ActorKind.WORKER)
