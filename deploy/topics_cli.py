"""`brug topics`: what the broker's topics are and should be, and making them so."""

import sys
from typing import TYPE_CHECKING

import click

from deploy.local.home import Home
from deploy.plainly import plainly

if TYPE_CHECKING:
    from deploy.kafka.settings import BrokerAdminSettings


@click.group(invoke_without_command=True)
@click.pass_context
def topics(context: click.Context) -> None:
    """What the broker's topics are, and what they should be.

    Of the broker that the environment names (BRUG_KAFKA_BOOTSTRAP), or else of the running stack. Ends with 1 where
    one is not as it should be.
    """
    if context.invoked_subcommand is None:
        _show(context.obj)


@plainly
def _show(home: Home) -> None:
    from deploy.topics import report

    _tell(*report(_settings(home)))


@topics.command()
@click.pass_obj
@plainly
def apply(home: Home) -> None:
    """Make topics, users and access lists what they should be.

    Settings of topics are altered; partitions and copies are not, and that is said. Users of the broker and their
    access lists are written where their passwords are known (BRUG_KAFKA_PASSWORDS).
    """
    from deploy.kafka import prepare

    _tell(*prepare.apply(_settings(home)))


def _settings(home: Home) -> "BrokerAdminSettings":
    from deploy import containers
    from deploy.environment import of_running_stack
    from deploy.given import Given

    named = Given.from_environment()
    if named.kafka_bootstrap and not containers.are_around_us():
        return named
    return of_running_stack(home).broker_settings


def _tell(lines: list[str], all_right: bool) -> None:
    for line in lines:
        click.echo(line)
    if not all_right:
        sys.exit(1)
