"""Thousands of requests that nobody thought of, as every role: no fault of ours, no answer but those described."""

from collections.abc import Callable, Iterator, Mapping
from copy import deepcopy
from importlib import import_module
from random import Random
from typing import Any

import psycopg
import pytest
import schemathesis
from flask import Flask
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from deploy.services import SERVICES
from shared.openid_client import Issuer
from shared.permissions import PermissionTable, action_of, may_at_all
from shared.security import Actor, ActorKind
from tests.builders.activities import Issuers
from tests.builders.worlds import ROLES, TOLD, VERSIONED, WORLDS, Parts, World
from tests.conftest import remember_memberships

pytestmark = pytest.mark.contract

SEED = 20260901
# Tries of one operation as one role: more where the table lets the role in.
LET_IN, KEPT_OUT = 16, 2
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]


class Played:
    """A service with data, its description, and how each role asks."""

    def __init__(
        self, app: Flask, world: World, bearer: Callable[[Actor], Mapping[str, str]], owner: psycopg.Connection[Any]
    ) -> None:
        self.app, self.world, self.bearer, self._owner = app, world, bearer, owner
        self.table: PermissionTable = app.extensions["brug"].table
        self.schema = schemathesis.openapi.from_wsgi(f"/{app.extensions['brug'].service}/api/openapi.json", app)

    def operations(self) -> Iterator[Any]:
        """What takes away comes last: there would be little left for the others."""
        found = [result.ok() for result in self.schema.get_all_operations() if isinstance(result, Ok)]
        assert len(found) == len(list(self.schema.get_all_operations()))
        yield from sorted(found, key=lambda one: one.method.lower() == "delete")

    def lets_in(self, operation: Any, role: str) -> bool:
        path, method = operation.path.replace("{", "<").replace("}", ">"), operation.method.upper()
        rule = next(
            one for one in self.app.url_map.iter_rules() if _plain(one.rule) == path and method in (one.methods or ())
        )
        action = action_of(self.app.view_functions[rule.endpoint])
        assert action
        return may_at_all(self.table, self.world.actors[role], action)

    def versions_of(self, named: Mapping[str, Any]) -> list[int]:
        """Of what a path names, as they are now."""
        query = next((VERSIONED[name] for name in VERSIONED if name in named), None)
        if query is None:
            return []
        found = self._owner.execute(query, {name: str(value).replace("\0", "") for name, value in named.items()})
        return [version for (version,) in found]

    def tries(self, operation: Any, role: str) -> int:
        return LET_IN if self.lets_in(operation, role) else KEPT_OUT


class Known:
    """Ids of things that exist for one request: mostly those that belong together."""

    def __init__(self, played: Played, chance: str) -> None:
        self.random = Random(chance)  # noqa: S311 - chance for tests, no secret
        self._played, self._ids, self._which = played, played.world.ids, self.random.randrange(12)

    def chosen(self) -> bool:
        return self.random.random() < 0.8

    def version(self, named: Mapping[str, Any]) -> int:
        """The right one, mostly."""
        found = self._played.versions_of(named) if self.chosen() else []
        return self.random.choice(found) if found else self.random.randint(0, 4)

    def put_into(self, sent: Any) -> Any:
        if isinstance(sent, list):
            return [self.put_into(one) for one in sent]
        if not isinstance(sent, dict):
            return sent
        return {name: self._instead_of(name, value) for name, value in sent.items()}

    def _instead_of(self, name: str, value: Any) -> Any:
        if name not in self._ids or isinstance(value, dict) or not self.chosen():
            return self.put_into(value)
        ids = self._ids[name]
        one = ids[self._which % len(ids)] if self.chosen() else self.random.choice(ids)
        return [one] if isinstance(value, list) else one


def _plain(rule: str) -> str:
    return rule.replace("<uuid:", "<")


@pytest.fixture(scope="module")
def apps() -> Iterator[dict[str, Any]]:
    known: dict[str, Any] = {}
    yield known
    for app, _ in known.values():
        app.extensions["brug"].db.close()


@pytest.fixture
def play(apps: dict[str, Any], db_of: Any, settings_of: Any, owner_of: Any) -> Callable[[str], Played]:
    def do(service: str) -> Played:
        own = settings_of(service).model_copy(update=TOLD.get(service, {}))
        if service not in apps:
            issuers = Issuers(own)
            app = import_module(f"services.{service}.app").create_app(own, transport=issuers.transport())
            # Intake makes its persons' tokens itself; here they come from beside it, as everywhere else.
            app.extensions["brug"].issuers[ActorKind.PERSON] = Issuer(
                ActorKind.PERSON, own.persons_issued_by, ("brug", ""), transport=issuers.transport()
            )
            app.testing = True
            apps[service] = (app, issuers)
        app, issuers = apps[service]
        world = WORLDS[service](Parts(db_of(service), db_of(service, "worker"), own))

        def bearer(actor: Actor) -> Mapping[str, str]:
            if actor.memberships:
                remember_memberships(owner_of(service), actor)
            found: Mapping[str, str] = issuers.bearer(actor)
            return found

        return Played(app, world, bearer, owner_of(service))

    return do


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("service", SERVICES)
def test_whatever_a_role_sends_is_answered_as_described(service: str, role: str, play: Callable[[str], Played]) -> None:
    played = play(service)
    headers = dict(played.bearer(played.world.actors[role]))
    for operation in played.operations():
        wanted = played.tries(operation, role)
        assert _try(played, operation, headers, wanted) >= wanted, operation.label


def test_there_are_five_thousand_tries_at_least(play: Callable[[str], Played]) -> None:
    """Each of the tests above makes at least as many as it means to."""
    every = list(map(play, SERVICES))
    tries = sum(played.tries(one, role) for played in every for one in played.operations() for role in ROLES)
    assert tries >= 5_000


def _try(played: Played, operation: Any, headers: dict[str, str], wanted: int) -> int:
    """Ask so often, always the same; how often it was. Half of what is sent fits the description, half does not."""
    counted = 0

    @seed(SEED)
    @settings(
        max_examples=wanted,
        database=None,
        derandomize=False,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=_cases(operation), chance=st.integers(0, 2**32))
    def ask(case: Any, chance: int) -> None:
        nonlocal counted
        counted += 1
        _make_real(case, Known(played, f"{operation.label} {counted}"))
        if case.headers and (headers or chance % 5):
            case.headers.pop("Authorization", None)
        answer = case.call(headers=headers)
        case.validate_response(answer, checks=CHECKS)

    ask()
    return counted


def _cases(operation: Any) -> st.SearchStrategy[Any]:
    """Of the description, against it, and its own example."""
    fits = operation.as_strategy(generation_mode=GenerationMode.POSITIVE)
    told: Mapping[str, Any] = operation.definition.raw.get("requestBody", {}).get("content", {})
    body = told.get("application/json", {}).get("example")
    kinds = [fits, operation.as_strategy(generation_mode=GenerationMode.NEGATIVE)]
    if body is not None:
        kinds += [fits.map(lambda case: _with_body(case, body))]
    return st.one_of(kinds)


def _with_body(case: Any, body: Any) -> Any:
    case.body = deepcopy(body)
    return case


def _make_real(case: Any, known: Known) -> None:
    """Put ids of things that exist where the request names one, mostly, and a version that may be the right one."""
    case.path_parameters, case.query = known.put_into(case.path_parameters), known.put_into(case.query)
    if isinstance(case.body, dict):
        case.body = known.put_into(case.body)
    for name in list(case.headers or {}):
        if name.lower() == "if-match" and known.chosen():
            case.headers[name] = f'"{known.version(case.path_parameters)}"'
