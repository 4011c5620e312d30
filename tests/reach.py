"""Everything that one person of a family can reach in a service: every route that the table opens to persons, with
every id that the service's database knows, page, file and API alike. A route that comes later is walked too."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from io import BytesIO
from itertools import product
from typing import Any, NamedTuple
from uuid import UUID

import psycopg
from flask import Flask
from flask.testing import FlaskClient
from pypdf import PdfReader
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from shared import paper, permissions
from shared.permissions import PermissionTable
from shared.security import Actor

# What the addresses of today's routes have beside ids. A route with another word in it says here what it can be.
WORDS: Mapping[str, tuple[str, ...]] = {
    "token": ("x",),
    "language": ("ar",),
    "section": ("strengths", "wishes", "education", "social_network", "finances", "leisure", "contact", "own"),
}
# What a route's own links ask beside, by the end of its address.
QUERIES: Mapping[str, tuple[str, ...]] = {"/looks": ("family=true",)}


class Reader(NamedTuple):
    """How one person goes through a service: by browser, and with a program's token."""

    app: Flask
    table: PermissionTable
    actor: Actor
    enter: Callable[[FlaskClient, Actor], FlaskClient]
    bearer: Callable[[Actor], Mapping[str, str]]
    words: Mapping[str, tuple[str, ...]] = {}


class Answer(NamedTuple):
    """What came back: the words of an answer and its headers, since a file has its name in one."""

    route: str
    status: int
    text: str

    def tells(self, marks: Iterable[str]) -> list[str]:
        return [one for one in marks if one.casefold() in self.text.casefold()]


def ids_in(owner: psycopg.Connection[Any]) -> tuple[UUID, ...]:
    """Every id that a service's database holds; looked up, not guessed, so that none is missed."""
    columns = owner.execute(
        "SELECT table_schema, table_name, column_name FROM information_schema.columns"
        " WHERE data_type = 'uuid' AND table_schema IN ('public', 'seen')"
        " AND table_name NOT IN ('outbox', 'inbox', 'look', 'handled')"
    ).fetchall()
    found: set[UUID] = set()
    for schema, table, column in columns:
        rows = owner.execute(f'SELECT DISTINCT "{column}" FROM "{schema}"."{table}"').fetchall()
        found |= {row[0] for row in rows if row[0] is not None}
    return tuple(sorted(found))


def all_answers(reader: Reader, ids: tuple[UUID, ...], *, sends: bool = False) -> Iterator[Answer]:
    """Everything that is read; with `sends` then everything that is sent, since a form that is refused shows its page
    again, and an answer to a change shows what was changed."""
    browser = reader.enter(reader.app.test_client(), reader.actor)
    for method in ("GET", "POST", "PUT") if sends else ("GET",):
        for rule in _rules(reader, method):
            asked = [query for end, some in QUERIES.items() if rule.rule.endswith(end) for query in some]
            for path, query in product(_paths(rule, reader.words, ids), ("", *asked)):
                yield _ask(reader, browser, method, rule, f"{path}?{query}".rstrip("?"))


def leaks(reader: Reader, ids: tuple[UUID, ...], marks: Iterable[str], *, sends: bool = False) -> list[str]:
    """Where any of these marks shows, each route once."""
    told = [(one.route, marked) for one in all_answers(reader, ids, sends=sends) if (marked := one.tells(marks))]
    return sorted({f"{route}: {', '.join(marked)}" for route, marked in told})


def _rules(reader: Reader, method: str) -> Iterator[Rule]:
    table = reader.table | permissions.HOUSE
    for rule in reader.app.url_map.iter_rules():
        action = permissions.action_of(reader.app.view_functions[rule.endpoint])
        if method not in (rule.methods or ()) or action is None or rule.endpoint.startswith(("sign_in", "openid")):
            continue
        # Leaving here would show the next page to nobody.
        if permissions.may_at_all(table, reader.actor, action) and "exit" not in action:
            yield rule


def _paths(rule: Rule, more: Mapping[str, tuple[str, ...]], ids: tuple[UUID, ...]) -> Iterator[str]:
    names = sorted(rule.arguments)
    values: list[tuple[Any, ...]] = []
    for name in names:
        known = ids if name.endswith("_id") else (*more.get(name, ()), *WORDS.get(name, ()))
        assert known, f"{rule.rule}: say in WORDS what {name} can be, so that R22 is kept there too"
        values.append(known)
    # A second id belongs to the first: all pairs would be thousands, and a route that knows the first refuses them.
    pairs = product(*values) if sum(name.endswith("_id") for name in names) < 2 else zip(*values, strict=False)
    for chosen in pairs:
        built = rule.build(dict(zip(names, chosen, strict=True)))
        assert built
        yield built[1]


def _ask(reader: Reader, browser: FlaskClient, method: str, rule: Rule, path: str) -> Answer:
    if "/api/" in rule.rule:
        headers = {**reader.bearer(reader.actor), "If-Match": '"1"'}
        body: dict[str, Any] = {} if method == "GET" else {"json": {}}
        given = reader.app.test_client().open(path, method=method, headers=headers, **body)
    else:
        given = browser.open(path, method=method)
    return Answer(f"{method} {rule.rule}", given.status_code, _words(given))


def _words(given: TestResponse) -> str:
    headers = "\n".join(f"{name}: {value}" for name, value in given.headers if name != "Location")
    told = _on_paper(given.data) if given.mimetype == paper.MEDIA_TYPE else given.get_data(as_text=True)
    return f"{headers}\n{told}"


def _on_paper(content: bytes) -> str:
    """What a reader of the paper reads, and its title; a word that goes on in the next line is one word."""
    reader = PdfReader(BytesIO(content))
    lines = "\n".join([str(reader.metadata), *(page.extract_text() for page in reader.pages)])
    return " ".join(re.sub("[-\u00ad\u2010]\n", "", lines).split())
