"""What the school does around a plan: begin it, its frame, who is in it, looking at it again, its end."""

from uuid import UUID, uuid4

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue
from wtforms import Form as AnyForm

from services.referral.commands import plans as commands
from services.referral.domain.plan import PersonKind
from services.referral.domain.refusals import NoChildInFamily, WrongDates
from services.referral.forms.plans import (
    NOBODY,
    AnswerForm,
    BeginForm,
    ByFunctionForm,
    FrameForm,
    StepForm,
    ThirdForm,
    given_id,
)
from services.referral.views import plans as views
from services.referral.views.plans import Begin
from services.referral.web.plans.page import nameable, opened, pages, show, target, terms
from shared import vocabulary
from shared.forms import expected_version
from shared.refusals import NotAllowed
from shared.web import current_actor, house, requires


@pages.get("/plans/new")
@requires("plan.start")
def new() -> ResponseReturnValue:
    """From the file of a family, whose id alone comes along. Where its plan runs, that is the place to be."""
    found = _begin()
    if found.runs:
        return redirect(url_for("plans.see", plan_id=found.runs), 303)
    blank = BeginForm.of(len(found.relatives))(formdata=None, data={"idempotency_key": uuid4().hex})
    return _begin_page(found, blank)


@pages.post("/plans/new")
@requires("plan.start")
def begin() -> ResponseReturnValue:
    found = _begin()
    form = BeginForm.of(len(found.relatives))()
    _offer(found, form)
    if not form.validate_on_submit():
        return _begin_page(found, form), 422
    names = [str(one.data or "") for one in form.called]
    chosen = form.coordinator.data or NOBODY
    wish = commands.StartWish(
        family_id=found.family_id,
        called={one.person_id: name for one, name in zip(found.relatives, names, strict=False) if name},
        lang=form.lang.data,
        expecting=bool(form.expecting.data),
        review_on=form.review_on.data,
        ends_on=form.ends_on.data,
        coordinator=given_id(chosen) if chosen != NOBODY else None,
    )
    try:
        made = commands.start_plan(house().db, current_actor(), wish, terms(), key=form.idempotency_key.data or None)
    except (NoChildInFamily, WrongDates) as refused:
        field = form.expecting if isinstance(refused, NoChildInFamily) else form.ends_on
        field.errors = [*field.errors, _REFUSED[type(refused)]]
        return _begin_page(found, form), 422
    return redirect(url_for("plans.see", plan_id=made, done="begun"), 303)


@pages.get("/plans/<uuid:plan_id>/frame")
@requires("plan.arrange")
def frame(plan_id: UUID) -> str:
    seen = _of_school(plan_id)
    plan = seen.plan
    told = {name: getattr(plan, name) for name in ("lang", "started_on", "review_on", "ends_on")}
    told |= {"coordinator": str(plan.coordinator or ""), "version": str(plan.frame)}
    return _frame_page(seen, FrameForm(formdata=None, data=told))


@pages.post("/plans/<uuid:plan_id>/frame")
@requires("plan.arrange")
def arrange(plan_id: UUID) -> ResponseReturnValue:
    seen, form = _of_school(plan_id), FrameForm()
    form.offer(nameable(seen))
    if not form.validate_on_submit():
        return _frame_page(seen, form), 422
    try:
        at = target(plan_id, expected_version(form))
        commands.arrange_plan(house().db, current_actor(), at, form.frame)
    except WrongDates:
        form.ends_on.errors = [*form.ends_on.errors, _REFUSED[WrongDates]]
        return _frame_page(seen, form), 422
    return redirect(url_for("plans.see", plan_id=plan_id, done="written"), 303)


@pages.get("/plans/<uuid:plan_id>/persons")
@requires("plan.arrange")
def persons(plan_id: UUID) -> str:
    return _persons_page(plan_id)


