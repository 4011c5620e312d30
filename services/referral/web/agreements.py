"""What an organisation agreed with others (R1): what counts, what waits, a new one, and its end."""

from uuid import UUID

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue

from services.referral.commands import agreements as commands
from services.referral.domain.agreements import Parties
from services.referral.domain.invitations import RESPONSIBLE
from services.referral.domain.refusals import AlreadyProposed
from services.referral.forms.agreements import AgreementForm
from services.referral.forms.invitations import PlaceForm
from services.referral.forms.referrals import VersionForm
from services.referral.views import agreements as views
from services.referral.views import directory
from services.referral.web.page import show
from shared.forms import expected_version
from shared.paging import after
from shared.refusals import Invalid, NotThere
from shared.web import current_actor, house, requires

pages = Blueprint("agreements", __name__)


@pages.get("/agreements/")
@requires("agreement.list")
def index() -> str:
    actor, db = current_actor(), house().db
    return show(
        "agreements.html",
        mine=actor.organisations_as(RESPONSIBLE),
        own=actor.organisations,
        proposals=views.proposals(db, actor),
        agreements=views.agreements(db, actor),
    )


@pages.get("/agreements/new")
@requires("agreement.propose")
def find() -> str:
    """With whom."""
    form = PlaceForm(formdata=request.args)
    place = after(request.args.get("after"), str, UUID)
    words = (form.q.data or "")[:100]
    search = directory.Search(words=words, after=(place[0], place[1]) if place else None, limit=20)
    page = directory.organisations(house().db, current_actor(), search)
    return show("agreement_find.html", form=form, page=page, own=current_actor().organisations)


@pages.get("/agreements/new/<uuid:organisation_id>")
@requires("agreement.propose")
def write(organisation_id: UUID) -> str:
    return _form_page(organisation_id, AgreementForm(_own(), formdata=None))


@pages.post("/agreements/new/<uuid:organisation_id>")
@requires("agreement.propose")
def propose(organisation_id: UUID) -> ResponseReturnValue:
    form = AgreementForm(_own())
    if not form.validate_on_submit():
        return _form_page(organisation_id, form), 422
    parties = Parties(form.proposer.data, organisation_id)
    try:
        made = commands.propose_agreement(house().db, current_actor(), parties, form.terms)
    except AlreadyProposed:
        form.form_errors.append("Er wacht al een voorstel van jullie twee hiervoor. Kijk bij jullie overeenkomsten.")
        return _form_page(organisation_id, form), 409
    except Invalid as refused:
        form.take(refused, {"valid_until": "last_day", "fields": "fields_shared"})
        return _form_page(organisation_id, form), 422
    return redirect(url_for("agreements.see", agreement_id=made, done="proposed"), 303)


@pages.get("/agreements/<uuid:agreement_id>")
@requires("agreement.list")
def see(agreement_id: UUID) -> str:
    actor = current_actor()
    one = views.one(house().db, actor, agreement_id)
    return show("agreement.html", one=one, mine=actor.organisations_as(RESPONSIBLE))


@pages.post("/agreements/<uuid:agreement_id>/answer")
@requires("agreement.answer")
def answer(agreement_id: UUID) -> ResponseReturnValue:
    """By the other organisation: yes to exactly what stood on the page, or no."""
    said = request.form.get("answer", "")
    act = {"yes": commands.confirm_agreement, "no": commands.refuse_agreement}.get(said)
    if act is None:
        return redirect(url_for("agreements.see", agreement_id=agreement_id), 303)
    act(house().db, current_actor(), _target(agreement_id))
    done = "confirmed" if said == "yes" else "not_agreed"
    return redirect(url_for("agreements.see", agreement_id=agreement_id, done=done), 303)


@pages.post("/agreements/<uuid:agreement_id>/withdraw")
@requires("agreement.propose")
def withdraw(agreement_id: UUID) -> ResponseReturnValue:
    commands.withdraw_proposal(house().db, current_actor(), _target(agreement_id))
    return redirect(url_for("agreements.see", agreement_id=agreement_id, done="not_agreed"), 303)


@pages.post("/agreements/<uuid:agreement_id>/end")
@requires("agreement.end")
def end(agreement_id: UUID) -> ResponseReturnValue:
    """By either of the two."""
    commands.end_agreement(house().db, current_actor(), _target(agreement_id))
    return redirect(url_for("agreements.see", agreement_id=agreement_id, done="agreement_ended"), 303)


def _own() -> dict[UUID, str]:
    """The organisations that the actor may speak for."""
    actor = current_actor()
    names = directory.own_names(house().db, actor)
    return {one: names[one] for one in sorted(actor.organisations_as(RESPONSIBLE)) if one in names}


def _form_page(organisation_id: UUID, form: AgreementForm) -> str:
    with house().db.transaction(current_actor()) as conn:
        name = directory.names_of(conn, [organisation_id]).get(organisation_id)
    if name is None:
        raise NotThere(str(organisation_id))
    return show("agreement_new.html", organisation_id=organisation_id, other=name, form=form, own=_own())


def _target(agreement_id: UUID) -> commands.Target:
    return commands.Target(agreement_id, expected_version(VersionForm()))
