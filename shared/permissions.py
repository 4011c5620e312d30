"""Role x relation x action: how a service's table of permissions is read."""

from collections.abc import Callable
from typing import TypeVar
from uuid import UUID

from shared.refusals import NotAllowed, NotThere
from shared.security import Actor, ActorKind

PermissionTable = frozenset[tuple[str, str, str]]  # (role, relation, action)

PERSON = "person"
ANYONE = "anyone"
_PROGRAM = " program"  # `partner_worker program`: what a program in that role may do, and a human in it may not

OWNER = "owner"  # member, in that role, of the organisation that owns the thing
RECEIVER = "receiver"  # member, in that role, of the organisation that receives it
SELF = "self"  # the person whom it is about
MEMBER = "member"  # member of any organisation in that role
ANY = "any"  # whoever has the role

RELATIONS = frozenset({OWNER, RECEIVER, SELF, MEMBER, ANY})

# What every service lets anyone do, beside its own table.
SIGN_IN = "sign_in.use"
ISSUE = "sign_in.issue"
HEALTH = "health.see"
METRICS = "metrics.see"
DESCRIBE = "api.describe"
HOUSE: PermissionTable = frozenset((ANYONE, ANY, what) for what in (SIGN_IN, ISSUE, HEALTH, METRICS, DESCRIBE))


def may(
    table: PermissionTable,
    actor: Actor,
    action: str,
    *,
    owner: UUID | None = None,
    receiver: UUID | None = None,
    person: UUID | None = None,
) -> bool:
    """Whether a row of the table lets this actor do this with the thing of that owner, receiver, person."""
    held: set[tuple[str, str]] = {(ANYONE, ANY)}
    if actor.kind == ActorKind.PERSON:
        held.add((PERSON, ANY))
        if person is not None and person == actor.id:
            held.add((PERSON, SELF))
    if actor.kind == ActorKind.GUEST and receiver is not None:
        # Row-level security shows a guest the one thing that the link was for, so no other gets this far.
        held |= {(role, RECEIVER) for role in actor.roles_at(receiver)}
    if actor.kind == ActorKind.STAFF:
        held |= {(role, relation) for role in actor.roles for relation in (MEMBER, ANY)}
        held |= {(role, OWNER) for role in actor.roles_at(owner)} if owner else set()
        held |= {(role, RECEIVER) for role in actor.roles_at(receiver)} if receiver else set()
        held |= {(role + _PROGRAM, relation) for role, relation in held} if actor.is_program else set()
    return any((role, relation, action) in table for role, relation in held)


def demand(
    table: PermissionTable,
    actor: Actor,
    action: str,
    *,
    owner: UUID | None = None,
    receiver: UUID | None = None,
    person: UUID | None = None,
) -> None:
    """Refuse what `may` does not allow.

    Raises `NotThere` where the actor has no relation to the thing at all, so that a refusal never says
    that it exists; `NotAllowed` where the actor knows of it, or where no thing was named.
    """
    if may(table, actor, action, owner=owner, receiver=receiver, person=person):
        return
    named = {one for one in (owner, receiver, person) if one is not None}
    related = named & (actor.organisations | ({actor.id} if actor.kind == ActorKind.PERSON else frozenset()))
    if named and not related:
        raise NotThere(action)
    raise NotAllowed(action)


def may_at_all(table: PermissionTable, actor: Actor, action: str) -> bool:
    """Whether the actor has a role with a row for the action, whatever the relation: what a route knows."""
    roles = {ANYONE} | actor.roles | ({PERSON} if actor.kind == ActorKind.PERSON else set())
    roles |= {role + _PROGRAM for role in actor.roles} if actor.is_program else set()
    return any(role in roles and what == action for role, _, what in table)


Answer = TypeVar("Answer", bound=Callable[..., object])


def declared(view: Answer, action: str) -> Answer:
    """Write a route's action on its function, where a guard test looks for it."""
    view.action = action  # type: ignore[attr-defined]
    return view


def action_of(view: Callable[..., object]) -> str | None:
    """What a route's function says that it does."""
    return getattr(view, "action", None)


def roles_for(table: PermissionTable, action: str) -> frozenset[str]:
    """The roles that have a row for the action."""
    return frozenset(role for role, _, what in table if what == action)
