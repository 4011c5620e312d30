"""A corner of a service: the smallest that uses what all services share."""

from uuid import UUID, uuid4

from flask import Blueprint, Response, render_template_string, request
from flask.typing import ResponseReturnValue
from pydantic import BaseModel, Field
from spectree import Response as Described
from wtforms import StringField, TextAreaField

from shared import idempotency
from shared.api import Body, Page, expected_version, idempotency_key, page_of, spec_for, versioned
from shared.forms import NEEDED, FreeTextForm
from shared.paging import after
from shared.permissions import PermissionTable
from shared.refusals import Refusal, Stale
from shared.web import current_actor, house, polled, public_page, requires

TABLE: PermissionTable = frozenset(
    {
        ("school_staff", "owner", "note.write"),
        ("partner_worker", "receiver", "note.read"),
        ("person", "self", "own.see"),
        ("person", "self", "both.see"),
        ("school_staff", "any", "both.see"),
        ("anyone", "any", "welcome.see"),
    }
)


class TooLate(Refusal):
    """The corner's own refusal."""


REFUSALS: dict[type[Exception], tuple[int, str]] = {TooLate: (410, "Te laat.")}


class Note(Body):
    title: str = Field(min_length=1, max_length=40)
    of: UUID | None = None


class Noted(BaseModel):
    id: UUID
    title: str


class Query(Body):
    after: str | None = None
    limit: int = Field(default=2, ge=1, le=100)


class NoteForm(FreeTextForm):
    FREE_TEXTS = ("text",)
    title = StringField("Titel", validators=[NEEDED])
    text = TextAreaField("Tekst")


class Corner:
    """The blueprints, made anew for each application; `made` is what it wrote, `entered` which staff signed in."""

    def __init__(self, service: str) -> None:
        self.service = service
        self.made: list[str] = []
        self.entered: list[tuple[UUID, str]] = []
        self.spec = spec_for(service, words={"title": "Koffie"})

    def web(self) -> Blueprint:
        pages = Blueprint("web", __name__)

        @pages.get("/welcome")
        @requires("welcome.see")
        @public_page
        def welcome() -> str:
            return render_template_string(
                '{% extends "layout.html" %}{% block main %}{{ lang }} {{ dir }} {{ _("Aanmelden") }}{% endblock %}'
            )

        @pages.get("/own")
        @requires("own.see")
        def own() -> str:
            return str(current_actor().id)

        @pages.get("/both")
        @requires("both.see")
        def both() -> str:
            return ""

        @pages.get("/fragment")
        @requires("both.see")
        def fragment() -> Response:
            return polled(f"<p>{request.args.get('state')}</p>")

        @pages.get("/read")
        @requires("note.read")
        def read() -> str:
            return "read"

        @pages.get("/late")
        @requires("welcome.see")
        def late() -> str:
            raise TooLate

        @pages.get("/broken")
        @requires("welcome.see")
        def broken() -> str:
            raise ZeroDivisionError("secret of Amal")

        @pages.route("/notes", methods=["GET", "POST"])
        @requires("note.write")
        def notes() -> ResponseReturnValue:
            form = NoteForm()
            if form.validate_on_submit():
                self.made.append(form.title.data)
                return "", 201
            text = '{{ csrf_token() }}|{% for e in form.errors.values() %}{{ e|join(" ") }}{% endfor %}'
            return render_template_string(text, form=form), 200 if request.method == "GET" else 422

        return pages

    def api(self) -> Blueprint:
        pages = Blueprint("api", __name__)
        spec = self.spec

        @pages.post("/notes")
        @requires("note.write")
        @spec.validate(resp=Described(HTTP_201=Noted))
        def write(json: Note) -> tuple[Noted, int]:
            """Write a note."""
            key = idempotency_key()
            with house().db.transaction(current_actor()) as conn:
                made = idempotency.made_before(conn, key, "POST /notes")
                if made is None:
                    made = uuid4()
                    self.made.append(json.title)
                    idempotency.remember(conn, key, "POST /notes", made)
            return Noted(id=made, title=json.title), 201

        @pages.post("/other-notes")
        @requires("note.write")
        @spec.validate(resp=Described(HTTP_201=Noted))
        def write_other(json: Note) -> tuple[Noted, int]:
            """Write another kind of note."""
            with house().db.transaction(current_actor()) as conn:
                made = idempotency.made_before(conn, idempotency_key(), "POST /other-notes") or uuid4()
            return Noted(id=made, title=json.title), 201

        @pages.get("/read")
        @requires("note.read")
        @spec.validate(resp=Described(HTTP_200=Noted))
        def read() -> Noted:
            """Read what was received."""
            return Noted(id=uuid4(), title="t")

        @pages.patch("/notes/<uuid:note_id>")
        @requires("note.write")
        @spec.validate(resp=Described(HTTP_200=Noted))
        def change(note_id: UUID, json: Note) -> Response:
            """Change a note at its third version."""
            if expected_version() != 3:
                raise Stale
            return versioned(Noted(id=note_id, title=json.title), 4)

        @pages.get("/notes")
        @requires("note.write")
        @spec.validate(resp=Described(HTTP_200=Page[Noted]))
        def listed(query: Query) -> Page[Noted]:
            """Five notes, some at a time."""
            start = after(query.after, int)
            first = start[0] + 1 if start else 1
            rows = [Noted(id=UUID(int=one), title="t") for one in range(first, 6)][: query.limit + 1]
            return page_of(rows, query.limit, lambda row: (row.id.int,))

        return pages
