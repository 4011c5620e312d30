"""`brug staff`: who works where, from the command line."""

from uuid import UUID

import click

from deploy.local.home import Home
from deploy.plainly import plainly
from deploy.services import SERVICES

_ROLES = ("school_staff", "partner_worker", "organiser", "helper", "coordinator", "dpo", "responsible")
_SECRECY = ("ambtsgeheim", "beroepsgeheim", "discretie")
_SCOPES = tuple(f"{service}.{what}" for service in SERVICES for what in ("read", "write"))
_organisation = click.option("--organisation", required=True, help="Its id, or its whole name.")
_role = click.option("--role", required=True, type=click.Choice(_ROLES))
_function = click.option("--function", required=True, help="As people read it later: who opened something.")


@click.group()
def staff() -> None:
    """Who works where: invite, list, end; accounts for programs."""


@staff.command()
@click.argument("email")
@_organisation
@_role
@_function
@click.option("--secrecy", required=True, type=click.Choice(_SECRECY))
@click.pass_obj
@plainly
def invite(home: Home, email: str, organisation: str, role: str, function: str, secrecy: str) -> None:
    """Ask EMAIL to work for an organisation.

    Referral's worker makes the account at Keycloak, which sends a mail to choose a password, and grants the role.
    While Keycloak is away the invitation waits.
    """
    from deploy import staff as doing
    from deploy.environment import of_running_stack
    from services.referral.commands.invitations import Wish

    doing.invite(of_running_stack(home), Wish(UUID(int=0), email, role, function, secrecy), organisation)
    click.echo("invited; the worker of referral makes the account within seconds")


@staff.command("list")
@click.argument("organisation")
@click.pass_obj
@plainly
def list_staff(home: Home, organisation: str) -> None:
    """List the memberships at ORGANISATION (its id, or its whole name)."""
    from deploy import staff as doing
    from deploy.environment import of_running_stack

    for line in doing.listed(of_running_stack(home), organisation):
        click.echo(line)


@staff.command()
@click.argument("membership", type=click.UUID)
@click.pass_obj
@plainly
def end(home: Home, membership: UUID) -> None:
    """End MEMBERSHIP at once, whatever tokens say."""
    from deploy import staff as doing
    from deploy.environment import of_running_stack

    doing.end(of_running_stack(home), membership)
    click.echo("ended; every service knows it within seconds")


@staff.command("service-account")
@click.argument("name")
@click.option("--scope", "scopes", required=True, multiple=True, type=click.Choice(_SCOPES))
@_organisation
@_role
@_function
@click.pass_obj
@plainly
def service_account(
    home: Home, name: str, scopes: tuple[str, ...], organisation: str, role: str, function: str
) -> None:
    """Make NAME, a client of Keycloak for a program that uses the API in its own name.

    Needs the password of Keycloak's administrator in BRUG_KEYCLOAK_ADMIN_PASSWORD. Prints the client's secret once.
    """
    from deploy import staff as doing
    from deploy.environment import of_running_stack

    made = doing.service_account(of_running_stack(home), name, scopes, (organisation, role, function))
    click.echo(f"client_id={made.client_id}\nclient_secret={made.secret}\nscope={' '.join(scopes)}")
