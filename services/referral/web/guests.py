"""How a receiver without an account comes in: the link of a mail, a code to the same mailbox, then one referral."""

from uuid import UUID

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue

from services.referral.commands import guests, steps
from services.referral.domain.guests import Contact, Link
from services.referral.domain.refusals import CodeWrong, TooManyCodes
from services.referral.forms.guests import AskForm, CodeForm, ContactForm
from services.referral.forms.referrals import VersionForm
from services.referral.views import guests as views
from services.referral.web.page import show
from shared import sessions
from shared.forms import expected_version
from shared.i18n import DUTCH, force_locale
from shared.security import ActorKind
from shared.sign_in import remember
from shared.web import current_actor, house, requires

pages = Blueprint("guests", __name__)

# What a guest did last; the referral itself may be closed to them by now.
_FAREWELLS = {
    "declined": "De school zoekt verder. Je ziet deze doorverwijzing niet meer.",
}


@pages.get("/guest/<token>")
@requires("guest.enter")
def follow(token: str) -> ResponseReturnValue:
    """Sends nothing by itself. Whoever is in already goes straight to the referral."""
    link = guests.follow_link(house().db, token, house().settings.desk)
    if _is_in(link):
        return redirect(url_for("referrals.see", referral_id=link.referral_id), 303)
    return _show("guest_link.html", token=token, form=AskForm(), place=views.name_behind(house().db, link))


@pages.post("/guest/<token>/code")
@requires("guest.enter")
def ask(token: str) -> ResponseReturnValue:
    form = AskForm()
    if not form.validate_on_submit():
        return redirect(url_for("guests.follow", token=token), 303)
    try:
        guests.ask_code(house().db, token, house().settings.desk)
    except TooManyCodes:
        return _code_page(token, CodeForm(formdata=None), too_many=True), 429
    return redirect(url_for("guests.type_code", token=token), 303)


@pages.get("/guest/<token>/code")
@requires("guest.enter")
def type_code(token: str) -> str:
    guests.follow_link(house().db, token, house().settings.desk)
    return _code_page(token, CodeForm(formdata=None))


@pages.post("/guest/<token>")
@requires("guest.enter")
def enter(token: str) -> ResponseReturnValue:
    form = CodeForm()
    if not form.validate_on_submit():
        return _code_page(token, form), 422
    try:
        before = sessions.cookie_of(request, house().settings, house().service)
        entered = guests.enter(house().db, token, str(form.code.data), house().settings.desk, before=before)
    except CodeWrong:
        form.code.errors = ["Deze code klopt niet, of ze werkt niet meer. Kijk na, of vraag een nieuwe."]
        return _code_page(token, form), 422
    there = url_for("referrals.see", referral_id=entered.referral_id)
    return remember(redirect(there, 303), entered.session)


@pages.get("/guest/done")
@requires("guest.enter")
def done() -> str:
    """After the last answer: nothing of it opens any more."""
    words = _FAREWELLS.get(request.args.get("did", ""), "Je kan deze pagina sluiten.")
    return _show("guest_done.html", words=words)


@pages.post("/referrals/<uuid:referral_id>/mail-again")
@requires("referral.mail_again")
def mail_again(referral_id: UUID) -> ResponseReturnValue:
    """By the school: the mail got lost, the link is too old, or the address came later."""
    target = steps.Target(referral_id, expected_version(VersionForm()))
    guests.mail_again(house().db, current_actor(), target)
    return redirect(url_for("referrals.see", referral_id=referral_id, done="mailed"), 303)


@pages.get("/contact/<uuid:organisation_id>")
@requires("contact.write")
def contact(organisation_id: UUID) -> str:
    place = views.place(house().db, current_actor(), organisation_id)
    known = place.contact or Contact(organisation_id, "")
    form = ContactForm(formdata=None, data={"email": known.email, "always": known.always})
    return show("contact.html", place=place, form=form)


@pages.post("/contact/<uuid:organisation_id>")
@requires("contact.write")
def write_contact(organisation_id: UUID) -> ResponseReturnValue:
    place = views.place(house().db, current_actor(), organisation_id)
    form = ContactForm()
    if not form.validate_on_submit():
        return show("contact.html", place=place, form=form), 422
    one = Contact(organisation_id, str(form.email.data or "").lower(), bool(form.always.data))
    guests.write_contact(house().db, current_actor(), one)
    return redirect(url_for("guests.contact", organisation_id=organisation_id, done="contact"), 303)


def _is_in(link: Link) -> bool:
    """Staff of the organisation, or a guest of this very link's referral."""
    actor = current_actor()
    if actor.kind == ActorKind.GUEST:
        return actor.only == link.referral_id
    return link.organisation_id in actor.organisations_as("partner_worker")


def _code_page(token: str, form: CodeForm, *, too_many: bool = False) -> str:
    return _show("guest_code.html", token=token, form=form, ask=AskForm(formdata=None), too_many=too_many)


def _show(template: str, **values: object) -> str:
    """In Dutch, as all pages for staff; `guest` takes the ways to the rest of Brug off the page."""
    with force_locale(DUTCH):
        return show(template, guest=True, **values)
