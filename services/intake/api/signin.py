"""/sign-in-codes and /looks of a person."""

from uuid import UUID

from flask import Blueprint

from services.intake import commands, views
from services.intake.api.shapes import (
    CodeShown,
    ListQuery,
    LookPage,
    LookQuery,
    LookShown,
    NamedLookPage,
    NamedLookShown,
)
from services.intake.api.spec import SPEC, answers
from services.intake.forms.signin import desk, paper_url
from shared.web import current_actor, house, requires

api = Blueprint("api_persons", __name__)


@api.post("/persons/<uuid:person_id>/sign-in-codes")
@requires("code.make")
@SPEC.validate(resp=answers(CodeShown, 201), tags=["persons"])
def make_code(person_id: UUID) -> tuple[CodeShown, int]:
    """A code for a person, shown once; it works once, and an older one ends."""
    paper = commands.make_code(house().db, current_actor(), person_id, desk())
    return CodeShown(code=paper.code, url=paper_url(paper), expires_at=paper.expires_at), 201


@api.get("/persons/<uuid:person_id>/looks")
@requires("looks.see")
@SPEC.validate(resp=answers(LookPage), tags=["persons"])
def list_looks(person_id: UUID, query: LookQuery) -> LookPage:
    """Who has looked at what is kept about this person, newest first (R18); with `family` also about the children."""
    which = views.looks.Which(person_id, family=query.family, organisation=query.organisation)
    page = views.looks.looks(house().db, current_actor(), which, query.after, query.limit)
    return LookPage(items=[LookShown.of(one) for one in page.items], next=page.next)


@api.get("/persons/<uuid:person_id>/looks/named")
@requires("looks.name")
@SPEC.validate(resp=answers(NamedLookPage), tags=["persons"])
def list_named_looks(person_id: UUID, query: ListQuery) -> NamedLookPage:
    """For the data protection officer: who looked at this person, by name where known. Asking is a look itself."""
    return _named(person_id, query)


@api.get("/files/<uuid:family_id>/looks/named")
@requires("looks.name")
@SPEC.validate(resp=answers(NamedLookPage), tags=["files"])
def list_named_looks_at_file(family_id: UUID, query: ListQuery) -> NamedLookPage:
    """The same about every person of one family."""
    return _named(family_id, query)


def _named(about: UUID, query: ListQuery) -> NamedLookPage:
    page = views.looks.named(house().db, current_actor(), about, query.after, query.limit)
    return NamedLookPage(items=[NamedLookShown.of(one) for one in page.items], next=page.next)
