"""What all pages of a plan need: the plan as its reader may see it, people and sections in words, one look of page."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from flask import Blueprint, render_template, request

from services.referral.commands import plans as commands
from services.referral.domain.plan import DOMAINS, OWN, SHARED, SPECIAL, Occasion, PersonKind, PlanPerson, PlanTerms
from services.referral.forms.plans import section_words
from services.referral.forms.words import first_upper
from services.referral.views import plans as views
from services.referral.views.plans import PlanSeen
from services.referral.web import moments
from services.referral.web import page as staff
from shared import clock
from shared.i18n import gettext as _
from shared.i18n import language
from shared.refusals import NotThere
from shared.security import ActorKind
from shared.web import current_actor, house

pages = Blueprint("plans", __name__)


def show(template: str, **values: Any) -> str:
    """A page of a plan, with what its templates need; staff read it under the name of their organisation."""
    if current_actor().kind == ActorKind.STAFF:
        return staff.show(f"plans/{template}", **_words(), **values)
    plain = {"today": clock.today(), "first_upper": first_upper}
    return render_template(f"referral/plans/{template}", done=None, **_words(), **plain, **values)


def terms() -> PlanTerms:
    found: PlanTerms = house().settings.plan_terms
    return found


def opened(plan_id: UUID) -> PlanSeen:
    """The plan for whoever asks; for anyone but the family it is a look (R18)."""
    return views.open_for(house().db, current_actor(), plan_id, terms())


def opened_to_write(plan_id: UUID, section: str) -> PlanSeen:
    """The plan with a section that the reader may see; raises NotThere for any other."""
    seen = opened(plan_id)
    if section not in seen.readable or seen.seen_as == views.SeenAs.PARTNER:
        raise NotThere(section)
    return seen


def target(plan_id: UUID, seen: int) -> commands.Target:
    return commands.Target(plan_id, seen)


def title_of(section: str) -> str:
    """A section as a heading."""
    return first_upper(_("alleen voor jou") if section == OWN else section_words(section))


def who(seen: PlanSeen, person_id: UUID | None) -> str:
    """A person of the plan in words: the reader as 'jij', others by name, third persons with their role, staff by
    function. Nothing for who is not this reader's to know."""
    one = seen.people.get(person_id) if person_id else None
    return called(seen, one) if one else ""


def called(seen: PlanSeen, one: PlanPerson) -> str:
    if one.person_id == current_actor().id:
        return str(_("jij"))
    if one.kind == PersonKind.STAFF:
        organisation = seen.organisations.get(one.organisation_id, "") if one.organisation_id else ""
        return f"{one.role} ({organisation})" if organisation else one.role
    if one.kind == PersonKind.THIRD:
        return f"{one.called} ({one.role})" if one.called else _("iemand die liever niet genoemd wordt")
    return one.called or _("iemand van het gezin")


def nameable(seen: PlanSeen) -> list[tuple[str, str]]:
    """Who can be named in a plan: everyone in it who did not say no (R23)."""
    return [(str(one.id), called(seen, one)) for one in seen.people.values() if one.answer != "no"]


def occasions(seen: PlanSeen) -> list[tuple[Occasion, str]]:
    """What the shared calendar has in the school's town, in words."""
    found = views.coming(house().db, current_actor(), seen.town)
    return [
        (
            Occasion(activity_id=one.activity_id, occurrence_id=one.id, starts=one.starts.replace(tzinfo=None)),
            f"{one.title}, {moments.moment(one.starts)}, {one.venue}",
        )
        for one in found
    ]


def day(on: date | datetime) -> str:
    """With the year where it is not this one."""
    local = on.astimezone(clock.BRUSSELS).date() if isinstance(on, datetime) else on
    said = moments.day(on)
    return said if local.year == clock.today().year else f"{said} {local.year}"


def done_words() -> str | None:
    """What the page before did, by a code in the address."""
    return {
        "begun": _("Het plan is begonnen. Schrijf eerst op wat goed gaat."),
        "written": _("Bewaard."),
        "both": _("Bewaard. Wat de ander schreef, staat bij de versies."),
        "yes": _("Dank je. Je zei ja op dit plan."),
        "parts": _("Bewaard. De school ziet nu alleen deze delen."),
        "told": _("Dank je. Alleen jij ziet dit antwoord."),
        "reviewed": _("Bewaard. Jullie keken er samen naar."),
        "ended": _("Het plan is afgelopen. Jullie kunnen het blijven lezen."),
    }.get(request.args.get("done", ""))


def sections_of(seen: PlanSeen) -> tuple[list[str], list[str]]:
    """What has something in it, and the life domains that are empty; in the order of the page (R9)."""
    names = [one for one in (*SHARED, OWN) if one in seen.readable]
    has = {name for name in names if not seen.content(name).is_empty or name in seen.besides}
    kept = [name for name in names if name in has or name not in DOMAINS]
    return kept, [name for name in names if name not in kept]


def _words() -> dict[str, Any]:
    return {
        "said": done_words(),
        "title_of": title_of,
        "section_words": section_words,
        "who": who,
        "day": day,
        "moment": moments.moment,
        "page_language": language(),
        "SPECIAL": SPECIAL,
    }
