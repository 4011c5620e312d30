"""Breaking in: every route of every service, with the ids of another tenant, by everyone who has no business there.

Nothing here is written for one route: a route that is added is in it. What a stranger gets for somebody's real id must
be what a made-up id gets: the same status, body, headers and number of questions to the database.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from importlib import import_module
from typing import Any, NamedTuple
from uuid import UUID, uuid4

import psycopg
import pytest
from flask import Flask
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from deploy.services import SERVICES
from shared import clock, permissions
from shared.permissions import HOUSE, PermissionTable
from shared.security import ANYONE, Actor, ActorKind, Membership
from tests.api.test_intake_api import token_of
from tests.builders.activities import Issuers
from tests.builders.others import TENANTS, Tenant
from tests.conftest import remember_memberships
from tests.matrix import REFUSED, ROLES, rules

# Names in paths for which no tenant has anything yet, with the reason. The list may only shrink.
NOT_ARRANGED: Mapping[str, str] = {}
# Routes that name something and are for a whole role, whoever's it is, with the reason. The list may only shrink.
FOR_EVERYBODY: Mapping[str, str] = {
    "intake signin.ask_whether": "a code on paper: a wrong one says no more than a right one, and is slowed down",
    "intake signin.enter_by_token": "the same",
    "referral staff.see": "coordinators and officers invite everywhere, and the directory is public",
    "referral staff.invite": "the same",
    "referral staff.invited": "the same",
    "referral staff.end": "coordinators and officers keep the staff of all",
    "referral api_keeping.memberships": "the same",
    "referral api_keeping.invite": "the same",
    "referral api_keeping.end": "the same",
    "referral guests.contact": "coordinators and officers keep the mailboxes of all",
    "referral guests.write_contact": "the same",
    "referral api_keeping.contact": "the same",
    "referral api_keeping.put_contact": "the same",
    "activities week.activity": "the calendar is public",
    "activities seats.ask": "any parent may ask for a seat of what the public calendar shows",
    "activities seats.register": "the same",
    "activities seats.come": "anyone may come to what the public calendar shows",
    "activities seats.count": "the same",
    "activities api_activities.see": "the calendar is public",
    "activities api_registrations.register": "any parent may ask for a seat of what the public calendar shows",
}
# What such a route names is of the public directory: the other side of what one's own side does. It may only shrink.
NAMES_ANOTHER: Mapping[str, str] = {
    "referral agreements.write": "a responsible proposes to any organisation; for whom is asked of one's own alone",
    "referral agreements.propose": "the same",
}
# Whose relation the table does not know and a query keeps, so that a colleague may get in. The list may only shrink.
KEPT_BY_A_QUERY: Mapping[str, str] = {
    "referral organisations.answers": "a question belongs to who asked and who was asked",
    "referral api_capacity.answer": "the same",
}
# What a body may say of these, since saying it is the step itself. The list may only shrink.
DECIDED_BY_HAND: Mapping[str, list[str]] = {
    "network": ["post /network/api/v1/helpers role", "put /network/api/v1/helpers/{helper_id} role"],
    "referral": [
        "post /referral/api/v1/capacity-questions/{question_id}/answer state",
        "post /referral/api/v1/organisations/{organisation_id}/invitations role",
        "post /referral/api/v1/plans/{plan_id}/persons role",
    ],
}
_CHANGES = {"POST", "PUT", "PATCH", "DELETE"}
_ID = r"\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b"
_NEW_EACH_TIME = re.compile(_ID + r'|name="csrf_token"[^>]*>|\b[0-9a-f]{32}\b|"trace":"[^"]*"')
# What a request leaves behind whoever sends it: who is signed in, and what was tried.
_NOT_OF_TENANTS = {"session", "idempotency", "handled", "freshness", "alembic_version"}
# What an API takes under these names; elsewhere any word will do.
_WORDS = {"lang": "nl", "language": "ar", "languages": "ar", "explained_in": "nl", "phone": "0470 12 34 56"}
_WORDS |= {"role": "parent_ambassador", "interpreting": "professional_phone", "email": "collega@school.example"}
_WORDS |= {"url": "https://systeem.example/brug"}
# Every field that a form of a page has had, so that no attack stops at an empty form.
_FIELDS = {
    "version": "1",
    "code": "other",
    "id": str(UUID(int=7)),
    "number": "1",
    "keep": "both",
    "safety": "on",
    "email": "collega@school.example",
    "talk": "talked",
    "result": "talked",
    "days": "2",
    "kind": "question",
    "face": "helped",
    "tell": "no",
    "yes": "yes",
    "answer": "yes",
    "reason": "finances",
    "goes_along": "Jan",
    "contact": "Els",
    "place": "Kelder",
    "day": "2031-05-05",
    "hour": "10:00",
    "to": "adjusted",
    "choice": "wrong",
    "children": "0",
    "language": "ar",
    "interpreting": "professional_phone",
    "owner_organisation": str(UUID(int=7)),
    "status": "closed",
    "told": "closed",
}


class Ways(NamedTuple):
    """`enter` signs somebody in, once; `ask` sends a request of theirs, by cookie or by token as the route has it."""

    enter: Callable[[Actor], None]
    ask: Callable[..., TestResponse]


class Target(NamedTuple):
    """One service with a tenant in it, and the ways in."""

    app: Flask
    table: PermissionTable
    tenant: Tenant
    document: Mapping[str, Any]
    ways: Ways
    owner: psycopg.Connection[Any]


class Attack(NamedTuple):
    rule: Rule
    method: str
    actor: Actor
    who: str

    def __str__(self) -> str:
        return f"{self.method} {self.rule.rule} as {self.who}"


@pytest.fixture(scope="module")
def kept() -> Iterator[dict[str, Any]]:
    """One application and its issuers for each service."""
    made: dict[str, Any] = {}
    yield made
    for app, _ in made.values():
        app.extensions["brug"].db.close()


@pytest.fixture(params=SERVICES)
def target(  # noqa: PLR0917 - what pytest hands over
    request: pytest.FixtureRequest,
    kept: dict[str, Any],
    db_of: Any,
    settings_of: Any,
    owner_of: Any,
    sign_in: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> Target:
    service = request.param
    tenant = TENANTS[service](db_of(service), db_of(service, "worker"), settings_of(service))
    if service not in kept:
        issuers = Issuers(settings_of(service))
        create = import_module(f"services.{service}.app").create_app
        kept[service] = (create(settings_of(service), transport=issuers.transport()), issuers)
    app, issuers = kept[service]
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", value=False)
    ways: dict[UUID, tuple[Any, Mapping[str, str]]] = {}

    def bearer(actor: Actor) -> Mapping[str, str]:
        if actor.kind == ActorKind.PERSON and service == "intake":
            return {"Authorization": f"Bearer {token_of(sign_in(app.test_client(), actor))}"}
        if actor.kind == ActorKind.STAFF:
            remember_memberships(owner_of(service), actor)
        told: Mapping[str, str] = issuers.bearer(actor)
        return told

    def enter(actor: Actor) -> None:
        if actor.id not in ways:
            client = app.test_client()
            browser = client if actor.kind == ActorKind.ANYONE else sign_in(client, actor)
            ways[actor.id] = (browser, bearer(actor))
            browser.get(f"/{service}/")  # so that no later request is the first one of its session

    def ask(actor: Actor, rule: Rule, method: str, values: Mapping[str, Any], **more: Any) -> TestResponse:
        browser, header = ways[actor.id]
        built = rule.build(dict(values))
        assert built
        is_api = "/api/" in rule.rule
        headers = {**header, "If-Match": '"1"', "Idempotency-Key": str(uuid4())} if is_api else {}
        client = app.test_client() if is_api else browser
        answer: TestResponse = client.open(built[1], method=method, headers=headers, **more)
        return answer

    document = app.test_client().get(f"/{service}/api/openapi.json").get_json()
    table = import_module(f"services.{service}.permissions").TABLE | HOUSE
    return Target(app, table, tenant, document, Ways(enter, ask), owner_of(service))


@pytest.fixture
def questions(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many statements the database was asked, in its only item: what takes longer is told too."""
    counted = [0]
    execute = psycopg.Cursor.execute

    def counting(self: Any, *args: Any, **kwargs: Any) -> Any:
        counted[0] += 1
        return execute(self, *args, **kwargs)

    monkeypatch.setattr(psycopg.Cursor, "execute", counting)
    return counted


