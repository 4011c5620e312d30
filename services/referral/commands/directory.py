"""What the keepers of the directory do: describe, grant, end, register."""

from datetime import date
from uuid import UUID

from services.referral.commands.invitations import oversees
from services.referral.domain import PERMITS, Agreement, Membership, Organisation
from services.referral.domain.invitations import OVERSIGHT
from services.referral.store import directory as store
from shared.db import Database
from shared.permissions import demand
from shared.refusals import NotAllowed, NotThere
from shared.security import Actor, ActorKind


def describe_organisation(db: Database, actor: Actor, organisation: Organisation) -> UUID:
    """Put it in the directory or correct what stands there. The same words twice tell nothing."""
    _demand_keeper(actor)
    with db.transaction(actor) as conn:
        changed = store.put_organisation(conn, organisation)
        if changed:
            store.tell_organisation(conn, changed)
    return organisation.id


def grant_membership(db: Database, actor: Actor, membership: Membership) -> UUID:
    """Let a staff member act for an organisation in a role, from a day on."""
    _demand_keeper(actor)
    with db.transaction(actor) as conn:
        _demand_known(membership.organisation_id, among=store.known(conn, [membership.organisation_id]))
        changed = store.put_membership(conn, membership)
        if changed:
            store.tell_membership(conn, changed)
    return membership.id


def end_membership(db: Database, actor: Actor, membership_id: UUID, today: date) -> None:
    """End it at once: from this moment the staff member can do nothing for that organisation."""
    with db.transaction(actor) as conn:
        found = store.membership(conn, membership_id)
        if found is None:
            raise NotThere(str(membership_id))
        if actor.kind != ActorKind.WORKER:
            demand(PERMITS, actor, "staff.end", owner=found.organisation_id)
        if found.role in OVERSIGHT and not oversees(actor):
            raise NotAllowed("staff.end")
        if found.valid_until is not None and found.valid_until <= today:
            return
        ended = found.end(today)
        store.save_membership(conn, ended)
        store.tell_membership_ended(conn, ended)


def register_agreement(db: Database, actor: Actor, agreement: Agreement) -> UUID:
    """Write down what two organisations agreed (R1); it works from `valid_from` on."""
    _demand_keeper(actor)
    with db.transaction(actor) as conn:
        parties = (agreement.organisation_a, agreement.organisation_b)
        found = store.known(conn, parties)
        for party in parties:
            _demand_known(party, among=found)
        changed = store.put_agreement(conn, agreement)
        if changed:
            store.tell_agreement(conn, changed)
    return agreement.id


def _demand_keeper(actor: Actor) -> None:
    """The service itself loads data that it was given; people need the permission."""
    if actor.kind != ActorKind.WORKER:
        demand(PERMITS, actor, "directory.write")


def _demand_known(organisation: UUID, *, among: set[UUID]) -> None:
    if organisation not in among:
        raise NotThere(str(organisation))
