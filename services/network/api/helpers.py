"""/helpers: cards of those who offered to help."""

from datetime import datetime
from uuid import UUID

from flask import Blueprint, Response

from services.network import commands
from services.network.api.shapes import HelperListed, HelperPage, HelperShown, ListQuery, SignUpHelper
from services.network.api.spec import SPEC, answers
from services.network.domain.permits import COORDINATOR, HELPER
from services.network.views import helpers as views
from shared.api import after, expected_version, idempotency_key, versioned
from shared.i18n import gettext
from shared.never_collected import refuse_hints
from shared.refusals import Invalid
from shared.security import Actor
from shared.web import current_actor, house, requires

api = Blueprint("api_helpers", __name__)


@api.post("/helpers")
@requires("helper.keep")
@SPEC.validate(resp=answers(HelperShown, 201, keyed=True), tags=["helpers"])
def sign_up(json: SignUpHelper) -> Response:
    """Sign yourself up as a helper, or, as coordinator, an account of your organisation."""
    actor = current_actor()
    _refuse_hints(json)
    whose = json.staff_id or actor.id
    organisation = json.organisation or _only_one(actor, HELPER if whose == actor.id else COORDINATOR)
    wish = commands.SignUp(organisation, whose, json.card())
    return _shown(commands.sign_up_helper(house().db, actor, wish, idempotency_key()), 201)


@api.get("/helpers")
@requires("helper.list")
@SPEC.validate(resp=answers(HelperPage), tags=["helpers"])
def list_helpers(query: ListQuery) -> HelperPage:
    """For a coordinator those of the own and agreeing organisations; for a helper the own cards."""
    place = after(query.after, datetime.fromisoformat, UUID)
    page = views.helpers(house().db, current_actor(), views.Part(place, query.limit))
    return HelperPage(items=[HelperListed.of(one) for one in page.items], next=page.next)


@api.get("/helpers/<uuid:helper_id>")
@requires("helper.keep")
@SPEC.validate(resp=answers(HelperShown), tags=["helpers"])
def show(helper_id: UUID) -> Response:
    """One card that you may change, with its number."""
    return _shown(helper_id)


@api.put("/helpers/<uuid:helper_id>")
@requires("helper.keep")
@SPEC.validate(resp=answers(HelperShown, changes=True), tags=["helpers"])
def change(helper_id: UUID, json: SignUpHelper) -> Response:
    """Replace what the card says; whose it is and where stays."""
    _refuse_hints(json)
    commands.change_helper(house().db, current_actor(), helper_id, json.card(), expected_version())
    return _shown(helper_id)


def _shown(helper_id: UUID, status: int = 200) -> Response:
    found = views.card(house().db, current_actor(), helper_id)
    return versioned(HelperShown.of(found), found.version, status)


def _refuse_hints(json: SignUpHelper) -> None:
    if json.about:
        refuse_hints({"about.text": json.about.text}, understood=json.understood)


def _only_one(actor: Actor, role: str) -> UUID:
    mine = actor.organisations_as(role)
    if len(mine) != 1:
        raise Invalid({"organisation": gettext("Zeg bij welke organisatie.")}, {"organisation": "missing"})
    return next(iter(mine))
