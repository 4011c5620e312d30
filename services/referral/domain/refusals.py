"""What referral refuses, each by its own name; app.py says it in words."""

from shared.refusals import NotThere, Refusal


class WrongStatus(Refusal):
    """The referral is not in a state that allows this step."""


class AlreadyReferred(Refusal):
    """This akkoord already carries a referral. Its argument is that referral's id."""


class NoLongerYours(NotThere):
    """It was sent to this organisation once; now its content is closed (R24)."""


class AkkoordNotHereYet(Refusal):
    """The person's yes, or the key that belongs to it, has not arrived from intake yet."""
