"""/requests: a person asks for someone who helps."""

from uuid import UUID

from flask import Blueprint, Response

from services.network import commands
from services.network.api.shapes import MakeRequest, RequestList, RequestShown
from services.network.api.spec import SPEC, answers
from services.network.views import requests as views
from shared.api import expected_version, idempotency_key, versioned
from shared.never_collected import refuse_hints
from shared.refusals import NotThere
from shared.web import current_actor, house, requires

api = Blueprint("api_requests", __name__)


@api.post("/requests")
@requires("request.make")
@SPEC.validate(resp=answers(RequestShown, 201, keyed=True), tags=["requests"])
def make(json: MakeRequest) -> Response:
    """Ask for someone. Private wishes are kept apart: no answer, event or page ever holds them."""
    if json.about:
        refuse_hints({"about.text": json.about.text}, understood=json.understood)
    made = commands.ask_for_someone(house().db, current_actor(), json.request_wish(), idempotency_key())
    return _shown(made, 201)


@api.get("/requests")
@requires("request.make")
@SPEC.validate(resp=answers(RequestList), tags=["requests"])
def own() -> RequestList:
    """Your own open request, if you have one."""
    found = views.own_request(house().db, current_actor())
    return RequestList(items=[RequestShown.of(found)] if found else [])


@api.get("/requests/<uuid:request_id>")
@requires("request.see")
@SPEC.validate(resp=answers(RequestShown), tags=["requests"])
def show(request_id: UUID) -> Response:
    """Your own request and how it stands."""
    return _shown(request_id)


@api.post("/requests/<uuid:request_id>/withdraw")
@requires("request.withdraw")
@SPEC.validate(resp=answers(None, 204, changes=True), tags=["requests"])
def withdraw(request_id: UUID) -> Response:
    """Ask for nobody any more. No reason is asked."""
    commands.withdraw_request(house().db, current_actor(), request_id, expected_version())
    return Response(status=204)


def _shown(request_id: UUID, status: int = 200) -> Response:
    found = views.own_request(house().db, current_actor(), request_id)
    if found is None:
        raise NotThere(str(request_id))
    return versioned(RequestShown.of(found), found.version, status)
