"""What all pages of activities need: the header's organisation, and words for days and facts."""

from typing import Any
from uuid import UUID

from flask import render_template

from services.activities.views import calendar
from services.activities.web import words
from shared import clock
from shared.security import Actor, ActorKind
from shared.web import current_actor, house

ORGANISING = ("organiser", "school_staff")


def show(template: str, **values: Any) -> str:
    """A page of this service, for whoever asks."""
    actor = current_actor()
    names = own_names(actor) if actor.kind == ActorKind.STAFF else {}
    return render_template(
        f"activities/{template}",
        organisation_name=words.joined(sorted(names.values())),
        organises=bool(organisations_of(actor)),
        words=words,
        today=clock.today(),
        **values,
    )


def organisations_of(actor: Actor) -> list[UUID]:
    """The organisations that this staff member organises for."""
    return sorted({one.organisation_id for one in actor.memberships if one.role in ORGANISING})


def own_names(actor: Actor) -> dict[UUID, str]:
    """Names of the actor's organisations; the id while the name has not arrived."""
    return calendar.organisation_names(house().db, actor, actor.organisations)
