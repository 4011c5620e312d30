"""`brug realm`: what of Keycloak's realm an operator changes after its first start."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, TextIO

import click

from deploy.local.home import Failure, Home
from deploy.plainly import plainly

if TYPE_CHECKING:
    from deploy.environment import Environment
    from deploy.keycloak.admin import Admin


@click.group()
def realm() -> None:
    """Brug's realm at Keycloak."""


@realm.command("apply")
@click.pass_obj
@plainly
def apply_realm(home: Home) -> None:
    """Bring the realm to what the settings say now: addresses, clients' secrets, mail server; in a container.

    Keycloak reads them from its own settings at the first start only.
    """
    from deploy import containers
    from deploy.keycloak.settle import settle
    from deploy.local import data

    environment = containers.environment(home.folder)
    with data.keycloak_of(environment) as admin:
        lines = settle(admin, environment.realm_values)
    click.echo("\n".join(f"{line}: as the settings say now" for line in lines) or "all was as the settings say")


@realm.group()
def provider() -> None:
    """A city's own OpenID provider, where staff sign in instead of with a password of Brug (docs/identity.md)."""


@provider.command("add")
@click.argument("alias")
@click.option("--name", required=True, help="What its button says on the sign-in page.")
@click.option("--discovery", required=True, help="Address of its .well-known/openid-configuration.")
@click.option("--client-id", required=True, help="As the provider knows Brug.")
@click.option(
    "--secret-file", type=click.File(), help="File with the client's secret, - for standard input; else asked."
)
@click.option("--scopes", default="openid email", show_default=True, help="What is asked of it.")
@click.option(
    "--trust-email",
    "trusted",
    multiple=True,
    metavar="DOMAIN",
    help="All addresses of DOMAIN are the provider's own: they, and no others, count without its `email_verified`.",
)
@click.pass_obj
@plainly
def add_provider(home: Home, /, alias: str, secret_file: TextIO | None, trusted: tuple[str, ...], **told: str) -> None:
    """Let staff sign in at a city's own provider, under ALIAS; the same ALIAS again changes what was said before.

    Who was not invited is refused. Needs the password of Keycloak's administrator in BRUG_KEYCLOAK_ADMIN_PASSWORD.
    """
    from deploy.keycloak import providers

    secret = secret_file.read().strip() if secret_file else click.prompt("The client's secret", hide_input=True)
    domains = tuple(one.lower() for one in trusted)
    wanted = providers.Provider(alias=alias, secret=secret, trusted=domains, **told)
    with _administrator(home) as (environment, admin):
        is_new = providers.add(admin, wanted)
        back = providers.way_back(environment.given.issuer_of_staff(environment.public_url)[0], alias)
    click.echo(f"{alias} {'added' if is_new else 'changed'}; the provider must let people return to\n{back}")


@provider.command("list")
@click.pass_obj
@plainly
def list_providers(home: Home) -> None:
    """List them: alias, name, issuer, and which mail addresses count."""
    from deploy.keycloak import providers

    with _administrator(home) as (_, admin):
        click.echo("\n".join(providers.listed(admin)))


@provider.command("remove")
@click.argument("alias")
@click.pass_obj
@plainly
def remove_provider(home: Home, alias: str) -> None:
    """Nobody comes in by ALIAS any more. Accounts and memberships stay; who is signed in goes on."""
    from deploy.keycloak import providers

    with _administrator(home) as (_, admin):
        providers.remove(admin, alias)
    click.echo(f"{alias} removed; `brug staff invite` sends whoever has no password a mail to choose one")


@contextmanager
def _administrator(home: Home) -> "Iterator[tuple[Environment, Admin]]":
    from deploy.environment import of_running_stack
    from deploy.local import data

    environment = of_running_stack(home)
    given = environment.given
    if not given.has_issuer or not given.keycloak_admin_password.get_secret_value():
        raise Failure("Set BRUG_KEYCLOAK_ADMIN_PASSWORD to the password of Keycloak's administrator.")
    with data.keycloak_of(environment) as admin:
        yield environment, admin