def strangers() -> list[tuple[str, Actor]]:
    """Somebody in each role, at an organisation that has nothing to do with it; a person of another family; anyone."""
    staff = [
        (f"{role} elsewhere", Actor(uuid4(), ActorKind.STAFF, (Membership(uuid4(), role, role, "discretie"),)))
        for role in ROLES
    ]
    return [*staff, ("another person", Actor(uuid4(), ActorKind.PERSON)), ("anyone", ANYONE)]


def insiders(tenant: Tenant) -> list[tuple[str, Actor]]:
    """Colleagues of the tenant and of its receiver, each in one role."""
    places = {"owner": tenant.owner, "receiver": tenant.receiver}
    return [
        (f"{role} at the {name}", Actor(uuid4(), ActorKind.STAFF, (Membership(place, role, role, "discretie"),)))
        for role in ROLES
        for name, place in places.items()
    ]


def action_of(target: Target, rule: Rule) -> str:
    action = permissions.action_of(target.app.view_functions[rule.endpoint])
    assert action, f"{rule.endpoint} declares no permission"
    return action


def is_open(target: Target, actor: Actor, rule: Rule) -> bool:
    """Whether the table lets everybody of this role do it, whatever it is about."""
    roles = {"anyone"} | actor.roles | ({"person"} if actor.kind == ActorKind.PERSON else set())
    return any((role, "any", action_of(target, rule)) in target.table for role in roles)


