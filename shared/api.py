"""The JSON API's manners: strict bodies, versions, idempotency keys, how it may answer. Deaf to cookies."""

import re
from collections.abc import Mapping
from typing import Annotated, Any

from flask import Response, current_app, request
from pydantic import BaseModel, ConfigDict, NaiveDatetime, ValidationError, WithJsonSchema, model_validator
from pydantic_core import PydanticCustomError
from spectree import Response as Described
from spectree import SecurityScheme, SpecTree
from spectree.models import SecureType, SecuritySchemeData
from spectree.plugins.flask_plugin import FlaskPlugin
from werkzeug.exceptions import BadRequest, UnsupportedMediaType

from shared.i18n import lazy_gettext as _l
from shared.invalid import refusal_of, words_for
from shared.paging import MOST, Page, after, cursor_of, page_of
from shared.refusals import Invalid, Malformed, PreconditionMissing, Stale

__all__ = [
    "MOST",
    "Answers",
    "Body",
    "Description",
    "LocalTime",
    "Page",
    "Problem",
    "after",
    "answers",
    "cursor_of",
    "etag",
    "expected_version",
    "idempotency_key",
    "page_of",
    "spec_for",
    "versioned",
]

# As people say it, of a zone that is told beside it: RFC 3339's `date-time` always has an offset.
LocalTime = Annotated[
    NaiveDatetime,
    WithJsonSchema({"type": "string", "pattern": r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(:[0-9]{2})?$"}),
]
_KEY = re.compile(r"[\x21-\x7e]{1,200}")
# A gateway that compresses an answer writes so into its ETag: `"3-gzip"`.
_ETAG = re.compile(r'(?:W/)?"(\d{1,9})(?:-[a-z]{2,8})?"')
_TOO_LONG = 20_000  # characters in one text, whatever its field allows


class Body(BaseModel):
    """Base of what comes in, bodies and queries: nothing unknown, no text that the database cannot keep."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    @model_validator(mode="before")
    @classmethod
    def _storable(cls, given: Any) -> Any:
        _refuse_unstorable(given)
        return given


class FieldProblem(BaseModel):
    field: str
    code: str
    message: str


class Problem(BaseModel):
    """RFC 9457."""

    type: str
    title: str
    status: int
    trace: str = ""
    errors: list[FieldProblem] | None = None


_REFUSED = ("HTTP_400", "HTTP_401", "HTTP_403", "HTTP_404", "HTTP_409", "HTTP_422", "HTTP_503")
_CHANGED = ("HTTP_412", "HTTP_428")


class Answers(Described):
    """How a route answers; `keyed`: it knows an `Idempotency-Key`, `kind`: the media type of what is not JSON."""

    keyed: bool = False
    kind: str = ""


def answers(
    shape: type | None, status: int = 200, *, changes: bool = False, keyed: bool = False, kind: str = ""
) -> Answers:
    """The answer of a route and how it may refuse; `changes`: it wants `If-Match`."""
    refused = dict.fromkeys(_REFUSED + (_CHANGED if changes else ()), Problem)
    made = Answers(**{f"HTTP_{status}": shape} | refused)
    made.keyed, made.kind = keyed, kind
    return made


class Description(SpecTree):
    """The description of one API; `words` are what its examples say (see shared/examples.py)."""

    words: Mapping[str, Any] = {}

    def _add_model(self, model: Any, mode: Any = "validation") -> str:
        """A shape that both goes in and comes out has one name, and nothing may be asked for that may be left out."""
        return super()._add_model(model, "validation")


def spec_for(service: str, title: str = "", words: Mapping[str, Any] | None = None) -> Description:
    """The description at `/<service>/api/openapi.json`; use its `validate` below `requires`."""
    made = Description(
        backend=_Plugin,
        before=_refuse,
        after=_fail,
        validation_error_model=Problem,
        naming_strategy=_component,
        nested_naming_strategy=lambda _, child: _clean(child),
        title=title or f"Brug: {service}",
        version="1",
        path=f"{service}/api",
        openapi_version="3.1.0",
        security_schemes=[
            SecurityScheme(
                name="bearer",
                data=SecuritySchemeData(
                    type=SecureType.HTTP,
                    scheme="bearer",
                    bearer_format="JWT",
                    description=(
                        f"An access token. One of staff, or of a program, needs the scope `{service}.read` to read and"
                        f" `{service}.write` to change; a token of a family's own person needs none."
                    ),
                ),
            )
        ],
        security={"bearer": []},
    )
    made.words = words or {}
    return made


def expected_version() -> int:
    """The version that the caller saw and means to change: 428 without `If-Match`, 412 for what is no version."""
    given = request.headers.get("If-Match", "").strip()
    if not given or given == "*":
        raise PreconditionMissing
    found = _ETAG.fullmatch(given)
    if not found:
        raise Stale(given[:20])
    return int(found[1])


def etag(version: int) -> str:
    return f'"{version}"'


def versioned(shown: BaseModel, version: int, status: int = 200) -> Response:
    """A thing with its version as ETag, to be sent back as `If-Match`."""
    response = Response(shown.model_dump_json(), status, mimetype="application/json")
    response.headers["ETag"] = etag(version)
    return response


def idempotency_key() -> str | None:
    """The caller's `Idempotency-Key`, if there is one; any visible ASCII up to 200 characters."""
    given = request.headers.get("Idempotency-Key")
    if given is None:
        return None
    if not _KEY.fullmatch(given):
        raise Invalid({"Idempotency-Key": _l("Gebruik hoogstens 200 gewone tekens.")})
    return given


class _Plugin(FlaskPlugin):
    """spectree for Flask, told to read strictly and to describe only this API."""

    def find_routes(self) -> Any:
        prefix = f"/{self.config.path}/v1/"
        return [rule for rule in current_app.url_map.iter_rules() if str(rule).startswith(prefix)]

    def request_validation(self, request: Any, query: Any, json: Any, form: Any, headers: Any, cookies: Any) -> None:
        if json:
            _refuse_unreadable(request)
        super().request_validation(request, query, json, form, headers, cookies)  # type: ignore[no-untyped-call]


def _refuse_unreadable(request: Any) -> None:
    """spectree would take whatever is no object, and is false besides, for an empty one."""
    try:
        body = request.get_json()
    except UnsupportedMediaType:
        raise
    except (BadRequest, RecursionError) as error:
        raise Malformed("not JSON") from error
    if not body and body != {}:
        raise Invalid({"body": words_for("model_type")}, {"body": "model_type"})


def _refuse(request: object, response: object, error: Exception | None, *_: object) -> None:
    """Before spectree answers with its own list of errors, which repeats what was sent."""
    if isinstance(error, ValidationError):
        raise refusal_of(error)


def _fail(request: object, response: object, error: Exception | None, *_: object) -> None:
    """An answer that breaks our own description is our fault, and must not be shown with what was in it."""
    if isinstance(error, ValidationError):
        places = [(found["loc"], found["type"]) for found in error.errors(include_input=False)]
        raise TypeError(f"the answer does not fit its description: {places}") from None


def _refuse_unstorable(given: Any) -> None:
    if isinstance(given, str):
        # PostgreSQL keeps neither a null character nor half of a surrogate pair.
        if "\x00" in given or any("\ud800" <= char <= "\udfff" for char in given) or len(given) > _TOO_LONG:
            raise PydanticCustomError("text", "cannot be stored")
    elif isinstance(given, dict):
        for name, value in given.items():
            _refuse_unstorable(name)
            _refuse_unstorable(value)
    elif isinstance(given, list):
        for value in given:
            _refuse_unstorable(value)


def _component(model: Any) -> str:
    return _clean(getattr(model, "__name__", "List"))


def _clean(name: str) -> str:
    return re.sub(r"[^A-Za-z0-9_.-]+", "_", name).strip("_")
