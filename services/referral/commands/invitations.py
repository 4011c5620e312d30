"""Inviting somebody, and what the worker does with the answer of whoever makes accounts."""

from datetime import timedelta
from typing import NamedTuple
from uuid import UUID, uuid4

from services.referral.domain import PERMITS, Membership
from services.referral.domain.invitations import OVERSIGHT, Invitation, Problem
from services.referral.store import directory, invitations
from shared import clock
from shared.db import Connection, Database
from shared.permissions import demand
from shared.refusals import NotThere
from shared.security import Actor, ActorKind

_LATER = {Problem.AWAY: timedelta(seconds=20), Problem.MAIL: timedelta(minutes=2)}


class Wish(NamedTuple):
    """Whom to ask, for what."""

    organisation_id: UUID
    email: str
    role: str
    function: str
    secrecy: str


def invite_staff(db: Database, actor: Actor, wish: Wish) -> UUID:
    """Write down that somebody is invited; the worker does the rest. The same wish twice is one invitation."""
    if actor.kind != ActorKind.WORKER:
        demand(PERMITS, actor, "staff.invite", owner=wish.organisation_id)
    one = Invitation(uuid4(), *wish._replace(email=wish.email.strip().lower()), invited_at=clock.now())
    with db.transaction(actor) as conn:
        kind = directory.kind_of(conn, wish.organisation_id)
        if kind is None:
            raise NotThere(str(wish.organisation_id))
        one.must_fit(kind, oversight=oversees(actor))
        return invitations.add(conn, one)


def oversees(actor: Actor) -> bool:
    """Whether they keep more than their own organisation, and so may give or take such a role."""
    return actor.kind == ActorKind.WORKER or bool(actor.roles & set(OVERSIGHT))


def take_in(db: Database, actor: Actor, one: Invitation, staff_id: UUID) -> None:
    """There is an account: grant the membership, unless they are that already, and let the address go."""
    with db.transaction(actor) as conn:
        if not invitations.is_waiting(conn, one.id):
            return
        membership = one.membership(staff_id, clock.today())
        if not directory.is_member(conn, membership, clock.today()):
            _grant(conn, membership)
        invitations.save(conn, one.finish(staff_id), clock.now())
        invitations.try_now(conn, clock.now())


def put_off(db: Database, actor: Actor, one: Invitation, problem: Problem) -> None:
    """It waits for a while, and the page says why."""
    with db.transaction(actor) as conn:
        if invitations.is_waiting(conn, one.id):
            invitations.save(conn, one.waits(problem), clock.now() + _LATER[problem])


def give_up(db: Database, actor: Actor, one: Invitation, problem: Problem) -> None:
    """It cannot be; the page says why."""
    with db.transaction(actor) as conn:
        if invitations.is_waiting(conn, one.id):
            invitations.save(conn, one.refuse(problem), clock.now())


def _grant(conn: Connection, membership: Membership) -> None:
    changed = directory.put_membership(conn, membership)
    if changed:
        directory.tell_membership(conn, changed)
