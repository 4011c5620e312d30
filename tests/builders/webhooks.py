"""Somebody's own machine that receives webhooks: a real HTTP server here, which checks signatures with the library."""

import threading
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from uuid import UUID, uuid4

from standardwebhooks import Webhook, WebhookVerificationError

from services.referral.commands import webhooks
from services.referral.commands.deliveries import Courier
from services.referral.domain.webhooks import TYPES
from shared.outside import Outside
from shared.security import Actor, ActorKind
from shared.security import Membership as Held
from tests.builders.referral import Town


@dataclass
class Receiver:
    """`answer`: the status that it gives from now on; `secret`: what it checks signatures with."""

    port: int = 0
    secret: str = ""
    answer: int = 204
    headers: Mapping[str, str] = field(default_factory=dict)
    slow: float = 0.0
    got: list[dict[str, Any]] = field(default_factory=list)
    ids: Counter[str] = field(default_factory=Counter)
    unsigned: int = 0
    asked: int = 0

    @property
    def url(self) -> str:
        return f"http://localhost:{self.port}/hooks"

    @property
    def types(self) -> list[str]:
        return [one["type"] for one in self.got]

    def take(self, body: bytes, headers: Mapping[str, str]) -> int:
        """As a receiver should: the signature first, then the number, then the news."""
        self.asked += 1
        time.sleep(self.slow)
        try:
            told = Webhook(self.secret).verify(body, dict(headers))
        except WebhookVerificationError:
            self.unsigned += 1
            return 400
        if 200 <= self.answer < 300:
            self.ids[headers["webhook-id"]] += 1
            self.got.append(told)
        return self.answer


@contextmanager
def a_receiver(**how: Any) -> Iterator[Receiver]:
    """One that listens on a port of its own until the block ends."""
    receiver = Receiver(**how)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            status = receiver.take(body, {name.lower(): value for name, value in self.headers.items()})
            self.send_response(status)
            for name, value in receiver.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
            """Nothing."""

    class Server(ThreadingHTTPServer):
        request_queue_size = 128

    server = Server(("127.0.0.1", receiver.port), Handler)
    receiver.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield receiver
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def a_dpo(organisation: UUID) -> Actor:
    return Actor(uuid4(), ActorKind.STAFF, (Held(organisation, "dpo", "verantwoordelijke gegevens", "beroepsgeheim"),))


def a_coordinator(organisation: UUID) -> Actor:
    return Actor(uuid4(), ActorKind.STAFF, (Held(organisation, "coordinator", "coördinator", "beroepsgeheim"),))


def a_program(organisation: UUID, role: str = "school_staff") -> Actor:
    held = (Held(organisation, role, "programma", "beroepsgeheim"),)
    return Actor(uuid4(), ActorKind.STAFF, held, is_program=True)


def registered(
    town: Town, organisation: UUID, receiver: Receiver, types: tuple[str, ...] = TYPES, *, key: str | None = None
) -> UUID:
    """The receiver's address is known, and it knows the secret."""
    wish = webhooks.Wish(organisation, receiver.url, types, local=True)
    made = webhooks.register_webhook(town.web, a_dpo(organisation), wish, key=key)
    receiver.secret = made.secret or receiver.secret
    return made.id


def deliver(town: Town, *, outside: Outside | None = None) -> int:
    """As the worker does until nothing is due."""
    courier = Courier(outside or Outside(local=True), town.settings.freshness_seconds)
    taken = 0
    while more := courier.go_round(town.worker):
        taken += more
    courier.close()
    return taken


def log_of(owner: Any, endpoint: UUID) -> list[tuple[str, str, int]]:
    """Type, state and tries of each delivery, in the order in which they happened."""
    rows = owner.execute(
        "SELECT type, state, tries FROM webhook_delivery WHERE endpoint_id = %s ORDER BY occurred_at, id", (endpoint,)
    ).fetchall()
    return [(str(one[0]), str(one[1]), int(one[2])) for one in rows]


def time_passes(owner: Any, over: timedelta) -> None:
    """For webhooks alone, since a receiver's library looks at the machine's own clock."""
    owner.execute("UPDATE webhook_delivery SET next_try = next_try - %s", (over,))
    owner.execute(
        "UPDATE webhook_endpoint SET failing_since = failing_since - %(over)s, rests_until = rests_until - %(over)s",
        {"over": over},
    )
    owner.execute(
        "UPDATE webhook_secret SET made_at = made_at - %(over)s, ends_at = ends_at - %(over)s", {"over": over}
    )
