"""A plan on paper: all of it in two languages side by side, and one page for the fridge. No third persons (R23)."""

from collections.abc import Callable, Iterator
from io import BytesIO
from itertools import chain
from pathlib import Path
from typing import Any
from uuid import UUID

import segno
from flask import Response, current_app

from services.referral.domain.plan import SHARED, STRENGTHS, Action, Item, PersonKind, same_language
from services.referral.forms.plans import section_words
from services.referral.forms.words import first_upper
from services.referral.views.plans import PlanSeen, SeenAs
from services.referral.web import moments
from services.referral.web.plans.page import day, opened, pages
from shared import paper, vocabulary
from shared.i18n import DUTCH, OFFERED, direction, force_locale
from shared.i18n import gettext as _
from shared.refusals import NotThere
from shared.web import house, requires

_LONGEST_LINE = 160  # characters of one thing on the page for the fridge
_STRENGTHS_SHOWN = 3


@pages.get("/plans/<uuid:plan_id>/plan.pdf")
@requires("plan.paper")
def whole(plan_id: UUID) -> Response:
    """What this reader may see of it, without what is somebody's alone."""
    seen = _to_print(plan_id)
    return _answer("plan.typ", Paper(seen).whole(), "gezinsplan.pdf")


@pages.get("/plans/<uuid:plan_id>/fridge.pdf")
@requires("plan.paper")
def fridge(plan_id: UUID) -> Response:
    """One page, whatever the plan holds."""
    seen = _to_print(plan_id)
    return _answer("fridge.typ", Paper(seen).fridge(), "gezinsplan-koelkast.pdf")


