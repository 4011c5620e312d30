"""Logs, metrics and the trace id that follows one act from the browser to its last effect."""

import logging
import re
import secrets
import sys
from contextvars import ContextVar

import structlog
from prometheus_client import Counter, Gauge, Histogram

_TRACEPARENT = re.compile(r"00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}")
_current: ContextVar[str] = ContextVar("traceparent", default="")

WAITING = Gauge("brug_outbox_waiting", "Events in the outbox that the broker does not have yet", ["service"])
OLDEST = Gauge("brug_outbox_oldest_seconds", "Age of the oldest event that waits in the outbox", ["service"])
PUBLISHED = Counter("brug_events_published", "Events handed to the broker", ["service", "topic"])
HANDLED = Counter("brug_events_handled", "Events handled", ["service", "topic"])
LAG = Gauge("brug_consumer_lag", "Records not handled yet", ["service", "topic", "partition"])
EFFECT = Histogram(
    "brug_commit_to_effect_seconds",
    "Time from the commit of an event to the commit of its effect here",
    ["service", "topic"],
    buckets=(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300),
)
PARKED = Gauge("brug_dead_letters", "Events that could not be handled and wait for a person", ["service"])


def configure(service: str, log_format: str) -> None:
    """Send structured logs to standard output; every line names the service and, if there is one, the trace."""
    console = structlog.dev.ConsoleRenderer(colors=sys.stdout.isatty())
    render: structlog.typing.Processor = structlog.processors.JSONRenderer() if log_format == "json" else console
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            _add(service),
            render,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(sys.stdout),
        cache_logger_on_first_use=True,
    )


def _add(service: str) -> structlog.typing.Processor:
    def add(_: object, __: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
        event["service"] = service
        return event

    return add


def bind_trace(traceparent: str | None) -> str:
    """Continue the trace of `traceparent` (W3C Trace Context), or start one; returns the current traceparent."""
    valid = traceparent and _TRACEPARENT.fullmatch(traceparent)
    trace = traceparent[3:35] if valid and traceparent else secrets.token_hex(16)
    current = f"00-{trace}-{secrets.token_hex(8)}-01"
    _current.set(current)
    structlog.contextvars.bind_contextvars(trace=trace)
    return current


def traceparent() -> str:
    """The current traceparent, empty outside a trace."""
    return _current.get()


def forget_trace() -> None:
    """End the current trace, so that the next act in this thread does not inherit it."""
    _current.set("")
    structlog.contextvars.unbind_contextvars("trace")
