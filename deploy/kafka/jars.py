"""Apache Kafka's own jars, fetched by Maven once for each state of `pom.xml` beside this module."""

import shutil
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

from deploy.local.home import Failure
from deploy.services import ROOT

_POM = Path(__file__).with_name("pom.xml")
_FETCH_LIMIT = 600.0  # seconds; with an empty cache of Maven's own it took 50


def jars() -> Path:
    """The folder that holds them all; beside the packages, so that `make clean` takes both."""
    folder = ROOT / ".venv" / "kafka" / sha256(_POM.read_bytes()).hexdigest()[:12]
    if not folder.exists():
        _fetch(folder)
    return folder


def java() -> str:
    """The Java that is on the path; Apache Kafka needs 17 or newer."""
    return _program("java", "default-jre-headless")


def _fetch(folder: Path) -> None:
    draft = folder.with_suffix(".new")
    shutil.rmtree(draft, ignore_errors=True)
    command = [_program("mvn", "maven"), "--quiet", "--batch-mode", "--file", str(_POM)]
    command += ["dependency:copy-dependencies", f"-DoutputDirectory={draft}"]
    try:
        told = subprocess.run(command, capture_output=True, text=True, timeout=_FETCH_LIMIT, check=False)
    except subprocess.TimeoutExpired:
        raise Failure(f"Maven did not fetch Apache Kafka within {_FETCH_LIMIT:.0f} s.") from None
    if told.returncode != 0:
        last = [line for line in told.stdout.splitlines() if "ERROR" in line] or ["it said nothing"]
        raise Failure(f"Maven does not fetch Apache Kafka: {last[0]}")
    draft.rename(folder)


def _program(name: str, package: str) -> str:
    found = shutil.which(name)
    if not found:
        raise Failure(f"The program {name} is missing; on Debian: apt-get install {package}")
    return found


def main() -> None:
    """Print where they are."""
    try:
        print(jars())
    except Failure as failure:
        sys.exit(f"brug: {failure}")


if __name__ == "__main__":
    main()
