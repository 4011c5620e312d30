"""Brings a service's database to the newest revision of its migrations."""

import os

from alembic import command
from alembic.config import Config

from deploy.services import ROOT


def migrate(service: str, url: str) -> None:
    """Run the revisions that this database does not have yet, as its migrating role."""
    config = Config()
    config.set_main_option("script_location", str(ROOT / "services" / service / "migrations"))
    config.set_main_option("path_separator", "os")
    config.attributes["url"] = url
    command.upgrade(config, "head")


def main() -> None:
    """Migrate the service that the environment names, as the embedded stack and the containers do."""
    migrate(os.environ["BRUG_SERVICE"], os.environ["BRUG_MIGRATE_URL"])


if __name__ == "__main__":
    main()
