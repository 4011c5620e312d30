"""One proposal or match, for either side: why you fit, yes or no, and the number when both said yes."""

from typing import NamedTuple
from uuid import UUID

from flask import Blueprint, redirect, url_for
from flask.typing import ResponseReturnValue

from services.network import commands
from services.network.forms import AnswerForm, VersionForm
from services.network.views import matches as views
from services.network.web.page import helpers_language, in_helpers_language, show
from shared.forms import expected_version
from shared.i18n import force_locale, gettext, language
from shared.refusals import Invalid
from shared.security import ActorKind
from shared.web import current_actor, house, polled, requires

pages = Blueprint("matches", __name__)


class Card(NamedTuple):
    """The question that asks for a yes, in a language whose text a named human has signed (R26)."""

    lang: str
    sentence: str
    yes: str
    no: str
    spoken: bool  # the page's language has no signed text: somebody explains it aloud


@pages.get("/matches/<uuid:match_id>")
@requires("match.see")
def see(match_id: UUID) -> ResponseReturnValue:
    actor, db = current_actor(), house().db
    if actor.kind == ActorKind.PERSON:
        seen = views.as_person(db, actor, match_id)
        return show("match_person.html", match=seen, card=_card(seen))
    return _as_helper(match_id)


@in_helpers_language
def _as_helper(match_id: UUID) -> str:
    seen = views.as_helper(house().db, current_actor(), match_id, house().settings.freshness_seconds)
    return show("match_helper.html", audience="person", match=seen)


@pages.get("/matches/<uuid:match_id>/news")
@requires("match.see")
def news(match_id: UUID) -> ResponseReturnValue:
    """Whether there is something new to see; it shows nothing of the other, so it is no look."""
    actor = current_actor()
    listed = views.listed_one(house().db, actor, match_id)
    is_person = actor.kind == ActorKind.PERSON
    with force_locale(language() if is_person else helpers_language()):
        return polled(show("match_news.html", match=listed, is_person=is_person))


@pages.post("/matches/<uuid:match_id>/answer")
@requires("match.answer")
def answer(match_id: UUID) -> ResponseReturnValue:
    actor, db, form = current_actor(), house().db, AnswerForm()
    version = expected_version(form)
    if form.answer.data == "yes":
        commands.say_yes(db, actor, match_id, commands.Yes(version, _asked_in()))
        return redirect(url_for("matches.see", match_id=match_id, done="yes"), 303)
    if form.answer.data != "no":
        raise Invalid({"answer": gettext("Kies ja of nee.")})
    commands.say_no(db, actor, match_id, version)
    return redirect(_home(done="no"), 303)


@pages.post("/matches/<uuid:match_id>/end")
@requires("match.end")
def end(match_id: UUID) -> ResponseReturnValue:
    commands.end_match(house().db, current_actor(), match_id, expected_version(VersionForm()))
    return redirect(_home(done="ended"), 303)


def _home(done: str) -> str:
    here = "requests.see" if current_actor().kind == ActorKind.PERSON else "helpers.own"
    return url_for(here, done=done)


def _asked_in() -> str:
    signed: tuple[str, ...] = house().settings.akkoord_languages
    return language() if language() in signed else "nl"


def _card(match: views.PersonSees) -> Card:
    asked_in = _asked_in()
    with force_locale(asked_in):
        sentence = gettext(
            "Mag %(organisation)s weten hoe je heet, welke talen je spreekt en wat je telefoonnummer is?",
            organisation=match.organisation_name,
        )
        yes, no = gettext("Ja, dat mag"), gettext("Nee, liever niet")
    return Card(asked_in, sentence, yes, no, asked_in != language())
