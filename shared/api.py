"""The JSON API's manners: its description, strict bodies, versions, idempotency keys. Deaf to cookies."""

import re
from typing import Any

from flask import Blueprint, Response, current_app, request
from flask.typing import ResponseReturnValue
from pydantic import BaseModel, ConfigDict, ValidationError, model_validator
from pydantic_core import PydanticCustomError
from spectree import SecurityScheme, SpecTree
from spectree.models import SecureType, SecuritySchemeData
from spectree.plugins.flask_plugin import FlaskPlugin
from werkzeug.exceptions import BadRequest, UnsupportedMediaType

from shared.i18n import lazy_gettext as _l
from shared.invalid import refusal_of
from shared.paging import MOST, Page, after, cursor_of, page_of
from shared.permissions import DESCRIBE, declared
from shared.refusals import Invalid, Malformed, PreconditionMissing, Stale

__all__ = [
    "MOST",
    "Body",
    "Page",
    "Problem",
    "after",
    "cursor_of",
    "description",
    "etag",
    "expected_version",
    "idempotency_key",
    "page_of",
    "spec_for",
    "versioned",
]

_KEY = re.compile(r"[\x21-\x7e]{1,200}")
_ETAG = re.compile(r'(?:W/)?"(\d{1,9})"')
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


def spec_for(service: str, title: str = "") -> SpecTree:
    """The description at `/<service>/api/openapi.json`; use its `validate` below `requires`."""
    return SpecTree(
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


def description(spec: SpecTree) -> Blueprint:
    """The blueprint that serves the OpenAPI document."""
    pages = Blueprint("openapi", __name__)

    def document() -> ResponseReturnValue:
        return _with_scopes(_with_problems(spec.spec), str(spec.config.path).partition("/")[0])

    pages.add_url_rule("/openapi.json", "document", declared(document, DESCRIBE))
    return pages


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
            try:
                request.get_json()
            except UnsupportedMediaType:
                raise
            except BadRequest as error:
                raise Malformed("not JSON") from error
        super().request_validation(request, query, json, form, headers, cookies)  # type: ignore[no-untyped-call]


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


def _with_problems(spec: dict[str, Any]) -> dict[str, Any]:
    """Refusals have their own media type (RFC 9457), which spectree cannot say."""
    for operations in spec["paths"].values():
        for operation in operations.values():
            for status, response in operation["responses"].items():
                content = response.get("content", {})
                if status >= "400" and "application/json" in content:
                    content["application/problem+json"] = content.pop("application/json")
    return spec


def _with_scopes(spec: dict[str, Any], service: str) -> dict[str, Any]:
    """Which scope each operation needs; OpenAPI 3.1 has a place for it beside any scheme."""
    for operations in spec["paths"].values():
        for method, operation in operations.items():
            operation["security"] = [{"bearer": [f"{service}.{'read' if method == 'get' else 'write'}"]}]
    return spec
