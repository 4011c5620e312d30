"""One Keycloak on this machine: starts from its own copy of the program, keeps its data in one folder, stops."""

import os
import shutil
import time
from dataclasses import dataclass
from pathlib import Path

from deploy.keycloak import fetch
from deploy.keycloak.realm import FILE, PATH, REALM, THEMES, Mail, Secrets, environment
from deploy.local.child import Child, Program
from deploy.local.home import Failure
from deploy.local.logs import Journal
from deploy.local.programs import answers

ADMIN = "brug-admin"
_START_LIMIT = 600.0  # seconds; on two quiet cores it takes about thirty


@dataclass(frozen=True)
class Where:
    """`public_url`: what people type; Keycloak is there under /auth. `port` and `management` are on 127.0.0.1."""

    public_url: str
    port: int
    management: int

    @property
    def inside(self) -> str:
        """Where processes on this machine reach it."""
        return f"http://127.0.0.1:{self.port}{PATH}"


class Keycloak:
    """A folder, and the process that runs from it. Killed and started again it still knows everybody."""

    def __init__(self, folder: Path, where: Where, secrets: Secrets, mail: Mail | None = None) -> None:
        self.folder, self.where, self.secrets = folder, where, secrets
        self._mail = mail or Mail()
        self._journal = Journal(folder / "logs")
        self._child: Child | None = None

    def start(self) -> None:
        """Start it, and return when it answers; raises `Failure` with its last words where it does not."""
        self.begin()
        self.await_answer()

    def begin(self) -> None:
        """Start it, and do not wait."""
        program = self._program()
        if self._child is None:
            (self.folder / "logs").mkdir(exist_ok=True)
            self._journal.open()
        self._child = Child(program, self._journal)
        self._child.start()

    def await_answer(self) -> None:
        """Wait until it answers; raises `Failure`."""
        if self._child is None:
            raise Failure("Keycloak was not started.")
        limit = time.monotonic() + _START_LIMIT
        while not self._child.program.ready():
            if not self._child.is_running():
                raise Failure(f"Keycloak does not start: {self._child.last_words()} (see {self.folder}/logs)")
            if time.monotonic() > limit:
                raise Failure(f"Keycloak is not ready after {_START_LIMIT:.0f} s; see {self.folder}/logs")
            time.sleep(0.2)

    def stop(self) -> None:
        """End it in order; what it knows stays in the folder."""
        self._end()
        self._journal.close()

    def kill(self) -> None:
        """As a machine that fails does it (-9), until the next `start`."""
        if self._child is not None and self._child.process is not None:
            self._child.died()
            self._child.await_end()

    def is_running(self) -> bool:
        return self._child is not None and self._child.is_running()

    def _end(self) -> None:
        if self._child is not None:
            self._child.ask_to_stop()
            self._child.await_end()

    def _program(self) -> Program:
        home = self._copy()
        where = self.where
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "JAVA_HOME", "LANG") if name in os.environ}
        return Program(
            name="keycloak",
            command=(shutil.which("sh") or "/bin/sh", str(home / "bin" / "kc.sh"), *_START),
            env=kept
            | environment(where.public_url, self.secrets, self._mail)
            | {
                "KC_BOOTSTRAP_ADMIN_USERNAME": ADMIN,
                "KC_BOOTSTRAP_ADMIN_PASSWORD": self.secrets.admin,
                "KC_HOSTNAME": f"{where.public_url}{PATH}",
                "KC_HOSTNAME_BACKCHANNEL_DYNAMIC": "false",
                "KC_PROXY_HEADERS": "xforwarded",
                "KC_HTTP_ENABLED": "true",
                "KC_HTTP_HOST": "127.0.0.1",
                "KC_HTTP_PORT": str(where.port),
                "KC_HTTP_MANAGEMENT_PORT": str(where.management),
                "KC_CACHE": "local",
                # It lives for minutes: what the better compiler costs at the start never comes back.
                "JAVA_OPTS_APPEND": "-XX:TieredStopAtLevel=1",
            },
            ready=answers(f"{where.inside}/realms/{REALM}/.well-known/openid-configuration"),
            patience=20.0,
            folder=self.folder,
        )

    def _copy(self) -> Path:
        """The program beside its data: Keycloak keeps both under one folder. Files are linked, not copied."""
        home = self.folder / "keycloak"
        if not home.exists():
            self.folder.mkdir(parents=True, exist_ok=True)
            shutil.copytree(fetch.distribution(), home, copy_function=_linked)
        shutil.copytree(THEMES, home / "themes", dirs_exist_ok=True)
        imported = home / "data" / "import"
        imported.mkdir(parents=True, exist_ok=True)
        shutil.copy(FILE, imported)
        return home


_START = ("start", "--optimized", "--import-realm")


def _linked(source: str, target: str) -> None:
    try:
        os.link(source, target)
    except OSError:  # another file system
        shutil.copy2(source, target)
