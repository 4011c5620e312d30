"""What containers run: `brug web`, `brug worker`, `brug migrate`; and `brug secrets`, which makes what they need."""

import os
from pathlib import Path

import click

from deploy.local.home import Home
from deploy.plainly import plainly
from deploy.services import SERVICES

_service = click.argument("service", type=click.Choice(SERVICES))


@click.command()
@_service
@click.option("--bind", default="0.0.0.0:8000", show_default=True, help="Address and port to listen on.")
def web(service: str, bind: str) -> None:
    """Serve SERVICE's pages and API; in a container. Its settings come from the environment."""
    from deploy import processes

    command = processes.web_of(service, bind)
    os.execv(command[0], command)  # noqa: S606


@click.command()
@_service
def worker(service: str) -> None:
    """Relay, consume and keep time for SERVICE; in a container. Its settings come from the environment."""
    from deploy import processes

    command = processes.worker_of(service)
    os.execv(command[0], command)  # noqa: S606


@click.command()
@click.pass_obj
@plainly
def migrate(home: Home) -> None:
    """Bring database and broker to what this version needs; in a container, before the others start.

    Roles, databases, migrations, topics and access lists. Safe to run again.
    """
    from deploy import containers, preparing

    preparing.prepare(containers.environment(home.folder), click.echo)


@click.command()
@click.option("--folder", type=click.Path(path_type=Path, file_okay=False), help="Instead of deploy/secrets.")
@plainly
def secrets(folder: Path | None) -> None:
    """Write fresh secrets for docker-compose.yml, one file each, into deploy/secrets; never over an old one."""
    from deploy import secret_files

    made = secret_files.write(folder or secret_files.FOLDER)
    for name in made:
        click.echo(f"made {name}")
    kept = len(secret_files.names()) - len(made)
    click.echo(f"{len(made)} made, {kept} were there already and stay, in {folder or secret_files.FOLDER}")


COMMANDS = (web, worker, migrate, secrets)
