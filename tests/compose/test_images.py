"""The image of every process of ours, and what others' programs do with an example: small, bare, unwilling."""

import json
from pathlib import Path

import pytest

from deploy.services import ROOT
from tests.compose.conftest import Say
from tests.compose.engine import Docker, client
from tests.compose.stack import Stack

pytestmark = pytest.mark.compose

_LARGEST = 450 * 10**6  # bytes


def test_one_image_of_at_most_450_mb_runs_every_process_of_ours(stack: Stack, docker: Docker, say: Say) -> None:
    image = f"brug:{stack.version}"
    size = int(docker("image", "inspect", "--format", "{{.Size}}", image))
    say(f"{image}: {size / 10**6:.0f} MB, of which")
    for layer in docker("history", "--format", "{{.Size}}\t{{.CreatedBy}}", image).splitlines():
        if not layer.startswith("0B"):
            say(f"    {layer[:110]}")
    assert size <= _LARGEST
    ours = [one for name, one in stack.containers().items() if name.endswith(("-web", "-worker")) or name == "migrate"]
    assert len(ours) == 9
    assert len({one["Image"] for one in ours}) == 1


def test_the_image_has_what_pages_need_and_nothing_that_installs(stack: Stack, docker: Docker) -> None:
    run = ("run", "--rm", "--network=none", "--read-only", "--cap-drop=ALL", f"brug:{stack.version}", "sh", "-c")
    assert docker(*run, "id -u").strip() == "10001"
    assert docker(*run, "ls shared/static/vendor | wc -l").strip() != "0"
    assert docker(*run, "ls services/*/translations/ar/LC_MESSAGES/messages.mo | wc -l").strip() == "4"
    assert docker(*run, "command -v pip npm node gcc git curl || true").strip() == ""
    assert docker(*run, "ls deploy/secrets deploy/brug.env 2>/dev/null || true").strip() == ""


@pytest.mark.parametrize("image", ["postgres:18", "apache/kafka:4.3.1", "quay.io/keycloak/keycloak:26.7"])
def test_a_program_of_others_does_not_start_with_an_example(image: str, docker: Docker, tmp_path: Path) -> None:
    secret, script = tmp_path / "postgres_password", ROOT / "deploy" / "compose" / "start"
    mounts = ("--volume", f"{secret}:/run/secrets/a_password:ro", "--volume", f"{script}:/run/brug/start:ro")
    run = ("run", "--rm", *mounts, "--env", "FROM_SECRETS=KNOWN=a_password", "--entrypoint", "/bin/sh", image)
    command = ("/run/brug/start", "/bin/sh", "-c", 'echo "started with $KNOWN"')
    secret.write_text("Example-of-a-password")
    secret.chmod(0o444)
    with pytest.raises(AssertionError, match="the secret a_password is still the example"):
        docker(*run, *command)
    secret.unlink()
    secret.write_text("something-fresh")
    secret.chmod(0o444)
    assert "started with something-fresh" in docker(*run, *command)


def test_compose_reads_the_file_without_a_warning(stack: Stack) -> None:
    told = stack.sh("docker compose --profile '*' config 2>&1 >/dev/null")
    assert told == ""
    bare = 'env -i PATH="$PATH" HOME=/tmp DOCKER_CONFIG="$DOCKER_CONFIG"'
    assert stack.sh(f"{bare} {client()} compose config --quiet 2>&1") == ""
    assert json.loads(stack.compose("config", "--format", "json"))["name"] == stack.project
