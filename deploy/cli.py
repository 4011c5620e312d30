"""The `brug` command line."""

import contextlib
import sys
import time
from pathlib import Path

import click

from deploy import container_cli, directory_cli, realm_cli, staff_cli, topics_cli
from deploy.local.home import Failure, Home
from deploy.plainly import plainly
from deploy.services import ROOT, SERVICES

_service = click.argument("service", type=click.Choice(SERVICES))


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.option(
    "--home",
    envvar="BRUG_HOME",
    default=ROOT / ".brug",
    show_default=".brug beside the Makefile",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder with this stack's data, secrets and logs.",
)
@click.pass_context
def brug(context: click.Context, home: Path) -> None:
    """Brug: schools, welfare and neighbourhoods around one family.

    Start everything with `brug up --demo`, then open the address that it prints. In a second terminal `brug status`
    tells what runs, `brug token PERSON` gives a bearer token for the API, and `brug story` plays one family's story
    from outside, step by step. Stop with Ctrl-C; the data stay in .brug/.

    Two stacks run side by side with another BRUG_PORT and BRUG_HOME each.
    """
    context.obj = Home(home)


@brug.command()
@click.option("--demo", is_flag=True, help="Fill empty databases with made-up families, organisations and helpers.")
@click.option(
    "--port",
    envvar="BRUG_PORT",
    default=8000,
    show_default=True,
    type=click.IntRange(1, 65535),
    help="Where pages and API are served on 127.0.0.1 (or BRUG_PORT).",
)
@click.pass_obj
@plainly
def up(home: Home, demo: bool, port: int) -> None:
    """Start all of Brug, and keep it running until Ctrl-C.

    What the environment gives is used and not started here: PostgreSQL (BRUG_POSTGRES_URL), a broker
    (BRUG_KAFKA_BOOTSTRAP and what belongs to it), an identity provider for staff (BRUG_STAFF_ISSUER and so on, or
    BRUG_KEYCLOAK: docs/identity.md).
    """
    from deploy.given import Given
    from deploy.local import arrival
    from deploy.local.stack import Parts, Stack

    arrival.forget_half_a_demo(home, _say)
    stack = Stack(home, port, Parts(given=Given.from_environment()), say=_say)
    stack.run(lambda running: arrival.welcome(running, demo=demo, say=_say))


@brug.command()
@click.pass_obj
@plainly
def status(home: Home) -> None:
    """What runs, whether all is as it should be, and whether events are waiting."""
    from deploy import containers
    from deploy import status as told
    from deploy.environment import of_running_stack
    from deploy.local.status import processes

    environment = of_running_stack(home)
    lines, healthy = told.report(environment)
    if not containers.are_around_us():
        more, living = processes(home, environment)
        lines, healthy = lines + more, healthy and living
    for line in lines:
        click.echo(line)
    if not healthy:
        sys.exit(1)


@brug.command()
@click.argument("person")
@click.pass_obj
@plainly
def token(home: Home, person: str) -> None:
    """Print a bearer token of PERSON for the API.

    PERSON is a sign-in name of the demo, as `brug up --demo` prints them.

    For example: curl -H "Authorization: Bearer $(brug token PERSON)" http://127.0.0.1:8000/intake/api/v1/files
    """
    from deploy import bearer
    from deploy.environment import of_running_stack
    from deploy.keycloak.people import credentials_of

    click.echo(bearer.token_of(of_running_stack(home).public_url, person, credentials_of(home.folder)))


@brug.command()
@click.argument("person")
@click.pass_obj
@plainly
def password(home: Home, person: str) -> None:
    """Print what PERSON of the demo types at Keycloak: name, password, and the code of the app now."""
    from deploy.keycloak.people import credentials_of

    known = credentials_of(home.folder)
    if person not in known:
        raise Failure(f"Nobody with a password is called '{person}' in {home.folder}.")
    found = known[person]
    click.echo(f"{found.username}\n{found.password}" + (f"\n{found.code(time.time())}" if found.app else ""))


