"""Whether the threads of a worker move, and the address where it says so, beside its metrics."""

import threading
import time
from collections.abc import Callable, Iterable
from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from prometheus_client import make_wsgi_app

SILENT = 30.0  # seconds without a sign after which a thread counts as stuck; a pass of any of them takes a few


class Pulse:
    """When each thread was last seen to go round its loop."""

    def __init__(self) -> None:
        self._seen: dict[str, float] = {}

    def expect(self, threads: Iterable[str]) -> None:
        """These must move from now on; one that has not moved yet is not ready."""
        self._seen = dict.fromkeys(threads, float("-inf"))

    def beat(self, thread: str) -> None:
        self._seen[thread] = time.monotonic()

    def stuck(self) -> list[str]:
        """Who has not begun, or has not moved for too long."""
        now = time.monotonic()
        if not self._seen:
            return ["the database"]
        return sorted(thread for thread, seen in self._seen.items() if now - seen > SILENT)


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class _Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Nobody wants a line for each look."""


def serve(place: tuple[str, int], pulse: Pulse) -> WSGIServer:
    """`/health/ready` and, everywhere else, the metrics; from a thread of its own until the process ends."""
    metrics = make_wsgi_app()

    def answer(environ: dict[str, Any], start_response: Callable[..., Any]) -> Any:
        if environ["PATH_INFO"] != "/health/ready":
            return metrics(environ, start_response)
        stuck = pulse.stuck()
        status, words = (
            ("503 Service Unavailable", f"waits for: {', '.join(stuck)}\n") if stuck else ("200 OK", "ready\n")
        )
        start_response(status, [("Content-Type", "text/plain; charset=utf-8")])
        return [words.encode()]

    server = make_server(*place, answer, server_class=_Server, handler_class=_Quiet)
    threading.Thread(target=server.serve_forever, name="metrics", daemon=True).start()
    return server
