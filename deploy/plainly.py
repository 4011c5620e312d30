"""How a command of `brug` fails: one clear line where a person can do something about it."""

import sys
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec

import click

from deploy.local.home import Failure

P = ParamSpec("P")


def plainly(command: Callable[P, None]) -> Callable[P, None]:
    """One clear line on standard error and exit code 1."""

    @wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            command(*args, **kwargs)
        except Failure as failure:
            click.echo(f"brug: {failure}", err=True)
            sys.exit(1)

    return run
