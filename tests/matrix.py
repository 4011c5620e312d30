"""Route x role x relation: every route of a service, tried by everyone who could try it."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple
from uuid import UUID, uuid4

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from shared import permissions
from shared.permissions import PermissionTable
from shared.security import ANYONE, Actor, ActorKind, Membership

ROLES = ("school_staff", "partner_worker", "organiser", "helper", "coordinator", "dpo", "responsible")
REFUSED = {302, 401, 403, 404, 410}
_CHANGES = {"POST", "PUT", "PATCH", "DELETE"}


class Things(NamedTuple):
    """One thing of each kind that routes name, all of one owner, one receiver and one person.

    `values` holds the value of each URL parameter by endpoint, then by name; `only` says, for endpoints whose
    thing has no owner, receiver or person, which of the three count. `bodies` and `versions` hold by endpoint what
    a change sends, so that no request is refused for its form before its relation counts.
    """

    owner: UUID
    receiver: UUID
    person: UUID
    values: Mapping[str, Mapping[str, Any]]
    only: Mapping[str, frozenset[str]] = {}
    bodies: Mapping[str, Mapping[str, Any]] = {}
    versions: Mapping[str, int] = {}


class Cell(NamedTuple):
    rule: Rule
    method: str
    role: str
    relation: str
    actor: Actor

    def __str__(self) -> str:
        return f"{self.method} {self.rule.rule} as {self.role} ({self.relation})"


class Try(NamedTuple):
    """How a service's test plays the matrix."""

    app: Flask
    table: PermissionTable
    arrange: Callable[[], Things]
    enter: Callable[[FlaskClient, Actor], FlaskClient]
    bearer: Callable[[Actor], Mapping[str, str]]
    skip: frozenset[str] = frozenset()


def rules(app: Flask, skip: frozenset[str]) -> Iterator[tuple[Rule, str]]:
    for rule in app.url_map.iter_rules():
        if rule.endpoint.endswith("static") or rule.endpoint in skip:
            continue
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            yield rule, method


def actors(things: Things) -> Iterator[tuple[str, str, Actor]]:
    places = {"owner": things.owner, "receiver": things.receiver, "member": uuid4()}
    for role in ROLES:
        for relation, organisation in places.items():
            yield role, relation, Actor(uuid4(), ActorKind.STAFF, (Membership(organisation, role, role, "discretie"),))
    yield "person", "self", Actor(things.person, ActorKind.PERSON)
    yield "person", "any", Actor(uuid4(), ActorKind.PERSON)
    yield "anyone", "any", ANYONE


def play(trial: Try) -> list[str]:
    """Every cell whose answer is not what the table says; empty where all is well."""
    wrong: list[str] = []
    things = trial.arrange()
    people = list(actors(things))
    cells = [Cell(rule, method, *one) for rule, method in rules(trial.app, trial.skip) for one in people]
    allowed = [cell for cell in cells if _may(trial, cell, things)]
    for cell in cells:
        if cell not in allowed and (status := _request(trial, cell, things)) not in REFUSED:
            wrong.append(f"{cell}: {status}, should be refused")
    for cell in allowed:
        if cell.method in _CHANGES:
            things = trial.arrange()
        cell = cell._replace(actor=_same_place(cell, things))  # noqa: PLW2901 - the same role at the newest thing
        status = _request(trial, cell, things)
        if status in {401, 403, 500} or (status == 404 and cell.rule.arguments and cell.method == "GET"):
            wrong.append(f"{cell}: {status}, should be let in")
    return wrong


def _same_place(cell: Cell, things: Things) -> Actor:
    return next(actor for role, relation, actor in actors(things) if (role, relation) == (cell.role, cell.relation))


def _may(trial: Try, cell: Cell, things: Things) -> bool:
    action = permissions.action_of(trial.app.view_functions[cell.rule.endpoint])
    assert action, f"{cell.rule.endpoint} declares no permission"
    table = trial.table | permissions.HOUSE
    if not cell.rule.arguments:
        return permissions.may_at_all(table, cell.actor, action)
    counts = things.only.get(cell.rule.endpoint, frozenset({"owner", "receiver", "person"}))
    return permissions.may(
        table,
        cell.actor,
        action,
        owner=things.owner if "owner" in counts else None,
        receiver=things.receiver if "receiver" in counts else None,
        person=things.person if "person" in counts else None,
    )


def _request(trial: Try, cell: Cell, things: Things) -> int:
    client = trial.app.test_client()
    values = things.values.get(cell.rule.endpoint, {})
    path = cell.rule.build({name: values.get(name, uuid4()) for name in cell.rule.arguments})
    assert path
    is_api = "/api/" in cell.rule.rule
    headers: Mapping[str, str] = {}
    if cell.actor.kind != ActorKind.ANYONE:
        if is_api:
            headers = trial.bearer(cell.actor)
        else:
            client = trial.enter(client, cell.actor)
    body: dict[str, Any] = {}
    if cell.method in _CHANGES:
        body = {"json" if is_api else "data": dict(things.bodies.get(cell.rule.endpoint, {}))}
    if version := things.versions.get(cell.rule.endpoint):
        headers = {**headers, "If-Match": f'"{version}"'}
    answer = client.open(path[1], method=cell.method, headers=dict(headers), **body)
    if answer.status_code in {302, 303}:
        return 302 if "/sign-in" in answer.headers["Location"] else 303
    return answer.status_code
