"""The OpenAPI document of a service: what spectree writes, with scopes, problems, headers, files and examples."""

from collections.abc import Iterator
from copy import deepcopy
from typing import Any, NamedTuple, get_type_hints

from flask import Blueprint, current_app
from flask.typing import ResponseReturnValue
from pydantic import BaseModel

from shared.api import Answers, Description, Problem
from shared.examples import Examples
from shared.permissions import DESCRIBE, declared

_PROBLEM = "application/problem+json"
_TRACE = "0af7651916cd43dd8448eb211c80319c"
# What each refusal looks like: the ending of its type, and its title.
_REFUSED = {
    400: ("malformed", "Deze vraag kunnen we niet lezen."),
    401: ("bad-token", "Dit toegangsbewijs is niet geldig (meer)."),
    403: ("scope-missing", "Dit toegangsbewijs is niet voor deze vraag gegeven."),
    404: ("not-there", "Dit bestaat niet, of het is niet voor jou."),
    409: ("refusal", "Dat kan nu niet."),
    410: ("over", "Dit is voorbij."),
    412: ("stale", "Iemand anders heeft dit intussen veranderd. Bekijk het opnieuw."),
    413: ("request-entity-too-large", "Dat is te groot."),
    415: ("unsupported-media-type", "Stuur dit als JSON."),
    422: ("invalid", "Kijk de aangeduide velden na."),
    428: ("precondition-missing", "Zeg erbij welke versie je verandert (If-Match)."),
    429: ("too-many-mails", "Vandaag gingen er al genoeg mails."),
    503: ("operational-error", "Brug is even niet bereikbaar. Probeer het straks opnieuw."),
}
_VERSION = {
    "name": "If-Match",
    "in": "header",
    "required": True,
    "description": "The ETag that you read: the version that you mean to change. Another one by now: 412; none: 428.",
    "schema": {"type": "string", "pattern": '^"[0-9]{1,9}(-[a-z]{2,8})?"$'},
    "example": '"1"',
}
_KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "Sent again with the same key it is not done again: the answer is the one of what was made then.",
    "schema": {"type": "string", "pattern": r"^[!-~]{1,200}$"},
    "example": "c0ffee00-0001",
}
_ETAG = {"description": "The version, to be sent back as `If-Match`.", "schema": {"type": "string"}}


class _Operation(NamedTuple):
    """One operation of the document, with the route that it describes."""

    method: str
    told: dict[str, Any]
    view: Any
    answers: Answers | None


def blueprint(spec: Description) -> Blueprint:
    """The blueprint that serves the document."""
    pages = Blueprint("openapi", __name__)

    def serve() -> ResponseReturnValue:
        return document(spec)

    pages.add_url_rule("/openapi.json", "document", declared(serve, DESCRIBE))
    return pages


def document(spec: Description) -> dict[str, Any]:
    """The whole description; inside an application, whose routes it tells of."""
    told: dict[str, Any] = deepcopy(spec.spec)
    service, examples = str(spec.config.path).partition("/")[0], Examples(spec.words)
    for operation in _operations(spec, told):
        _tell_scope(operation, service)
        _tell_headers(operation)
        _tell_refusals(operation)
        _tell_file(operation)
        _tell_examples(operation, examples)
    return told


def _operations(spec: Description, told: dict[str, Any]) -> Iterator[_Operation]:
    for rule in spec.backend.find_routes():
        path, _ = spec.backend.parse_path(rule, None)
        view = current_app.view_functions[rule.endpoint]
        known = spec.get_function_metadata(view)
        for method, operation in told["paths"].get(path, {}).items():
            if method.upper() in rule.methods:
                answers = known.resp if known else None
                yield _Operation(method, operation, view, answers if isinstance(answers, Answers) else None)


def _tell_scope(operation: _Operation, service: str) -> None:
    """Which scope it needs; OpenAPI 3.1 has a place for it beside any scheme."""
    scope = f"{service}.{'read' if operation.method == 'get' else 'write'}"
    operation.told["security"] = [{"bearer": [scope]}]


def _tell_headers(operation: _Operation) -> None:
    parameters = operation.told.setdefault("parameters", [])
    if "428" in operation.told["responses"]:
        parameters.append(dict(_VERSION))
    if operation.answers and operation.answers.keyed:
        parameters.append(dict(_KEY))
    for status, answer in operation.told["responses"].items():
        shape = _shape_of(operation, status)
        if status < "300" and shape and "version" in shape.model_fields:
            answer["headers"] = {"ETag": _ETAG}


def _tell_refusals(operation: _Operation) -> None:
    """Refusals have their own media type (RFC 9457), which spectree cannot say; each with what it looks like."""
    responses = operation.told["responses"]
    if "requestBody" in operation.told:
        problem = {"schema": {"$ref": f"#/components/schemas/{Problem.__name__}"}}
        responses |= {
            "413": {"description": "Too large", "content": {"application/json": dict(problem)}},
            "415": {"description": "Not JSON", "content": {"application/json": dict(problem)}},
        }
    for status, answer in responses.items():
        content = answer.get("content", {})
        if status >= "400" and "application/json" in content:
            content[_PROBLEM] = content.pop("application/json") | {"example": problem_example(int(status))}


def problem_example(status: int) -> dict[str, Any]:
    """What a refusal with this status looks like."""
    kind, title = _REFUSED[status]
    told: dict[str, Any] = {"type": f"urn:brug:problem:{kind}", "title": title, "status": status, "trace": _TRACE}
    if status == 422:
        told["errors"] = [{"field": "name", "code": "missing", "message": "Vul dit in."}]
    return told


def _tell_file(operation: _Operation) -> None:
    """An answer that is a file of its own kind."""
    if operation.answers and operation.answers.kind:
        kind = operation.answers.kind
        told = {"schema": {"type": "string"}, "example": _CALENDAR if kind.startswith("text/calendar") else ""}
        operation.told["responses"]["200"]["content"] = {kind: told}


def _tell_examples(operation: _Operation, examples: Examples) -> None:
    hints = get_type_hints(operation.view)
    for one in operation.told["parameters"]:
        query = hints.get("query") if one["in"] == "query" else None
        example = examples.of_parameter(query, one["name"], one.get("schema", {}))
        if "example" not in one and example is not None:
            one["example"] = example
    if "requestBody" in operation.told:
        body = hints["json"]
        operation.told["requestBody"]["content"]["application/json"]["example"] = examples.of(body)
    for status, answer in operation.told["responses"].items():
        shape = _shape_of(operation, status)
        if status < "300" and shape and "application/json" in answer.get("content", {}):
            answer["content"]["application/json"]["example"] = examples.of(shape)


def _shape_of(operation: _Operation, status: str) -> type[BaseModel] | None:
    return operation.answers.find_model(int(status)) if operation.answers else None


_CALENDAR = "\r\n".join(
    (
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Brug//NL",
        "BEGIN:VEVENT",
        "UID:5f0c6f0e-6c1c-4f43-9d5f-0d1d6f4a7e03",
        "DTSTAMP:20260901T080000Z",
        "DTSTART:20260903T080000Z",
        "SUMMARY:Afspraak",
        "END:VEVENT",
        "END:VCALENDAR",
        "",
    )
)
