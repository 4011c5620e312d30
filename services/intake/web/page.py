"""What all of intake's pages need: the school's name, days and hours in words, a family's languages."""

from datetime import date, datetime
from typing import Any

from babel.dates import format_date, format_datetime
from flask import render_template, request

from services.intake.domain.family import Person
from shared import clock, directory, vocabulary
from shared.i18n import gettext as _
from shared.i18n import language, name_of
from shared.package import LanguageSkill, Package
from shared.web import current_actor, house

# What the page before did, by a code in the address: nothing is kept for the next request.
DONE = {
    "opened": "Bewaard. Hieronder staat wat nu kan.",
    "changed": "Bewaard.",
    "stopped": "Gestopt. Bij die organisatie gaat nu alles van Brug dicht.",
    "contact": "Genoteerd. Brug telt alleen dat er deze maand een was.",
    "goal": "Bewaard. Het doel staat vanaf deze maand naast het getal.",
    "handed": "Doorgegeven. Je collega volgt dit gezin nu op.",
    "answered": "Beantwoord. De persoon leest het op de eigen pagina.",
    "objection": "Genoteerd. Brug zegt dit aan niemand anders.",
    "safe": "De veiligheidsvlag staat aan. Brug zegt aan niemand anders van het gezin dat ze er is.",
    "unsafe": "De veiligheidsvlag is weg. Brug zegt dit aan niemand anders.",
}


def show(template: str, **values: Any) -> str:
    """A page for staff, under the name of their school."""
    actor = current_actor()
    with house().db.transaction(actor) as conn:
        found = [directory.organisation(conn, one) for one in sorted(actor.organisations)]
    names = sorted(one.name for one in found if one)
    done = DONE.get(request.args.get("done", ""))
    return render_template(f"intake/{template}", organisation_name=" · ".join(names), done=done, **words(), **values)


def show_person(template: str, **values: Any) -> str:
    """A page for a person of a family, in the person's language."""
    return render_template(f"intake/{template}", **words(), **values)


def words() -> dict[str, Any]:
    return {
        "purposes": {
            "referral": _("Zij mogen je contacteren om te helpen."),
            "registration": _("Je schreef je in voor een activiteit."),
            "match": _("Iemand van hen helpt jou."),
        },
        "day": day,
        "moment": moment,
        "languages_of": languages_of,
        "package_lines": package_lines,
        "back_words": back_words,
        "today": clock.today(),
    }


def day(on: date | datetime, lang: str | None = None) -> str:
    """'dinsdag 24 november 2026' in the language of the page, or in another."""
    local = on.astimezone(clock.BRUSSELS).date() if isinstance(on, datetime) else on
    return format_date(local, "full" if lang is None else "long", locale=_tag(lang))


def month(on: date) -> str:
    """'november 2026' in the language of the page."""
    return format_date(on, "LLLL y", locale=_tag(None))


def moment(at: datetime) -> str:
    """Day and hour together, without a year: 'dinsdag 24 november 10:00'."""
    return format_datetime(at, "EEEE d MMMM HH:mm", clock.BRUSSELS, locale=_tag(None))


def languages_of(languages: list[LanguageSkill] | tuple[LanguageSkill, ...]) -> str:
    """'Arabisch (lezen: niet of weinig), Frans'; nothing where no language is known."""
    reads = {"yes": _("%(language)s (leest goed)"), "no": _("%(language)s (leest niet of weinig)")}
    return ", ".join(reads.get(one.reads, "%(language)s") % {"language": name_of(one.tag)} for one in languages)


def package_lines(package: Package) -> list[tuple[str, str | None]]:
    """What the receiver sees, line by line; what is not shared has no line (R3)."""
    lines: list[tuple[str, str | None]] = [(_("Naam"), package.name_to_call)]
    if package.languages:
        lines.append((_("Talen"), languages_of(package.languages)))
    if package.reach:
        how = vocabulary.label("reach_channels", package.reach.channel)
        when = ", ".join(str(vocabulary.label("reach_times", one)) for one in package.reach.when)
        lines += [(_("Telefoon"), package.reach.phone or None), (_("Bereiken"), f"{how}{f', {when}' if when else ''}")]
    if package.arrangements:
        lines.append(
            (_("Afspraken"), ", ".join(str(vocabulary.label("arrangements", a)) for a in package.arrangements))
        )
    if package.interpreter:
        lines.append((_("Tolk"), str(vocabulary.label("interpreting", package.interpreter))))
    if package.question:
        lines.append((_("Vraag"), package.question.text))
    if package.life_domain:
        lines.append((_("Gaat over"), str(vocabulary.label("life_domains", package.life_domain))))
    return lines + [(_("Deel van het plan"), part_words(part)) for part in package.plan_parts]


def part_words(part: str) -> str:
    """A part of a family plan, in the words of its list."""
    listed = "plan_parts" if part in vocabulary.LISTS["plan_parts"] else "life_domains"
    return str(vocabulary.label(listed, part))


def back_words(codes: list[str]) -> str:
    return ", ".join(str(vocabulary.label("way_back", one)) for one in codes)


def reached_by(person: Person) -> str:
    """How and when, in one line."""
    when = ", ".join(str(vocabulary.label("reach_times", one)) for one in person.when)
    how = str(vocabulary.label("reach_channels", person.channel))
    return f"{how}, {when}" if when else how


def _tag(lang: str | None) -> str:
    return (lang or language()).replace("-", "_")
