"""Which memberships count in a sign-in without a second factor; the rest waits until there is one."""

from collections.abc import Sequence

from shared.openid_client import Bearer, Identity
from shared.security import Actor, ActorKind, Membership
from shared.settings import IssuerSettings


def is_strong(settings: IssuerSettings, who: Identity) -> bool:
    """Whether the issuer says that this sign-in was strong enough; one that never says so is trusted to ask."""
    return not settings.strong_acr or who.acr in settings.strong_acr


def is_strong_token(settings: IssuerSettings, bearer: Bearer) -> bool:
    """A program has no phone to look at: its secret is long, its scopes and its membership are what limits it."""
    return bearer.is_program or is_strong(settings, bearer.identity)


def staff(settings: IssuerSettings, who: Identity, memberships: Sequence[Membership], *, strong: bool) -> Actor:
    """The staff member with what counts now, and beside it what is withheld."""
    withheld = () if strong else tuple(one for one in memberships if one.role in settings.strong_roles)
    counting = tuple(one for one in memberships if one not in withheld)
    return Actor(who.id, ActorKind.STAFF, counting, who.locale, withheld)
