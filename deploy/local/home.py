"""BRUG_HOME: the folder that holds one stack's data, secrets, logs, ports and state, and its lock."""

import errno
import fcntl
import json
import os
import shutil
import socket
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Any

LEAST_FREE = 300 * 1024 * 1024  # bytes; an empty stack with its demo data takes about half of this
_FIRST_PORT, _PORT_RANGES, _PORTS_EACH = 20_000, 600, 20  # below the range that outgoing connections use


class Failure(Exception):
    """The stack cannot go on; the text is one line for a person."""


class Home:
    """Paths and small files of one stack."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder.expanduser().absolute()
        self.data = self.folder / "postgres"
        self.logs = self.folder / "logs"
        self.secrets = self.folder / "secrets.json"
        self._state = self.folder / "state.json"

    def prepare(self) -> None:
        """Make the folders; refuse a disk that would be full before the demo has loaded."""
        with plain_words():
            self.folder.mkdir(parents=True, exist_ok=True)
            self.logs.mkdir(mode=0o700, exist_ok=True)
            free = shutil.disk_usage(self.folder).free
        if free < LEAST_FREE:
            raise Failure(
                f"The disk is (almost) full: {free // 2**20} MB free for {self.folder},"
                f" Brug needs {LEAST_FREE // 2**20} MB. Make room, or set BRUG_HOME to another disk."
            )

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Hold this folder: a second stack on the same data would destroy it."""
        with (self.folder / "lock").open("w") as handle:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise Failure(
                    f"Brug already runs from {self.folder} (process {self.state().get('pid', 'unknown')})."
                    " Stop it first, or set BRUG_HOME and BRUG_PORT for a second stack."
                ) from error
            yield

    def is_running(self) -> bool:
        """Whether a stack holds this folder now."""
        try:
            with self.lock():
                return False
        except (Failure, OSError):
            return self.folder.exists()

    def state(self) -> dict[str, Any]:
        """What the last start wrote: pid, ports, public address; empty before the first start."""
        try:
            state: dict[str, Any] = json.loads(self._state.read_text(encoding="utf-8"))
        except (FileNotFoundError, ValueError):
            return {}
        return state

    def keep_state(self, state: Mapping[str, Any]) -> None:
        write_whole(self._state, json.dumps(state, indent=2), mode=0o644)

    def ports(self, names: Iterable[str]) -> dict[str, int]:
        """A free port for each name: those of the last start where they are still free."""
        wanted = list(names)
        known = self.state().get("ports", {})
        chosen = {name: known[name] for name in wanted if name in known and is_free(known[name])}
        start = int(sha256(str(self.folder).encode()).hexdigest(), 16) % _PORT_RANGES * _PORTS_EACH
        candidates = iter(range(_FIRST_PORT + start, _FIRST_PORT + start + 4000))
        for name in [one for one in wanted if one not in chosen]:
            chosen[name] = next(one for one in candidates if one not in chosen.values() and is_free(one))
        return chosen


def is_free(port: int) -> bool:
    """Whether we could listen on this port of 127.0.0.1 now."""
    return not _refusal(port)


def demand_port(port: int) -> None:
    """Refuse, in words, a port that we cannot listen on."""
    refusal = _refusal(port)
    if refusal == errno.EACCES:
        raise Failure(f"Port {port} is for root alone. Choose another: BRUG_PORT=8000 brug up --demo")
    if refusal:
        raise Failure(
            f"Port {port} is taken by another program. Stop that one, or choose another:"
            f" BRUG_PORT={port + 1} brug up --demo"
        )


def _refusal(port: int) -> int:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            return error.errno or errno.EADDRINUSE
    return 0


def write_whole(path: Path, text: str, *, mode: int) -> None:
    """Write so that a reader, or a crash, never meets half a file; readable as `mode` from the first byte."""
    draft = path.with_suffix(".new")
    draft.unlink(missing_ok=True)
    with plain_words():
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
        with os.fdopen(handle, "w", encoding="utf-8") as out:
            out.write(text)
        draft.replace(path)


@contextmanager
def plain_words() -> Iterator[None]:
    """Turn what the operating system refuses into one line for a person."""
    try:
        yield
    except OSError as error:
        where = f" ({error.filename})" if error.filename else ""
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise Failure(f"The disk is full{where}. Make room, or set BRUG_HOME to another disk.") from error
        if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
            raise Failure(f"No permission to write{where}. Set BRUG_HOME to a folder of your own.") from error
        raise Failure(f"{error.strerror}{where}.") from error
