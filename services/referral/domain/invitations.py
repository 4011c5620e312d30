"""An invitation: somebody is asked to work for an organisation in a role, before they have an account."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID, uuid5

from services.referral.domain.directory import SCHOOL, Membership
from services.referral.domain.refusals import RoleDoesNotFit, WrongStatus

RESPONSIBLE = "responsible"  # of one organisation: its people, its agreements, its mailbox
OVERSIGHT = ("coordinator", "dpo")  # over more than one organisation: not for an organisation itself to give or take
_AT_SCHOOL = ("school_staff", "organiser", "helper", RESPONSIBLE)
_ELSEWHERE = ("partner_worker", "organiser", "helper", RESPONSIBLE, *OVERSIGHT)
# The client at the staff issuer of the service where somebody in this role begins.
_STARTS = {
    "school_staff": "brug-intake",
    "partner_worker": "brug-referral",
    "organiser": "brug-activities",
    "helper": "brug-network",
    "coordinator": "brug-network",
    "dpo": "brug-referral",
    RESPONSIBLE: "brug-referral",
}


class Standing(StrEnum):
    WAITING = "waiting"
    DONE = "done"  # the account is there, and the membership is granted
    REFUSED = "refused"
    EXPIRED = "expired"


class Problem(StrEnum):
    """Why it still waits, or was refused."""

    NONE = ""
    AWAY = "away"  # the provider of accounts does not answer
    MAIL = "mail"  # it cannot send mail
    ADDRESS = "address"  # it does not take the address
    BLOCKED = "blocked"  # the account of this address is blocked


def roles_for(kind: str, *, oversight: bool = True) -> tuple[str, ...]:
    """What somebody can be at an organisation of this kind: nobody of a school receives referrals.

    Without `oversight` only what an organisation gives by itself.
    """
    roles = _AT_SCHOOL if kind == SCHOOL else _ELSEWHERE
    return roles if oversight else tuple(one for one in roles if one not in OVERSIGHT)


@dataclass(frozen=True)
class Invitation:
    """`email` is empty once it is not needed any more."""

    id: UUID
    organisation_id: UUID
    email: str
    role: str
    function: str
    secrecy: str
    invited_at: datetime
    status: Standing = Standing.WAITING
    problem: Problem = Problem.NONE
    staff_id: UUID | None = None

    def must_fit(self, kind: str, *, oversight: bool = True) -> None:
        """Raises `RoleDoesNotFit` where nobody can be this at an organisation of that kind, or not by this way."""
        if self.role not in roles_for(kind, oversight=oversight):
            raise RoleDoesNotFit(self.role)

    @property
    def start(self) -> str:
        return _STARTS[self.role]

    def waits(self, problem: Problem) -> "Invitation":
        """Not yet; it is tried again."""
        return replace(self._open(), problem=problem)

    def refuse(self, problem: Problem) -> "Invitation":
        """It cannot be; the address stays for a while, so that whoever typed it sees what was wrong."""
        return replace(self._open(), status=Standing.REFUSED, problem=problem)

    def finish(self, staff_id: UUID) -> "Invitation":
        """There is an account: from now on its id says who they are, and the address is let go."""
        return replace(self._open(), status=Standing.DONE, problem=Problem.NONE, staff_id=staff_id, email="")

    def membership(self, staff_id: UUID, today: date) -> Membership:
        """What they become; the same person in the same role there is the same membership."""
        return Membership(
            id=uuid5(staff_id, f"{self.organisation_id}:{self.role}"),
            staff_id=staff_id,
            organisation_id=self.organisation_id,
            role=self.role,
            function=self.function,
            secrecy=self.secrecy,
            valid_from=today,
        )

    def _open(self) -> "Invitation":
        if self.status != Standing.WAITING:
            raise WrongStatus(self.status)
        return self
