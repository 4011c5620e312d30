"""`brug directory`: the organisations of a city, what they agreed, and who signed the texts."""

import click

from deploy.local.home import Home
from deploy.plainly import plainly


@click.group()
def directory() -> None:
    """Organisations, what they agreed, and who signed the texts of a yes."""


@directory.command()
@click.argument("kind")
@click.argument("name")
@click.argument("town")
@click.option(
    "--language", "languages", multiple=True, default=("nl",), show_default=True, help="Spoken there (BCP 47)."
)
@click.pass_obj
@plainly
def add(home: Home, kind: str, name: str, town: str, languages: tuple[str, ...]) -> None:
    """Add an organisation: its KIND (`school`, `ocmw`, `clb` ...), NAME and TOWN. Prints its id."""
    from deploy import directory as doing
    from deploy.environment import of_running_stack

    if kind not in doing.KINDS:
        raise click.BadParameter(f"'{kind}' is none of {', '.join(doing.KINDS)}", param_hint="KIND")
    click.echo(doing.add(of_running_stack(home), kind, name, town, languages))


@directory.command()
@click.argument("one")
@click.argument("other")
@click.option("--purpose", required=True, help="`referral`, `registration` or `match`.")
@click.option("--ground", required=True, type=click.Choice(["consent", "public_task"]), help="The law's ground for it.")
@click.option(
    "--retention-days", default=180, show_default=True, type=click.IntRange(1), help="How long data are kept."
)
@click.pass_obj
@plainly
def agree(home: Home, one: str, other: str, purpose: str, ground: str, retention_days: int) -> None:
    """Write down, from today, what organisations ONE and OTHER (id or whole name) agreed. Prints its id."""
    from deploy import directory as doing
    from deploy.environment import of_running_stack

    if purpose not in doing.PURPOSES:
        raise click.BadParameter(f"'{purpose}' is none of {', '.join(doing.PURPOSES)}", param_hint="--purpose")
    click.echo(doing.agree(of_running_stack(home), (one, other), purpose, ground, retention_days))


@directory.command()
@click.argument("language")
@click.argument("person")
@click.pass_obj
@plainly
def sign(home: Home, language: str, person: str) -> None:
    """PERSON, a named human, stands for the texts of the yes card in LANGUAGE (R26)."""
    from deploy import directory as doing
    from deploy.environment import of_running_stack

    doing.sign(of_running_stack(home), language, person)
    click.echo(f"the texts in '{language}' are signed by {person}; when they change, they must be signed again")
