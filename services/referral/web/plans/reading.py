"""Reading plans: the list, one plan by section for each of its readers, and every version of it."""

from uuid import UUID

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue

from services.referral.domain.plan import Action, PlanStatus
from services.referral.forms.plans import OUTCOMES
from services.referral.views import plans as views
from services.referral.views.plans import PlanSeen, SeenAs
from services.referral.web.plans.page import opened, pages, sections_of, show
from shared import clock
from shared.paging import after
from shared.refusals import NotThere
from shared.security import ActorKind
from shared.web import current_actor, house, requires


@pages.get("/plans")
@requires("plan.list")
def index() -> str:
    """Those of the school, and those of which a family opened parts; no content, so no look."""
    actor, db = current_actor(), house().db
    found = after(request.args.get("after"), UUID)
    place = found[0] if found else None
    return show(
        "list.html",
        own=views.of_school(db, actor, place) if actor.organisations_as("school_staff") else None,
        opened=views.opened_to(db, actor, place) if actor.organisations_as("partner_worker") else None,
    )


@pages.get("/me/plan")
@requires("plan.own")
def mine() -> ResponseReturnValue:
    """The plan of one's own family; where there is none, what a plan would be."""
    found = views.own_plan(house().db, current_actor())
    if found is None:
        return show("none.html")
    return redirect(url_for("plans.see", plan_id=found), 303)


@pages.get("/plans/<uuid:plan_id>")
@requires("plan.read")
def see(plan_id: UUID) -> str:
    """One plan; for anyone but the family it is a look that its persons can read."""
    seen = opened(plan_id)
    kept, empty = sections_of(seen)
    mine = current_actor().kind == ActorKind.PERSON
    return show(
        "plan.html",
        seen=seen,
        plan=seen.plan,
        kept=kept,
        empty=empty,
        runs=seen.plan.status == PlanStatus.RUNNING,
        writes=seen.seen_as != SeenAs.PARTNER and seen.plan.status == PlanStatus.RUNNING,
        mine=mine,
        school=seen.seen_as == SeenAs.SCHOOL,
        partner=seen.seen_as == SeenAs.PARTNER,
        agreed=seen.agreed_by(current_actor().id) if mine else None,
        asked=_asked(seen) if mine else frozenset(),
        outcomes=OUTCOMES,
        closed=[one for one in seen.plan.closed_to_school if seen.seen_as != SeenAs.PARTNER],
    )


@pages.get("/plans/<uuid:plan_id>/versions")
@requires("plan.history")
def versions(plan_id: UUID) -> str:
    """Every text of every section that the reader may see, newest first (R10)."""
    seen = opened(plan_id)
    if seen.seen_as == SeenAs.PARTNER:
        raise NotThere(str(plan_id))
    told = views.history(house().db, current_actor(), plan_id)
    relatives = {one.person_id: one for one in seen.people.values() if one.person_id}
    return show("versions.html", seen=seen, plan=seen.plan, told=told, relatives=relatives)


def _asked(seen: PlanSeen) -> frozenset[UUID]:
    """Actions of the reader's own whose activity is over: only then, and only they, are asked 'Gelukt?' (R12)."""
    own = {one.id for one in seen.people.values() if one.person_id == current_actor().id}
    actions = [one for version in seen.sections.values() for one in version.content.actions if one.who in own]
    return frozenset(one.id for one in actions if one.occasion and _is_over(seen, one))


def _is_over(seen: PlanSeen, action: Action) -> bool:
    """By the calendar where it still has that time, else by the hour that was written down."""
    if action.occasion is None:
        return False
    known = seen.occurrences.get(action.occasion.occurrence_id)
    if known:
        return known.is_over and not known.cancelled
    return action.occasion.starts.replace(tzinfo=clock.BRUSSELS) < clock.now()
