"""One database per service and pytest worker, made from a template that is migrated once per run."""

import fcntl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

from deploy import roles
from deploy.migrate import migrate

_PASSWORDS: Mapping[str, str] = dict.fromkeys(roles.ROLES, "brug-test")
# What a migration writes itself is put back after each test; the rest must be empty again.
_KEEP_SEED = """
DO $$
DECLARE place record; filled boolean;
BEGIN
  CREATE SCHEMA brug_seed;
  FOR place IN SELECT schemaname, tablename FROM pg_tables
    WHERE schemaname IN ('public', 'seen') AND tablename <> 'alembic_version' LOOP
    EXECUTE format('SELECT EXISTS (SELECT 1 FROM %I.%I)', place.schemaname, place.tablename) INTO filled;
    IF filled THEN
      EXECUTE format('CREATE TABLE brug_seed.%I AS TABLE %I.%I', place.schemaname || '.' || place.tablename,
        place.schemaname, place.tablename);
    END IF;
  END LOOP;
END $$
"""
_TABLES = """
SELECT schemaname, tablename, EXISTS (
    SELECT 1 FROM pg_tables AS seed
    WHERE seed.schemaname = 'brug_seed' AND seed.tablename = t.schemaname || '.' || t.tablename)
FROM pg_tables AS t WHERE schemaname IN ('public', 'seen') AND tablename <> 'alembic_version'
ORDER BY schemaname, tablename
"""


class Databases:
    """The databases of one pytest worker."""

    def __init__(self, superuser: str, folder: Path, worker: str) -> None:
        self._superuser, self._folder, self._worker = superuser, folder, worker
        self._run = folder.name.rpartition("-")[2].lower()
        self._owners: dict[str, psycopg.Connection[Any]] = {}
        self._tables: dict[str, list[tuple[str, str, bool]]] = {}

    def dsn(self, service: str, role: str) -> str:
        """The address for one role of the service; makes its database at the first call."""
        self.owner(service)
        return self._address(f"brug_{self._run}_{service}_{self._worker}", f"{service}_{role}", _PASSWORDS[role])

    def owner(self, service: str) -> psycopg.Connection[Any]:
        """A superuser's connection in autocommit, for arranging and looking on; no policy holds it."""
        if service not in self._owners:
            self._make(service)
            database = f"brug_{self._run}_{service}_{self._worker}"
            conn = psycopg.connect(self._address(database), autocommit=True)
            conn.execute("SET lock_timeout = '10s'")
            self._owners[service] = conn
            self._tables[service] = conn.execute(_TABLES).fetchall()
        return self._owners[service]

    def clean(self) -> None:
        """Empty every database that this worker has used."""
        for service, conn in self._owners.items():
            _empty(conn, self._tables[service])

    def close(self) -> None:
        for service, conn in self._owners.items():
            conn.close()
            with psycopg.connect(self._superuser, autocommit=True) as superuser:
                name = sql.Identifier(f"brug_{self._run}_{service}_{self._worker}")
                superuser.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(name))
        self._owners.clear()

    def _make(self, service: str) -> None:
        template = f"brug_{self._run}_{service}_template"
        with one_at_a_time(self._folder / f"{service}.lock"):
            ready = self._folder / f"{service}.migrated"
            if not ready.exists():
                roles.prepare(self._superuser, service, _PASSWORDS, template)
                migrate(service, self._address(template, f"{service}_migrate", _PASSWORDS["migrate"]))
                with psycopg.connect(self._address(template), autocommit=True) as conn:
                    conn.execute(_KEEP_SEED)
                ready.touch()
            with psycopg.connect(self._superuser, autocommit=True) as conn:
                roles.make_database(conn, f"brug_{self._run}_{service}_{self._worker}", service, template)

    def _address(self, database: str, user: str = "", password: str = "") -> str:
        parts: dict[str, Any] = conninfo_to_dict(self._superuser)
        who = {"user": user, "password": password} if user else {}
        # As an address, for alembic wants one; a folder of sockets goes into the query.
        told = {"host": "127.0.0.1", "port": 5432, "password": ""} | parts | who
        place = f"{told['host']}:{told['port']}"
        if str(told["host"]).startswith("/"):
            return f"postgresql://{told['user']}:{told['password']}@/{database}?host={told['host']}&port={told['port']}"
        return f"postgresql://{told['user']}:{told['password']}@{place}/{database}"


def _empty(conn: psycopg.Connection[Any], tables: list[tuple[str, str, bool]]) -> None:
    questions = [
        sql.SQL("SELECT {}::text, {}::text WHERE EXISTS (SELECT 1 FROM {})").format(
            sql.Literal(schema), sql.Literal(table), sql.Identifier(schema, table)
        )
        for schema, table, _ in tables
    ]
    filled = conn.execute(sql.SQL(" UNION ALL ").join(questions)).fetchall()
    if not filled:
        return
    with conn.transaction():
        names = sql.SQL(", ").join(sql.Identifier(schema, table) for schema, table in filled)
        conn.execute(sql.SQL("TRUNCATE {} RESTART IDENTITY CASCADE").format(names))
        conn.execute("SET LOCAL session_replication_role = replica")
        for schema, table in [(schema, table) for schema, table, seeded in tables if seeded]:
            conn.execute(
                sql.SQL("INSERT INTO {} OVERRIDING SYSTEM VALUE TABLE {}").format(
                    sql.Identifier(schema, table), sql.Identifier("brug_seed", f"{schema}.{table}")
                )
            )


@contextmanager
def one_at_a_time(path: Path) -> Iterator[None]:
    """Let one process of this run through."""
    with path.open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
