"""What `brug status` adds where the stack runs from one folder of this machine: its processes."""

import os

from deploy.environment import Environment
from deploy.local.home import Home


def processes(home: Home, environment: Environment) -> tuple[list[str], bool]:
    """A line for each, and whether all of them live."""
    state = home.state()
    lines, healthy = ["", f"Data in {home.folder}, supervisor {state['pid']}"], True
    for name, pid in state["processes"].items():
        lives = pid is not None and _lives(pid)
        healthy = healthy and lives
        runs = "runs" if lives else "DOES NOT RUN"
        lines.append(f"  {name:20} {runs:14} {_port(environment, name):>6}  process {pid}")
    return lines, healthy


def _port(environment: Environment, name: str) -> str:
    if name == "gateway":
        return str(environment.port)
    return str(environment.ports.get(name.removesuffix("-web").replace("-", " "), ""))


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
