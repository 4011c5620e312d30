"""A person's own pages: home, stopping in two taps, who has looked."""

from contextlib import suppress
from datetime import date
from typing import NamedTuple
from uuid import UUID

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue

from services.intake import commands, views
from services.intake.domain.consent import AlreadyEnded
from services.intake.forms.signin import TokenForm
from services.intake.web.page import show_person
from shared import clock
from shared.permissions import demand
from shared.refusals import Malformed, NotThere
from shared.security import ActorKind
from shared.web import current_actor, house, polled, requires

pages = Blueprint("home", __name__)


@pages.get("/me")
@requires("home.see")
def me() -> str:
    """Looking at one's own data is not recorded."""
    return show_person("me.html", home=views.home.home(house().db, current_actor()))


@pages.get("/me/akkoorden")
@requires("home.see")
def akkoorden() -> str:
    """Every yes that was ever said: what for, how it was explained, how it ended."""
    with house().db.transaction(current_actor()) as conn:
        rows = views.consent.said_by(conn, current_actor().id)
    return show_person("akkoorden.html", rows=rows)


@pages.get("/me/akkoorden/<uuid:akkoord_id>/stop")
@requires("akkoord.stop")
def ask(akkoord_id: UUID) -> ResponseReturnValue:
    """The first tap was the one that led here; the second is the button."""
    row = _own(akkoord_id)
    if not row.is_live:
        return redirect(url_for("home.stopped", akkoord_id=akkoord_id), 303)
    return show_person("stop.html", row=row, form=TokenForm())


@pages.post("/me/akkoorden/<uuid:akkoord_id>/stop")
@requires("akkoord.stop")
def stop(akkoord_id: UUID) -> ResponseReturnValue:
    if not TokenForm().validate_on_submit():
        raise Malformed("form")
    # Two phones, or two taps: it is stopped, which is what was asked.
    with suppress(AlreadyEnded):
        commands.stop_akkoord(house().db, current_actor(), akkoord_id)
    return redirect(url_for("home.stopped", akkoord_id=akkoord_id), 303)


@pages.get("/me/akkoorden/<uuid:akkoord_id>/stopped")
@requires("akkoord.stop")
def stopped(akkoord_id: UUID) -> str:
    """'Gestopt', with the tick of the receiving side once its access is closed."""
    return show_person("stopped.html", row=_own(akkoord_id))


@pages.get("/me/akkoorden/<uuid:akkoord_id>/acknowledged")
@requires("akkoord.stop")
def acknowledged(akkoord_id: UUID) -> ResponseReturnValue:
    """The part of that page that is fetched again and again."""
    return polled(show_person("stopped_live.html", row=_own(akkoord_id)))


@pages.get("/me/looks")
@requires("looks.see")
def looks() -> str:
    actor = current_actor()
    if actor.kind != ActorKind.PERSON:
        raise NotThere("looks")
    which = views.looks.Which(actor.id, family=True)
    lookers = views.looks.lookers(house().db, actor, which)
    chosen = next((one for one, _ in lookers if str(one) == request.args.get("organisation")), None)
    page = views.looks.looks(house().db, actor, which._replace(organisation=chosen), request.args.get("after"))
    return show_person("looks.html", page=page, days=_by_day(page.items, actor.id), lookers=lookers, chosen=chosen)


class Looked(NamedTuple):
    """One organisation that opened the same thing on one day, once or more; `about`: which children."""

    organisation: str
    function: str
    what: str
    ground: str
    about: list[str]
    hours: list[str]


def _by_day(rows: list[views.looks.LookRow], me: UUID) -> list[tuple[date, list[Looked]]]:
    """A talk opens several persons at once: that is one thing to read, not six."""
    days: dict[date, dict[tuple[str, ...], list[views.looks.LookRow]]] = {}
    for row in rows:
        same = (row.organisation, row.function, row.what, row.ground)
        days.setdefault(row.at.astimezone(clock.BRUSSELS).date(), {}).setdefault(same, []).append(row)
    return [(on, [_looked(same, found, me) for same, found in groups.items()]) for on, groups in days.items()]


def _looked(same: tuple[str, ...], rows: list[views.looks.LookRow], me: UUID) -> Looked:
    organisation, function, what, ground = same
    about = list(dict.fromkeys(row.about for row in rows if row.person_id != me))
    hours = list(dict.fromkeys(f"{row.at.astimezone(clock.BRUSSELS):%H:%M}" for row in reversed(rows)))
    return Looked(organisation, function, what, ground, about, hours)


def _own(akkoord_id: UUID) -> views.consent.AkkoordRow:
    """An akkoord of the person, or said by the person for a child. Raises NotThere."""
    actor, db = current_actor(), house().db
    with db.transaction(actor) as conn:
        row = views.consent.one(conn, akkoord_id)
    whose = actor.id if actor.id in row.said_yes_by else row.person_id
    demand(house().table, actor, "akkoord.stop", person=whose, owner=row.owner_organisation)
    return row
