"""A person's own page of referrals: who helps, when, whether it helped; stopping is one tap further."""

from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from services.referral import commands
from services.referral.forms.mine import FACES, HelpedForm
from services.referral.forms.referrals import VersionForm
from services.referral.views import mine as views
from services.referral.web import moments
from shared.forms import expected_version
from shared.i18n import gettext as _
from shared.web import current_actor, house, requires

pages = Blueprint("mine", __name__)


@pages.get("/me")
@requires("mine.see")
def see() -> str:
    """Looking at one's own data is not recorded."""
    return _page("mine.html", referrals=views.mine(house().db, current_actor()))


@pages.get("/me/<uuid:referral_id>/helped")
@requires("mine.open")
def ask(referral_id: UUID) -> str:
    """Three faces; then whether the school may know."""
    return _helped_page(referral_id)


@pages.post("/me/<uuid:referral_id>/helped")
@requires("referral.say_helped")
def helped(referral_id: UUID) -> ResponseReturnValue:
    form = HelpedForm()
    if not form.validate_on_submit():
        return _helped_page(referral_id), 422
    target = commands.Target(referral_id, expected_version(form))
    commands.say_helped(house().db, current_actor(), target, form.said)
    return redirect(url_for("mine.see", done="thanks"), 303)


@pages.get("/me/<uuid:referral_id>/stop")
@requires("mine.open")
def ask_stop(referral_id: UUID) -> ResponseReturnValue:
    """The first tap led here; the second is the button."""
    one = views.one(house().db, current_actor(), referral_id)
    if one.is_over:
        return redirect(url_for("mine.see"), 303)
    return _page("mine_stop.html", one=one, form=VersionForm(formdata=None, data={"version": str(one.version)}))


def _helped_page(referral_id: UUID) -> str:
    one = views.one(house().db, current_actor(), referral_id)
    face = request.values.get("face", "")
    return _page("mine_helped.html", one=one, face=face if face in FACES else "", faces=FACES)


def _page(template: str, **values: object) -> str:
    done = {
        "thanks": _("Dank je. Je mag dit altijd veranderen."),
        "cancelled": _("Die dag gaat niet door. Ze geven je een andere dag."),
        "ended": _("Gestopt. Zij kunnen niets meer van jou openen in Brug."),
    }.get(request.args.get("done", ""))
    return render_template(f"referral/{template}", done=done, moment=moments.moment, day=moments.day, **values)
