"""Sends to addresses that somebody outside chose, and never to one inside: checked, then connected to as checked."""

import ipaddress
import socket
import ssl
import time
from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import httpcore
import httpx

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Resolve = Callable[[str, int], list[str]]

_ALL_IN = 10.0  # seconds for name, connection, answer and all
_MOST_READ = 16 * 1024  # bytes of an answer; only its status counts
# Addresses that look public and are the inside of somebody's cloud.
_METADATA = frozenset({ipaddress.ip_address("168.63.129.16"), ipaddress.ip_address("fd00:ec2::254")})
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_GLOBAL_UNICAST = ipaddress.ip_network("2000::/3")  # all that IPv6 has given out so far (RFC 4291 2.4)
LOCAL_NAMES = ("localhost", "127.0.0.1")


class Inside(Exception):
    """The name leads to an address inside, or to none that we know to be outside."""


class Unreachable(Exception):
    """Nobody answers there. Its argument says why, as a code."""


class Letter(NamedTuple):
    """What is posted where."""

    url: str
    headers: Mapping[str, str]
    body: bytes


def is_outside(address: Address) -> bool:
    """Whether it belongs to the internet: not private, loopback, link-local, multicast, or any of those in disguise."""
    hidden = _hidden_in(address)
    if hidden is not None:
        return is_outside(hidden)
    if address.version == 6 and address not in _GLOBAL_UNICAST:
        return False
    return address.is_global and not address.is_multicast and not address.is_reserved and address not in _METADATA


def _hidden_in(address: Address) -> Address | None:
    """The IPv4 address that an IPv6 address carries along, where it is of a kind that does."""
    if isinstance(address, ipaddress.IPv4Address):
        return None
    if address in _NAT64:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    teredo = address.teredo[1] if address.teredo else None
    return address.ipv4_mapped or address.sixtofour or teredo


def resolve(host: str, port: int) -> list[str]:
    """Every address of this name, as the system finds them. Raises `Unreachable`."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise Unreachable("name") from error
    return list(dict.fromkeys(str(place[0]) for *_, place in found))


class Outside:
    """The way out. `local`: `http://localhost` counts as outside, for demos and tests.

    Every name is resolved anew for each letter, all its addresses are checked, and the connection is made to a
    checked one: a name that changes its mind in between leads nowhere else. No proxy, no redirect, no second chance.
    """

    def __init__(self, *, local: bool = False, resolve: Resolve = resolve, trust: ssl.SSLContext | None = None) -> None:
        self._local, self._resolve, self._given = local, resolve, trust

    @cached_property
    def _trust(self) -> ssl.SSLContext:
        return self._given or httpx.create_ssl_context()

    def check(self, url: str) -> None:
        """Raises `Inside` or `Unreachable`."""
        parts = urlsplit(url)
        self._addresses(parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80), parts.scheme)

    def post(self, letter: Letter) -> int:
        """The status of the answer, whatever it is. Raises `Inside` or `Unreachable`."""
        deadline = time.monotonic() + _ALL_IN
        scheme = urlsplit(letter.url).scheme
        backend = _Checked(lambda host, port: self._addresses(host, port, scheme), deadline)
        try:
            with (
                httpcore.ConnectionPool(self._trust, max_connections=1, network_backend=backend) as pool,
                pool.stream("POST", letter.url, headers=list(letter.headers.items()), content=letter.body) as answer,
            ):
                _read_some(answer.iter_stream())
                return answer.status
        except httpcore.TimeoutException as error:
            raise Unreachable("silent") from error
        except ssl.SSLError as error:
            raise Unreachable("certificate") from error
        except (httpcore.NetworkError, httpcore.ProtocolError) as error:
            is_tls = isinstance(error.__cause__ or error.__context__, ssl.SSLError)
            raise Unreachable("certificate" if is_tls else "connection") from error

    def _addresses(self, host: str, port: int, scheme: str) -> list[str]:
        found = self._resolve(host.strip("[]"), port)
        if self._local and scheme == "http" and host in LOCAL_NAMES:
            return found
        if not found or not all(is_outside(_parsed(one)) for one in found):
            raise Inside(host)
        return found


def _parsed(text: str) -> Address:
    return ipaddress.ip_address(text.partition("%")[0])


def _read_some(chunks: Iterable[bytes]) -> None:
    """Enough to be polite; who sends more is left talking."""
    read = 0
    for chunk in chunks:
        read += len(chunk)
        if read >= _MOST_READ:
            return


class _Checked(httpcore.NetworkBackend):
    """Connects to checked addresses only, and to nobody for longer than until the deadline.

    TLS and the Host header go on using the name: httpcore takes both from the address of the letter.
    """

    def __init__(self, addresses: Resolve, deadline: float) -> None:
        self._addresses, self._deadline = addresses, deadline
        self._sockets = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Any = None,
    ) -> httpcore.NetworkStream:
        last: Exception = httpcore.ConnectError("no address")
        for address in self._addresses(host, port):
            try:
                found = self._sockets.connect_tcp(address, port, _left(self._deadline), local_address, socket_options)
                return _Patient(found, self._deadline)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                last = error
        raise last


class _Patient(httpcore.NetworkStream):
    """A stream whose every wait ends at the same deadline, so that one who drips cannot hold us."""

    def __init__(self, stream: httpcore.NetworkStream, deadline: float) -> None:
        self._stream, self._deadline = stream, deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, _left(self._deadline))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, _left(self._deadline))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        secured = self._stream.start_tls(ssl_context, server_hostname, _left(self._deadline))
        return _Patient(secured, self._deadline)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


def _left(deadline: float) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise httpcore.ReadTimeout("the deadline has passed")
    return left
