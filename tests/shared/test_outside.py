"""What goes to addresses that others chose: never inside, whatever the name says now, then, or in a redirect."""

import ipaddress
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from shared import outside
from shared.outside import Inside, Letter, Outside, Unreachable, is_outside

NAME = "hooks.example.org"
PUBLIC = "93.184.215.14"


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "127.9.9.9",
        "0.0.0.0",  # noqa: S104
        "10.0.0.1",
        "172.16.0.1",
        "192.168.1.1",
        "100.64.0.1",
        "100.100.100.200",
        "169.254.169.254",
        "168.63.129.16",
        "192.0.0.170",
        "198.18.0.1",
        "224.0.0.1",
        "239.1.1.1",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "fe80::1",
        "fec0::1",
        "fc00::1",
        "fd00:ec2::254",
        "ff02::1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "::ffff:169.254.169.254",
        "::127.0.0.1",
        "64:ff9b::7f00:1",
        "64:ff9b:1::1",
        "2002:7f00:1::1",
        "2001:0:4136:e378:8000:63bf:f5ff:fffe",
        "2001:db8::1",
    ],
)
def test_inside_is_inside_in_every_disguise(address: str) -> None:
    assert not is_outside(ipaddress.ip_address(address))


@pytest.mark.parametrize("address", [PUBLIC, "8.8.8.8", "2606:2800:21f:cb07:6820:80da:af6b:8b2c", "::ffff:8.8.8.8"])
def test_the_internet_is_outside(address: str) -> None:
    assert is_outside(ipaddress.ip_address(address))


@pytest.mark.parametrize("found", [["10.0.0.1"], [PUBLIC, "127.0.0.1"], ["fe80::1%eth0"], []])
def test_one_address_inside_is_enough_to_refuse_the_name(found: list[str]) -> None:
    with pytest.raises(Inside):
        Outside(resolve=lambda *_: found).check(f"https://{NAME}/")


@pytest.mark.parametrize("host", ["127.0.0.1", "127.1", "0x7f000001", "2130706433", "localhost", "[::1]"])
def test_however_loopback_is_written(host: str) -> None:
    with pytest.raises((Inside, Unreachable)):
        Outside().check(f"https://{host}/")


def test_a_name_that_changes_its_mind_leads_nowhere(monkeypatch: pytest.MonkeyPatch) -> None:
    """Outside when it was registered, inside when it is called: the check is made on what is connected to."""
    answers = iter([[PUBLIC], ["127.0.0.1"]])
    with _listener() as (port, came):
        line = Outside(resolve=lambda *_: next(answers))
        url = f"https://{NAME}:{port}/"
        line.check(url)
        with pytest.raises(Inside):
            line.post(Letter(url, {}, b""))
        assert came == []


def test_the_name_is_asked_once_and_the_connection_goes_to_what_was_checked(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """No second look-up lies between check and connection; TLS and Host still use the name."""
    asked: list[str] = []
    monkeypatch.setattr(outside, "is_outside", lambda _: True)  # its own machine stands in for the internet

    def resolve(host: str, port: int) -> list[str]:
        asked.append(host)
        return ["127.0.0.1"]

    with _tls_server(tmp_path) as (port, seen, trust):
        status = Outside(resolve=resolve, trust=trust).post(
            Letter(f"https://{NAME}:{port}/hooks", {"webhook-id": "1"}, b"{}")
        )
    assert status == 204
    assert asked == [NAME]
    assert seen["sni"] == NAME
    assert f"Host: {NAME}:{port}" in seen["request"]
    assert seen["request"].startswith("POST /hooks HTTP/1.1")


def test_a_certificate_for_another_name_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(outside, "is_outside", lambda _: True)
    with _tls_server(tmp_path) as (port, _, trust), pytest.raises(Unreachable, match="certificate"):
        Outside(resolve=lambda *_: ["127.0.0.1"], trust=trust).post(
            Letter(f"https://other.example.org:{port}/", {}, b"")
        )


def test_a_redirect_is_an_answer_and_is_not_followed() -> None:
    with (
        _listener() as (inside, came),
        _listener(
            f"HTTP/1.1 307 Temporary Redirect\r\nLocation: http://localhost:{inside}/\r\nContent-Length: 0\r\n\r\n"
        ) as (port, _),
    ):
        assert Outside(local=True).post(Letter(f"http://localhost:{port}/", {}, b"{}")) == 307
        assert came == []


def test_who_drips_or_is_silent_is_left_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outside, "_ALL_IN", 1.0)
    for answer in ("", "HTTP/1.1 200 OK\r\nX: " + "x" * 200):
        with _listener(answer, drip=0.05) as (port, _):
            began = time.monotonic()
            with pytest.raises(Unreachable):
                Outside(local=True).post(Letter(f"http://localhost:{port}/", {}, b"{}"))
            assert time.monotonic() - began < 3


