"""'Koppelingen': where an organisation's own system hears of its referrals, and what became of each message."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from flask import Blueprint, Response, redirect, request, url_for
from flask.typing import ResponseReturnValue

from services.referral.commands import webhooks as commands
from services.referral.commands.webhooks import Change, Made, Wish
from services.referral.domain.webhooks import TYPES, EndpointState, Outcome
from services.referral.forms.referrals import VersionForm
from services.referral.forms.webhooks import (
    PROBLEM_WORDS,
    REFUSED,
    TYPE_WORDS,
    ChangeForm,
    RegisterForm,
    ReplayForm,
    SecretForm,
    as_invalid,
    types_label,
)
from services.referral.views import directory
from services.referral.views import webhooks as views
from services.referral.web.page import fragment, show
from shared import clock
from shared.forms import Form, expected_version
from shared.paging import after
from shared.web import current_actor, house, polled, requires

pages = Blueprint("webhooks", __name__)


@pages.get("/webhooks/")
@requires("webhook.manage")
def index() -> str:
    return _index(RegisterForm(_places(), formdata=None, data={"types": list(TYPES)}))


@pages.post("/webhooks/")
@requires("webhook.manage")
def register() -> ResponseReturnValue:
    """Answers with the secret itself: it is shown this once, so there is no page to go to."""
    form = RegisterForm(_places())
    if not form.validate_on_submit():
        return _index(form), 422
    wish = Wish(form.organisation_id, form.url.data, tuple(form.types.data), _local())
    try:
        made = commands.register_webhook(house().db, current_actor(), wish, key=form.idempotency_key.data or None)
    except REFUSED as refusal:
        form.take(as_invalid(refusal))
        return _index(form), 422
    return _secret(made)


@pages.get("/webhooks/<uuid:endpoint_id>")
@requires("webhook.manage")
def see(endpoint_id: UUID) -> str:
    return _page(endpoint_id)


@pages.post("/webhooks/<uuid:endpoint_id>")
@requires("webhook.manage")
def change(endpoint_id: UUID) -> ResponseReturnValue:
    form = ChangeForm()
    if not form.validate_on_submit():
        return _page(endpoint_id, form=form), 422
    changed = Change(
        endpoint_id,
        expected_version(form),
        form.url.data,
        tuple(form.types.data),
        EndpointState(form.state.data),
        _local(),
    )
    try:
        commands.change_webhook(house().db, current_actor(), changed)
    except REFUSED as refusal:
        form.take(as_invalid(refusal))
        return _page(endpoint_id, form=form), 422
    return _back(endpoint_id, "kept")


@pages.post("/webhooks/<uuid:endpoint_id>/secret")
@requires("webhook.manage")
def secret(endpoint_id: UUID) -> ResponseReturnValue:
    key = SecretForm().idempotency_key.data or None
    return _secret(commands.rotate_secret(house().db, current_actor(), endpoint_id, key=key))


@pages.post("/webhooks/<uuid:endpoint_id>/test")
@requires("webhook.manage")
def test(endpoint_id: UUID) -> Response:
    commands.ping_webhook(house().db, current_actor(), endpoint_id)
    return _back(endpoint_id, "webhook_tested")


@pages.post("/webhooks/<uuid:endpoint_id>/replay")
@requires("webhook.manage")
def replay(endpoint_id: UUID) -> ResponseReturnValue:
    form = ReplayForm()
    if not form.validate_on_submit():
        return _page(endpoint_id, again=form), 422
    commands.replay_between(house().db, current_actor(), endpoint_id, *form.stretch)
    return _back(endpoint_id, "webhook_again")


@pages.post("/webhooks/<uuid:endpoint_id>/deliveries/<uuid:delivery_id>/replay")
@requires("webhook.manage")
def replay_one(endpoint_id: UUID, delivery_id: UUID) -> Response:
    commands.replay_delivery(house().db, current_actor(), endpoint_id, delivery_id)
    return _back(endpoint_id, "webhook_again")


@pages.post("/webhooks/<uuid:endpoint_id>/remove")
@requires("webhook.manage")
def remove(endpoint_id: UUID) -> Response:
    commands.remove_webhook(house().db, current_actor(), endpoint_id, expected_version(VersionForm()))
    return redirect(url_for("webhooks.index", done="webhook_removed"), 303)  # type: ignore[return-value]


@pages.get("/webhooks/<uuid:endpoint_id>/deliveries")
@requires("webhook.manage")
def deliveries(endpoint_id: UUID) -> Response:
    return polled(fragment("webhook_log.html", **_log(endpoint_id)))


def _places() -> dict[UUID, str]:
    """The organisations whose webhooks are the actor's, by name."""
    own, mine = directory.own_names(house().db, current_actor()), views.managed(current_actor())
    return {place: own[place] for place in sorted(mine & set(own), key=lambda place: own[place])}


def _local() -> bool:
    return bool(house().settings.webhooks_to_localhost)


def _index(form: RegisterForm) -> str:
    found = views.webhooks(house().db, current_actor())
    key = form.idempotency_key.data or uuid4()
    return show("webhooks.html", found=found, form=form, key=key, types_label=types_label)


def _page(endpoint_id: UUID, *, form: Form | None = None, again: Form | None = None) -> str:
    one = views.webhook(house().db, current_actor(), endpoint_id)
    state = EndpointState.PAUSED if one.state == EndpointState.PAUSED else EndpointState.ACTIVE
    known = {"url": one.url, "types": one.types, "state": state}
    days = {"since": clock.today(), "until": clock.today()}
    return show(
        "webhook.html",
        one=one,
        form=form or ChangeForm(formdata=None, data=known),
        again=again or ReplayForm(formdata=None, data=days),
        key=uuid4(),
        types_label=types_label,
        **_log(endpoint_id),
    )


def _log(endpoint_id: UUID) -> dict[str, Any]:
    place = after(request.args.get("after"), datetime.fromisoformat, UUID)
    state = request.args.get("state", "")
    which = views.Which(state if state in tuple(Outcome) else "", (place[0], place[1]) if place else None, 20)
    page = views.log(house().db, current_actor(), endpoint_id, which)
    return {"page": page, "endpoint_id": endpoint_id, "type_words": TYPE_WORDS, "problem_words": PROBLEM_WORDS}


def _secret(made: Made) -> str:
    one = views.webhook(house().db, current_actor(), made.id)
    return show("webhook_secret.html", one=one, secret=made.secret)


def _back(endpoint_id: UUID, done: str) -> Response:
    return redirect(url_for("webhooks.see", endpoint_id=endpoint_id, done=done), 303)  # type: ignore[return-value]
