"""Keycloak's program, fetched once by Maven from its repository into a folder that git ignores."""

import fcntl
import os
import re
import shutil
import subprocess
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from deploy.local.home import Failure
from deploy.services import ROOT

CACHE = Path(os.environ.get("BRUG_CACHE", ROOT / ".cache")).absolute()
_POM = Path(__file__).with_name("pom.xml")
_PATIENCE = 600  # seconds for the archive, and for the program to prepare itself
# What Keycloak wants to know before it starts; the containers build theirs with the same.
BUILT_FOR = ("--db=dev-file", "--health-enabled=true", "--http-relative-path=/auth")


def version() -> str:
    """The version that pom.xml names."""
    found = re.search(r"<version>([0-9.]{3,})</version>", _POM.read_text(encoding="utf-8"))
    if not found:
        raise Failure(f"{_POM} names no version of Keycloak.")
    return found[1]


def archive() -> Path:
    """Keycloak's own zip file; the first call fetches it (176 MB)."""
    place = CACHE / f"keycloak-quarkus-dist-{version()}.zip"
    with _one_at_a_time():
        if not place.exists():
            _demand("mvn", "maven")
            draft = CACHE / "keycloak-coming"
            shutil.rmtree(draft, ignore_errors=True)
            wanted = ["dependency:copy-dependencies", "-DincludeTypes=zip", f"-DoutputDirectory={draft}"]
            _run(["mvn", "-q", "-B", "-f", str(_POM), *wanted], "Keycloak could not be fetched by Maven")
            (draft / place.name).replace(place)
            shutil.rmtree(draft)
    return place


def distribution() -> Path:
    """The unpacked program, prepared for a quick start; the first call takes two minutes."""
    source, place = archive(), CACHE / f"keycloak-{version()}"
    with _one_at_a_time():
        if not (place / "prepared").exists():
            _demand("java", "default-jre-headless")
            shutil.rmtree(place, ignore_errors=True)
            with zipfile.ZipFile(source) as packed:
                packed.extractall(CACHE)
            _run(["sh", str(place / "bin" / "kc.sh"), "build", *BUILT_FOR], "Keycloak could not be prepared")
            (place / "prepared").touch()
    return place


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    CACHE.mkdir(parents=True, exist_ok=True)
    with (CACHE / "keycloak.lock").open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def _demand(program: str, package: str) -> None:
    if not shutil.which(program):
        raise Failure(f"Keycloak needs `{program}`, which is not on this machine (Debian: apt-get install {package}).")


def _run(command: list[str], what_failed: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=_PATIENCE)
    if done.returncode != 0:
        said = (done.stdout + done.stderr).strip().splitlines() or ["it said nothing"]
        raise Failure(f"{what_failed}: {' '.join(said[-3:])}")
