"""All that a person takes along, as lines of paper: every sentence is one that the pages have too."""

from typing import Any

from services.intake.domain.family import Kind
from services.intake.domain.knowledge import Held
from services.intake.views.consent import AkkoordRow
from services.intake.views.corrections import CorrectionRow
from services.intake.views.everything import Taken
from services.intake.web.held import Said, contacted, said
from services.intake.web.page import back_words, day, moment, month, words
from shared import clock, vocabulary
from shared.i18n import direction, language, name_of
from shared.i18n import gettext as _
from shared.security import Actor


def on_paper(taken: Taken, reader: Actor) -> dict[str, Any]:
    """What the template `everything.typ` reads."""
    known = taken.known
    since = _("Sinds %(day)s.", day=day(known.opened_at))
    follows = _("Wie jullie opvolgt: %(function)s.", function=known.follows) if known.follows else ""
    is_child = any(one.person.id == reader.id and one.person.kind == Kind.CHILD for one in known.known)
    about_whom = _("Wat weet de school over mij?") if is_child else _("Wat weet de school over ons?")
    return {
        "lang": language(),
        "dir": direction(language()),
        "title": _("Alles over jou in Brug"),
        "lead": " ".join(filter(None, (f"{known.organisation}.", since, follows))),
        "footer": _("Gemaakt op %(day)s", day=day(clock.today())),
        "sections": [
            _section(about_whom, [*_persons(taken, reader), *_family(taken)]),
            _section(_("Wat je vroeg om recht te zetten"), _corrections(taken)),
            _section(_("Alle keren dat je ja zei"), _akkoorden(taken, reader)),
            _section(_("Wie heeft dit gezien?"), _looks(taken, reader)),
        ],
        "notes": [_("Je ziet de organisatie en de functie. Wil je een naam weten? Vraag het aan je school.")],
    }


def _section(title: str, cards: list[dict[str, Any]]) -> dict[str, Any]:
    return {"title": title, "cards": cards, "empty": _("Nog niets.")}


def _card(title: str, *lines: dict[str, str | bool]) -> dict[str, Any]:
    return {"title": title, "lines": list(lines)}


def _line(label: object, told: Said | str) -> dict[str, str | bool]:
    """A number goes from left to right, and a person's own words go the way of their language."""
    found = told if isinstance(told, Said) else Said(told)
    own = found.lang or ("nl" if found.number else language())
    return {
        "label": str(label),
        "text": found.text or str(vocabulary.label("file_things", vocabulary.UNKNOWN)),
        "lang": found.lang,
        "dir": direction(own if found.text else language()),
        "more": found.more,
        "quoted": bool(found.lang and found.text),
    }


def _held(held: Held) -> dict[str, str | bool]:
    told = said(held.thing.code, held.value)
    more = ", ".join(filter(None, (told.more, _("Alleen jij leest dit.") if held.alone else "")))
    return _line(vocabulary.label("file_things", held.thing.code), told._replace(more=more))


def _persons(taken: Taken, reader: Actor) -> list[dict[str, Any]]:
    return [
        _card(
            _("Over jou") if one.person.id == reader.id else one.person.name_to_call,
            *(_held(held) for held in one.things),
        )
        for one in taken.known.known
    ]


def _family(taken: Taken) -> list[dict[str, Any]]:
    cards = [_card(_("Wat goed gaat"), *(_held(held) for held in taken.known.family))] if taken.known.family else []
    if taken.known.contacts:
        told = (_line(month(one.month), contacted(one.way)) for one in taken.known.contacts)
        cards.append(_card(_("Contact zoals je vroeg"), *told))
    names = ", ".join(taken.known.objected)
    if names:
        objected = _("De school weet dat je bezwaar hebt voor: %(names)s.", names=names)
        cards.append(_card("", _line(_("Wat je niet wil"), objected)))
    return cards


def _corrections(taken: Taken) -> list[dict[str, Any]]:
    return [
        _card(
            day(one.asked_at),
            _line(vocabulary.label("file_things", one.thing), str(vocabulary.label("correction_choices", one.choice))),
            *([_line(_("Wat je zei"), Said(one.words, one.lang))] if one.words else []),
            _line(vocabulary.label("correction_states", one.status), _when(one)),
            *([_line(_("De school zegt:"), Said(one.answer, "nl"))] if one.answer else []),
        )
        for one in taken.known.corrections
    ]


def _when(one: CorrectionRow) -> str:
    if one.answered_at is not None:
        return day(one.answered_at)
    due: str = _("De school antwoordt ten laatste op %(day)s.", day=day(one.due_on))
    return due


def _akkoorden(taken: Taken, reader: Actor) -> list[dict[str, Any]]:
    purposes = words()["purposes"]
    return [
        _card(
            one.receiver or _("Iemand die helpt"),
            _line(_("Waarvoor"), purposes[one.purpose]),
            *([_line(_("Over wie"), one.name)] if one.person_id != reader.id and one.name else []),
            *([_line(label, text) for label, text in _how(one)] if one.receiver else []),
            _line(_("Ja gezegd"), day(one.granted_at)),
            _line(_("Nu"), _state(one)),
        )
        for one in taken.akkoorden
    ]


def _how(one: AkkoordRow) -> list[tuple[str, str]]:
    interpreter = str(vocabulary.label("interpreting", one.interpreting)) if one.interpreting != "none" else ""
    return [
        (_("Wat ze mogen weten"), str(vocabulary.label("levels", one.level))),
        (_("Wat terug mag naar de school"), back_words(one.way_back)),
        (_("Uitgelegd door"), one.explained_function or _("je las het zelf")),
        (_("In welke taal"), name_of(one.explained_in)),
        (_("Met tolk"), interpreter or _("zonder tolk")),
    ]


def _state(one: AkkoordRow) -> str:
    if one.is_live:
        runs: str = _("loopt tot %(day)s", day=day(one.expires_on))
        return runs
    ended = str(vocabulary.label("akkoord_ends", one.status if one.status != "granted" else "expired"))
    return f"{ended}, {day(one.ended_at or one.expires_on)}"


def _looks(taken: Taken, reader: Actor) -> list[dict[str, Any]]:
    lines = []
    for one in taken.looks:
        who = ", ".join(filter(None, (one.organisation or _("een organisatie"), one.function)))
        what = _("Keek naar: %(what)s.", what=vocabulary.label("looks", one.what))
        why = _("Waarom: %(ground)s.", ground=vocabulary.label("grounds", one.ground))
        about = f"{one.about}." if one.person_id != reader.id and one.about else ""
        lines.append(_line(moment(one.at), Said(who, more=" ".join(filter(None, (about, what, why))))))
    return [_card("", *lines)] if lines else []
