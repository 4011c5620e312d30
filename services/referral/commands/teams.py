"""Teams of an organisation: whoever is responsible makes, changes and ends them; a receiver moves referrals to them."""

from typing import NamedTuple
from uuid import UUID

from uuid_utils.compat import uuid7

from services.referral.commands import steps
from services.referral.domain import PERMITS, Action, Referral, Terms
from services.referral.domain.teams import MOST_MEMBERS, Team, TeamWish
from services.referral.store import referrals
from services.referral.store import teams as store
from shared import akkoord, clock, idempotency
from shared.db import Connection, Database
from shared.permissions import demand
from shared.refusals import Invalid, NotThere, Stale
from shared.security import Actor


class Target(NamedTuple):
    """A team, and the version of it that somebody acts on."""

    id: UUID
    version: int


def make_team(db: Database, actor: Actor, organisation_id: UUID, wish: TeamWish, *, key: str | None = None) -> UUID:
    """Raises Invalid where the name is in use there, or somebody does not work there."""
    demand(PERMITS, actor, "team.keep", owner=organisation_id)
    route = f"organisations/{organisation_id}/teams"
    with db.transaction(actor) as conn:
        before = idempotency.made_before(conn, key, route)
        if before:
            return before
        _demand_working(conn, organisation_id, wish)
        made = Team(uuid7(), organisation_id, wish.name, wish.members)
        store.add(conn, made)
        idempotency.remember(conn, key, route, made.id)
    return made.id


def change_team(db: Database, actor: Actor, target: Target, wish: TeamWish) -> None:
    """Another name, or other people. Raises TeamOver; Invalid as `make_team`."""
    with db.transaction(actor) as conn:
        found = _locked(conn, actor, target)
        _demand_working(conn, found.organisation_id, wish)
        store.save(conn, found.change(wish))


def end_team(db: Database, actor: Actor, target: Target) -> None:
    """Nothing comes to it any more; what it has stays with the organisation, for all to see. Raises TeamOver."""
    with db.transaction(actor) as conn:
        store.save(conn, _locked(conn, actor, target).end(clock.now()))


def move_to_team(db: Database, actor: Actor, target: steps.Target, team_id: UUID | None, terms: Terms) -> Referral:
    """The receiver gives it to another of its teams, or to none; nobody outside is told (R4)."""
    route = f"referrals/{target.id}/{Action.MOVE_TO_TEAM}"
    with db.transaction(actor) as conn:
        found = steps.permitted(conn, actor, target.id, Action.MOVE_TO_TEAM)
        if idempotency.made_before(conn, target.key, route):
            return found
        steps.lock_for_receiver(conn, found)
        akkoord.demand_fresh(conn, terms.freshness_seconds)
        moved = steps.locked(conn, target).move_to_team(team_id)
        demand_living(conn, team_id, found.to_organisation)
        moved = referrals.save(conn, moved)
        idempotency.remember(conn, target.key, route, moved.id)
    return moved


def demand_living(conn: Connection, team_id: UUID | None, organisation_id: UUID) -> None:
    """Raises Invalid where it is not a team of that organisation, or one that ended: both look alike."""
    if team_id is not None and not store.is_living(conn, team_id, organisation_id):
        raise Invalid({"team_id": "Kies een team van deze organisatie dat er nog is."})


def _locked(conn: Connection, actor: Actor, target: Target) -> Team:
    found = store.lock(conn, target.id)
    if found is None:
        raise NotThere(str(target.id))
    demand(PERMITS, actor, "team.keep", owner=found.organisation_id)
    if found.version != target.version:
        raise Stale(str(target.id))
    return found


def _demand_working(conn: Connection, organisation_id: UUID, wish: TeamWish) -> None:
    known = store.working(conn, organisation_id, wish.members, clock.today())
    if len(wish.members) > MOST_MEMBERS or known != set(wish.members):
        raise Invalid({"members": "Kies alleen mensen die hier nu werken."})
