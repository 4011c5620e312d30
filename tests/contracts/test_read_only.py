"""A token that may only read changes nothing, on whatever route it knocks."""

from collections.abc import Iterator
from importlib import import_module
from typing import Any, NamedTuple
from uuid import uuid4

import pytest
from flask import Flask

from deploy.services import SERVICES
from shared.security import Actor, ActorKind, Membership
from tests.builders.activities import Issuers
from tests.builders.worlds import WORLDS, Parts, World
from tests.conftest import remember_memberships
from tests.matrix import ROLES

_CHANGES = {"POST", "PUT", "PATCH", "DELETE"}


class Program(NamedTuple):
    """A program that has every role at the organisations of its world, and a token for reading at all four services."""

    service: str
    app: Flask
    world: World
    headers: list[dict[str, str]]

    def routes(self, *, changing: bool) -> Iterator[tuple[str, str]]:
        """Method and path of every route of the API, with ids of things that exist."""
        for rule in self.app.url_map.iter_rules():
            if rule.rule.startswith(f"/{self.service}/api/v1/"):
                for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
                    if (method in _CHANGES) == changing:
                        yield from ((method, path) for path in self._paths(rule))

    def _paths(self, rule: Any) -> Iterator[str]:
        known = {name: self.world.ids.get(name, [str(uuid4())]) for name in rule.arguments}
        for number in range(max([len(ids) for ids in known.values()], default=1)):
            built = rule.build({name: ids[number % len(ids)] for name, ids in known.items()})
            yield built[1]


@pytest.fixture(params=SERVICES)
def program(request: pytest.FixtureRequest, settings_of: Any, db_of: Any, owner_of: Any) -> Iterator[Program]:
    service, own = request.param, settings_of(request.param)
    issuers = Issuers(own)
    app = import_module(f"services.{service}.app").create_app(own, transport=issuers.transport())
    world = WORLDS[service](Parts(db_of(service), db_of(service, "worker"), own))
    reading = " ".join(f"{one}.read" for one in SERVICES)
    headers = []
    for place in {one.memberships[0].organisation_id for one in world.actors.values() if one.memberships}:
        roles = tuple(Membership(place, role, role, "discretie") for role in ROLES)
        actor = Actor(uuid4(), ActorKind.STAFF, roles)
        remember_memberships(owner_of(service), actor)
        headers.append(issuers.bearer(actor, scope=reading))
    yield Program(service, app, world, headers)
    app.extensions["brug"].db.close()


def test_a_token_for_reading_changes_nothing_on_any_route(program: Program) -> None:
    tried = 0
    for method, path in program.routes(changing=True):
        for header in program.headers:
            answer = program.app.test_client().open(path, method=method, json={}, headers=header)
            told: Any = answer.json
            assert (answer.status_code, told["type"]) == (403, "urn:brug:problem:scope-missing"), (method, path)
            tried += 1
    assert tried


def test_what_a_token_for_reading_opens_leaves_everything_as_it_was(program: Program, owner_of: Any) -> None:
    """But for the look itself, which its person can read (R18)."""
    owner = owner_of(program.service)

    def written() -> Any:
        query = "SELECT count(*) FROM outbox WHERE topic NOT LIKE '%.trail'"
        return owner.execute(query).fetchone()

    before, opened = written(), 0
    for method, path in program.routes(changing=False):
        for header in program.headers:
            opened += program.app.test_client().open(path, method=method, headers=header).status_code == 200
        assert written() == before, path
    assert opened