def test_an_endless_answer_is_not_read_to_its_end() -> None:
    with _listener("HTTP/1.1 200 OK\r\n\r\n", endless=True) as (port, _):
        began = time.monotonic()
        assert Outside(local=True).post(Letter(f"http://localhost:{port}/", {}, b"{}")) == 200
        assert time.monotonic() - began < 5


def test_what_is_no_http_and_who_hangs_up_are_unreachable() -> None:
    for answer in ("نقود 💶\r\n\r\n", "\r\n"):
        with _listener(answer) as (port, _), pytest.raises(Unreachable, match="connection"):
            Outside(local=True).post(Letter(f"http://localhost:{port}/", {}, b"{}"))


def test_no_proxy_of_the_environment_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    monkeypatch.setenv("NO_PROXY", "")
    with _listener("HTTP/1.1 204 No Content\r\n\r\n") as (port, _):
        assert Outside(local=True).post(Letter(f"http://localhost:{port}/", {}, b"{}")) == 204


@contextmanager
def _listener(answer: str = "", *, drip: float = 0, endless: bool = False) -> Iterator[tuple[int, list[bytes]]]:
    """A bare socket that answers as told; what came in is kept."""
    came: list[bytes] = []
    done = threading.Event()

    def talk(conn: socket.socket) -> None:
        came.append(conn.recv(65536))
        for char in answer:
            conn.sendall(char.encode())
            if drip and done.wait(drip):
                return
        while endless and not done.is_set():
            conn.sendall(b"x" * 65536)
        if not answer:
            done.wait(10)

    with _serving(talk, done) as port:
        yield port, came


@contextmanager
def _tls_server(folder: Path) -> Iterator[tuple[int, dict[str, str], ssl.SSLContext]]:
    """A server with a certificate for NAME, and whom one has to trust to believe it."""
    certificate = _certificate(folder)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    seen: dict[str, str] = {}
    context.sni_callback = lambda _, name, __: seen.update(sni=str(name))
    done = threading.Event()

    def talk(conn: socket.socket) -> None:
        with context.wrap_socket(conn, server_side=True) as secured:
            seen["request"] = secured.recv(65536).decode()
            secured.sendall(b"HTTP/1.1 204 No Content\r\n\r\n")

    trust = ssl.create_default_context(cafile=str(certificate))
    with _serving(talk, done) as port:
        yield port, seen, trust


@contextmanager
def _serving(talk: Callable[[socket.socket], None], done: threading.Event) -> Iterator[int]:
    server = socket.create_server(("127.0.0.1", 0))
    server.settimeout(0.05)

    def serve() -> None:
        while not done.is_set():
            try:
                conn, _ = server.accept()
            except TimeoutError:
                continue
            with conn:
                conn.settimeout(5)
                try:
                    talk(conn)
                    conn.shutdown(socket.SHUT_WR)
                    while conn.recv(65536):  # else what was not read yet makes the hang-up a reset
                        pass
                except OSError:
                    continue

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield server.getsockname()[1]
    finally:
        done.set()
        thread.join()
        server.close()


def _certificate(folder: Path) -> Path:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, NAME)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(NAME)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = folder / "server.pem"
    path.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        + made.public_bytes(serialization.Encoding.PEM)
    )
    return path
