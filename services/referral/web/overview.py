"""The front pages: a school's referrals by who waits on whom, a partner's worklist; both without content."""

from uuid import UUID

from flask import Blueprint, Response, request

from services.referral.domain import AFTER_YES, ENDED_EARLY, OPEN, UNANSWERED, Status
from services.referral.views import lists, webhooks
from services.referral.views import referrals as views
from services.referral.web.page import fragment, show
from shared.paging import after
from shared.web import current_actor, house, polled, requires

pages = Blueprint("overview", __name__)

_SECTIONS = {
    "open": OPEN,
    "declined": (Status.DECLINED, Status.EXPIRED),
    "closed": (Status.CLOSED,),
    "over": tuple(one for one in ENDED_EARLY if one not in (Status.DECLINED, Status.EXPIRED)),
}


@pages.get("/")
@requires("referral.list")
def index() -> str:
    """By role; who is both at a school and at a partner sees both."""
    actor = current_actor()
    return show(
        "index.html",
        school=_school_part() if actor.organisations_as("school_staff") else None,
        partner=_partner_part() if actor.organisations_as("partner_worker") else None,
        webhook_stopped=webhooks.has_stopped(house().db, actor),
    )


@pages.get("/overview")
@requires("referral.list")
def school_list() -> Response:
    return polled(fragment("overview_list.html", **_school_part()))


@pages.get("/worklist")
@requires("referral.list")
def partner_list() -> Response:
    return polled(fragment("worklist_list.html", **_partner_part()))


def _school_part() -> dict[str, object]:
    actor, db = current_actor(), house().db
    section = request.args.get("status", "open")
    statuses = _SECTIONS.get(section, OPEN)
    which = lists.Which(statuses, _place())
    told = lists.tally(db, actor)
    tally = {name: sum(told.get(one, 0) for one in statuses) for name, statuses in _SECTIONS.items()}
    return {"section": section, "tally": tally, "page": lists.overview(db, actor, which)}


def _partner_part() -> dict[str, object]:
    actor, db = current_actor(), house().db
    waiting = lists.Which(UNANSWERED, _place(), oldest_first=True)
    return {
        "waiting": lists.worklist(db, actor, waiting),
        "accepted": lists.worklist(db, actor, lists.Which(AFTER_YES, limit=50)),
        "fresh": views.is_fresh(db, actor, house().settings.terms),
    }


def _place() -> UUID | None:
    place = after(request.args.get("after"), UUID)
    return place[0] if place else None
