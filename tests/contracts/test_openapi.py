"""What an API says of itself is enough to build on: every operation has words, examples and refusals."""

import re
from collections.abc import Callable, Iterator
from importlib import import_module
from typing import Any, get_type_hints

import jsonschema_rs
import pytest
from flask import Flask
from pydantic import BaseModel

from deploy.services import SERVICES
from shared.api import Body
from shared.description import document
from shared.examples import Examples, NoExample

AppOf = Callable[[str], Flask]
# Made twice these are one (a hall by its name, an invitation by its wish), or only the newest counts (a code), or both
# are meant (a person).
ALIKE = {
    "POST /activities/api/v1/halls",
    "POST /intake/api/v1/persons/{person_id}/sign-in-codes",
    "POST /referral/api/v1/organisations/{organisation_id}/invitations",
    "POST /referral/api/v1/plans/{plan_id}/persons",
}


@pytest.fixture(params=SERVICES)
def told(request: pytest.FixtureRequest, app_of: AppOf) -> dict[str, Any]:
    with app_of(request.param).app_context():
        return document(import_module(f"services.{request.param}.api").SPEC)


def operations(told: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for path, methods in told["paths"].items():
        for method, operation in methods.items():
            yield f"{method.upper()} {path}", operation


def media(told: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every body that goes in or out, by where it stands."""
    for name, operation in operations(told):
        bodies = {f"answer {status}": one for status, one in operation["responses"].items()}
        if "requestBody" in operation:
            bodies["request"] = operation["requestBody"]
        for place, body in bodies.items():
            for kind, one in body.get("content", {}).items():
                yield f"{name}: {place} {kind}", one


@pytest.mark.parametrize("service", SERVICES)
def test_every_route_of_an_api_is_described(service: str, app_of: AppOf) -> None:
    app, prefix = app_of(service), f"/{service}/api/v1/"
    with app.app_context():
        described = document(import_module(f"services.{service}.api").SPEC)["paths"]
    told = {(path, method.upper()) for path, methods in described.items() for method in methods}
    routes = {
        (re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule), method)
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith(prefix)
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    assert routes == told


def test_every_operation_says_in_words_what_it_does(told: dict[str, Any]) -> None:
    wordless = [
        name for name, one in operations(told) if not one["summary"] or "<" in one["summary"] or not one["tags"]
    ]
    assert wordless == []


def test_every_operation_has_a_name_of_its_own(told: dict[str, Any]) -> None:
    names = [one["operationId"] for _, one in operations(told)]
    assert sorted(names) == sorted(set(names))


def test_everything_that_goes_in_or_out_has_an_example_of_its_own_shape(told: dict[str, Any]) -> None:
    for place, body in media(told):
        assert "example" in body, f"{place} has no example: write its words in the service's api/examples.py"
        schema = body["schema"] | {"components": told["components"]}
        validator = jsonschema_rs.validator_for(schema, validate_formats=True)
        assert [f"{place}: {error.message}" for error in validator.iter_errors(body["example"])] == []


def test_every_operation_says_how_it_refuses_and_which_scope_it_needs(told: dict[str, Any]) -> None:
    for name, one in operations(told):
        refused = {status for status in one["responses"] if status >= "400"}
        assert {"401", "403", "404", "422"} <= refused, name
        assert one["security"], name
        if "428" in refused:
            assert "If-Match" in {parameter["name"] for parameter in one["parameters"]}, name


def test_every_parameter_of_a_path_has_an_example(told: dict[str, Any]) -> None:
    for name, one in operations(told):
        for parameter in one["parameters"]:
            assert parameter["in"] != "path" or "example" in parameter, f"{name}: {parameter['name']}"


@pytest.mark.parametrize("service", SERVICES)
def test_every_example_of_a_request_is_accepted_by_its_shape(service: str, app_of: AppOf) -> None:
    spec, app = import_module(f"services.{service}.api").SPEC, app_of(service)
    examples = Examples(spec.words)
    shapes = [shape for shape in _shapes(spec, app) if issubclass(shape, Body)]
    assert shapes
    for shape in shapes:
        assert shape.model_validate(examples.of(shape))


def test_a_field_that_nobody_gave_words_is_named() -> None:
    class Sign(BaseModel):
        colour: str

    with pytest.raises(NoExample, match=r"Sign\.colour"):
        Examples({}).of(Sign)


def test_an_example_of_a_request_holds_what_is_needed_and_what_was_given_words() -> None:
    class Wish(Body):
        words: str
        much: int = 3
        more: int = 4

    assert Examples({"Wish.words": "koffie", "much": 5}).of(Wish) == {"words": "koffie", "much": 5}


@pytest.mark.parametrize("service", SERVICES)
def test_an_idempotency_key_is_described_where_it_is_known(service: str, app_of: AppOf) -> None:
    """Where a route makes something, doing it twice can be prevented, or makes no second one."""
    with app_of(service).app_context():
        described = document(import_module(f"services.{service}.api").SPEC)
    for name, one in operations(described):
        keyed = "Idempotency-Key" in {parameter["name"] for parameter in one["parameters"]}
        assert keyed or "201" not in one["responses"] or name in ALIKE, name


@pytest.mark.parametrize("service", SERVICES)
def test_a_name_in_the_description_means_one_shape(service: str, app_of: AppOf) -> None:
    """Of two shapes with one name the description would tell only of the last."""
    spec, told = import_module(f"services.{service}.api").SPEC, dict[str, Any]()
    for shape in _shapes(spec, app_of(service)):
        schema = shape.model_json_schema(ref_template="#/components/schemas/{model}")
        for name, one in ({shape.__name__: schema} | schema.pop("$defs", {})).items():
            assert told.setdefault(name, one) == one, name


def _shapes(spec: Any, app: Flask) -> Iterator[type[BaseModel]]:
    for name, view in app.view_functions.items():
        if name.startswith("api_"):
            hints, known = get_type_hints(view), spec.get_function_metadata(view)
            yield from (hints[one] for one in ("json", "query") if one in hints)
            yield from known.resp.models
