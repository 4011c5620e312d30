"""Writing in a plan, one thing of a section at a time; and the page where two texts stand beside each other (R10)."""

from typing import NamedTuple
from uuid import UUID

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue

from services.referral.commands import plans as commands
from services.referral.domain.plan import DOMAINS, Action, Content, VersionState
from services.referral.domain.refusals import WrittenByFamily
from services.referral.forms.plans import ActionForm, ChoiceForm, StepForm, WordsForm, filled, given_id
from services.referral.views import plans as views
from services.referral.views.plans import PlanSeen
from services.referral.web.plans.page import nameable, occasions, opened_to_write, pages, show, terms
from shared.forms import expected_version
from shared.i18n import gettext as _
from shared.i18n import language
from shared.refusals import NotThere
from shared.security import ActorKind
from shared.web import current_actor, house, requires


class Place(NamedTuple):
    """A section of a plan that somebody writes in."""

    plan_id: UUID
    section: str

    @property
    def home(self) -> str:
        return url_for("plans.see", plan_id=self.plan_id, _anchor=self.section, done="written")


@pages.get("/plans/<uuid:plan_id>/sections/<section>/words")
@requires("plan.write")
def words(plan_id: UUID, section: str) -> str:
    """A sentence, or a goal of a life domain: a new one, or the one that the address names."""
    seen = opened_to_write(plan_id, section)
    one = _named(seen, section)
    told = filled(one, lang=_usual_language(), said_by=_oneself(seen)) | {"version": str(seen.number(section))}
    return _words_page(seen, section, WordsForm(formdata=None, data=told))


@pages.post("/plans/<uuid:plan_id>/sections/<section>/words")
@requires("plan.write")
def save_words(plan_id: UUID, section: str) -> ResponseReturnValue:
    place, seen, form = Place(plan_id, section), opened_to_write(plan_id, section), WordsForm()
    form.offer(nameable(seen), _tags(seen))
    if not form.validate_on_submit():
        return _words_page(seen, section, form), 422
    number = expected_version(form)
    before = views.written_then(house().db, current_actor(), plan_id, section, number)
    try:
        return _write(place, number, before.put(form.made(before, seen.plan.lang)))
    except WrittenByFamily:
        form.text.errors = [*form.text.errors, _by_family()]
        return _words_page(seen, section, form), 422


@pages.get("/plans/<uuid:plan_id>/sections/<section>/action")
@requires("plan.write")
def action(plan_id: UUID, section: str) -> str:
    """Who does what by when."""
    seen = opened_to_write(plan_id, section)
    one = _named(seen, section)
    told = filled(one, lang=_usual_language(), state="open") | {"version": str(seen.number(section))}
    return _action_page(seen, section, ActionForm(formdata=None, data=told), one)


@pages.post("/plans/<uuid:plan_id>/sections/<section>/action")
@requires("plan.write")
def save_action(plan_id: UUID, section: str) -> ResponseReturnValue:
    place, seen, form = Place(plan_id, section), opened_to_write(plan_id, section), ActionForm()
    number = expected_version(form)
    before = views.written_then(house().db, current_actor(), plan_id, section, number)
    kept = before.find(given_id(form.id.data)) if form.id.data else None
    form.offer(nameable(seen), _tags(seen))
    form.offer_occasions(occasions(seen), kept if isinstance(kept, Action) else None)
    if not form.validate_on_submit():
        return _action_page(seen, section, form, kept), 422
    try:
        return _write(place, number, before.put(form.made(before, seen.plan.lang)))
    except WrittenByFamily:
        form.text.errors = [*form.text.errors, _by_family()]
        return _action_page(seen, section, form, kept), 422


@pages.post("/plans/<uuid:plan_id>/sections/<section>/drop")
@requires("plan.write")
def drop(plan_id: UUID, section: str) -> ResponseReturnValue:
    """One thing less; the version with it stays among the versions."""
    place, number = Place(plan_id, section), expected_version(StepForm())
    before = views.written_then(house().db, current_actor(), plan_id, section, number)
    return _write(place, number, before.drop(given_id(request.form.get("id", ""))))


