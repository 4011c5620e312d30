"""/plans: a family's plan by section, for its school, for the family, and for whom an akkoord opens parts of it."""

from uuid import UUID

from flask import Blueprint
from flask import Response as FlaskResponse

from services.referral.api.shapes.plans.shown import (
    PlanListed,
    PlanPage,
    PlanQuery,
    PlanShown,
    SectionShown,
    VersionList,
    VersionShown,
)
from services.referral.api.shapes.plans.written import (
    AnswerBody,
    ChoiceBody,
    FrameBody,
    OutcomeBody,
    PartsBody,
    PersonBody,
    SectionBody,
    StartPlan,
    YesBody,
)
from services.referral.api.spec import SPEC, answers
from services.referral.commands import plans
from services.referral.domain.plan import PlanTerms
from services.referral.views import plans as views
from shared.api import expected_version, idempotency_key, versioned
from shared.never_collected import refuse_hints
from shared.paging import after
from shared.refusals import NotThere
from shared.web import current_actor, house, requires

api = Blueprint("api_plans", __name__)


@api.post("/plans")
@requires("plan.start")
@SPEC.validate(resp=answers(PlanShown, 201, keyed=True), tags=["plans"])
def start(json: StartPlan) -> FlaskResponse:
    """Begin a family's plan, one at a time (R10)."""
    refuse_hints({f"persons.{place}.called": one.called for place, one in enumerate(json.persons)}, understood=False)
    made = plans.start_plan(house().db, current_actor(), json.wish(), _terms(), key=idempotency_key())
    return _shown(made, 201)


@api.get("/plans")
@requires("plan.list")
@SPEC.validate(resp=answers(PlanPage), tags=["plans"])
def list_plans(query: PlanQuery) -> PlanPage:
    """Those of your school, or those of which parts are opened to your organisation; no content, so no look."""
    actor, place = current_actor(), after(query.after, UUID)
    listed = views.of_school if actor.organisations_as("school_staff") else views.opened_to
    page = listed(house().db, actor, place[0] if place else None, query.limit)
    return PlanPage(items=[PlanListed.of(one) for one in page.items], next=page.next)


@api.get("/plans/mine")
@requires("plan.own")
@SPEC.validate(resp=answers(PlanShown), tags=["plans"])
def mine() -> FlaskResponse:
    """The plan of your own family: the one that runs, or the last that did."""
    found = views.own_plan(house().db, current_actor())
    if found is None:
        raise NotThere("plan")
    return _shown(found)


@api.get("/plans/<uuid:plan_id>")
@requires("plan.read")
@SPEC.validate(resp=answers(PlanShown), tags=["plans"])
def show(plan_id: UUID) -> FlaskResponse:
    """One plan; for anyone but the family it is a look that its persons can read."""
    return _shown(plan_id)


@api.put("/plans/<uuid:plan_id>/frame")
@requires("plan.arrange")
@SPEC.validate(resp=answers(PlanShown, changes=True), tags=["plans"])
def arrange(plan_id: UUID, json: FrameBody) -> FlaskResponse:
    """Who coordinates it, the family's language, and its dates. `If-Match` takes the frame's version."""
    plans.arrange_plan(house().db, current_actor(), _target(plan_id), json.frame())
    return _shown(plan_id)


@api.get("/plans/<uuid:plan_id>/sections/<section>")
@requires("plan.read")
@SPEC.validate(resp=answers(SectionShown), tags=["plans"])
def section(plan_id: UUID, section: str) -> FlaskResponse:
    """One section as it stands; its ETag is what a change of it needs."""
    return _section(plan_id, section)


@api.put("/plans/<uuid:plan_id>/sections/<section>")
@requires("plan.write")
@SPEC.validate(resp=answers(SectionShown, changes=True), tags=["plans"])
def write(plan_id: UUID, section: str, json: SectionBody) -> FlaskResponse:
    """Write a section anew; `If-Match` takes its number, "0" where nobody wrote in it yet."""
    refuse_hints(json.texts(), understood=json.understood)
    writing = plans.Writing(plan_id, section, expected_version(), json.content())
    plans.write_section(house().db, current_actor(), writing, _terms(), beside=json.beside)
    return _section(plan_id, section)


@api.post("/plans/<uuid:plan_id>/sections/<section>/choice")
@requires("plan.write")
@SPEC.validate(resp=answers(SectionShown, changes=True), tags=["plans"])
def choose(plan_id: UUID, section: str, json: ChoiceBody) -> FlaskResponse:
    """Of two texts that were written at once: the one that stands, the other, or both."""
    choice = plans.Choice(plan_id, section, json.number, expected_version(), json.keep)
    plans.choose_text(house().db, current_actor(), choice, _terms())
    return _section(plan_id, section)


