"""One step of a referral as every side takes it: permission, locks in their order, move, row, event."""

from collections.abc import Callable
from typing import NamedTuple
from uuid import UUID

from services.referral import events
from services.referral.domain import (
    PERMITS,
    REFERRAL,
    WITH_RECEIVER,
    Action,
    AkkoordNotHereYet,
    NoLongerYours,
    Referral,
    Terms,
    not_visible,
    version_for,
)
from services.referral.store import referrals as store
from services.referral.store import said_yes
from shared import akkoord, clock, directory, idempotency, sealing
from shared.akkoord import AgreementMissing, Akkoord, AkkoordMissing
from shared.db import Connection, Database
from shared.envelope import Event, Sealed
from shared.permissions import demand
from shared.refusals import NotThere, Stale
from shared.security import Actor, ActorKind

Content = events.SentContent | events.TakenOnContent | events.AppointmentContent | events.OutcomeContent


class Target(NamedTuple):
    """A referral, the version of it that somebody acts on, and the key of a request that may come twice."""

    id: UUID
    version: int
    key: str | None = None


class Step(NamedTuple):
    """`tell` publishes what became true; it runs in the same transaction."""

    action: Action
    move: Callable[[Referral], Referral]
    tell: Callable[[Connection, Referral], None]


def take(db: Database, actor: Actor, target: Target, step: Step, terms: Terms | None = None) -> Referral:
    """Take the step for whichever side the actor is on.

    For its receiver a referral is there only while the person's yes and the agreement are, and with `terms` only
    while what we know of them is fresh. A request that comes twice has one effect.
    """
    with db.transaction(actor) as conn:
        found = permitted(conn, actor, target.id, step.action)
        route = f"referrals/{target.id}/{step.action}"
        if idempotency.made_before(conn, target.key, route):
            return found
        if found.to_organisation in actor.organisations:
            lock_for_receiver(conn, found)
            if terms:
                akkoord.demand_fresh(conn, terms.freshness_seconds)
        moved = step.move(locked(conn, target))
        moved = store.save(conn, moved)
        step.tell(conn, moved)
        idempotency.remember(conn, target.key, route, moved.id)
    return moved


def telling(shape: type[Event]) -> Callable[[Connection, Referral], None]:
    """Publish the bare fact."""
    return lambda conn, referral: store.tell(conn, referral, shape)


def telling_nobody(conn: Connection, referral: Referral) -> None:
    """It stays here."""
    del conn, referral


def permitted(conn: Connection, actor: Actor, referral_id: UUID, action: str) -> Referral:
    """As row-level security lets the actor see it, and the table lets the actor act. Raises NotThere, NotAllowed."""
    found = store.find(conn, referral_id)
    if found is None:
        raise not_visible(actor, referral_id)
    demand(
        PERMITS,
        actor,
        f"referral.{action}",
        owner=found.owner_organisation,
        receiver=found.to_organisation,
        person=_whose(conn, actor, found),
    )
    return found


def _whose(conn: Connection, actor: Actor, found: Referral) -> UUID:
    """For a child, a parent who said yes does what the child may (R5)."""
    if actor.kind != ActorKind.PERSON or actor.id == found.person_id:
        return found.person_id
    said = said_yes.speaks(conn, found.akkoord_id, actor.id)
    return found.person_id if said is None else actor.id


def lock_for_receiver(conn: Connection, referral: Referral) -> None:
    """Raises NoLongerYours where the person's yes is over, AgreementMissing where the organisations' is."""
    if referral.status not in WITH_RECEIVER:
        raise NoLongerYours(str(referral.id))
    try:
        yes = akkoord.lock_live(conn, referral.akkoord_id)
    except AkkoordMissing:
        raise NoLongerYours(str(referral.id)) from None
    demand_agreement(conn, yes)


def demand_agreement(conn: Connection, yes: Akkoord) -> None:
    parties = (yes.owner_organisation, yes.receiver_organisation)
    if directory.agreement_between(conn, parties, REFERRAL, clock.today()) is None:
        raise AgreementMissing(str(yes.akkoord_id))


def locked(conn: Connection, target: Target) -> Referral:
    """The referral itself, locked after its akkoord. Raises Stale where it is not the version acted on.

    Each side acts on its own: that something changed of which it is not told refuses nothing (R4).
    """
    referral = relocked(conn, target.id)
    if version_for(conn.actor, referral) != target.version:
        raise Stale(str(target.id))
    return referral


def relocked(conn: Connection, referral_id: UUID) -> Referral:
    referral = store.lock(conn, referral_id)
    if referral is None:
        raise NotThere(str(referral_id))
    return referral


def sealed(conn: Connection, referral: Referral, content: Content) -> Sealed:
    """Raises AkkoordNotHereYet where the key has not come, AkkoordMissing where it is gone."""
    audience = events.ReferralSentV1.AUDIENCE
    scope = sealing.Scope(kind="akkoord", id=referral.akkoord_id, audience=audience)
    try:
        return sealing.seal(conn, scope, referral.person_id, content)
    except sealing.KeyNotYet:
        raise AkkoordNotHereYet(str(referral.akkoord_id)) from None
    except sealing.KeyDestroyed:
        raise AkkoordMissing(str(referral.akkoord_id)) from None
