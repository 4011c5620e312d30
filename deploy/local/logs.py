"""What the children say: one thread writes their lines to a file each, prefixed, rotated by size."""

import contextlib
import os
import selectors
import threading
from datetime import UTC, datetime
from pathlib import Path

LARGEST = 5 * 1024 * 1024  # bytes per file; one older file is kept


class Journal:
    """Reads the children's output, so that no full pipe ever stops one."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._selector = selectors.DefaultSelector()
        self._tails: dict[str, list[str]] = {}
        self._thread = threading.Thread(target=self._read, name="journal", daemon=True)
        self._closing = False

    def open(self) -> None:
        self._thread.start()

    def close(self) -> None:
        """Write what the ended children left behind, then stop."""
        self._closing = True
        if self._thread.is_alive():
            self._thread.join(timeout=3)

    def follow(self, name: str, descriptor: int) -> None:
        """Write what comes out of this pipe to `<name>.log` until it closes."""
        os.set_blocking(descriptor, False)
        self._selector.register(descriptor, selectors.EVENT_READ, _Lines(name))

    def tail(self, name: str) -> list[str]:
        """The last lines of a child, oldest first."""
        return list(self._tails.get(name, []))

    def note(self, name: str, text: str) -> None:
        """Add a line of the supervisor's own."""
        self._write(name, [text])

    def _read(self) -> None:
        while not self._closing or self._selector.get_map():
            ready = self._selector.select(timeout=0.3)
            if self._closing and not ready:
                return
            for key, _ in ready:
                self._take(key.fd, key.data)

    def _take(self, descriptor: int, lines: "_Lines") -> None:
        with contextlib.suppress(BlockingIOError):
            chunk = os.read(descriptor, 65536)
            if not chunk:
                self._selector.unregister(descriptor)
                os.close(descriptor)
            self._write(lines.name, lines.add(chunk))

    def _write(self, name: str, lines: list[str]) -> None:
        if not lines:
            return
        self._tails[name] = [*self._tails.get(name, []), *lines][-80:]
        stamp = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        path = self.folder / f"{name}.log"
        # A full disk must not end the stack from here: PostgreSQL reports it, and the lines stay in the tail.
        with contextlib.suppress(OSError):
            if path.exists() and path.stat().st_size > LARGEST:
                path.replace(path.with_suffix(".log.1"))
            with path.open("a", encoding="utf-8") as out:
                out.writelines(f"{stamp} {name} | {line}\n" for line in lines)


class _Lines:
    """Cuts one child's bytes into lines."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._rest = b""

    def add(self, chunk: bytes) -> list[str]:
        whole, _, self._rest = (self._rest + chunk).rpartition(b"\n")
        if not chunk and self._rest:
            whole, self._rest = self._rest, b""
        return whole.decode("utf-8", "replace").splitlines()
