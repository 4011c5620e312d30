"""'Ik kom': a person takes a seat, with a name or without; anyone is counted at a drop-in; and both may change."""

from typing import NamedTuple
from uuid import UUID, uuid4

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue

from services.activities.commands import registrations as commands
from services.activities.domain.activity import Registering
from services.activities.domain.registration import FileErased, Full, NotKnownYet
from services.activities.forms import CancelForm, SeatForm
from services.activities.views import calendar
from services.activities.views import registrations as views
from services.activities.web.page import show
from shared import i18n
from shared.akkoord import AgreementMissing
from shared.forms import expected_version
from shared.i18n import gettext as _
from shared.web import current_actor, house, requires

pages = Blueprint("seats", __name__)


class Card(NamedTuple):
    """The question for a yes, in a language whose text a named human has signed (R26)."""

    lang: str
    direction: str
    sentence: str
    yes: str
    no: str


class Said(NamedTuple):
    """A refusal that leaves the form as it was filled in."""

    status: int
    words: str
    may_be_named: bool = True


@pages.get("/occurrences/<uuid:occurrence_id>/register")
@requires("registration.make")
def ask(occurrence_id: UUID) -> ResponseReturnValue:
    actor, db = current_actor(), house().db
    entry = calendar.occurrence(db, actor, occurrence_id)
    had = views.own_seats(db, actor, [occurrence_id]).get(occurrence_id)
    if had:
        return redirect(url_for("seats.see", registration_id=had), 303)
    if entry.registration == Registering.DROP_IN:
        return redirect(url_for("seats.come", occurrence_id=occurrence_id), 303)
    return _page(entry, SeatForm(i18n.language(), formdata=None))


@pages.post("/occurrences/<uuid:occurrence_id>/register")
@requires("registration.make")
def register(occurrence_id: UUID) -> ResponseReturnValue:
    """The answer on the card sends the form: yes with a name, no without."""
    actor, db = current_actor(), house().db
    form = SeatForm(i18n.language())
    if not form.validate_on_submit():
        return _page(calendar.occurrence(db, actor, occurrence_id), form), 422
    yes = request.form.get("answer") == "yes"
    wish = form.wish(occurrence_id, yes=yes, lang=_asked_in())
    try:
        made = commands.register(db, actor, wish)
    except (Full, NotKnownYet, FileErased, AgreementMissing) as refused:
        said = _said(refused)
        return _page(calendar.occurrence(db, actor, occurrence_id), form, said), said.status
    return redirect(url_for("seats.see", registration_id=made), 303)


@pages.get("/registrations/<uuid:registration_id>")
@requires("registration.see")
def see(registration_id: UUID) -> str:
    actor, db = current_actor(), house().db
    return _receipt(
        views.registration(db, actor, registration_id), url_for("seats.cancel", registration_id=registration_id)
    )


@pages.post("/registrations/<uuid:registration_id>/cancel")
@requires("registration.cancel")
def cancel(registration_id: UUID) -> ResponseReturnValue:
    form = CancelForm()
    commands.cancel_registration(house().db, current_actor(), registration_id, expected_version(form))
    return redirect(url_for("seats.see", registration_id=registration_id), 303)


@pages.get("/occurrences/<uuid:occurrence_id>/come")
@requires("drop_in.count")
def come(occurrence_id: UUID) -> ResponseReturnValue:
    entry = calendar.occurrence(house().db, current_actor(), occurrence_id)
    if entry.registration != Registering.DROP_IN:
        return redirect(url_for("seats.ask", occurrence_id=occurrence_id), 303)
    return show("come.html", entry=entry, form=SeatForm(i18n.language(), formdata=None), key=str(uuid4()))


@pages.post("/occurrences/<uuid:occurrence_id>/come")
@requires("drop_in.count")
def count(occurrence_id: UUID) -> ResponseReturnValue:
    """One more; nothing says who."""
    actor, db = current_actor(), house().db
    form = SeatForm(i18n.language())
    key = request.form.get("idempotency_key", "")[:100] or None
    if not form.validate_on_submit():
        return show("come.html", entry=calendar.occurrence(db, actor, occurrence_id), form=form, key=key), 422
    made = commands.count_me_in(db, actor, form.wish(occurrence_id, lang=i18n.language()), key=key)
    return redirect(url_for("seats.coming", registration_id=made), 303)


@pages.get("/coming/<uuid:registration_id>")
@requires("drop_in.see")
def coming(registration_id: UUID) -> str:
    """For who holds the address: it names nobody."""
    seat = views.drop_in(house().db, current_actor(), registration_id)
    return _receipt(seat, url_for("seats.leave", registration_id=registration_id))


@pages.post("/coming/<uuid:registration_id>/cancel")
@requires("drop_in.cancel")
def leave(registration_id: UUID) -> ResponseReturnValue:
    form = CancelForm()
    commands.leave_drop_in(house().db, current_actor(), registration_id, expected_version(form))
    return redirect(url_for("seats.coming", registration_id=registration_id), 303)


def _page(entry: calendar.Entry, form: SeatForm, said: Said | None = None) -> str:
    actor, db = current_actor(), house().db
    full = entry.is_full
    named = views.may_be_named(db, actor, entry.organiser) if said is None else said.may_be_named
    return show(
        "register.html",
        entry=entry,
        form=form,
        said=said.words if said else None,
        card=_card(entry.organiser_name) if named is not False else None,
        alternatives=calendar.alternatives(db, actor, entry) if full else [],
    )


def _asked_in() -> str:
    here = i18n.language()
    return here if here in house().settings.akkoord_languages else i18n.DUTCH


def _card(organiser: str) -> Card:
    lang = _asked_in()
    with i18n.force_locale(lang):
        return Card(
            lang,
            i18n.direction(lang),
            _(
                "%(organiser)s mag weten hoe je heet en welke taal je spreekt.",
                organiser=organiser or _("De organisator"),
            ),
            _("Ja, dat mag"),
            _("Nee, liever niet"),
        )


def _said(refused: Exception) -> Said:
    if isinstance(refused, Full):
        return Said(409, _("Net volzet. Kijk of een andere dag past."))
    if isinstance(refused, NotKnownYet):
        return Said(
            503, _("Even geduld. We zijn nog bezig met jouw gegevens. Wat je koos, staat er nog. Probeer opnieuw.")
        )
    if isinstance(refused, FileErased):
        return Said(409, _("Jouw gegevens zijn gewist. Je kan wel komen zonder naam."), may_be_named=False)
    words = _("Jouw school en deze organisator hebben nog geen afspraak. Je kan wel komen zonder naam.")
    return Said(409, words, may_be_named=False)


def _receipt(seat: views.Seat, cancel_url: str) -> str:
    return show(
        "receipt.html",
        seat=seat,
        entry=calendar.occurrence(house().db, current_actor(), seat.occurrence_id),
        language_asked=i18n.name_of(seat.interpreter) if seat.interpreter else None,
        cancel_url=cancel_url,
    )
