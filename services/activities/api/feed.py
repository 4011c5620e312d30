"""/calendar.ics: a town's calendar for other programs, under the API and at the plain address that phones keep."""

from flask import Blueprint, Response, request

from services.activities.api.shapes import FeedQuery
from services.activities.api.spec import SPEC, answers
from services.activities.views.feed import KIND, feed
from shared.i18n import language
from shared.i18n import lazy_gettext as _l
from shared.refusals import Invalid
from shared.web import current_actor, house, public_page, requires

api = Blueprint("api_feed", __name__)
pages = Blueprint("feed", __name__)

_LONGEST_TOWN = 100


@api.get("/calendar.ics")
@requires("calendar.see")
@SPEC.validate(resp=answers(None, kind=KIND), tags=["activities"])
def see(query: FeedQuery) -> Response:
    """The calendar of a town as iCalendar (RFC 5545), with ETag."""
    return _calendar(query.town)


@pages.get("/calendar.ics")
@requires("calendar.see")
@public_page
def subscribe() -> Response:
    town = request.args.get("town", "").replace("\x00", "").strip()
    if not 1 <= len(town) <= _LONGEST_TOWN:
        raise Invalid({"town": _l("Zeg van welke gemeente.")})
    return _calendar(town)


def _calendar(town: str) -> Response:
    """Nothing is written down where the asker has it already."""
    found = feed(house().db, current_actor(), town)
    tag = found.tag(language())
    response = Response(status=304)
    if not request.if_none_match.contains_weak(tag):
        address = f"{house().shared_settings.public_url.rstrip('/')}/activities"
        response = Response(found.written(address), content_type=KIND)
    response.set_etag(tag, weak=True)
    response.headers["Cache-Control"] = "public, max-age=300"
    return response
