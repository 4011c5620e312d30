"""What referral refuses, each by its own name; app.py says it in words."""

from uuid import UUID

from shared.refusals import NotThere, Refusal
from shared.security import Actor, ActorKind


class WrongStatus(Refusal):
    """The referral is not in a state that allows this step."""


class AlreadyReferred(Refusal):
    """This akkoord already carries a referral. Its argument is that referral's id."""


class NoLongerYours(NotThere):
    """It was sent to this organisation once; now its content is closed (R24)."""


def not_visible(actor: Actor, referral_id: UUID) -> NotThere:
    """How to refuse a referral that row-level security hides: a guest knows of one only, which was theirs once."""
    return NoLongerYours(str(referral_id)) if actor.kind == ActorKind.GUEST else NotThere(str(referral_id))


class AkkoordNotHereYet(Refusal):
    """The person's yes, or the key that belongs to it, has not arrived from intake yet."""


class MeetingOver(Refusal):
    """The hour of the meeting has come: it can no longer be moved away."""


class MeetingStillToCome(Refusal):
    """Nobody can say yet how a meeting went whose hour is still to come."""


class TalkFirst(Refusal):
    """A referral closes only after the talk with the parent, which may also end with 'ouder wil dit niet' (R7)."""


class RoleDoesNotFit(Refusal):
    """Nobody can have this role at an organisation of this kind."""


# ---- family plans ----


class NoChildInFamily(Refusal):
    """A plan is for families with children up to 25, or who expect one (R10)."""


class PlanRuns(Refusal):
    """This family has a plan here that runs. Its argument is that plan's id."""


class PlanIsOver(Refusal):
    """The plan has ended: it can be read, not changed."""


class WrongDates(Refusal):
    """Start, review and end do not follow one another. Its argument names the field."""


class WrittenByFamily(Refusal):
    """The family wrote this: only the family changes it (R10)."""


class SectionFull(Refusal):
    """No section holds more than so many things: then it is time to look at it together."""


class UnknownInPlan(Refusal):
    """Somebody is named who is not in this plan, or who said no to being in it."""


class ClosedToSchool(Refusal):
    """The family keeps this part for itself."""


class FamilyNotHereYet(Refusal):
    """The family, or the key to its file, has not arrived from intake yet."""


class InvitesElsewhere(Refusal):
    """Accounts are made by whoever keeps the staff's issuer: nobody is invited here."""


class TeamOver(Refusal):
    """The team has ended: it can be read, not changed."""


class AlreadyProposed(Refusal):
    """A proposal of these two organisations for this purpose waits already."""


# ---- receivers without an account ----


class LinkOver(NotThere):
    """The link works no more, while what it led to is still theirs: the school can have another one mailed."""


class CodeWrong(Refusal):
    """Not the code, or used, too old or guessed at too often: all look alike."""


class TooManyCodes(Refusal):
    """This link asked for enough codes for now."""


class TooManyMails(Refusal):
    """Enough links were mailed for this referral today."""


class NoMailAddress(Refusal):
    """The receiving organisation has no address for mail."""


# ---- webhooks ----


class UnsafeAddress(Refusal):
    """Nothing is ever sent there: it is not https, or leads inside. Its argument says why, as a code."""


class UnknownEventType(Refusal):
    """There is no event of that name, or none was chosen."""


class TooManyWebhooks(Refusal):
    """An organisation has as many addresses as it may have."""


class WebhookRests(Refusal):
    """It is paused or disabled: nothing is sent there until somebody sets it going again."""
