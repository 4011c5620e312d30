"""What happens once all parts run: demo data into empty databases, then addresses and people to sign in as."""

import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from deploy.environment import Environment
from deploy.local import data
from deploy.local.home import Failure, Home, plain_words
from deploy.services import ROOT, SERVICES

if TYPE_CHECKING:
    from deploy.local.stack import Stack


def forget_half_a_demo(home: Home, say: Callable[[str], None]) -> None:
    """Loading cannot go on where it was broken off: its databases, which nobody was shown, make way for new ones."""
    if _marker(home).exists() and not home.is_running():
        say("loading the demo data was broken off last time: its databases are thrown away")
        with plain_words():
            shutil.rmtree(home.data)
            _marker(home).unlink()


def welcome(stack: "Stack", *, demo: bool, say: Callable[[str], None]) -> None:
    """Load the demo where it was asked for, then tell where everything is."""
    environment: Environment = stack.environment
    if demo and data.is_empty(environment, SERVICES):
        begun = time.monotonic()
        say("demo data ...")
        _marker(stack.home).touch()
        _load(stack)
        _marker(stack.home).unlink()
        say(f"demo data: {time.monotonic() - begun:.1f} s")
    if demo and environment.given.keycloak_admin_password.get_secret_value():
        data.add_people(environment, say)
    for line in _addresses(environment):
        say(line)


def _marker(home: Home) -> Path:
    return home.folder / "demo-is-loading"


def _load(stack: "Stack") -> None:
    """In a process of its own, so that the supervisor keeps watch and Ctrl-C is heard."""
    command = [sys.executable, "-m", "deploy.cli", "--home", str(stack.home.folder), "load-demo"]
    loading = subprocess.Popen(command, cwd=ROOT, start_new_session=True)
    try:
        while loading.poll() is None:
            stack.check()
            stack.pause(0.1)
    finally:
        if loading.poll() is None:
            loading.terminate()
            loading.wait()
    if loading.returncode != 0:
        raise Failure(f"The demo data could not be loaded; the reason stands above and in {stack.home.logs}.")


def _addresses(environment: Environment) -> list[str]:
    from deploy.demo import people

    url, doors = environment.public_url, people()
    widths = max(len(one.name) for one in doors), max(len(one.what) for one in doors)
    how = "`brug password NAME` says what they type" if environment.given.has_issuer else "one click, no password"
    lines = ["", f"Brug runs on {url}", "", f"Sign in as ({how}: these people are made up)"]
    lines += [f"  {one.name:{widths[0]}}  {one.what:{widths[1]}}  {url}{one.path}" for one in doors]
    lines += [
        f"  A parent: make a sign-in code on a family's page as brugfiguur, then {url}/intake/code",
        "",
        f"API: {url}/<service>/api/openapi.json, with `brug token NAME`. A story from outside: `brug story`.",
        "Mail: none leaves this machine; `brug mail` shows what came, such as links for who has no account.",
        f"Logs: {environment.home}/logs. Stop: Ctrl-C",
        "",
    ]
    return lines
