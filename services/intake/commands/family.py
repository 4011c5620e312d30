"""What staff do with a family's file: open it after the talk, change it, note an objection, set a safety flag."""

from typing import NamedTuple
from uuid import UUID, uuid4

from services.intake import store
from services.intake.domain.family import File, FileDraft, Kind, NotAChild
from services.intake.domain.permits import PERMITS
from services.intake.store.keys import Belongs
from shared import clock, idempotency
from shared.db import Connection, Database
from shared.permissions import demand
from shared.sealing import Scope
from shared.security import Actor

FILE_AUDIENCES = tuple(frozenset({"intake", other}) for other in ("referral", "activities", "network"))


def open_file(db: Database, actor: Actor, organisation: UUID, draft: FileDraft, *, key: str | None = None) -> UUID:
    """A new file of this organisation with its persons and its keys. Raises NoCaregiver or NotAlone."""
    demand(PERMITS, actor, "file.open", owner=organisation)
    with db.transaction(actor) as conn:
        if made := idempotency.made_before(conn, key, "file.open"):
            return made
        file = File(id=uuid4(), owner_organisation=organisation).changed(draft, 0)
        file.demand_alone_allowed(clock.today())
        at = clock.now()
        store.family.insert(conn, file, at)
        for audience in FILE_AUDIENCES:
            scope = Scope(kind="file", id=file.id, audience=audience)
            store.keys.create(conn, scope, Belongs(file.id, file.owner_organisation), at)
        idempotency.remember(conn, key, "file.open", file.id)
        return file.id


def change_file(db: Database, actor: Actor, family_id: UUID, draft: FileDraft, version: int) -> int:
    """Raises Stale where someone else changed the file since `version`. Returns the new version."""
    with db.transaction(actor) as conn:
        before = _locked(conn, actor, family_id)
        after = before.changed(draft, version)
        after.demand_alone_allowed(clock.today())
        store.family.update(conn, after, clock.now(), before)
        return after.version


def set_safety(db: Database, actor: Actor, person_id: UUID, *, safety: bool) -> UUID:
    """Set the safety flag on a person, or take it away (R22). Nobody is asked why, and no version is: it cannot wait.

    Setting what is set already changes and tells nothing. Returns the family. Raises NotThere.
    """
    with db.transaction(actor) as conn:
        family_id, owner = store.family.family_of(conn, person_id)
        demand(PERMITS, actor, "safety.set", owner=owner)
        before = store.family.get(conn, family_id, lock=True)
        if before.person(person_id).safety != safety:
            after = before.flagged(person_id, safety=safety)
            store.family.update(conn, after, clock.now(), before)
            store.family.tell_safety(conn, after, after.person(person_id))
        return family_id


class Objection(NamedTuple):
    """A caregiver says no to what the other agrees to for this child (R5)."""

    child_id: UUID
    caregiver_id: UUID


def note_objection(db: Database, actor: Actor, objection: Objection, *, known: bool) -> UUID:
    """Note that the school knows of it, or (`known=False`) that it is gone. Nobody else is told. Returns the family."""
    with db.transaction(actor) as conn:
        family_id, _ = store.family.family_of(conn, objection.child_id)
        file = _locked(conn, actor, family_id)
        child, caregiver = file.person(objection.child_id), file.person(objection.caregiver_id)
        if child.kind != Kind.CHILD or caregiver.kind != Kind.CAREGIVER:
            raise NotAChild
        if known:
            store.family.note_objection(conn, file, child.id, caregiver.id, clock.now())
        else:
            store.family.withdraw_objection(conn, child.id, caregiver.id)
        return family_id


def _locked(conn: Connection, actor: Actor, family_id: UUID) -> File:
    file = store.family.get(conn, family_id, lock=True)
    demand(PERMITS, actor, "file.change", owner=file.owner_organisation)
    return file