def name_of(target: Target, rule: Rule) -> str:
    """As the lists above call a route."""
    return f"{target.app.name.rpartition('.')[2]} {rule.endpoint}"


def is_for_everybody(target: Target, attack: Attack) -> bool:
    """The table opens it to the whole role; and where it names something, that is listed."""
    name = name_of(target, attack.rule)
    if name in NAMES_ANOTHER:
        return True
    if attack.rule.arguments and name not in FOR_EVERYBODY:
        return False
    return is_open(target, attack.actor, attack.rule)


def attacks(target: Target, people: list[tuple[str, Actor]]) -> Iterator[Attack]:
    """Every route that names something, by everyone who may do such a thing somewhere, but not here."""
    for _, actor in people:
        target.ways.enter(actor)
    for rule, method in rules(target.app, frozenset()):
        for who, actor in people:
            if permissions.may_at_all(target.table, actor, action_of(target, rule)):
                yield Attack(rule, method, actor, who)


def made_up(tenant: Tenant) -> Tenant:
    """The same names, with ids that nothing has."""
    alike = {one: uuid4() for one in {*tenant.ids.values(), tenant.person}}
    words = dict(tenant.words)
    for real, other in alike.items():
        words = {name: text.replace(str(real), str(other)) for name, text in words.items()}
    ids = {name: alike[one] for name, one in tenant.ids.items()}
    return Tenant(uuid4(), uuid4(), alike[tenant.person], ids, words)


def values_of(rule: Rule, tenant: Tenant) -> dict[str, Any]:
    known: dict[str, Any] = {"organisation_id": tenant.owner, **tenant.ids, **tenant.words}
    return {name: known.get(name, uuid4()) for name in rule.arguments}


def send(target: Target, attack: Attack, tenant: Tenant) -> TestResponse:
    more: dict[str, Any] = {}
    if attack.method in _CHANGES:
        body = body_of(target, attack, tenant)
        more = {"json": body} if "/api/" in attack.rule.rule else {"data": body}
    else:
        more = {"query_string": {name: str(one) for name, one in tenant.ids.items()}}
        if "/api/" in attack.rule.rule:
            more = {}
    return target.ways.ask(attack.actor, attack.rule, attack.method, values_of(attack.rule, tenant), **more)


def body_of(target: Target, attack: Attack, tenant: Tenant) -> dict[str, Any]:
    ids = {name: str(one) for name, one in tenant.ids.items()}
    if "/api/" not in attack.rule.rule:
        return _FIELDS | ids
    path = re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", attack.rule.rule)
    operation = target.document["paths"].get(path, {}).get(attack.method.lower(), {})
    content = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
    filled = Filled(target.document, ids, str(tenant.owner))
    found = filled.out(content.get("schema", {"type": "object"}))
    return found if isinstance(found, dict) else {}


