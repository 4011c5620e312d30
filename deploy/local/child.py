"""One child process: how it starts, how it is known to be ready, how it stops, when it may start again."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from deploy.local.home import Failure
from deploy.local.logs import Journal
from deploy.services import ROOT

_BOUND = Path(__file__).with_name("bound.py")
_FAULT = re.compile(r"[\w.]*(Error|Exception|Missing|NotFound)\b.*: ")
_LONGEST_PAUSE = 30.0  # seconds


@dataclass(frozen=True)
class Program:
    """What to run. `ready` tells whether it does its work; it is asked often and must not raise.

    `patience` is how many seconds it may take to stop. Once it has lived for `settled` seconds, its next death is
    a first one, and it starts again at once.
    """

    name: str
    command: tuple[str, ...]
    env: Mapping[str, str]
    ready: Callable[[], bool]
    stop_signal: signal.Signals = signal.SIGTERM
    patience: float = 15.0
    settled: float = 60.0
    user: tuple[int, int] | None = None
    folder: Path = ROOT


@dataclass
class Child:
    """A program and the process that runs it now."""

    program: Program
    journal: Journal
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    pause: float = 0.0
    deaths: int = field(default=0)

    @property
    def name(self) -> str:
        return self.program.name

    @property
    def pid(self) -> int | None:
        return self.process.pid if self.process else None

    def start(self) -> None:
        """Start it in a session of its own: Ctrl-C reaches the supervisor only, which knows the order."""
        program = self.program
        if not os.access(program.command[0], os.X_OK):
            raise Failure(f"{program.name}: the program {program.command[0]} is missing. Run `make install` again.")
        user = f"{program.user[0]}:{program.user[1]}" if program.user else "-"
        bound = [sys.executable, "-I", "-S", str(_BOUND), str(os.getpid()), str(int(program.stop_signal)), user]
        self.process = subprocess.Popen(
            [*bound, *program.command],
            env={**program.env, "BRUG_STACK": str(self.journal.folder.parent)},
            cwd=program.folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        self.started = time.monotonic()
        assert self.process.stdout is not None  # noqa: S101
        self.journal.follow(self.name, os.dup(self.process.stdout.fileno()))
        self.process.stdout.close()

    def is_running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def ask_to_stop(self) -> None:
        if self.is_running() and self.process is not None:
            self.process.send_signal(self.program.stop_signal)

    def await_end(self) -> None:
        """Wait as long as the program may take to finish its work, then end its whole session."""
        if self.process is None:
            return
        try:
            self.process.wait(self.program.patience)
        except subprocess.TimeoutExpired:
            self.journal.note(self.name, f"did not stop within {self.program.patience:.0f} s; killed")
        self._kill_session(self.process.pid)
        self.process.wait()
        self.process = None

    def died(self) -> float:
        """Note a death; returns the seconds to wait before the next start: longer for one that keeps dying."""
        lived = time.monotonic() - self.started
        self.pause = 0.0 if lived > self.program.settled else min(max(0.5, self.pause * 2), _LONGEST_PAUSE)
        self.deaths += 1
        if self.process is not None:
            self._kill_session(self.process.pid)
        return self.pause

    def last_words(self) -> str:
        """How it ended, and its last fault, or else the last line that it said."""
        code = self.process.returncode if self.process else None
        how = f"signal {-code}" if code is not None and code < 0 else f"exit code {code}"
        lines = [line.strip() for line in self.journal.tail(self.name) if line.strip()]
        telling = [line for line in lines if _FAULT.match(line)] or lines
        return f"{how}: {telling[-1][:160]}" if telling else how

    def _kill_session(self, session: int) -> None:
        try:
            os.killpg(session, signal.SIGKILL)
        except (ProcessLookupError, PermissionError):
            return
