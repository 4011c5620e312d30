"""A referral from the school's side: prepare, send, follow, take back; and whom to ask next."""

from datetime import date, datetime
from uuid import UUID

from flask import Blueprint, Response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from wtforms import Form as AnyForm

from services.referral import commands
from services.referral.domain import AFTER_YES, OVER, AlreadyReferred, Kind, Referral, Status
from services.referral.forms.referrals import (
    AnswerInformationForm,
    CloseForm,
    CompanionForm,
    DraftForm,
    VersionForm,
)
from services.referral.forms.teams import team_choices, team_of
from services.referral.forms.words import day_label, first_upper
from services.referral.views import directory, guests, tasks, teams
from services.referral.views import referrals as views
from services.referral.web import answers
from services.referral.web.page import age_label, fragment, show
from shared import clock, vocabulary
from shared.akkoord import Akkoord, AkkoordMissing
from shared.forms import expected_version
from shared.refusals import Invalid, Malformed
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
        return _again(akkoord_id, form)
    wish = commands.DraftWish(akkoord_id, form.reason.data, form.goes_along.data or "", team_id=team_of(form))
    try:
        made = commands.draft_referral(house().db, current_actor(), wish)
    except Invalid as refused:
        form.take(refused, {"team_id": "team"})
        return _again(akkoord_id, form)
    except AlreadyReferred as already:
        return redirect(url_for("referrals.see", referral_id=UUID(str(already)), done="known"), 303)
    return redirect(url_for("referrals.see", referral_id=made), 303)


@pages.get("/referrals/<uuid:referral_id>")
@requires("referral.read")
def see(referral_id: UUID) -> str:
    """Each side has its own page of one referral; opening it is a look."""
    if views.is_owner(house().db, current_actor(), referral_id):
        return owners_page(referral_id)
    return answers.receivers_page(referral_id)


@pages.post("/referrals/<uuid:referral_id>/send")
@requires("referral.send")
def send(referral_id: UUID) -> ResponseReturnValue:
    commands.send_referral(house().db, current_actor(), _target(referral_id), house().settings.terms)
    return redirect(url_for("referrals.see", referral_id=referral_id, done="sent"), 303)


@pages.post("/referrals/<uuid:referral_id>/companion")
@requires("referral.name_companion")
def companion(referral_id: UUID) -> ResponseReturnValue:
    """Somebody of the school goes along, or nobody yet."""
    form = CompanionForm()
    if not form.validate_on_submit():
        return owners_page(referral_id, companion=form), 422
    target = commands.Target(referral_id, expected_version(form))
    commands.name_companion(house().db, current_actor(), target, form.goes_along.data or "")
    return redirect(url_for("referrals.see", referral_id=referral_id, done="named"), 303)


@pages.post("/referrals/<uuid:referral_id>/information")
@requires("referral.answer_information")
def information(referral_id: UUID) -> ResponseReturnValue:
    """A code, and the newer yes where the parent said one."""
    form = AnswerInformationForm()
    if not form.validate_on_submit():
        return owners_page(referral_id, information=form), 422
    target = commands.Target(referral_id, expected_version(form))
    newer = _akkoord_id(form.akkoord.data) if form.akkoord.data else None
    answer = commands.InformationAnswer(form.code.data, newer)
    commands.answer_information(house().db, current_actor(), target, answer, house().settings.terms)
    return redirect(url_for("referrals.see", referral_id=referral_id, done="answered"), 303)


