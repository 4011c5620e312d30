"""/halls and /activities: what organisers put into the public calendar."""

from uuid import UUID

from flask import Blueprint, Response

from services.activities.api.shapes import (
    ActivityPage,
    ActivityQuery,
    ActivityShown,
    ChangedActivity,
    HallList,
    HallQuery,
    HallShown,
    NewActivity,
    NewHall,
)
from services.activities.api.spec import SPEC, answers
from services.activities.commands import activities as commands
from services.activities.domain.activity import HallWish
from services.activities.views import calendar as views
from shared.api import expected_version, idempotency_key, versioned
from shared.never_collected import refuse_hints
from shared.paging import after
from shared.web import current_actor, house, requires

api = Blueprint("api_activities", __name__)


@api.get("/halls")
@requires("hall.list")
@SPEC.validate(resp=answers(HallList), tags=["halls"])
def list_halls(query: HallQuery) -> HallList:
    """Halls of a town, or of your organisations and their towns."""
    return HallList(items=[HallShown.of(one) for one in views.halls(house().db, current_actor(), query.town)])


@api.post("/halls")
@requires("hall.add")
@SPEC.validate(resp=answers(HallShown, 201), tags=["halls"])
def add_hall(json: NewHall) -> tuple[HallShown, int]:
    """Name a hall of your organisation; named twice it is one."""
    actor = current_actor()
    hall_id = commands.add_hall(house().db, actor, HallWish(**dict(json)))
    return HallShown.of(views.hall(house().db, actor, hall_id)), 201


@api.get("/activities")
@requires("activity.see")
@SPEC.validate(resp=answers(ActivityPage), tags=["activities"])
def list_activities(query: ActivityQuery) -> ActivityPage:
    """Activities by town, kind and days, each with its next times."""
    search = views.Search(query.town, query.kind, query.since, query.until)
    place = after(query.after, UUID)
    page = views.activities(house().db, current_actor(), search, place[0] if place else None, query.limit)
    return ActivityPage(items=[ActivityShown.of(one) for one in page.items], next=page.next)


@api.post("/activities")
@requires("activity.publish")
@SPEC.validate(resp=answers(ActivityShown, 201, keyed=True), tags=["activities"])
def publish(json: NewActivity) -> Response:
    """Put an activity in the calendar; 409 where others planned the same, unless `anyway` (R17)."""
    _refuse_hints(json)
    actor = current_actor()
    made = commands.publish_activity(house().db, actor, json.wish(), anyway=json.anyway, key=idempotency_key())
    return _versioned(made, 201)


@api.get("/activities/<uuid:activity_id>")
@requires("activity.see")
@SPEC.validate(resp=answers(ActivityShown), tags=["activities"])
def see(activity_id: UUID) -> Response:
    """One activity with its next times."""
    return _versioned(activity_id)


@api.post("/activities/<uuid:activity_id>/cancel")
@requires("activity.cancel")
@SPEC.validate(resp=answers(ActivityShown, changes=True), tags=["activities"])
def cancel(activity_id: UUID) -> Response:
    """It does not take place any more."""
    commands.cancel_activity(house().db, current_actor(), activity_id, expected_version())
    return _versioned(activity_id)


@api.put("/activities/<uuid:activity_id>")
@requires("activity.change")
@SPEC.validate(resp=answers(ActivityShown, changes=True), tags=["activities"])
def change(activity_id: UUID, json: ChangedActivity) -> Response:
    """Say something else of it; who registered stays registered."""
    _refuse_hints(json)
    commands.change_activity(house().db, current_actor(), activity_id, json.change(), expected_version())
    return _versioned(activity_id)


@api.post("/occurrences/<uuid:occurrence_id>/cancel")
@requires("activity.cancel")
@SPEC.validate(resp=answers(ActivityShown, changes=True), tags=["activities"])
def cancel_one(occurrence_id: UUID) -> Response:
    """This one time it does not take place. `If-Match` takes the activity's version."""
    cancelled = commands.cancel_occurrence(house().db, current_actor(), occurrence_id, expected_version())
    return _versioned(cancelled.id)


def _refuse_hints(json: NewActivity | ChangedActivity) -> None:
    texts = {"title": json.title.text, "description": json.description.text if json.description else ""}
    refuse_hints(texts, understood=json.understood)


def _versioned(activity_id: UUID, status: int = 200) -> Response:
    shown = views.activity(house().db, current_actor(), activity_id)
    return versioned(ActivityShown.of(shown), shown.version, status)
