"""/webhooks: where your own system hears of your organisation's referrals (Standard Webhooks), and the log of it."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from uuid import UUID

from flask import Blueprint
from flask import Response as FlaskResponse

from services.referral.api.shapes.webhooks import (
    ChangeWebhook,
    DeliveryPage,
    DeliveryQuery,
    DeliveryShown,
    Pinged,
    RegisterWebhook,
    Replayed,
    ReplayStretch,
    WebhookList,
    WebhookMade,
    WebhookShown,
)
from services.referral.api.spec import SPEC, answers
from services.referral.commands import webhooks as commands
from services.referral.commands.webhooks import Change, Made, Wish
from services.referral.domain.webhooks import EndpointState
from services.referral.forms.webhooks import REFUSED, as_invalid
from services.referral.views import webhooks as views
from shared.api import expected_version, idempotency_key, versioned
from shared.paging import after
from shared.refusals import Invalid
from shared.security import Actor
from shared.web import current_actor, house, requires

api = Blueprint("api_webhooks", __name__)


@api.post("/webhooks")
@requires("webhook.manage")
@SPEC.validate(resp=answers(WebhookMade, 201, keyed=True), tags=["webhooks"])
def register(json: RegisterWebhook) -> tuple[WebhookMade, int]:
    """Register an address. The answer holds its secret, which is never shown again."""
    actor = current_actor()
    place = json.organisation_id or _only_organisation(actor)
    wish = Wish(place, json.url, tuple(json.types), house().settings.webhooks_to_localhost)
    with _words_for_refusals():
        made = commands.register_webhook(house().db, actor, wish, key=idempotency_key())
    return _made(made), 201


@api.get("/webhooks")
@requires("webhook.manage")
@SPEC.validate(resp=answers(WebhookList), tags=["webhooks"])
def list_webhooks() -> WebhookList:
    """Those of your organisation."""
    return WebhookList(items=[WebhookShown.of(one) for one in views.webhooks(house().db, current_actor())])


@api.get("/webhooks/<uuid:endpoint_id>")
@requires("webhook.manage")
@SPEC.validate(resp=answers(WebhookShown), tags=["webhooks"])
def show(endpoint_id: UUID) -> FlaskResponse:
    """One of them, with its version."""
    return _shown(endpoint_id)


@api.put("/webhooks/<uuid:endpoint_id>")
@requires("webhook.manage")
@SPEC.validate(resp=answers(WebhookShown, changes=True), tags=["webhooks"])
def change(endpoint_id: UUID, json: ChangeWebhook) -> FlaskResponse:
    """Another address, other events, paused or going again."""
    state = EndpointState.PAUSED if json.paused else EndpointState.ACTIVE
    local = house().settings.webhooks_to_localhost
    changed = Change(endpoint_id, expected_version(), json.url, tuple(json.types), state, local)
    with _words_for_refusals():
        commands.change_webhook(house().db, current_actor(), changed)
    return _shown(endpoint_id)


@api.delete("/webhooks/<uuid:endpoint_id>")
@requires("webhook.manage")
@SPEC.validate(resp=answers(None, 204, changes=True), tags=["webhooks"])
def remove(endpoint_id: UUID) -> FlaskResponse:
    """Nothing is sent there any more; its log goes with it."""
    commands.remove_webhook(house().db, current_actor(), endpoint_id, expected_version())
    return FlaskResponse(status=204)


@api.post("/webhooks/<uuid:endpoint_id>/secret")
@requires("webhook.manage")
@SPEC.validate(resp=answers(WebhookMade, keyed=True), tags=["webhooks"])
def rotate(endpoint_id: UUID) -> WebhookMade:
    """A new secret. For 24 hours every message carries a signature with the old one too."""
    return _made(commands.rotate_secret(house().db, current_actor(), endpoint_id, key=idempotency_key()))


@api.post("/webhooks/<uuid:endpoint_id>/ping")
@requires("webhook.manage")
@SPEC.validate(resp=answers(Pinged, 202), tags=["webhooks"])
def ping(endpoint_id: UUID) -> tuple[Pinged, int]:
    """Have a test sent, of type `ping`."""
    return Pinged(delivery_id=commands.ping_webhook(house().db, current_actor(), endpoint_id)), 202


@api.get("/webhooks/<uuid:endpoint_id>/deliveries")
@requires("webhook.manage")
@SPEC.validate(resp=answers(DeliveryPage), tags=["webhooks"])
def deliveries(endpoint_id: UUID, query: DeliveryQuery) -> DeliveryPage:
    """What became of each message of the last month, newest first."""
    place = after(query.after, datetime.fromisoformat, UUID)
    which = views.Which(query.state or "", (place[0], place[1]) if place else None, query.limit)
    page = views.log(house().db, current_actor(), endpoint_id, which)
    return DeliveryPage(items=[DeliveryShown.of(one) for one in page.items], next=page.next)


@api.post("/webhooks/<uuid:endpoint_id>/deliveries/<uuid:delivery_id>/replay")
@requires("webhook.manage")
@SPEC.validate(resp=answers(Replayed, 202), tags=["webhooks"])
def replay_one(endpoint_id: UUID, delivery_id: UUID) -> tuple[Replayed, int]:
    """Send one again, with the same `webhook-id`."""
    commands.replay_delivery(house().db, current_actor(), endpoint_id, delivery_id)
    return Replayed(deliveries=1), 202


@api.post("/webhooks/<uuid:endpoint_id>/replay")
@requires("webhook.manage")
@SPEC.validate(resp=answers(Replayed, 202), tags=["webhooks"])
def replay(endpoint_id: UUID, json: ReplayStretch) -> tuple[Replayed, int]:
    """Send all of a stretch of time again, what never went included; the same message has the same `webhook-id`."""
    number = commands.replay_between(house().db, current_actor(), endpoint_id, json.since, json.until)
    return Replayed(deliveries=number), 202


@contextmanager
def _words_for_refusals() -> Iterator[None]:
    try:
        yield
    except REFUSED as refusal:
        raise as_invalid(refusal) from refusal


def _only_organisation(actor: Actor) -> UUID:
    places = views.managed(actor)
    if len(places) != 1:
        raise Invalid({"organisation_id": "Zeg erbij voor welke organisatie."})
    return next(iter(places))


def _made(made: Made) -> WebhookMade:
    one = views.webhook(house().db, current_actor(), made.id)
    return WebhookMade(webhook=WebhookShown.of(one), secret=made.secret)


def _shown(endpoint_id: UUID) -> FlaskResponse:
    one = views.webhook(house().db, current_actor(), endpoint_id)
    return versioned(WebhookShown.of(one), one.version)
