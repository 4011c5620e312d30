"""What the API takes about referrals, step by step."""

from typing import Literal
from uuid import UUID

from pydantic import AwareDatetime, Field

from services.referral.api.shapes.codes import DeclineCode, Face, InformationCode, InformationNeed, Outcome
from services.referral.api.shapes.directory import ListQuery, Reason
from services.referral.domain import Status
from shared.api import Body

Interpreting = Literal["", "professional_on_site", "professional_phone", "intercultural_mediator"]


class DraftReferral(Body):
    """Needs a live akkoord of your own organisation for purpose `referral` (R1).

    `to_organisation`, where given, must be the receiver that the person said yes to. `team_id`: one of its
    teams, as the directory names them. `understood`: save a text that
    hints at what is never collected all the same.
    """

    akkoord_id: UUID
    reason: Reason
    goes_along: str = Field("", max_length=100)
    to_organisation: UUID | None = None
    team_id: UUID | None = None
    understood: bool = False


class NameCompanion(Body):
    """Who of the school goes along; empty: nobody yet."""

    goes_along: str = Field(max_length=100)
    understood: bool = False


class PlanMeeting(Body):
    """A name, an hour (with its zone) and a place; `interpreting`: an interpreter that is asked for, or none."""

    contact: str = Field(min_length=1, max_length=100)
    at: AwareDatetime
    place: str = Field(min_length=1, max_length=200)
    interpreting: Interpreting = ""


class AcceptReferral(Body):
    """A name, an hour (with its zone) and a place; or, without an hour yet, a name alone or nothing."""

    contact: str = Field("", max_length=100)
    at: AwareDatetime | None = None
    place: str = Field("", max_length=200)
    interpreting: Interpreting = ""


class AskInformation(Body):
    """What you miss, as a code of `information_needs`; there is no field for words about the family (R1)."""

    kind: InformationNeed


class AnswerInformation(Body):
    """A code of `information_answers`; `akkoord_id`: the newer yes of the same person, to rest on from now on."""

    code: InformationCode
    akkoord_id: UUID | None = None


class DeclineReferral(Body):
    """Why, as a code of `decline_reasons`. The school never learns `not_eligible` (R4)."""

    code: DeclineCode


class ReportOutcome(Body):
    """How it ended, as a code of `referral_outcomes`. What the school is told is the person's choice (R4)."""

    code: Outcome


class CloseReferral(Body):
    """`talk`: how the talk with the parent ended (R7); left out where a task says so already."""

    talk: Literal["talked", "parent_declined"] | None = None


class SayHelped(Body):
    """The person's own word, a code of `helped_answers`; `tell_school` only where the person wants that (R4)."""

    code: Face
    tell_school: bool = False


class ReferralQuery(ListQuery):
    """`status` left out: all that are under way. `my_team`: those with your teams, if you are in one; else all."""

    status: Status | None = None
    my_team: bool = False
