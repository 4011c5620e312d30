"""Asking a yes: choose, look at what would be shared, one card after the other, said back, receipt; and stopping."""

import hmac
import re
from contextlib import suppress
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID, uuid4

from babel.dates import format_date
from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue

from services.intake import commands, views
from services.intake.commands.consent import Asked, prepare
from services.intake.domain import card_texts, consent, whose_yes
from services.intake.domain.family import Ask, File, Person
from services.intake.domain.signin import seal_of
from services.intake.forms.consent import TalkForm, Turn
from services.intake.forms.words import field_of, words_of
from services.intake.web.page import package_lines, show
from shared import clock, vocabulary
from shared.akkoord import AgreementMissing
from shared.directory import Organisation
from shared.i18n import direction, force_locale
from shared.refusals import Refusal
from shared.security import ActorKind
from shared.web import current_actor, house, requires

pages = Blueprint("akkoord", __name__)
_TALK_LASTS = 3600  # seconds
_FIELDS = {
    "interpreter_is_adult": "adult",
    "receiver_organisation": "receiver",
    "ask_id": "ask",
    "yes": "sayers",
    "plan_parts": "parts",
}


class Talk(NamedTuple):
    """All that the pages of one talk know."""

    file: File
    person: Person
    form: TalkForm
    receivers: list[Organisation]

    @property
    def asks(self) -> list[Ask]:
        return [one for one in self.file.asks if one.person_id == self.person.id]

    @property
    def ask(self) -> Ask | None:
        return next((one for one in self.asks if str(one.id) == self.form.ask.data), None)

    @property
    def receiver(self) -> str:
        return next((one.name for one in self.receivers if str(one.id) == self.form.receiver.data), "")

    def wish(self) -> consent.Wish:
        return self.form.wish(self.person.id, self.ask)

    def turns(self, wish: consent.Wish) -> list[Turn]:
        """Every card for everyone who was asked."""
        cards = consent.cards_for(wish, self.person, self.ask if wish.ask_id else None)
        return [Turn(person, card) for person in self.form.sayer_ids() for card in cards]


@pages.get("/persons/<uuid:person_id>/akkoorden/new")
@requires("akkoord.ask")
def choose(person_id: UUID) -> str:
    chosen = {"receiver": request.args.get("receiver", ""), "ask": request.args.get("ask", "")}
    talk = _talk(person_id, TalkForm(formdata=None, data=chosen | {"key": uuid4().hex}))
    if not talk.form.sayers.data:
        talk.form.sayers.data = [str(one.id) for one in _sayers(talk.file, talk.person)[:1]]
    talk.form.explained_in.data = talk.form.explained_in.choices[0].value
    return _choose(talk)


@pages.post("/persons/<uuid:person_id>/akkoorden/new")
@requires("akkoord.ask")
def go_on(person_id: UUID) -> ResponseReturnValue:
    """What was sent says which page it comes from; the form carries the rest."""
    talk = _talk(person_id, TalkForm())
    if not talk.form.validate_on_submit():
        return _choose(talk), 422
    step = talk.form.step.data
    try:
        with house().db.transaction(current_actor()) as conn:
            asked = prepare(conn, talk.wish())
        if step == "choose":
            return _look_at_it(talk, asked)
        if step == "grant":
            return _grant(talk)
        if step.startswith("card:"):
            _note(talk, step.removeprefix("card:"))
        return _next_card(talk, asked)
    except Refusal as refusal:
        if not field_of(refusal) and not isinstance(refusal, AgreementMissing):
            raise
        return _refused(talk, refusal), 422


@pages.get("/akkoorden/<uuid:akkoord_id>/receipt")
@requires("akkoorden.see")
def receipt(akkoord_id: UUID) -> str:
    """In the language in which it was shown; to print, or to read out."""
    actor, db = current_actor(), house().db
    found = views.consent.receipt(db, actor, akkoord_id)
    flags: list[views.files.Flag] = []
    if actor.kind == ActorKind.STAFF:
        with db.transaction(actor) as conn:
            flags = views.files.flags(conn, found.akkoord.family_id)
    texts = card_texts.texts_in(found.lang).receipt
    values = {
        "receiver": found.akkoord.receiver,
        "name": found.akkoord.name,
        "until": _long(found.akkoord.expires_on, found.lang),
        "day": _long(found.akkoord.granted_at, found.lang),
    }
    with force_locale(found.lang):
        lines = package_lines(found.package)
        ways = {code: str(vocabulary.label("way_back", code)) for code in found.akkoord.way_back}
    said = {name: text.format(**values) for name, text in texts.items()}
    return show(
        "receipt.html",
        found=found,
        flags=flags,
        quiet_letter=any(one.id == found.akkoord.person_id for one in flags),
        said=said,
        lines=lines,
        way_back_words=ways,
        tongue=found.lang,
        way=direction(found.lang),
    )


@pages.post("/akkoorden/<uuid:akkoord_id>/stop")
@requires("akkoord.stop")
def stop(akkoord_id: UUID) -> ResponseReturnValue:
    """The school stops on the person's word; stopping what is over already is no fault."""
    actor, db = current_actor(), house().db
    with db.transaction(actor) as conn:
        row = views.consent.one(conn, akkoord_id)
    with suppress(consent.AlreadyEnded):
        commands.stop_akkoord(db, actor, akkoord_id)
    return redirect(url_for("files.see", family_id=row.family_id, done="stopped"), 303)


