"""The pool, and `transaction(actor)`: the only way to a connection."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Self
from uuid import UUID

import psycopg
from psycopg.conninfo import make_conninfo
from psycopg_pool import ConnectionPool
from pydantic import SecretStr

from shared.envelope import Envelope
from shared.keyring import Keyring
from shared.security import Actor, ActorKind, worker_of
from shared.settings import ServiceSettings

_NOBODY = UUID(int=0)


class UnsafeRole(Exception):
    """The pool's role sees past row-level security."""


class Connection(psycopg.Connection[tuple[Any, ...]]):
    """A connection that knows for whom it works, and what event made it work."""

    actor: Actor
    service: str
    keyring: Keyring | None
    cause: Envelope | None = None


class Database:
    """One service's database, under one of its roles."""

    def __init__(self, dsn: str, *, service: str, keyring: Keyring | None = None, max_size: int = 8) -> None:
        self.service = service
        self._keyring = keyring
        self._dsn = dsn
        self._pool: ConnectionPool[Connection] = ConnectionPool(
            dsn,
            connection_class=Connection,
            min_size=1,
            max_size=max_size,
            timeout=10,
            open=False,
            check=ConnectionPool.check_connection,
            configure=_refuse_unsafe_role,
            kwargs={"application_name": f"brug {service}"},
        )

    @classmethod
    def of(cls, service: str, settings: ServiceSettings) -> Self:
        """The database and the keys that the settings name."""
        keyring = Keyring(settings.sealing_private_key.get_secret_value(), settings.sealing_public_keys)
        return cls(with_password(settings.database_url, settings.database_password), service=service, keyring=keyring)

    def open(self) -> None:
        self._pool.open()

    def close(self) -> None:
        self._pool.close()

    def dedicated(self) -> Connection:
        """A connection of its own in autocommit, outside the pool: for the relay, which holds a lock and listens.

        It acts as the service's worker.
        """
        conn = Connection.connect(self._dsn, autocommit=True, application_name=f"brug {self.service} relay")
        _refuse_unsafe_role(conn)
        conn.actor, conn.service, conn.keyring = worker_of(self.service), self.service, self._keyring
        return conn

    @contextmanager
    def transaction(self, actor: Actor) -> Iterator[Connection]:
        """One transaction for this actor: it commits when the block ends, and rolls back when it raises."""
        with self._pool.connection() as conn:
            conn.actor, conn.service, conn.keyring, conn.cause = actor, self.service, self._keyring, None
            set_actor(conn, actor)
            yield conn


def with_password(address: str, password: SecretStr) -> str:
    """The same address with its password, where that is kept apart."""
    secret = password.get_secret_value()
    return make_conninfo(address, password=secret) if secret else address


def set_actor(conn: Connection, actor: Actor) -> None:
    """Tell row-level security who acts, until the transaction ends."""
    person = actor.id if actor.kind == ActorKind.PERSON else _NOBODY
    # A guest works for an organisation and sees nothing of it but the one thing.
    own = frozenset() if actor.kind == ActorKind.GUEST else actor.organisations
    organisations = "{" + ",".join(str(one) for one in sorted(own)) + "}"
    conn.execute(
        "SELECT set_config('brug.actor', %s, true), set_config('brug.person', %s, true),"
        " set_config('brug.organisations', %s, true), set_config('brug.only', %s, true)",
        (str(actor.id), str(person), organisations, str(actor.only or _NOBODY)),
    )


def _refuse_unsafe_role(conn: psycopg.Connection[Any]) -> None:
    row = conn.execute(
        "SELECT rolname FROM pg_roles WHERE rolname = current_user AND (rolsuper OR rolbypassrls)"
    ).fetchone()
    if not conn.autocommit:
        conn.rollback()
    if row:
        raise UnsafeRole(f"role {row[0]} sees past row-level security: use the service's web or worker role")
