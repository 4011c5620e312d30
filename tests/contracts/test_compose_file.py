"""docker-compose.yml and the settings of the code hold each other: what one names, the other knows."""

import json
import re
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
import yaml
from pydantic_settings import BaseSettings

from deploy import secret_files
from deploy.containers import ContainerSettings
from deploy.given import Given
from deploy.services import ROOT, SERVICES
from deploy.settings_doc import compose
from deploy.settings_doc.page import classes
from deploy.settings_doc.rows import rows
from shared.settings import is_example

FILE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
# Settings that are empty where nobody sets them, and rightly so in this process.
EMPTY = {
    "web": {
        "kafka_bootstrap",
        "kafka_ca_file",
        "kafka_username",
        "kafka_password",
        "metrics_port",
        "accounts_client_secret",
        "smtp_host",
        "smtp_auth",
        "smtp_user",
        "smtp_password",
        "smtp_ssl",
        "smtp_starttls",
    },
    "worker": {
        "staff_issuer",
        "staff_issuer_address",
        "staff_client_secret",
        "person_issuer_address",
        "person_client_secret",
    },
    "every process": {"topic_prefix", "cookie_suffix", "person_issuer", "demo"},
    "who seals for nobody": {"sealing_public_keys"},
    "who sends no ids away": {"pairwise_secret"},
    "a demo on this machine": {"webhooks_to_localhost"},
}
PROCESSES = [(service, kind) for service in SERVICES for kind in ("web", "worker")]


def _set(service: str) -> set[str]:
    """The settings that a container finds, by the name of their field."""
    told = FILE["services"][service]
    targets = [one["target"] for one in told.get("secrets", []) if isinstance(one, dict)]
    names = [*told.get("environment", {}), *(target.upper() for target in targets)]
    return {name.removeprefix("BRUG_").lower() for name in names if name.startswith("BRUG_")}


def _settings(service: str) -> type[BaseSettings]:
    found: type[BaseSettings] = import_module(f"services.{service}.config").Settings
    return found


@pytest.mark.parametrize(("service", "kind"), PROCESSES)
def test_a_process_knows_every_setting_that_compose_gives_it(service: str, kind: str) -> None:
    assert _set(f"{service}-{kind}") - set(_settings(service).model_fields) == set()


@pytest.mark.parametrize(("service", "kind"), PROCESSES)
def test_compose_gives_a_process_every_setting_that_says_nothing_by_itself(service: str, kind: str) -> None:
    fields = _settings(service).model_fields
    silent = {
        name
        for name, one in fields.items()
        if one.is_required() or not _says(one.get_default(call_default_factory=True))
    }
    meant = EMPTY[kind] | EMPTY["every process"] | EMPTY["a demo on this machine"]
    if service != "intake":
        meant |= EMPTY["who seals for nobody"]
    if service not in ("intake", "referral"):
        meant |= EMPTY["who sends no ids away"]
    assert silent - meant - _set(f"{service}-{kind}") == set()


def _says(default: Any) -> bool:
    value = default.get_secret_value() if hasattr(default, "get_secret_value") else default
    return bool(value)


@pytest.mark.parametrize("service", ["migrate", "brug", "demo"])
def test_brug_in_a_container_knows_every_setting_that_compose_gives_it(service: str) -> None:
    known = {*Given.model_fields, *ContainerSettings.model_fields, "log_format", "home", "demo"}
    assert _set(service) - known == set()


@pytest.mark.parametrize("service", ["migrate", "brug", "demo"])
def test_brug_in_a_container_finds_every_secret_that_it_reads(service: str, tmp_path: Path) -> None:
    secret_files.write(tmp_path)
    mounted = {one for one in FILE["services"][service]["secrets"] if isinstance(one, str)}
    for path in tmp_path.iterdir():
        if path.name not in mounted:
            path.unlink()
    secret_files.read(tmp_path)


def test_every_secret_is_made_and_every_made_one_is_used() -> None:
    made = set(secret_files.names())
    assert set(FILE["secrets"]) == made | {"ca"}
    used = {
        one if isinstance(one, str) else one["source"]
        for service in FILE["services"].values()
        for one in service.get("secrets", [])
    }
    assert used == made
    assert all(FILE["secrets"][name] == {"file": f"deploy/secrets/{name}"} for name in made)


def test_no_secret_has_a_value_in_compose() -> None:
    words = ("password", "secret", "private_key")
    for name, service in FILE["services"].items():
        for variable, value in service.get("environment", {}).items():
            if any(word in variable.lower() for word in words) and variable != "FROM_SECRETS":
                assert str(value).startswith("/run/secrets/"), f"{name}: {variable}"


def test_the_gateway_is_given_what_its_caddyfile_asks_and_nothing_else() -> None:
    asked = set(re.findall(r"\{\$(BRUG_\w+)", (ROOT / "deploy" / "Caddyfile").read_text(encoding="utf-8")))
    given = {name for name in FILE["services"]["gateway"]["environment"] if name.startswith("BRUG_")}
    assert given <= asked
    assert asked - given == {"BRUG_BIND", "BRUG_IDENTITY"}  # all addresses of the container; only the demo has one


def test_keycloak_is_given_what_its_realm_asks_and_nothing_else() -> None:
    realm = (ROOT / "deploy" / "keycloak" / "brug-realm.json").read_text(encoding="utf-8")
    asked = set(re.findall(r"\$\{(BRUG_\w+)", realm))
    environment = FILE["services"]["keycloak"]["environment"]
    secrets = dict(pair.split("=") for pair in environment["FROM_SECRETS"].split())
    assert {name for name in {*environment, *secrets} if name.startswith("BRUG_")} == asked
    assert set(secrets.values()) == set(FILE["services"]["keycloak"]["secrets"])


def test_what_compose_asks_the_operator_has_a_meaning_and_no_meaning_is_left_over() -> None:
    assert set(compose.MEANINGS) <= set(compose.asked())
    assert all(row.meaning and row.example for row in compose.rows())


@pytest.mark.parametrize("heading", list(classes()))
def test_every_setting_has_a_meaning_and_an_example(heading: str) -> None:
    settings, _ = classes()[heading]
    for row in rows(settings):
        assert row.meaning.endswith((".", ".)")), row.name
        assert row.example, row.name
        told = json.loads(row.example).values() if row.example.startswith("{") else [row.example]
        if row.secret:
            assert all(is_example(one) for one in told), row.name


def test_every_package_of_the_image_is_the_same_in_every_lock() -> None:
    image, demo, dev = (_pins(f"requirements{name}.lock") for name in ("", "-demo", "-dev"))
    assert image <= demo <= dev


def _pins(name: str) -> set[str]:
    return set(re.findall(r"^[a-z0-9-]+==[^ ]+", (ROOT / name).read_text(encoding="utf-8"), re.MULTILINE))