@pages.post("/plans/<uuid:plan_id>/persons")
@requires("plan.arrange")
def add_person(plan_id: UUID) -> ResponseReturnValue:
    """A third person with their own answer, or somebody by function; the button says which."""
    by_function = request.form.get("kind") == PersonKind.STAFF
    form: ThirdForm | ByFunctionForm = ByFunctionForm() if by_function else ThirdForm()
    if isinstance(form, ByFunctionForm):
        form.offer(views.partners_of(house().db, current_actor(), _of_school(plan_id).plan.owner_organisation))
    if not form.validate_on_submit():
        return _persons_page(plan_id, **{"by_function" if by_function else "third": form}), 422
    if isinstance(form, ByFunctionForm):
        someone = commands.Someone(PersonKind.STAFF, "", form.role.data, given_id(form.organisation.data))
    else:
        someone = commands.Someone(PersonKind.THIRD, form.called.data, form.role.data, answer=form.answer.data)
    commands.add_to_plan(house().db, current_actor(), plan_id, someone)
    return redirect(url_for("plans.persons", plan_id=plan_id, done="written"), 303)


@pages.post("/plans/<uuid:plan_id>/persons/<uuid:person_id>/answer")
@requires("plan.arrange")
def note_answer(plan_id: UUID, person_id: UUID) -> ResponseReturnValue:
    """What a third person said when asked; a no takes the name away at once (R23)."""
    form = AnswerForm()
    if not form.validate_on_submit():
        return _persons_page(plan_id), 422
    commands.answer_for_third(house().db, current_actor(), plan_id, person_id, form.answer.data)
    return redirect(url_for("plans.persons", plan_id=plan_id, done="written"), 303)


@pages.post("/plans/<uuid:plan_id>/review")
@requires("plan.review")
def review(plan_id: UUID) -> ResponseReturnValue:
    at = target(plan_id, expected_version(StepForm()))
    commands.review_plan(house().db, current_actor(), at, terms())
    return redirect(url_for("plans.see", plan_id=plan_id, done="reviewed"), 303)


@pages.post("/plans/<uuid:plan_id>/end")
@requires("plan.end")
def end(plan_id: UUID) -> ResponseReturnValue:
    """By the family at any time, or by the school with it. No reason is asked."""
    commands.end_plan(house().db, current_actor(), target(plan_id, expected_version(StepForm())))
    return redirect(url_for("plans.see", plan_id=plan_id, done="ended"), 303)


_REFUSED = {
    NoChildInFamily: "Een plan is voor gezinnen met kinderen tot 25 jaar, of die een kindje verwachten.",
    WrongDates: "De data volgen elkaar niet: eerst het begin, dan samen kijken, dan het einde.",
}


def _begin() -> Begin:
    return views.begin(house().db, current_actor(), given_id(request.values.get("family", "")))


def _offer(found: Begin, form: BeginForm) -> None:
    form.offer([(str(one.person_id), words) for one, words in zip(found.relatives, _names(found), strict=True)
                if one.kind == "caregiver"])  # fmt: skip
    for field, words in zip(form.called, _names(found), strict=False):
        field.label.text = words


def _names(found: Begin) -> list[str]:
    """Only ids arrive here: 'Ouder of verzorger 1', 'Kind 1'."""
    count: dict[str, int] = {}
    names = []
    for one in found.relatives:
        count[one.kind] = count.get(one.kind, 0) + 1
        alone = sum(other.kind == one.kind for other in found.relatives) == 1
        words = str(vocabulary.label("person_kinds", one.kind)).capitalize()
        names.append(words if alone else f"{words} {count[one.kind]}")
    return names


def _begin_page(found: Begin, form: BeginForm) -> str:
    _offer(found, form)
    usual = terms()
    return show("new.html", found=found, form=form, weeks=usual.review_weeks, months=usual.months)


def _of_school(plan_id: UUID) -> views.PlanSeen:
    """Raises NotAllowed for the family and for receivers: the frame is the school's to write down."""
    seen = opened(plan_id)
    if seen.seen_as != views.SeenAs.SCHOOL:
        raise NotAllowed("plan.arrange")
    return seen


def _frame_page(seen: views.PlanSeen, form: FrameForm) -> str:
    form.offer(nameable(seen))
    return show("frame.html", seen=seen, plan=seen.plan, form=form)


def _persons_page(plan_id: UUID, **filled: AnyForm) -> str:
    seen = _of_school(plan_id)
    by_function = ByFunctionForm(formdata=None)
    forms = {"third": ThirdForm(formdata=None), "by_function": by_function} | filled
    forms["by_function"].offer(views.partners_of(house().db, current_actor(), seen.plan.owner_organisation))
    return show("persons.html", seen=seen, plan=seen.plan, **forms)
