"""`brug secrets`: what it writes, what it leaves alone, and who refuses to start with an example."""

import os
import ssl
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from cryptography import x509

from deploy import secret_files
from deploy.local.home import Failure
from deploy.services import ROOT

_ENVIRONMENT = {
    "BRUG_DATABASE_URL": "postgresql://nobody@127.0.0.1:1/nowhere",
    "BRUG_SECRET_KEY": "s" * 40,
    "BRUG_PERSON_CLIENT_SECRET": "p" * 40,
    "PATH": os.environ["PATH"],
}


def test_every_secret_is_made_once_and_never_written_over(tmp_path: Path) -> None:
    folder = tmp_path / "secrets"
    assert secret_files.write(folder) == secret_files.names()
    before = _contents(folder)
    assert secret_files.write(folder) == []
    assert _contents(folder) == before
    assert len(set(before.values())) == len(before)
    assert [name for name, value in before.items() if not value] == list(secret_files.GIVEN)


def test_only_a_secret_that_is_gone_is_made_anew(tmp_path: Path) -> None:
    secret_files.write(tmp_path)
    before = _contents(tmp_path)
    (tmp_path / "intake_secret_key").unlink()
    (tmp_path / "referral_sealing_private_key").unlink()
    made = secret_files.write(tmp_path)
    assert made == ["intake_secret_key", "referral_sealing_private_key", "sealing_public_keys"]
    after = _contents(tmp_path)
    assert {name for name in after if after[name] != before[name]} == set(made)


def test_only_the_owner_enters_the_folder_and_any_containers_user_reads_a_file(tmp_path: Path) -> None:
    folder = tmp_path / "secrets"
    secret_files.write(folder)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o444, 0o644}


def test_the_brokers_certificate_is_by_the_authority_that_clients_are_given(tmp_path: Path) -> None:
    secret_files.write(tmp_path)
    authority = x509.load_pem_x509_certificate((tmp_path / "kafka_authority").read_bytes())
    broker = x509.load_pem_x509_certificate((tmp_path / "kafka_certificate").read_bytes())
    broker.verify_directly_issued_by(authority)
    names = broker.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert "kafka" in names.get_values_for_type(x509.DNSName)
    ssl.create_default_context(ssl.Purpose.CLIENT_AUTH).load_cert_chain(tmp_path / "kafka_certificate")


def test_one_half_of_the_brokers_files_is_refused(tmp_path: Path) -> None:
    secret_files.write(tmp_path)
    (tmp_path / "kafka_authority").unlink()
    with pytest.raises(Failure, match="kafka_certificate is there without its other half"):
        secret_files.write(tmp_path)


def test_brug_refuses_an_example_among_its_secrets_and_says_which(tmp_path: Path) -> None:
    secret_files.write(tmp_path)
    path = tmp_path / "network_worker_password"
    path.chmod(0o644)
    path.write_text("Example-of-a-password")
    with pytest.raises(Failure, match="network_worker_password is still the example"):
        secret_files.read(tmp_path)


@pytest.mark.parametrize(
    "process", [("-m", "services.intake.worker"), ("-c", "from services.intake.app import create_app; create_app()")]
)
def test_a_process_of_ours_refuses_an_example_and_says_which(process: tuple[str, str]) -> None:
    for name in ("BRUG_SECRET_KEY", "BRUG_DATABASE_PASSWORD", "BRUG_SEALING_PRIVATE_KEY"):
        done = subprocess.run(
            [sys.executable, *process],
            cwd=ROOT,
            env={**_ENVIRONMENT, name: "example-secret"},
            capture_output=True,
            text=True,
            timeout=180,
            check=False,
        )
        assert done.returncode == 1
        assert f"{name} is still the example" in done.stderr
        assert "example-secret" not in done.stderr


def _contents(folder: Path) -> dict[str, str]:
    return {path.name: path.read_text() for path in folder.iterdir()}
