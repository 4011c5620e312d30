"""Helpers sign themselves up, or the coordinator of their organisation does."""

from dataclasses import dataclass, replace
from uuid import UUID, uuid4

from services.network.commands.languages import demand_languages
from services.network.domain.helper import Helper, HelperCard, NotAHelper
from services.network.domain.permits import COORDINATOR, PERMITS
from services.network.store import helpers
from shared import clock, directory, idempotency
from shared.db import Connection, Database
from shared.i18n import lazy_gettext as _l
from shared.permissions import demand
from shared.refusals import Invalid, NotAllowed, NotThere, Stale
from shared.security import Actor

_ROUTE = "helpers"


@dataclass(frozen=True)
class SignUp:
    """A card for the account `staff_id`, who helps under `organisation`."""

    organisation: UUID
    staff_id: UUID
    card: HelperCard


def sign_up_helper(db: Database, actor: Actor, wish: SignUp, key: str | None = None) -> UUID:
    """Make the card and return its id. Raises NotAHelper, AlreadySignedUp."""
    _demand_may_keep(actor, wish.organisation, wish.staff_id)
    demand_languages("languages", wish.card.languages)
    with db.transaction(actor) as conn:
        before = idempotency.made_before(conn, key, _ROUTE)
        if before:
            return before
        if not helpers.is_helper_at(conn, wish.staff_id, wish.organisation, clock.today()):
            raise NotAHelper(str(wish.organisation))
        _demand_known_school(conn, wish.card.school)
        helper = Helper(uuid4(), wish.staff_id, wish.organisation, wish.card, clock.now())
        helpers.add(conn, helper)
        idempotency.remember(conn, key, _ROUTE, helper.id)
    return helper.id


def change_helper(db: Database, actor: Actor, helper_id: UUID, card: HelperCard, version: int) -> None:
    """Replace what the card says; raises Stale where it is not at `version` any more."""
    with db.transaction(actor) as conn:
        found = helpers.find(conn, helper_id)
        if found is None:
            raise NotThere(str(helper_id))
        _demand_may_keep(actor, found.owner_organisation, found.staff_id)
        if found.version != version:
            raise Stale(str(helper_id))
        demand_languages("languages", card.languages)
        _demand_known_school(conn, card.school)
        helpers.save(conn, replace(found, card=card, version=version + 1))


def _demand_may_keep(actor: Actor, organisation: UUID, staff_id: UUID) -> None:
    """A helper keeps the own card only; a coordinator those of the own organisation."""
    demand(PERMITS, actor, "helper.keep", owner=organisation)
    if COORDINATOR not in actor.roles_at(organisation) and staff_id != actor.id:
        raise NotAllowed(str(staff_id))


def _demand_known_school(conn: Connection, school: UUID | None) -> None:
    if school is not None and directory.organisation(conn, school) is None:
        raise Invalid({"school": _l("Deze school kennen we niet.")})
