"""How a person gets in: a code typed or a QR; and the paper that staff print."""

from io import BytesIO
from uuid import UUID

import segno
from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue

from services.intake import commands, views
from services.intake.domain.family import Kind
from services.intake.domain.signin import CodeWrong, TooManyTries
from services.intake.forms.signin import CodeForm, TokenForm, desk, paper_url
from services.intake.forms.words import REFUSALS
from services.intake.web.page import show, show_person
from shared.i18n import OFFERED, direction, force_locale
from shared.i18n import gettext as _
from shared.sign_in import remember, safe_next
from shared.web import current_actor, house, requires

pages = Blueprint("signin", __name__)


@pages.get("/code")
@requires("code.use")
def ask() -> str:
    form = CodeForm(formdata=None, data={"next": request.args.get("next", "")})
    return show_person("code.html", form=form)


@pages.post("/code")
@requires("code.use")
def enter() -> ResponseReturnValue:
    form = CodeForm()
    if not form.validate_on_submit():
        return show_person("code.html", form=form), 422
    try:
        entered = commands.enter_with_code(house().db, form.code.data, _client(), desk())
    except (CodeWrong, TooManyTries) as refusal:
        status, words = REFUSALS[type(refusal)]
        form.code.errors = [words]
        return show_person("code.html", form=form), status
    return _in(entered, form.next.data)


@pages.get("/code/<token>")
@requires("code.use")
def ask_whether(token: str) -> str:
    """A preview of the link opens this page and no more: only the button uses the token."""
    return show_person("token.html", form=TokenForm(), token=token)


@pages.post("/code/<token>")
@requires("code.use")
def enter_by_token(token: str) -> ResponseReturnValue:
    form = TokenForm()
    if not form.validate_on_submit():
        return show_person("token.html", form=form, token=token), 422
    try:
        entered = commands.enter_with_token(house().db, token[:200], _client(), desk())
    except (CodeWrong, TooManyTries) as refusal:
        status, words = REFUSALS[type(refusal)]
        again = CodeForm(formdata=None)
        again.code.errors = [words]
        return show_person("code.html", form=again), status
    return _in(entered, "")


@pages.get("/persons/<uuid:person_id>/sign-in-code")
@requires("code.make")
def offer(person_id: UUID) -> str:
    """Says what making one does; a code is made by the button, so that a reload makes none."""
    with house().db.transaction(current_actor()) as conn:
        found = views.files.person(conn, person_id)
        family_id = views.files.family_of(conn, person_id)
        flags = views.files.flags(conn, family_id)
    values = {"person": found, "is_child": found.kind == Kind.CHILD, "flags": flags}
    return show("code_offer.html", family_id=family_id, form=TokenForm(), **values)


@pages.post("/persons/<uuid:person_id>/sign-in-code")
@requires("code.make")
def paper(person_id: UUID) -> ResponseReturnValue:
    """The paper, shown this once: the code is kept nowhere."""
    form = TokenForm()
    if not form.validate_on_submit():
        return redirect(url_for("signin.offer", person_id=person_id), 303)
    actor, db = current_actor(), house().db
    made = commands.make_code(db, actor, person_id, desk())
    with db.transaction(actor) as conn:
        found = views.files.person(conn, person_id)
        family_id = views.files.family_of(conn, person_id)
        flags = views.files.flags(conn, family_id)
    tongue = next((tag for tag in found.speaks if tag in OFFERED), "nl")
    url = paper_url(made)
    return show(
        "code_paper.html",
        paper=made,
        person=found,
        family_id=family_id,
        flags=flags,
        qr=_qr(url),
        address=f"{house().shared_settings.public_url.rstrip('/')}/intake/code",
        tongue=tongue,
        way=direction(tongue),
        said=_paper_words(tongue, quiet=made.quiet),
    )


def _paper_words(tongue: str, *, quiet: bool) -> dict[str, str]:
    """The paper is in the person's language, the page around it in Dutch; a quiet one has a title that says little."""
    with force_locale(tongue):
        return {
            "title": _("Jouw code") if quiet else _("Kijk zelf, met je eigen code"),
            "scan": _("Richt de camera van je telefoon op dit vierkant."),
            "type": _("Of ga naar dit adres en typ de code:"),
            "once": _("De code werkt één keer, tot morgen op dit uur. Toon dit papier aan niemand.")
            if quiet
            else _("De code werkt één keer, tot veertien dagen na vandaag. Toon dit papier aan niemand."),
        }


def _in(entered: commands.Entered, wanted: str) -> ResponseReturnValue:
    # The service's own front is the school's list, which is nothing for a person.
    there = safe_next(wanted)
    home = url_for("home.me") if there == url_for("files.index") else there
    return remember(redirect(home, 303), entered.session)


def _client() -> str:
    return request.remote_addr or "unknown"


def _qr(url: str) -> str:
    """Inline, because nothing of the paper may be fetched or kept."""
    drawing = BytesIO()
    how = {"xmldecl": False, "svgclass": "qr", "lineclass": None, "omitsize": True}
    segno.make(url, error="m").save(drawing, kind="svg", **how)
    return drawing.getvalue().decode()
