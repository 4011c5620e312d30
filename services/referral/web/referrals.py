"""A referral from the school's side: prepare, send, follow, take back; and whom to ask next."""

from uuid import UUID

from flask import Blueprint, Response, redirect, request, url_for
from flask.typing import ResponseReturnValue

from services.referral import commands
from services.referral.domain import AlreadyReferred, Referral, Status
from services.referral.forms.referrals import CompanionForm, DraftForm, VersionForm
from services.referral.views import directory
from services.referral.views import referrals as views
from services.referral.web import answers
from services.referral.web.page import fragment, show
from shared import clock
from shared.akkoord import Akkoord, AkkoordMissing
from shared.forms import expected_version
from shared.refusals import Malformed
from shared.web import current_actor, house, polled, requires

pages = Blueprint("referrals", __name__)


@pages.get("/referrals/new")
@requires("referral.draft")
def new() -> str:
    """From a person's yes. Where that has not arrived yet, the page says so and looks again."""
    akkoord_id = _akkoord_id(request.args.get("akkoord", ""))
    found = views.akkoord_to_refer(house().db, current_actor(), akkoord_id)
    if found is None:
        return show("new_waits.html", akkoord_id=akkoord_id)
    return _new_page(found, DraftForm(formdata=None, data={"akkoord": str(akkoord_id)}))


@pages.get("/referrals/new/arrived")
@requires("referral.draft")
def arrived() -> Response:
    """Whether the yes is here: a link appears once it is."""
    akkoord_id = _akkoord_id(request.args.get("akkoord", ""))
    found = views.akkoord_to_refer(house().db, current_actor(), akkoord_id)
    return polled(fragment("new_arrived.html", akkoord_id=akkoord_id, is_here=found is not None))


@pages.post("/referrals/new")
@requires("referral.draft")
def draft() -> ResponseReturnValue:
    form = DraftForm()
    akkoord_id = _akkoord_id(str(form.akkoord.data))
    if not form.validate_on_submit():
        found = views.akkoord_to_refer(house().db, current_actor(), akkoord_id)
        if found is None:
            raise AkkoordMissing(str(akkoord_id))
        return _new_page(found, form), 422
    wish = commands.DraftWish(akkoord_id, form.reason.data, form.goes_along.data or "")
    try:
        made = commands.draft_referral(house().db, current_actor(), wish)
    except AlreadyReferred as already:
        return redirect(url_for("referrals.see", referral_id=UUID(str(already)), done="known"), 303)
    return redirect(url_for("referrals.see", referral_id=made), 303)


@pages.get("/referrals/<uuid:referral_id>")
@requires("referral.read")
def see(referral_id: UUID) -> str:
    """Each side has its own page of one referral; opening it is a look."""
    if views.is_owner(house().db, current_actor(), referral_id):
        return _owners_page(referral_id)
    return answers.receivers_page(referral_id)


@pages.post("/referrals/<uuid:referral_id>/send")
@requires("referral.send")
def send(referral_id: UUID) -> ResponseReturnValue:
    commands.send_referral(house().db, current_actor(), _target(referral_id), house().settings.terms)
    return redirect(url_for("referrals.see", referral_id=referral_id, done="sent"), 303)


@pages.post("/referrals/<uuid:referral_id>/recall")
@requires("referral.recall")
def recall(referral_id: UUID) -> ResponseReturnValue:
    commands.recall_referral(house().db, current_actor(), _target(referral_id))
    return redirect(url_for("referrals.see", referral_id=referral_id, done="recalled"), 303)


@pages.post("/referrals/<uuid:referral_id>/companion")
@requires("referral.name_companion")
def companion(referral_id: UUID) -> ResponseReturnValue:
    """Somebody of the school goes along, or nobody yet."""
    form = CompanionForm()
    if not form.validate_on_submit():
        return _owners_page(referral_id, form), 422
    target = commands.Target(referral_id, expected_version(form))
    commands.name_companion(house().db, current_actor(), target, form.goes_along.data or "")
    return redirect(url_for("referrals.see", referral_id=referral_id, done="named"), 303)


def _owners_page(referral_id: UUID, companion_form: CompanionForm | None = None) -> str:
    actor, db = current_actor(), house().db
    opened = views.open_as_owner(db, actor, referral_id)
    referral = opened.referral
    late = is_late(referral)
    others = directory.alternatives(db, actor, referral) if late or referral.status == Status.DECLINED else []
    return show(
        "school_referral.html",
        opened=opened,
        referral=referral,
        step=VersionForm(formdata=None, data={"version": str(referral.version)}),
        late=late,
        companion=companion_form or CompanionForm(formdata=None, data={"goes_along": referral.goes_along}),
        others=others,
    )


def is_late(referral: Referral) -> bool:
    """Not seen, or not answered, within its term: then the school gets alternatives (R8)."""
    due = {Status.SENT: referral.seen_due, Status.SEEN: referral.answer_due}.get(referral.status)
    return due is not None and due < clock.today()


def _new_page(found: Akkoord, form: DraftForm) -> str:
    with house().db.transaction(current_actor()) as conn:
        receiver = directory.names_of(conn, [found.receiver_organisation])
    live = found.status == "granted" and found.expires_on >= clock.today()
    return show("new.html", form=form, akkoord=found, live=live, receiver=receiver.get(found.receiver_organisation, ""))


def _target(referral_id: UUID) -> commands.Target:
    return commands.Target(referral_id, expected_version(VersionForm()))


def _akkoord_id(given: str) -> UUID:
    try:
        return UUID(given)
    except ValueError as error:
        raise Malformed("akkoord") from error
