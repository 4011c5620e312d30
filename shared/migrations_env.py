"""What every service's `migrations/env.py` calls: connects as the migrating role and runs the revisions."""

import os

from alembic import context
from sqlalchemy import create_engine, pool, text


def run(service: str) -> None:
    """Run the waiting revisions in one transaction; a lock that somebody holds fails after five seconds."""
    url = context.config.attributes.get("url") or os.environ["BRUG_MIGRATE_URL"]
    engine = create_engine(
        str(url).replace("postgresql://", "postgresql+psycopg://", 1),
        poolclass=pool.NullPool,
        connect_args={"application_name": f"brug {service} migrate"},
    )
    with engine.connect() as connection:
        # Waiting behind a long transaction would make every later query wait behind us.
        connection.execute(text("SET lock_timeout = '5s'"))
        connection.commit()
        context.configure(connection=connection, transactional_ddl=True)
        with context.begin_transaction():
            context.run_migrations()
    engine.dispose()
