"""A file is handed over to a colleague: who may follow a family, and what is said to who takes over."""

from typing import NamedTuple
from uuid import UUID

from shared.refusals import Refusal

LONGEST_NOTE = 2000


class NotAColleague(Refusal):
    """Only school staff of the same organisation follow its families."""


class FollowsAlready(Refusal):
    """This staff member follows the family already."""


class HandOver(NamedTuple):
    """To whom, with which words, and the version of the file that the giver saw."""

    to: UUID
    note: str
    version: int