def _talk(person_id: UUID, form: TalkForm) -> Talk:
    """The file is opened for it, which is one look for the whole talk."""
    actor, db = current_actor(), house().db
    with db.transaction(actor) as conn:
        family_id = views.files.family_of(conn, person_id)
    if _is_open(form.opened.data, actor.id, family_id):
        file = views.files.file_again(db, actor, family_id)
    else:
        file = views.files.file(db, actor, family_id).file
        form.opened.data = _mark(actor.id, family_id, int(clock.now().timestamp()))
    person = file.person(person_id)
    with db.transaction(actor) as conn:
        receivers = views.consent.receivers(conn, file.owner_organisation)
    talk = Talk(file, person, form, receivers)
    sayers = _sayers(file, person)
    spoken = [tag for one in sayers for tag in one.speaks]
    form.offer(receivers, talk.asks, sayers, spoken)
    return talk


def _mark(actor_id: UUID, family_id: UUID, at: int) -> str:
    secret = house().shared_settings.secret_key.get_secret_value()
    return f"{at}.{seal_of(secret, 'opened', f'{actor_id}|{family_id}|{at}')}"


def _is_open(mark: str | None, actor_id: UUID, family_id: UUID) -> bool:
    """Whether this form goes on from a page of ours: its look is on record, and the talk is one look, not eight."""
    at, now = (mark or "").partition(".")[0], int(clock.now().timestamp())
    if not re.fullmatch(r"[0-9]{1,12}", at) or not 0 <= now - int(at) <= _TALK_LASTS:
        return False
    return hmac.compare_digest((mark or "").encode(), _mark(actor_id, family_id, int(at)).encode())


def _sayers(file: File, person: Person) -> list[Person]:
    """Who may be asked: the person; for a child its caregivers, and the child."""
    return [person] if person.kind == "caregiver" else [*file.caregivers_of(person), person]


def _choose(talk: Talk) -> str:
    return show("akkoord_choose.html", talk=talk, form=talk.form, delicate=consent.DELICATE)


def _refused(talk: Talk, refusal: Refusal) -> str:
    field = _FIELDS.get(field_of(refusal), field_of(refusal))
    found = getattr(talk.form, field, talk.form.receiver) if field else talk.form.receiver
    found.errors = [*found.errors, words_of(refusal)]
    return _choose(talk)


def _look_at_it(talk: Talk, asked: Asked) -> ResponseReturnValue:
    """The sender sees exactly what the receiver will see (R3), before anyone is asked."""
    wish = talk.wish()
    consent.demand_well_explained(wish, asked.ask, asked.shown_in)
    if whose_yes.missing(asked.row, asked.file, asked.person, frozenset(talk.form.sayer_ids())):
        raise consent.OthersYesNeeded(asked.row.explanation)
    talk.form.step.data = "start"
    with house().db.transaction(current_actor()) as conn:
        live = [
            one
            for one in views.consent.of_family(conn, talk.file.id)
            if one.is_live
            and (one.person_id, one.receiver_organisation) == (talk.person.id, wish.receiver_organisation)
        ]
    return show("akkoord_preview.html", talk=talk, form=talk.form, asked=asked, package=asked.package(wish), live=live)


def _note(talk: Talk, value: str) -> None:
    turn = next((one for one in talk.turns(talk.wish()) if one.value == value), None)
    if turn:
        talk.form.note(turn)


def _next_card(talk: Talk, asked: Asked) -> ResponseReturnValue:
    """The first card without an answer; then it is said back. A no that leaves nothing to share ends it kindly."""
    if talk.form.shares_nothing():
        return show("akkoord_no.html", talk=talk)
    answered = talk.form.answered()
    turns = talk.turns(talk.wish())
    waiting = [one for one in turns if one.value not in answered]
    texts = _Spoken(asked, talk.receiver)
    if not waiting:
        talk.form.step.data = "grant"
        package = asked.package(talk.wish())
        return show("akkoord_said_back.html", talk=talk, form=talk.form, texts=texts, asked=asked, package=package)
    talk.form.step.data = f"card:{waiting[0].value}"
    place = {"number": len(turns) - len(waiting) + 1, "of": len(turns)}
    return show("akkoord_card.html", talk=talk, form=talk.form, turn=waiting[0], texts=texts, **place)


def _grant(talk: Talk) -> ResponseReturnValue:
    made = commands.grant_akkoord(house().db, current_actor(), talk.wish())
    return redirect(url_for("akkoord.receipt", akkoord_id=made), 303)


class _Spoken:
    """The sentences of the cards, in the language in which they are shown."""

    def __init__(self, asked: Asked, receiver: str) -> None:
        self._texts = card_texts.texts_in(asked.shown_in)
        self.lang, self.dir = asked.shown_in, direction(asked.shown_in)
        self._values: dict[str, Any] = {
            "receiver": receiver,
            "name": asked.person.name_to_call,
            "until": _long(asked.expires_on, asked.shown_in),
        }
        self.interpreted = asked.shown_in == card_texts.DUTCH

    def card(self, name: str) -> str:
        return self._texts.cards[name].format(**self._values)

    def talk(self, name: str) -> str:
        return self._texts.talk[name].format(**self._values)

    @property
    def yes(self) -> str:
        return self._texts.answers["yes"]

    @property
    def no(self) -> str:
        return self._texts.answers["no"]


def _long(on: date | datetime, lang: str) -> str:
    """The day as people here live it, in the language of the cards."""
    local = on.astimezone(clock.BRUSSELS).date() if isinstance(on, datetime) else on
    return format_date(local, "long", locale=lang.replace("-", "_"))
