"""Whether this process lives and can work, and its metrics."""

from pathlib import Path

import psycopg
from alembic.config import Config
from alembic.script import ScriptDirectory
from flask import Blueprint, Response
from flask.typing import ResponseReturnValue
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from shared.db import Connection
from shared.house import house
from shared.permissions import HEALTH, METRICS, declared
from shared.security import ANYONE


def blueprint(migrations: Path) -> Blueprint:
    """`/health/live`, `/health/ready` and `/metrics`; the gateway keeps the last inside."""
    pages = Blueprint("health", __name__)
    newest = _newest(migrations)

    def ready() -> ResponseReturnValue:
        try:
            with house().db.transaction(ANYONE) as conn:
                applied = _applied(conn) if newest else None
        except psycopg.Error:
            return "no database\n", 503
        return ("ready\n", 200) if applied == newest else ("migrations wait\n", 503)

    pages.add_url_rule("/health/live", "live", declared(lambda: "live\n", HEALTH))
    pages.add_url_rule("/health/ready", "ready", declared(ready, HEALTH))
    pages.add_url_rule("/metrics", "metrics", declared(_metrics, METRICS))
    return pages


def _metrics() -> Response:
    return Response(generate_latest(), content_type=CONTENT_TYPE_LATEST)


def _newest(migrations: Path) -> str | None:
    """The revision that the code expects; nothing where there are no migrations."""
    if not (migrations / "versions").is_dir():
        return None
    config = Config()
    config.set_main_option("script_location", str(migrations))
    return ScriptDirectory.from_config(config).get_current_head()


def _applied(conn: Connection) -> str | None:
    row = conn.execute("SELECT version_num FROM alembic_version").fetchone()
    return row[0] if row else None
