"""/matches: proposals and matches, each side its own view."""

from datetime import datetime
from uuid import UUID

from flask import Blueprint, Response

from services.network import commands
from services.network.api.shapes import Accept, ListQuery, MatchListed, MatchPage, MatchShown
from services.network.api.spec import SPEC, answers
from services.network.views import helpers
from services.network.views import matches as views
from shared.api import after, expected_version, idempotency_key, versioned
from shared.i18n import gettext
from shared.refusals import Invalid
from shared.security import ActorKind
from shared.web import current_actor, house, requires

api = Blueprint("api_matches", __name__)


@api.get("/matches")
@requires("match.list")
@SPEC.validate(resp=answers(MatchPage), tags=["matches"])
def list_matches(query: ListQuery) -> MatchPage:
    """Your own, as person or as helper; nothing of the other, so no look."""
    place = after(query.after, datetime.fromisoformat, UUID)
    page = views.matches(house().db, current_actor(), helpers.Part(place, query.limit))
    return MatchPage(items=[MatchListed.of(one) for one in page.items], next=page.next)


@api.get("/matches/<uuid:match_id>")
@requires("match.see")
@SPEC.validate(resp=answers(MatchShown), tags=["matches"])
def show(match_id: UUID) -> Response:
    """One match. For a helper it is a look that the person can read."""
    return _shown(match_id)


@api.post("/matches/<uuid:match_id>/accept")
@requires("match.answer")
@SPEC.validate(resp=answers(MatchShown, changes=True, keyed=True), tags=["matches"])
def accept(match_id: UUID, json: Accept) -> Response:
    """Say yes. The second yes makes the match; the person's is the akkoord for the helper's organisation."""
    actor = current_actor()
    if actor.kind == ActorKind.PERSON and json.lang not in house().settings.akkoord_languages:
        raise Invalid({"lang": gettext("In deze taal is er geen getekende tekst. Laat het mondeling uitleggen.")})
    key = idempotency_key()
    commands.say_yes(house().db, actor, match_id, commands.Yes(expected_version(), json.lang, key))
    return _shown(match_id)


@api.post("/matches/<uuid:match_id>/decline")
@requires("match.answer")
@SPEC.validate(resp=answers(None, 204, changes=True, keyed=True), tags=["matches"])
def decline(match_id: UUID) -> Response:
    """Say no. No reason is asked, and the other never hears who said it."""
    commands.say_no(house().db, current_actor(), match_id, expected_version(), idempotency_key())
    return Response(status=204)


@api.post("/matches/<uuid:match_id>/end")
@requires("match.end")
@SPEC.validate(resp=answers(None, 204, changes=True, keyed=True), tags=["matches"])
def end(match_id: UUID) -> Response:
    """End a match: both sides' numbers are closed from now on."""
    commands.end_match(house().db, current_actor(), match_id, expected_version(), idempotency_key())
    return Response(status=204)


def _shown(match_id: UUID) -> Response:
    actor, db = current_actor(), house().db
    if actor.kind == ActorKind.PERSON:
        seen = views.as_person(db, actor, match_id)
        return versioned(MatchShown.for_person(seen), seen.version)
    helped = views.as_helper(db, actor, match_id, house().settings.freshness_seconds)
    return versioned(MatchShown.for_helper(helped), helped.version)
