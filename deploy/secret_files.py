"""`brug secrets`: fresh secrets for the containers, one file each; and reading them back for `brug` in a container."""

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from deploy import certificates
from deploy.local.home import Failure, plain_words
from deploy.roles import ROLES
from deploy.secret_values import password, public_part, sealing_key, signing_secret
from deploy.services import ROOT, SERVICES
from shared.settings import is_example

FOLDER = ROOT / "deploy" / "secrets"
PUBLIC_KEYS = "sealing_public_keys"
BROKER_FILES = ("kafka_authority", "kafka_certificate")
# Not ours to make: they belong to somebody else's server, and stay empty until the operator fills them.
GIVEN = ("smtp_password",)


def makers() -> dict[str, Callable[[], str]]:
    """What makes each file that stands by itself."""
    made: dict[str, Callable[[], str]] = {
        "postgres_password": password,
        "keycloak_database_password": password,
        "keycloak_admin_password": password,
        "accounts_client_secret": password,
        "person_client_secret": password,
        "pairwise_secret": password,
        "kafka_admin_password": password,
    }
    for service in SERVICES:
        made |= {f"{service}_{role}_password": password for role in ROLES}
        made[f"{service}_kafka_password"] = password
        made[f"{service}_client_secret"] = password
        made[f"{service}_secret_key"] = signing_secret
        made[f"{service}_sealing_private_key"] = lambda: json.dumps(sealing_key())
    return made | dict.fromkeys(GIVEN, str)


def names() -> list[str]:
    """Every file of the folder."""
    return sorted([*makers(), PUBLIC_KEYS, *BROKER_FILES])


def write(folder: Path = FOLDER) -> list[str]:
    """Make what is missing, and nothing else; returns the names of what was made.

    Only the owner may enter the folder. The files in it can be read by all: an engine mounts each by itself into a
    container, whose user is another one than here.
    """
    with plain_words():
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder.chmod(0o700)
    made = [name for name, make in makers().items() if _write_new(folder / name, make)]
    made += _write_broker_files(folder)
    keys = {one: public_part(json.loads(_read(folder, f"{one}_sealing_private_key"))) for one in SERVICES}
    if _write_public_keys(folder / PUBLIC_KEYS, json.dumps(keys)):
        made.append(PUBLIC_KEYS)
    return sorted(made)


def read(folder: Path) -> dict[str, Any]:
    """The secrets of the services, as an `Environment` wants them."""
    return {
        "postgres": _read(folder, "postgres_password"),
        "keycloak_database": _read(folder, "keycloak_database_password"),
        "passwords": {one: {role: _read(folder, f"{one}_{role}_password") for role in ROLES} for one in SERVICES},
        "kafka_passwords": {one: _read(folder, f"{one}_kafka_password") for one in SERVICES},
        "sealing": {one: json.loads(_read(folder, f"{one}_sealing_private_key")) for one in SERVICES},
        "clients": {one: _read(folder, f"{one}_client_secret") for one in (*SERVICES, "accounts")},
        "pairwise": _read(folder, "pairwise_secret"),
    }


def _write_broker_files(folder: Path) -> list[str]:
    """Both or none: one without the other opens nothing."""
    there = [name for name in BROKER_FILES if (folder / name).exists()]
    if len(there) == 1:
        raise Failure(f"{folder / there[0]} is there without its other half; put that back, or throw this away too.")
    if there:
        return []
    made = certificates.make("kafka", ("kafka",))
    for name, text in zip(BROKER_FILES, made, strict=True):
        _write_new(folder / name, lambda text=text: text)  # type: ignore[misc]
    return list(BROKER_FILES)


def _write_public_keys(path: Path, text: str) -> bool:
    """It follows from the private keys, so it is the one file that may be written again."""
    if path.exists() and path.read_text(encoding="utf-8") == text:
        return False
    path.unlink(missing_ok=True)
    return _write_new(path, lambda: text)


def _write_new(path: Path, make: Callable[[], str]) -> bool:
    """Write this file unless it exists; whoever owns the folder owns it too, though root may have run this."""
    if path.exists():
        return False
    with plain_words():
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o444)
        with os.fdopen(handle, "w", encoding="utf-8") as out:
            out.write(make())
            os.fchmod(out.fileno(), 0o644 if path.name in GIVEN else 0o444)
            owner = path.parent.stat()
            if os.geteuid() == 0:
                os.fchown(out.fileno(), owner.st_uid, owner.st_gid)
    return True


def _read(folder: Path, name: str) -> str:
    try:
        value = (folder / name).read_text(encoding="utf-8").strip()
    except OSError as error:
        what = f"The secret {name} cannot be read in {folder} ({error.strerror})"
        raise Failure(f"{what}; `brug secrets` makes it.") from error
    if is_example(value):
        raise Failure(f"The secret {name} is still the example of the documentation; `brug secrets` writes fresh ones.")
    return value