@pages.get("/plans/<uuid:plan_id>/sections/<section>/both")
@requires("plan.write")
def both(plan_id: UUID, section: str) -> ResponseReturnValue:
    """What two people wrote at the same time, beside each other."""
    seen = opened_to_write(plan_id, section)
    if not seen.besides.get(section):
        done = request.args.get("done")
        return redirect(url_for("plans.see", plan_id=plan_id, _anchor=section, done=done), 303)
    return show(
        "both.html",
        seen=seen,
        plan=seen.plan,
        section=section,
        current=seen.sections[section],
        beside=seen.besides[section][0],
        more=len(seen.besides[section]) - 1,
        relatives={one.person_id: one for one in seen.people.values() if one.person_id},
    )


@pages.post("/plans/<uuid:plan_id>/sections/<section>/choice")
@requires("plan.write")
def choose(plan_id: UUID, section: str) -> ResponseReturnValue:
    """This, that, or both: the other stays among the versions."""
    form = ChoiceForm()
    if not form.validate_on_submit():
        return redirect(url_for("plans.both", plan_id=plan_id, section=section), 303)
    number = int(form.number.data) if str(form.number.data).isdecimal() else 0
    choice = commands.Choice(plan_id, section, number, expected_version(form), form.keep.data)
    commands.choose_text(house().db, current_actor(), choice, terms())
    return redirect(url_for("plans.both", plan_id=plan_id, section=section, done="both"), 303)


def _write(place: Place, number: int, content: Content) -> ResponseReturnValue:
    """Where somebody wrote since, both texts are shown to choose from."""
    writing = commands.Writing(place.plan_id, place.section, number, content)
    version = commands.write_section(house().db, current_actor(), writing, terms())
    if version.state == VersionState.BESIDE:
        return redirect(url_for("plans.both", plan_id=place.plan_id, section=place.section), 303)
    return redirect(place.home, 303)


def _named(seen: PlanSeen, section: str) -> Action | None:
    """The thing that the address names; raises NotThere where the section has no such thing."""
    given = request.args.get("id", "")
    if not given:
        return None
    found = seen.content(section).find(given_id(given))
    if found is None:
        raise NotThere(given)
    return found  # type: ignore[return-value]


def _words_page(seen: PlanSeen, section: str, form: WordsForm) -> str:
    form.offer(nameable(seen), _tags(seen))
    return show("words.html", form=form, **_common(seen, section, form))


def _action_page(seen: PlanSeen, section: str, form: ActionForm, kept: object) -> str:
    if section not in DOMAINS:
        raise NotThere(section)
    if form.said_by is not None:
        form.offer(nameable(seen), _tags(seen))
        form.offer_occasions(occasions(seen), kept if isinstance(kept, Action) else None)
    return show("action.html", form=form, **_common(seen, section, form))


def _common(seen: PlanSeen, section: str, form: WordsForm) -> dict[str, object]:
    one = seen.content(section).find(given_id(form.id.data)) if form.id.data else None
    mine = current_actor().kind == ActorKind.PERSON
    return {
        "seen": seen,
        "plan": seen.plan,
        "section": section,
        "one": one,
        "mine": mine,
        "goal": section in DOMAINS,
        "locked": one is not None and one.wrote is not None and not mine,
    }


def _usual_language() -> str:
    """Staff write down in Dutch what they hear; a person writes in the language of the page."""
    return language() if current_actor().kind == ActorKind.PERSON else "nl"


def _oneself(seen: PlanSeen) -> str:
    return next((str(one.id) for one in seen.people.values() if one.person_id == current_actor().id), "")


def _tags(seen: PlanSeen) -> list[str]:
    return [_usual_language(), "nl", seen.plan.lang]


def _by_family() -> str:
    words: str = _(
        "Dit schreef het gezin. Alleen het gezin verandert deze woorden. Het Nederlands ernaast mag je wel schrijven."
    )
    return words