@brug.command()
@click.pass_obj
@plainly
def mail(home: Home) -> None:
    """Print all mail of the embedded stack; none of it went anywhere."""
    from deploy import mail_catcher
    from deploy.environment import of_running_stack

    click.echo(mail_catcher.words(of_running_stack(home).mail), nl=False)


@brug.command()
@click.option("--url", default="", help="Another address than that of the stack in BRUG_HOME.")
@click.pass_obj
@plainly
def story(home: Home, url: str) -> None:
    """Play one family's story against the running stack.

    As an outsider: HTTP and sign-in only. Checks at each step what every person sees, and what must not be visible.
    """
    from deploy import mail_catcher
    from deploy import story as told
    from deploy.environment import of_running_stack
    from deploy.keycloak.people import credentials_of

    folder = home.folder / "mail"
    mail = (lambda: mail_catcher.words(folder)) if folder.is_dir() and not url else None
    sys.exit(told.main(url or of_running_stack(home).public_url, credentials_of(home.folder), mail))


@brug.command()
@_service
@click.option("--yes", is_flag=True, help="The service's worker is down; do not ask.")
@click.pass_obj
@plainly
def republish(home: Home, service: str, yes: bool) -> None:
    """Send SERVICE's whole history again.

    For a broker that has lost it; the embedded stack does this by itself. The service's worker must be down.
    """
    from deploy.environment import of_running_stack
    from deploy.local import data

    if not yes:
        click.confirm(f"Is the worker of {service} down?", abort=True)
    click.echo(f"{data.republish(of_running_stack(home), service)} events will be sent again")


@brug.command()
@_service
@click.pass_obj
@plainly
def replay(home: Home, service: str) -> None:
    """Let SERVICE learn anew what it knows of the others.

    Clears its read models and reads all topics from their beginning. Nothing is done twice.
    """
    from deploy import operate
    from deploy.environment import of_running_stack

    click.echo(f"{operate.replay(of_running_stack(home), service)} events read again")


@brug.group("dead-letters")
def dead_letters() -> None:
    """Events that could not be handled: list, retry, drop."""


@dead_letters.command("list")
@_service
@click.pass_obj
@plainly
def list_letters(home: Home, service: str) -> None:
    """List SERVICE's parked events, oldest first."""
    from deploy import operate
    from deploy.environment import of_running_stack

    for line in operate.letters(of_running_stack(home), service):
        click.echo(line)


@dead_letters.command()
@_service
@click.argument("letter", type=int)
@click.pass_obj
@plainly
def retry(home: Home, service: str, letter: int) -> None:
    """Let SERVICE's worker try parked event LETTER again."""
    _decide(home, service, letter, "retry")


@dead_letters.command()
@_service
@click.argument("letter", type=int)
@click.pass_obj
@plainly
def drop(home: Home, service: str, letter: int) -> None:
    """Let SERVICE's worker leave out parked event LETTER, for good."""
    _decide(home, service, letter, "drop")


def _decide(home: Home, service: str, letter: int, decision: str) -> None:
    from deploy import operate
    from deploy.environment import of_running_stack

    operate.decide(of_running_stack(home), service, letter, decision)
    click.echo(f"marked for '{decision}'; the worker of {service} does it within seconds")


@brug.command("load-demo", hidden=True)
@click.pass_obj
@plainly
def load_demo(home: Home) -> None:
    """Fill the running stack's empty databases with the demo data."""
    from deploy import containers, demo
    from deploy.environment import of_running_stack
    from deploy.local import data

    environment = of_running_stack(home)
    if data.is_empty(environment, SERVICES):
        demo.load(environment)
    if containers.are_around_us():
        data.add_people(environment, _say)


for _one in (*container_cli.COMMANDS, directory_cli.directory, realm_cli.realm, staff_cli.staff, topics_cli.topics):
    brug.add_command(_one)


def _say(line: str) -> None:
    # The terminal may have been closed; the stack then ends in its order all the same.
    with contextlib.suppress(OSError):
        click.echo(line)
        sys.stdout.flush()


def main() -> None:
    """Entry point of the launcher `brug`."""
    brug(prog_name="brug")


if __name__ == "__main__":
    main()