class Filled(NamedTuple):
    """The smallest body that a schema takes, with the tenant's ids wherever it has place for one."""

    document: Mapping[str, Any]
    ids: Mapping[str, str]
    otherwise: str

    def out(self, schema: Mapping[str, Any], name: str = "") -> Any:
        schema = self.found(schema)
        if "const" in schema or "enum" in schema:
            return schema.get("const", next(iter(schema.get("enum", [None]))))
        kind = schema.get("type")
        if kind == "object" or "properties" in schema:
            needed = set(schema.get("required", ()))
            items = schema.get("properties", {}).items()
            return {key: self.out(one, key) for key, one in items if key in needed or self.is_id(one)}
        if kind == "array":
            return [self.out(schema["items"], name)] if schema.get("minItems") or self.is_id(schema["items"]) else []
        by_kind = {"integer": schema.get("minimum", 1), "number": 1, "boolean": True, "null": None}
        return by_kind[str(kind)] if kind in by_kind else self.text(schema, name)

    def text(self, schema: Mapping[str, Any], name: str) -> str:
        soon = clock.now() + timedelta(days=3)
        days = {"started_on": clock.today(), "ends_on": clock.today() + timedelta(days=60)}
        known = {
            "uuid": self.ids.get(name, self.otherwise),
            "date": str(days.get(name, soon.date())),
            "date-time": soon.isoformat(),
        }
        return known.get(str(schema.get("format")), _WORDS.get(name, "x" * max(1, int(schema.get("minLength", 1)))))

    def found(self, schema: Mapping[str, Any]) -> Mapping[str, Any]:
        """Past references, and past 'or null'."""
        if "$ref" in schema:
            return self.found(self.document["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]])
        for several in ("anyOf", "oneOf", "allOf"):
            if several in schema:
                return self.found(next(one for one in schema[several] if one.get("type") != "null"))
        return schema

    def is_id(self, schema: Mapping[str, Any]) -> bool:
        known = self.found(schema)
        return known.get("format") == "uuid" or (known.get("type") == "array" and self.is_id(known["items"]))


def told(answer: TestResponse) -> tuple[Any, ...]:
    """All that an answer says, with ids and what is new at each answer taken out."""
    text, place = _NEW_EACH_TIME.sub("", answer.text), _NEW_EACH_TIME.sub("", answer.headers.get("Location", ""))
    return answer.status_code, answer.content_type, "ETag" in answer.headers, place, text


def kept_of(target: Target) -> dict[str, str]:
    """Every row of every table that speaks of the tenant, as one sum for each table."""
    tables = target.owner.execute(
        "SELECT schemaname, tablename FROM pg_tables WHERE schemaname IN ('public', 'seen') ORDER BY 1, 2"
    ).fetchall()
    tenant = target.tenant
    mine = [f"%{one}%" for one in {*tenant.ids.values(), tenant.owner, tenant.receiver, tenant.person}]
    sums = {}
    for schema, table in tables:
        if table not in _NOT_OF_TENANTS:
            query = f"SELECT md5(coalesce(string_agg(t::text, '|' ORDER BY t::text), '')) FROM {schema}.{table} AS t"
            for (told_of,) in target.owner.execute(f"{query} WHERE t::text LIKE ANY (%s)", (mine,)):
                sums[f"{schema}.{table}"] = told_of
    return sums


def test_every_route_that_names_something_is_tried(target: Target) -> None:
    """A route that is added is in the attack, or stands in one of the lists with its reason."""
    tenant, service = target.tenant, target.app.name.rpartition(".")[2]
    known = {"organisation_id", "filename", *tenant.ids, *tenant.words}
    naming = [rule for rule, _ in rules(target.app, frozenset()) if rule.arguments]
    unknown = {f"{service} {name}" for rule in naming for name in rule.arguments - known}
    assert unknown == {one for one in NOT_ARRANGED if one.startswith(f"{service} ")}, (
        "add it to tests/builders/others.py"
    )
    people = [actor for _, actor in strangers()]
    for_everybody = {name_of(target, one) for one in naming if any(is_open(target, actor, one) for actor in people)}
    listed = {one for one in (*FOR_EVERYBODY, *KEPT_BY_A_QUERY, *NAMES_ANOTHER) if one.startswith(f"{service} ")}
    assert listed <= {name_of(target, rule) for rule in naming}, "a route that is gone leaves its list"
    assert {one for one in listed if one in FOR_EVERYBODY} <= for_everybody


def test_a_real_id_of_another_tenant_is_answered_as_one_that_nothing_has(target: Target, questions: list[int]) -> None:
    """R1, R24: no stranger sees, changes or guesses anything, by any route, in any role."""
    before, wrong, none_such = kept_of(target), [], made_up(target.tenant)
    for attack in attacks(target, strangers()):
        if is_for_everybody(target, attack):
            continue
        answers = []
        for tenant in (target.tenant, none_such):
            questions[0] = 0
            answers.append((*told(send(target, attack, tenant)), questions[0]))
        real, fake = answers
        if real != fake:
            wrong.append(f"{attack}: {real[:4]} {real[-1]}, and for a made-up id {fake[:4]} {fake[-1]}")
        elif attack.rule.arguments and real[0] not in REFUSED:
            wrong.append(f"{attack}: {real[0]}, should be refused")
    assert not wrong, "\n".join(wrong)
    changed = [table for table, rows in kept_of(target).items() if rows != before[table]]
    assert not changed, f"strangers wrote in {changed}"


def test_a_colleague_in_another_role_is_refused_whatever_the_table_refuses(target: Target) -> None:
    """Primero's open transitions: whoever may do it to some record may not do it to this one."""
    tenant, wrong = target.tenant, []
    parties = {"owner": tenant.owner, "receiver": tenant.receiver, "person": tenant.person}
    for attack in attacks(target, insiders(tenant)):
        allowed = permissions.may(target.table, attack.actor, action_of(target, attack.rule), **parties)
        if allowed or not attack.rule.arguments or name_of(target, attack.rule) in {*KEPT_BY_A_QUERY, *NAMES_ANOTHER}:
            continue
        status = send(target, attack, tenant).status_code
        if status not in REFUSED:
            wrong.append(f"{attack}: {status}, should be refused")
    assert not wrong, "\n".join(wrong)


def test_a_colleague_whose_membership_ended_can_do_nothing_though_session_and_token_live(target: Target) -> None:
    """Primero's revoked manager: what somebody may do is asked at each request, never of what they once got."""
    tenant, wrong = target.tenant, []
    held = tuple(
        Membership(place, role, role, "discretie") for place in (tenant.owner, tenant.receiver) for role in ROLES
    )
    manager = Actor(uuid4(), ActorKind.STAFF, held)
    target.ways.enter(manager)
    service = target.app.name.rpartition(".")[2]
    table = "membership" if service == "referral" else "seen.membership"
    target.owner.execute(f"UPDATE {table} SET valid_until = current_date WHERE staff_id = %s", (manager.id,))
    for rule, method in rules(target.app, frozenset()):
        action = action_of(target, rule)
        if any((role, "any", action) in target.table for role in ("anyone", "person")):
            continue
        status = send(target, Attack(rule, method, manager, "a revoked manager"), tenant).status_code
        if status not in REFUSED:
            wrong.append(f"{method} {rule.rule}: {status}")
    assert not wrong, "\n".join(wrong)


def test_no_body_has_room_for_what_only_the_house_decides(target: Target) -> None:
    """Mass assignment: whose it is, in which state, by whom; every body refuses what it does not name."""
    decided = {"owner_organisation", "status", "told", "version", "id", "sent_by", "done_by", "state", "role"}
    open_to_more, deciding = [], []
    for path, operations in target.document["paths"].items():
        for method, operation in operations.items():
            content = operation.get("requestBody", {}).get("content", {}) if isinstance(operation, dict) else {}
            for body in content.values():
                found = Filled(target.document, {}, "").found(body["schema"])
                if found.get("additionalProperties", True) is not False:
                    open_to_more.append(f"{method} {path}")
                deciding += [f"{method} {path} {one}" for one in decided & set(found.get("properties", {}))]
    assert not open_to_more
    assert sorted(deciding) == sorted(DECIDED_BY_HAND.get(target.app.name.rpartition(".")[2], []))


def test_no_token_and_a_token_of_elsewhere_open_nothing(target: Target) -> None:
    """R24: an API is deaf to cookies, and to a token that was not given for it."""
    forged = {"Authorization": "Bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0."}
    mira = Actor(uuid4(), ActorKind.STAFF, (Membership(target.tenant.owner, "school_staff", "x", "discretie"),))
    target.ways.enter(mira)
    wrong = []
    for rule, method in rules(target.app, frozenset()):
        if "/api/v1" not in rule.rule or is_open(target, ANYONE, rule):
            continue
        built = rule.build(values_of(rule, target.tenant))
        assert built
        for headers in ({}, forged, {"Authorization": "Basic bWlyYTptaXJh"}, {"Authorization": "Bearer "}):
            status = target.app.test_client().open(built[1], method=method, headers=headers).status_code
            if status != 401:
                wrong.append(f"{method} {rule.rule}: {status}")
    assert not wrong, "\n".join(wrong)
