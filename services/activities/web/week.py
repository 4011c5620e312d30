"""The public calendar of a town: a list by day on a phone, a week on a desk; and each activity's own page."""

from datetime import date, timedelta
from uuid import UUID

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from services.activities.forms import CancelForm, monday_of, week_of
from services.activities.views import calendar as views
from services.activities.views import registrations
from services.activities.web import words
from services.activities.web.page import organisations_of, show
from shared import clock
from shared.i18n import lazy_gettext as _l
from shared.refusals import Invalid
from shared.web import current_actor, house, public_page, requires

pages = Blueprint("week", __name__)

_LONGEST_TOWN = 100


@pages.get("/")
@requires("calendar.see")
@public_page
def index() -> ResponseReturnValue:
    """The week of the town that is asked, else of the actor's own town, else the choice of a town."""
    actor, db = current_actor(), house().db
    towns = views.towns(db, actor)
    town = _town() or views.own_town(db, actor) or (towns[0] if len(towns) == 1 else None)
    if town is None:
        return show("towns.html", towns=towns)
    monday = monday_of(request.args.get("week"))
    entries = views.week(db, actor, town, monday)
    return show(
        "week.html",
        town=town,
        towns=sorted({town, *towns}),
        monday=monday,
        days=_days(monday, entries),
        empty=not entries,
        own=registrations.own_seats(db, actor, [one.occurrence_id for one in entries]),
        before=week_of(monday - timedelta(days=7)),
        later=week_of(monday + timedelta(days=7)),
        wide=True,
    )


@pages.get("/activities/<uuid:activity_id>")
@requires("activity.see")
@public_page
def activity(activity_id: UUID) -> str:
    """One activity; `at` names the occurrence that somebody came for."""
    actor, db = current_actor(), house().db
    shown = views.activity(db, actor, activity_id)
    wanted = request.args.get("at", "")
    chosen = next((one for one in shown.occurrences if str(one.occurrence_id) == wanted), None)
    chosen = chosen or next(iter(shown.occurrences), None)
    return show(
        "activity.html",
        activity=shown,
        chosen=chosen,
        others=[one for one in shown.occurrences if one is not chosen],
        own=registrations.own_seats(db, actor, [one.occurrence_id for one in shown.occurrences]),
        alternatives=views.alternatives(db, actor, chosen) if chosen and chosen.is_full else [],
        mine=shown.organiser in organisations_of(actor),
        cancel_form=CancelForm(formdata=None, data={"version": str(shown.version)}),
    )


def _town() -> str | None:
    town = request.args.get("town", "").replace("\x00", "").strip()
    if len(town) > _LONGEST_TOWN:
        raise Invalid({"town": _l("Deze gemeente kennen we niet.")})
    return town or None


def _days(monday: date, entries: list[views.Entry]) -> list[dict[str, object]]:
    """Seven days with what takes place on each, in local time."""
    days = [monday + timedelta(days=number) for number in range(7)]
    return [
        {
            "label": words.short_day(day),
            "today": day == clock.today(),
            "entries": [one for one in entries if one.starts.date() == day],
        }
        for day in days
    ]
