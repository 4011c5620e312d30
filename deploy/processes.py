"""How the two processes of a service are run, in a container and in the embedded stack alike."""

import sys
from pathlib import Path

THREADS = 8  # because a page waits for the database most of its time
_MEMORY = "/dev/shm"  # noqa: S108


def web(factory: str, bind: str) -> tuple[str, ...]:
    """One gunicorn for the application that `factory` makes, on `bind` (address and port)."""
    options = ["--worker-class", "gthread", "--workers", "1", "--threads", str(THREADS)]
    options += ["--bind", bind, "--graceful-timeout", "8", "--no-control-socket"]
    if Path(_MEMORY).is_dir():
        # A heartbeat on a slow disk makes gunicorn end a healthy worker.
        options += ["--worker-tmp-dir", _MEMORY]
    return (sys.executable, "-m", "gunicorn", *options, factory)


def web_of(service: str, bind: str) -> tuple[str, ...]:
    return web(f"services.{service}.app:create_app()", bind)


def worker_of(service: str) -> tuple[str, ...]:
    return (sys.executable, "-m", f"services.{service}.worker")
