"""One `brug up --demo` for all browser tests of a run, as a process of its own beside pytest.

`BRUG_BROWSER_URL` names a stack that runs already; with `BRUG_BROWSER_HOME` its logs are shown where a test fails.
"""

import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

from deploy.services import ROOT

_PATIENCE = 300.0  # seconds; on two busy cores it takes about ninety


class DemoStack(NamedTuple):
    """Where it answers, and the folder with its logs where that is known."""

    url: str
    home: str

    def complaints(self) -> str:
        """What the services logged as errors of late, for whoever reads why a test failed."""
        logs = sorted(Path(self.home, "logs").glob("*.log")) if self.home else []
        lines = (line for log in logs for line in log.read_text(errors="replace").splitlines()[-400:])
        return "\n".join([line for line in lines if "[error" in line or "Error:" in line][-20:])


def of_run(folder: Path, pytest_pid: int) -> DemoStack:
    """The stack that the environment names, or this run's own; raises with all that it said where it is not there."""
    if url := os.environ.get("BRUG_BROWSER_URL"):
        return DemoStack(url.rstrip("/"), os.environ.get("BRUG_BROWSER_HOME", ""))
    told, log = folder / "demo-stack.json", folder / "demo-stack.log"
    if not told.exists() and not log.exists():
        with log.open("w") as out:
            subprocess.Popen(
                [sys.executable, "-m", "tests.browser.demo_stack", str(folder), str(pytest_pid)],
                cwd=ROOT,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                start_new_session=True,
            )
    limit = time.monotonic() + _PATIENCE
    while not told.exists():
        if (folder / "demo-stack.failed").exists() or time.monotonic() > limit:
            raise AssertionError(f"Brug with its demo data did not come up:\n{log.read_text(errors='replace')}")
        time.sleep(0.2)
    return DemoStack(**json.loads(told.read_text(encoding="utf-8")))


def keep(folder: Path, pytest_pid: int) -> None:
    """Run a throwaway stack until pytest is gone, or says that it ends."""
    above = Path(tempfile.mkdtemp(prefix="brug-browser-"))
    above.chmod(0o711)  # the database's system user passes through
    home, port = above / "home", _free_port()
    env = {name: value for name, value in os.environ.items() if not name.startswith("BRUG_")}
    stack = subprocess.Popen(
        [sys.executable, "-m", "deploy.cli", "up", "--demo"],
        cwd=ROOT,
        env=env | {"BRUG_HOME": str(home), "BRUG_PORT": str(port), "PYTHONUNBUFFERED": "1"},
    )
    try:
        while not _is_over(folder, pytest_pid):
            if stack.poll() is not None:
                (folder / "demo-stack.failed").touch()
                return
            if "Brug runs on" in (folder / "demo-stack.log").read_text(errors="replace"):
                _tell(folder, DemoStack(f"http://127.0.0.1:{port}", str(home)))
            time.sleep(0.2)
    finally:
        stack.terminate()
        stack.wait()
        shutil.rmtree(above, ignore_errors=True)


def _tell(folder: Path, stack: DemoStack) -> None:
    told = folder / "demo-stack.json"
    if not told.exists():
        draft = folder / "demo-stack.new"
        draft.write_text(json.dumps(stack._asdict()), encoding="utf-8")
        draft.replace(told)


def _is_over(folder: Path, pytest_pid: int) -> bool:
    return not folder.exists() or (folder / "end").exists() or not Path(f"/proc/{pytest_pid}").exists()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


if __name__ == "__main__":
    keep(Path(sys.argv[1]), int(sys.argv[2]))