def owners_page(referral_id: UUID, **filled: AnyForm) -> str:
    """The school's page, as far as it is told (R4). `filled`: a form that was sent and could not be used."""
    actor, db = current_actor(), house().db
    opened = views.open_as_owner(db, actor, referral_id)
    referral = opened.referral
    waits = tasks.of_referral(db, actor, referral_id)
    kinds = {one.kind for one in waits}
    looks_on = Kind.CHOOSE_ALTERNATIVE in kinds or referral.told in (Status.DECLINED, Status.EXPIRED)
    forms = {
        "companion": CompanionForm(formdata=None, data={"goes_along": referral.goes_along}),
        "information": AnswerInformationForm(formdata=None, data={"akkoord": opened.newer_yes}),
        "closing": CloseForm(formdata=None),
    }
    return show(
        "school_referral.html",
        opened=opened,
        referral=referral,
        told=referral.told,
        team_name=teams.name_of(db, actor, referral.named_team),
        waits=waits,
        must_talk=Kind.TALK_WITH_PARENT in kinds,
        late=is_late(referral),
        ahead=referral.meets_at is not None and referral.meets_at > clock.now(),
        moments=_moments(opened),
        by_mail=guests.by_mail(db, actor, referral_id, referral.to_organisation),
        others=directory.alternatives(db, actor, referral) if looks_on else [],
        **forms | filled,
    )


def _moments(opened: views.Opened) -> list[dict[str, str]]:
    """The steps of this referral, as far as the school is told of them."""
    one, told = opened.referral, opened.referral.told
    answer = {Status.DECLINED: "Niet gelukt"}.get(told, "Ja" if one.answered_at else "Antwoord")
    steps = [
        ("Klaargezet", None, told == Status.DRAFT, None),
        ("Verstuurd", one.sent_at, False, None),
        (f"Geopend door {opened.to_name}", one.seen_at, told == Status.SENT, one.seen_due),
        (answer, one.answered_at, told in (Status.SEEN, Status.NEEDS_INFORMATION), one.answer_due),
    ]
    if told in AFTER_YES or told == Status.CLOSED:
        met = one.told_met_at if told not in (Status.ACCEPTED, Status.MEETING_PLANNED) else None
        steps.append(("Eerste afspraak", met, told in (Status.ACCEPTED, Status.MEETING_PLANNED), None))
    if told in OVER and told != Status.DECLINED:
        steps.append((str(first_upper(vocabulary.label("referral_states", told))), one.ended_at, False, None))
    elif told in AFTER_YES:
        steps.append(("Rond", None, told in (Status.MEETING_HELD, Status.OUTCOME_REPORTED), None))
    return [_moment(*step) for step in steps if told not in OVER or step[1] or step[0] == "Klaargezet"]


def _moment(text: str, at: datetime | None, now: bool, due: date | None) -> dict[str, str]:
    if at:
        return {"text": text, "state": "done", "when": age_label(at)}
    if now:
        return {"text": text, "state": "now", "when": f"tegen {day_label(due)}" if due else ""}
    return {"text": text, "state": "done" if text == "Klaargezet" else "next", "when": ""}


def is_late(referral: Referral) -> bool:
    """Not seen, or not answered, within its term (R8)."""
    due = {Status.SENT: referral.seen_due, Status.SEEN: referral.answer_due}.get(referral.status)
    return due is not None and due < clock.today()


def _again(akkoord_id: UUID, form: DraftForm) -> ResponseReturnValue:
    """The same page, with what could not be used."""
    found = views.akkoord_to_refer(house().db, current_actor(), akkoord_id)
    if found is None:
        raise AkkoordMissing(str(akkoord_id))
    return _new_page(found, form), 422


def _new_page(found: Akkoord, form: DraftForm) -> str:
    with house().db.transaction(current_actor()) as conn:
        receiver = directory.names_of(conn, [found.receiver_organisation])
    named = teams.names(house().db, current_actor(), found.receiver_organisation)
    form.team.choices = team_choices((one.id, one.name) for one in named)
    live = found.status == "granted" and found.expires_on >= clock.today()
    return show("new.html", form=form, akkoord=found, live=live, receiver=receiver.get(found.receiver_organisation, ""))


def _target(referral_id: UUID) -> commands.Target:
    return commands.Target(referral_id, expected_version(VersionForm()))


def _akkoord_id(given: str) -> UUID:
    try:
        return UUID(given)
    except ValueError as error:
        raise Malformed("akkoord") from error
