"""One stack of docker-compose.yml from a copy of this folder, with secrets, settings and ports of its own."""

import json
import os
import re
import shutil
import subprocess
import time
from collections.abc import Sequence
from functools import reduce
from pathlib import Path
from typing import Any

from deploy.keycloak.people import Credentials, credentials_of
from deploy.services import ROOT, SERVICES
from tests.compose.engine import Docker, client
from tests.compose.guide import blocks
from tests.kafka.cluster import free_ports

OURS = tuple(f"{service}-{kind}" for service in SERVICES for kind in ("web", "worker"))
LASTING = ("postgres", "kafka", "keycloak", *OURS, "gateway")
_LEFT_OUT = (
    ".git",
    ".venv",
    ".cache",
    ".brug",
    "node_modules",
    "__pycache__",
    "secrets",
    "output",
    "vendor",
    ".mypy_cache",
)
# What another operator has elsewhere; here mail goes to the catcher.
_HERE = {
    "brug.example.org": "localhost",
    "mail.example.org": "mail",
    "BRUG_SMTP_PORT=587": "BRUG_SMTP_PORT=1025",
    "BRUG_SMTP_STARTTLS=true": "BRUG_SMTP_STARTTLS=false",
    "BRUG_SMTP_AUTH=true": "BRUG_SMTP_AUTH=false",
    "BRUG_SMTP_USER=brug": "BRUG_SMTP_USER=",
}
_LIMIT = 900.0  # seconds for one block of the guide


class Stack:
    """The folder and what runs from it. `steps` are the commands that the guide has for a new server."""

    def __init__(self, docker: Docker, folder: Path) -> None:
        self.docker, self.folder = docker, folder / "brug"
        shutil.copytree(ROOT, self.folder, ignore=shutil.ignore_patterns(*_LEFT_OUT))
        http, https = free_ports(2)
        self.url = f"https://localhost:{https}"
        self._env = docker.environment | {
            "COMPOSE_PROJECT_NAME": f"brug-{folder.name[-12:].lower().replace('_', '-')}",
            "COMPOSE_PROGRESS": "plain",
            "BRUG_BIND": "127.0.0.1",
            "BRUG_HTTP_PORT": str(http),
            "BRUG_HTTPS_PORT": str(https),
            "BRUG_PUBLIC_URL": self.url,
            "BRUG_AKKOORD_LANGUAGES": '["nl", "ar"]',
            "BRUG_BUILD_NETWORK": "host",
            "BRUG_BUILD_CA": os.environ.get("SSL_CERT_FILE", "/dev/null"),
        }
        self.told: list[str] = []

    @property
    def project(self) -> str:
        return self._env["COMPOSE_PROJECT_NAME"]

    @property
    def version(self) -> str:
        """Of the images that run now."""
        found = re.search(r"^BRUG_VERSION=(.*)$", (self.folder / ".env").read_text(encoding="utf-8"), re.MULTILINE)
        assert found
        return found[1]

    def follow(self, word: str) -> None:
        """Do what the guide says in its blocks of this word."""
        for commands in blocks(word):
            self.sh(reduce(lambda text, one: text.replace(*one), _HERE.items(), commands))

    def sh(self, commands: str, limit: float = _LIMIT) -> str:
        """In the operator's shell; raises `AssertionError` with the last words of what fails."""
        docker = f'docker() {{ {client()} "$@"; }}\n'
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", docker + commands],
            cwd=self.folder,
            env=self._env,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=limit,
            check=False,
        )
        if done.returncode != 0:
            raise AssertionError(f"{commands}\nexit code {done.returncode}\n{(done.stdout + done.stderr)[-4000:]}")
        return done.stdout

    def compose(self, *words: str, limit: float = _LIMIT) -> str:
        return self.docker("compose", "--project-directory", str(self.folder), *words, env=self._env, limit=limit)

    def containers(self) -> dict[str, dict[str, Any]]:
        """What the engine knows of each, by service; those of one-shot commands too."""
        ids = self.compose("ps", "--all", "--quiet").split()
        told: list[dict[str, Any]] = json.loads(self.docker("inspect", *ids)) if ids else []
        return {one["Config"]["Labels"]["com.docker.compose.service"]: one for one in told}

    def await_healthy(self, services: Sequence[str] = LASTING, limit: float = 240) -> None:
        """Until each of these is ready by its own check."""
        end = time.monotonic() + limit
        while waiting := {name: _state(one) for name, one in self.containers().items() if name in services}:
            waiting = {name: state for name, state in waiting.items() if state != "healthy"}
            if not waiting:
                return
            assert time.monotonic() < end, f"not ready after {limit:.0f} s: {waiting}\n{self._last_words(waiting)}"
            time.sleep(0.5)
        raise AssertionError(f"none of {services} is there")

    def people(self) -> dict[str, Credentials]:
        return credentials_of(self.folder / ".brug")

    def authority(self) -> Path:
        """The certificate that a browser must be given where the gateway has no public name."""
        self.sh("docker compose cp gateway:/var/lib/caddy/pki/authorities/local/root.crt .")
        return self.folder / "root.crt"

    def memory(self) -> dict[str, float]:
        """What each container takes now, in MB."""
        names = {str(one["Name"]).lstrip("/"): name for name, one in self.containers().items() if name in LASTING}
        told = self.docker("stats", "--no-stream", "--format", "{{.Name}} {{.MemUsage}}", *names)
        sizes = re.findall(r"^(\S+) ([\d.]+)(Mi|Gi)B", told, re.MULTILINE)
        return {names[name]: float(size) * {"Mi": 1.048576, "Gi": 1073.741824}[unit] for name, size, unit in sizes}

    def keep_logs(self) -> None:
        """What all containers have said up to now: it is gone with them."""
        self.told.append(self.compose("logs", "--no-color"))

    def remove(self) -> None:
        self.compose("--profile", "*", "down", "--volumes", "--remove-orphans", "--timeout", "5")

    def _last_words(self, names: Sequence[str] | dict[str, str]) -> str:
        return "\n".join(self.compose("logs", "--tail", "8", name) for name in names)


def _state(container: dict[str, Any]) -> str:
    state: dict[str, Any] = container["State"]
    return str(state.get("Health", {}).get("Status", "no check")) if state["Running"] else "not running"
