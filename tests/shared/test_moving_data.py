"""A revision that moves rows finds them although row-level security holds the migrating role too."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from alembic import command
from alembic.config import Config
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from deploy import roles
from deploy.services import ROOT

_PASSWORD = "brug-test"
SCHOOL, AMAL, KARIM, CHILD = (UUID(int=number) for number in range(1, 5))


@pytest.fixture
def old_intake(server: str, worker_name: str) -> Iterator[tuple[psycopg.Connection[Any], Config]]:
    """An intake database at its first revision, as its superuser sees it, and the way to its newest."""
    name = f"brug_moving_{worker_name}_{uuid4().hex[:8]}"
    roles.prepare(server, "intake", dict.fromkeys(roles.ROLES, _PASSWORD), name)
    told = {"host": "127.0.0.1", "port": 5432} | conninfo_to_dict(server)
    config = Config()
    config.set_main_option("script_location", str(ROOT / "services" / "intake" / "migrations"))
    config.set_main_option("path_separator", "os")
    host = told["host"]
    place = f"/{name}?host={host}" if str(host).startswith("/") else f"{host}:{told['port']}/{name}"
    who = f"intake_migrate:{_PASSWORD}@"
    config.attributes["url"] = f"postgresql://{who}{place}"
    command.upgrade(config, "0001")
    with psycopg.connect(make_conninfo(server, dbname=name), autocommit=True) as conn:
        yield conn, config
    with psycopg.connect(server, autocommit=True) as superuser:
        superuser.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def test_old_words_get_a_teller_and_the_readers_of_that_house(
    old_intake: tuple[psycopg.Connection[Any], Config],
) -> None:
    conn, config = old_intake
    family, ask, opener = uuid4(), uuid4(), uuid4()
    conn.execute("INSERT INTO file VALUES (%s, %s, now(), now(), 1)", (family, SCHOOL))
    for place, (who, kind, homes, carers) in enumerate(
        [(AMAL, "caregiver", [1], []), (KARIM, "caregiver", [2], []), (CHILD, "child", [1, 2], [AMAL, KARIM])]
    ):
        conn.execute(
            "INSERT INTO person VALUES (%s, %s, %s, %s, 'A', '', '', 'unknown', '{}', '[]', '{}', NULL, NULL, '',"
            " %s, %s, %s)",
            (who, family, SCHOOL, kind, homes, carers, place),
        )
    conn.execute("INSERT INTO strength VALUES (%s, %s, 0, 'Ze zingt.', 'nl')", (family, SCHOOL))
    conn.execute("INSERT INTO ask VALUES (%s, %s, %s, %s, 0, 'Hulp', 'nl', 'education')", (ask, family, SCHOOL, CHILD))
    conn.execute(
        "INSERT INTO outbox (event_id, topic, key, body) VALUES (%s, 'intake.families', %s, %s)",
        (uuid4(), str(family), f'{{"actor_id": "{opener}"}}'),
    )
    command.upgrade(config, "head")
    assert conn.execute("SELECT told_by, readers FROM strength").fetchone() == (AMAL, [AMAL, CHILD])
    assert conn.execute("SELECT told_by, readers FROM ask").fetchone() == (AMAL, [AMAL, CHILD])
    assert conn.execute("SELECT responsible FROM file").fetchone() == (opener,)
    forced = conn.execute(
        "SELECT relname FROM pg_class WHERE relkind = 'r' AND relrowsecurity AND NOT relforcerowsecurity"
    )
    assert forced.fetchall() == []
