"""Agreements between organisations (R1): one proposes, the other confirms, either ends it at any time."""

from typing import NamedTuple
from uuid import UUID

from uuid_utils.compat import uuid7

from services.referral.domain import PERMITS, Agreement
from services.referral.domain.agreements import Parties, Proposal, Terms
from services.referral.domain.refusals import AlreadyProposed
from services.referral.store import agreements as store
from services.referral.store import directory
from shared import clock, idempotency
from shared.db import Connection, Database
from shared.permissions import demand
from shared.refusals import Invalid, NotThere, Stale
from shared.security import Actor

PROPOSE_ROUTE = "agreement-proposals"


class Target(NamedTuple):
    """A proposal or an agreement, and the version of it that somebody acts on."""

    id: UUID
    version: int


def propose_agreement(db: Database, actor: Actor, parties: Parties, terms: Terms, *, key: str | None = None) -> UUID:
    """Write it down for the other to answer; nothing may be shared on it yet. Raises AlreadyProposed, Invalid."""
    demand(PERMITS, actor, "agreement.propose", owner=parties.proposer)
    terms.must_hold(clock.today())
    one = Proposal.of(parties, terms, uuid7(), clock.now())
    with db.transaction(actor) as conn:
        before = idempotency.made_before(conn, key, PROPOSE_ROUTE)
        if before:
            return before
        if parties.proposer == parties.other or parties.other not in directory.known(conn, [parties.other]):
            raise Invalid({"other": "Kies een andere organisatie uit de lijst."})
        if not store.add(conn, one):
            raise AlreadyProposed(str(parties.other))
        idempotency.remember(conn, key, PROPOSE_ROUTE, one.id)
    return one.id


def confirm_agreement(db: Database, actor: Actor, target: Target) -> Agreement:
    """From today it counts (R1): the other organisation said yes to exactly this version."""
    with db.transaction(actor) as conn:
        confirmed = _locked(conn, actor, target, "answer").confirm(clock.now())
        store.save(conn, confirmed)
        agreed = directory.put_agreement(conn, confirmed.agreement(clock.today()))
        if agreed is None:
            raise Stale(str(target.id))
        directory.tell_agreement(conn, agreed)
    return agreed


def refuse_agreement(db: Database, actor: Actor, target: Target) -> None:
    with db.transaction(actor) as conn:
        store.save(conn, _locked(conn, actor, target, "answer").refuse(clock.now()))


def withdraw_proposal(db: Database, actor: Actor, target: Target) -> None:
    """By who proposed it, while nobody answered."""
    with db.transaction(actor) as conn:
        store.save(conn, _locked(conn, actor, target, "propose").withdraw(clock.now()))


def end_agreement(db: Database, actor: Actor, target: Target) -> None:
    """By either, from this moment: nothing more is sent on it, and what was sent opens no more (R24).

    The worker takes back what rests on it, as at the end of an akkoord: neither side may write all that follows.
    """
    with db.transaction(actor) as conn:
        found = directory.lock_agreement(conn, target.id)
        if found is None:
            raise NotThere(str(target.id))
        demand(PERMITS, actor, "agreement.end", owner=found.organisation_a, receiver=found.organisation_b)
        if found.version != target.version:
            raise Stale(str(target.id))
        if found.valid_until is not None and found.valid_until <= clock.today():
            return
        ended = directory.put_agreement(conn, found.end(clock.today()))
        if ended is not None:
            directory.tell_agreement(conn, ended)


def _locked(conn: Connection, actor: Actor, target: Target, act: str) -> Proposal:
    found = store.lock(conn, target.id)
    if found is None:
        raise NotThere(str(target.id))
    demand(PERMITS, actor, f"agreement.{act}", owner=found.organisation_a, receiver=found.organisation_b)
    if found.version != target.version:
        raise Stale(str(target.id))
    return found
