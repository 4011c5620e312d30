"""The front pages: a school's referrals by who waits on whom, a partner's worklist; both without content."""

from uuid import UUID

from flask import Blueprint, Response, request

from services.referral.domain import AFTER_YES, ENDED_EARLY, OPEN, UNANSWERED, Status
from services.referral.views import lists, teams, webhooks
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
    own, only = teams.mine(db, actor), request.args.get("team") == "mine"
    inside, others = (lists.Teams(own), lists.Teams(own, inside=False)) if own else (None, None)
    place = _place()
    waiting = lists.Which(UNANSWERED, place, oldest_first=True, teams=inside if only else others)
    accepted = lists.worklist(db, actor, lists.Which(AFTER_YES, limit=50, teams=inside if only else None))
    accepted.items.sort(key=lambda one: one.team_id not in own)
    first = lists.Which(UNANSWERED, oldest_first=True, teams=inside)
    return {
        "in_team": bool(own),
        "only_team": bool(own) and only,
        "first": lists.worklist(db, actor, first) if own and not only and place is None else None,
        "waiting": lists.worklist(db, actor, waiting),
        "accepted": accepted,
        "fresh": views.is_fresh(db, actor, house().settings.terms),
    }


def _place() -> UUID | None:
    place = after(request.args.get("after"), UUID)
    return place[0] if place else None
