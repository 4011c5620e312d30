"""What Brug refuses: the exceptions that every service shares; services add their own in domain.py."""

from collections.abc import Mapping


class Refusal(Exception):
    """Base of every refusal: it is said to the person, never retried, and nothing is written."""


class NotSignedIn(Refusal):
    """Nobody is signed in, and the action is not for everyone. Its argument is the action."""


class LinkAgain(NotSignedIn):
    """A guest's time here is over: no account to sign in with, but the link in the mail lets them in again."""


class BadToken(Refusal):
    """The bearer token is not one of ours, or no longer valid."""


class ScopeMissing(Refusal):
    """The bearer token was not given for this. Its argument is the scope that it lacks."""


class SecondFactorNeeded(Refusal):
    """The actor has a role that counts only after a sign-in with a second factor, and this was one without."""


class SecondFactorMissing(Refusal):
    """The identity provider was asked for a second factor, and its answer came without."""


class SignInFailed(Refusal):
    """The identity provider's answer cannot be trusted, or came too late."""


class IssuerSilent(Refusal):
    """The identity provider does not answer."""


class NotAllowed(Refusal):
    """The actor knows of the thing, but may not do this with it."""


class NotThere(Refusal):
    """It does not exist, or not for this actor: both look alike."""


class Stale(Refusal):
    """Someone else changed it since it was read."""


class PreconditionMissing(Refusal):
    """A change did not say which version it changes (`If-Match`)."""


class Malformed(Refusal):
    """The request cannot be read at all."""


class NotFresh(Refusal):
    """What we know of akkoorden is too old to rely on."""


class Invalid(Refusal):
    """Fields that cannot be used, each with words a person can use. `fields` may hold lazy translations.

    Names are dotted paths (`persons.0.name`). `codes` gives a machine's name for each error, for the API.
    """

    def __init__(self, fields: Mapping[str, str], codes: Mapping[str, str] | None = None) -> None:
        super().__init__(", ".join(sorted(fields)))
        self.fields = dict(fields)
        self.codes = {name: (codes or {}).get(name, "invalid") for name in fields}