class Paper:
    """A plan as texts of one or two languages: Dutch first, then the family's where it is another."""

    def __init__(self, seen: PlanSeen) -> None:
        self._seen = seen
        self._third = {one.id for one in seen.people.values() if one.kind == PersonKind.THIRD}
        self._tags = [DUTCH, seen.plan.lang] if self._has_second(seen.plan.lang) else [DUTCH]

    def whole(self) -> dict[str, Any]:
        plan = self._seen.plan
        sections = [self._section(name) for name in SHARED if name in self._seen.readable]
        coordinator = self._name(plan.coordinator)
        frame: list[Callable[[], str]] = [
            lambda: _("Van %(start)s tot %(end)s. Samen opnieuw kijken: %(review)s.", start=day(plan.started_on),
                      end=day(plan.ends_on), review=day(plan.review_on)),
        ]  # fmt: skip
        if coordinator:
            frame.append(lambda: _("%(name)s houdt het plan bij elkaar.", name=coordinator))
        return self._paper() | {
            "frame": [self._each(one) for one in frame],
            "sections": [one for one in sections if one["items"] or one["actions"]],
            "foot": f"Brug · {self._seen.school}",
        }

    def fridge(self) -> dict[str, Any]:
        content = (self._seen.content(name) for name in SHARED if name in self._seen.readable)
        actions = sorted(chain.from_iterable(one.actions for one in content), key=lambda one: one.by)
        strengths = self._seen.content(STRENGTHS).items if STRENGTHS in self._seen.readable else ()
        return self._paper() | {
            "goes-well": self._each(lambda: _("Wat goed gaat")),
            "next": self._each(lambda: _("Wat we gaan doen")),
            "more": self._each(lambda: _("Er is nog meer. Het staat in het hele plan.")),
            "scan": self._each(
                lambda: _("Het hele plan staat op jouw eigen pagina. Richt de camera van je telefoon hierop.")
            ),
            "strengths": [self._words(one, short=True) for one in self._told(strengths)][:_STRENGTHS_SHOWN],
            "actions": [self._action(one, short=True) for one in self._told(actions) if one.goes_on],
            "qr": _square(own_page(house().shared_settings.public_url)),
        }

    def _has_second(self, tag: str) -> bool:
        """Whether a second column would say anything else than the first: our sentences, or theirs."""
        if same_language(tag, DUTCH):
            return False
        said = chain.from_iterable(one.content.all for one in self._seen.sections.values())
        return any(same_language(one, tag) for one in OFFERED) or any(
            same_language(one.in_language(tag)[1], tag) for one in said
        )

    def _paper(self) -> dict[str, Any]:
        with force_locale(DUTCH):
            title = _("Ons gezinsplan")
        return {
            "title": title,
            "tongues": [{"lang": tag, "dir": direction(tag)} for tag in self._tags],
            "heads": self._each(lambda: _("Ons gezinsplan")),
        }

    def _section(self, name: str) -> dict[str, Any]:
        content = self._seen.content(name)
        return {
            "heads": self._each(lambda: first_upper(section_words(name))),
            "items": [self._words(one) for one in self._told(content.items)],
            "actions": [self._action(one) for one in self._told(content.actions)],
        }

    def _told(self, things: Any) -> Iterator[Any]:
        """Without the words of third persons."""
        return (one for one in things if one.said_by not in self._third)

    def _words(self, one: Item, *, short: bool = False) -> list[dict[str, str]]:
        """In each language where it is written in that one; else as it was said, which is better than nothing."""
        return [_text(*one.in_language(tag), tag, short=short) for tag in self._tags]

    def _action(self, one: Action, *, short: bool = False) -> list[dict[str, Any]]:
        said = self._words(one, short=short)
        facts = self._each(lambda: self._facts(one))
        return [
            {"text": text, "facts": fact["text"], "dir": direction(tag)}
            for text, fact, tag in zip(said, facts, self._tags, strict=True)
        ]

    def _facts(self, one: Action) -> str:
        """Who, by when, how it stands, and where it happens."""
        parts = [self._name(one.who) or _("iemand anders"), _("tegen %(day)s", day=day(one.by))]
        parts.append(str(vocabulary.label("action_states", one.state)))
        known = self._seen.occurrences.get(one.occasion.occurrence_id) if one.occasion else None
        if known:
            parts.append(f"{known.title}, {moments.moment(known.starts)}, {known.venue}")
        return " · ".join(parts)

    def _name(self, person: UUID | None) -> str:
        """By name or function, whoever reads the paper; a third person has none here (R23)."""
        one = self._seen.people.get(person) if person else None
        if one is None or one.kind == PersonKind.THIRD:
            return ""
        return one.role if one.kind == PersonKind.STAFF else one.called

    def _each(self, words: Callable[[], str]) -> list[dict[str, str]]:
        """A sentence of ours in each language of the paper; in Dutch where nobody translated it."""
        made = []
        for tag in self._tags:
            known = next((one for one in OFFERED if same_language(one, tag)), DUTCH)
            with force_locale(known):
                made.append(_text(str(words()), known, tag))
        return made


def own_page(public_url: str) -> str:
    """Where the square leads: to a person's own plan, once they sign in. It says nothing of whose it is."""
    return f"{public_url.rstrip('/')}/referral/sign-in?as=person&next=/referral/me/plan"


def _text(text: str, lang: str, page: str, *, short: bool = False) -> dict[str, str]:
    """`lang` is what it is written in, `page` the language of its column."""
    cut = f"{text[: _LONGEST_LINE - 1]}…" if short and len(text) > _LONGEST_LINE else text
    return {"text": cut, "lang": lang, "dir": direction(lang), "page": page}


def _to_print(plan_id: UUID) -> PlanSeen:
    seen = opened(plan_id)
    if seen.seen_as == SeenAs.PARTNER:
        raise NotThere(str(plan_id))
    return seen


def _answer(template: str, told: dict[str, Any], name: str) -> Response:
    folder = Path(current_app.root_path) / "templates" / "referral" / "plans" / "paper"
    made = paper.pdf(folder / template, told)
    headers = {"Content-Disposition": f'inline; filename="{name}"'}
    return Response(made, mimetype="application/pdf", headers=headers)


def _square(address: str) -> str:
    drawing = BytesIO()
    segno.make(address, error="m").save(drawing, kind="svg", border=2)
    return drawing.getvalue().decode()
