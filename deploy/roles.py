"""Roles and databases of the services: who may connect where. Safe to run again."""

from collections.abc import Mapping, Sequence

import psycopg
from psycopg import sql

ROLES = ("migrate", "web", "worker")


def prepare(superuser_dsn: str, service: str, passwords: Mapping[str, str], database: str = "") -> None:
    """Make `<service>_migrate|web|worker` and a database that only they reach, owned by the migrating role."""
    with psycopg.connect(superuser_dsn, autocommit=True) as conn:
        for role in ROLES:
            make_role(conn, f"{service}_{role}", passwords[role])
        make_database(conn, database or service, service)


def prepare_one(superuser_dsn: str, name: str, password: str) -> None:
    """Make a role and a database of its own, both of this name: for a program that brings its own tables."""
    with psycopg.connect(superuser_dsn, autocommit=True) as conn:
        make_role(conn, name, password)
        _make_owned(conn, name, owner=name)
        _open_to(conn, name, (name,))


def make_role(conn: psycopg.Connection, name: str, password: str) -> None:
    """A role that signs in, and that row-level security holds."""
    known = conn.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", (name,)).fetchone()
    verb = sql.SQL("ALTER ROLE" if known else "CREATE ROLE")
    conn.execute(
        sql.SQL("{} {} LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE NOINHERIT PASSWORD {}").format(
            verb, sql.Identifier(name), sql.Literal(password)
        )
    )


def make_database(conn: psycopg.Connection, database: str, service: str, template: str = "template0") -> None:
    """A database for one service; nobody else may even connect to it."""
    _make_owned(conn, database, owner=f"{service}_migrate", template=template)
    _open_to(conn, database, [f"{service}_{role}" for role in ROLES])


def _make_owned(conn: psycopg.Connection, database: str, owner: str, template: str = "template0") -> None:
    if not conn.execute("SELECT 1 FROM pg_database WHERE datname = %s", (database,)).fetchone():
        conn.execute(
            sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE {}").format(
                sql.Identifier(database), sql.Identifier(owner), sql.Identifier(template)
            )
        )


def _open_to(conn: psycopg.Connection, database: str, members: Sequence[str]) -> None:
    name = sql.Identifier(database)
    conn.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(name))
    conn.execute(
        sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(name, sql.SQL(", ").join(map(sql.Identifier, members)))
    )