@api.get("/plans/<uuid:plan_id>/versions")
@requires("plan.read")
@SPEC.validate(resp=answers(VersionList), tags=["plans"])
def versions(plan_id: UUID) -> VersionList:
    """Every text of every section that you may see, newest first (R10)."""
    opened = _opened(plan_id)
    if opened.seen_as == views.SeenAs.PARTNER:
        return VersionList(items=[])
    told = views.history(house().db, current_actor(), plan_id)
    return VersionList(items=[VersionShown.told(one) for one in told])


@api.post("/plans/<uuid:plan_id>/persons")
@requires("plan.arrange")
@SPEC.validate(resp=answers(PlanShown, 201), tags=["plans"])
def add_person(plan_id: UUID, json: PersonBody) -> FlaskResponse:
    """A third person by first name and role, or staff by function."""
    refuse_hints({"called": json.called, "role": json.role}, understood=json.understood)
    plans.add_to_plan(house().db, current_actor(), plan_id, json.someone())
    return _shown(plan_id, 201)


@api.post("/plans/<uuid:plan_id>/persons/<uuid:person_id>/answer")
@requires("plan.arrange")
@SPEC.validate(resp=answers(PlanShown), tags=["plans"])
def answer(plan_id: UUID, person_id: UUID, json: AnswerBody) -> FlaskResponse:
    """What a third person said when asked; a no takes the name away (R23)."""
    plans.answer_for_third(house().db, current_actor(), plan_id, person_id, json.answer)
    return _shown(plan_id)


@api.post("/plans/<uuid:plan_id>/yes")
@requires("plan.agree")
@SPEC.validate(resp=answers(PlanShown, changes=True), tags=["plans"])
def say_yes(plan_id: UUID, json: YesBody) -> FlaskResponse:
    """Your own yes to the plan as you read it."""
    plans.say_yes(house().db, current_actor(), plans.Target(plan_id, json.edition), json.lang)
    return _shown(plan_id)


@api.put("/plans/<uuid:plan_id>/school-parts")
@requires("plan.open")
@SPEC.validate(resp=answers(PlanShown, changes=True), tags=["plans"])
def open_parts(plan_id: UUID, json: PartsBody) -> FlaskResponse:
    """Say which parts your school sees."""
    plans.open_to_school(house().db, current_actor(), _target(plan_id), frozenset(json.parts))
    return _shown(plan_id)


@api.post("/plans/<uuid:plan_id>/actions/<uuid:action_id>/outcome")
@requires("plan.tell")
@SPEC.validate(resp=answers(None, 204), tags=["plans"])
def tell(plan_id: UUID, action_id: UUID, json: OutcomeBody) -> FlaskResponse:
    """'Gelukt?': for yourself alone (R12)."""
    plans.tell_outcome(house().db, current_actor(), plan_id, action_id, json.answer)
    return FlaskResponse(status=204)


@api.post("/plans/<uuid:plan_id>/review")
@requires("plan.review")
@SPEC.validate(resp=answers(PlanShown, changes=True), tags=["plans"])
def review(plan_id: UUID) -> FlaskResponse:
    """You looked at it together with the family; the next time follows."""
    plans.review_plan(house().db, current_actor(), _target(plan_id), _terms())
    return _shown(plan_id)


@api.post("/plans/<uuid:plan_id>/end")
@requires("plan.end")
@SPEC.validate(resp=answers(PlanShown, changes=True), tags=["plans"])
def end(plan_id: UUID) -> FlaskResponse:
    """End it. The family goes on reading it; receivers do not. No reason is asked."""
    plans.end_plan(house().db, current_actor(), _target(plan_id))
    return _shown(plan_id)


def _target(plan_id: UUID) -> plans.Target:
    return plans.Target(plan_id, expected_version())


def _terms() -> PlanTerms:
    terms: PlanTerms = house().settings.plan_terms
    return terms


def _opened(plan_id: UUID) -> views.PlanSeen:
    return views.open_for(house().db, current_actor(), plan_id, _terms())


def _shown(plan_id: UUID, status: int = 200) -> FlaskResponse:
    seen = _opened(plan_id)
    receiver = None
    if seen.seen_as == views.SeenAs.PARTNER:
        receiver = min(current_actor().organisations_as("partner_worker"))
    shown = PlanShown.of(seen, _terms().pairwise_secret, receiver)
    return versioned(shown, seen.plan.version, status)


def _section(plan_id: UUID, section: str) -> FlaskResponse:
    seen = _opened(plan_id)
    if section not in seen.readable:
        raise NotThere(section)
    shown = SectionShown.of(section, seen.sections.get(section), seen.besides.get(section, []))
    return versioned(shown, shown.number)
