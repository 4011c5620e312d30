"""Faults of the broker in words that an operator can use; Kafka's client names most of them a time-out."""

import logging
import time
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from threading import Event as Flag

import structlog
from kafka import KafkaAdminClient
from kafka.errors import (
    AuthorizationError,
    KafkaError,
    KafkaTimeoutError,
    NotEnoughReplicasError,
    RequestTimedOutError,
    RetriableError,
    SaslAuthenticationFailedError,
)

from shared.kafka.broker import Broker

log = structlog.get_logger()
_GREETING_MS = 5000
_LATELY = 60.0  # seconds in which a reason still counts
_LONGEST_PAUSE = 3.0  # seconds between two looks at a broker that does not answer


class BrokerError(Exception):
    """The broker cannot be used as the settings say; the text is one line for an operator."""


class BrokerSilentError(BrokerError):
    """No broker answers, or too few of them to keep what is sent: waiting may help."""


@contextmanager
def plainly(broker: Broker) -> Iterator[None]:
    """Raise `BrokerError` with the reason where Kafka's client fails inside the block."""
    heard = _Reasons()
    logger = logging.getLogger("kafka.net")
    logger.addHandler(heard)
    try:
        yield
    except KafkaError as fault:
        raise _in_words(broker, fault, heard.lately()) from fault
    finally:
        logger.removeHandler(heard)


def await_broker(broker: Broker, stop: Flag) -> bool:
    """Wait until a broker takes us in, or until `stop`; returns whether one did.

    Raises BrokerError where waiting is of no use: a wrong password, a certificate that we do not trust.
    """
    pause = 0.2
    while not stop.is_set():
        try:
            greet(broker)
        except BrokerSilentError as silent:
            log.warning("broker_away", reason=str(silent))
            pause = min(pause * 2, _LONGEST_PAUSE)
            stop.wait(pause)
        else:
            return True
    return False


def greet(broker: Broker) -> None:
    """Be taken in by the broker once, as its user. Raises BrokerError."""
    with plainly(broker):
        KafkaAdminClient(**broker.client(), bootstrap_timeout_ms=_GREETING_MS).close()


def brokers_that_run(broker: Broker) -> int:
    """How many brokers the cluster counts now; 0 where none answers."""
    try:
        admin = KafkaAdminClient(**broker.client(), bootstrap_timeout_ms=_GREETING_MS)
    except KafkaError:
        return 0
    try:
        return len(admin.describe_cluster()["brokers"])
    except KafkaError:
        return 0
    finally:
        admin.close()


class _Reasons(logging.Handler):
    """Keeps the exceptions that the client logs: it tries again until its time is over, and then forgets why."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self._heard: deque[tuple[float, BaseException]] = deque(maxlen=50)

    def emit(self, record: logging.LogRecord) -> None:
        told = [one for one in record.args or () if isinstance(one, BaseException)]
        if told and not isinstance(told[0], KafkaTimeoutError):
            self._heard.append((time.monotonic(), told[0]))

    def lately(self) -> list[BaseException]:
        """The last one last."""
        return [one for at, one in self._heard if time.monotonic() - at < _LATELY]


def _in_words(broker: Broker, fault: KafkaError, heard: Sequence[BaseException]) -> BrokerError:
    reasons = [fault, *heard]
    who = f"user {broker.username}" if broker.username else "us"
    if isinstance(fault, AuthorizationError):
        return BrokerError(f"The broker does not let {who} use {fault}: `brug topics apply` writes the access lists")
    if _refused_at_the_door(broker, reasons):
        return BrokerError(
            f"The broker refuses {who}: wrong name or password (BRUG_KAFKA_USERNAME, BRUG_KAFKA_PASSWORD)"
        )
    if any("CERTIFICATE_VERIFY" in str(one) for one in reasons):
        return BrokerError(f"The broker's certificate is not one we trust (BRUG_KAFKA_CA_FILE): {_said(reasons[-1])}")
    if any(isinstance(one, NotEnoughReplicasError) for one in reasons):
        return BrokerSilentError("Fewer brokers run than must have a record (BRUG_TOPIC_MIN_INSYNC)")
    if isinstance(fault, RetriableError):
        how = f" over {broker.protocol}" if _hung_up(reasons) else ""
        return BrokerSilentError(f"No broker answers as it should at {broker.bootstrap}{how}: {_said(reasons[-1])}")
    return BrokerError(f"The broker at {broker.bootstrap} fails: {_said(fault)}")


def _refused_at_the_door(broker: Broker, reasons: Sequence[BaseException]) -> bool:
    """A broker that refuses somebody hangs up so quickly that the client often does not read why."""
    if any(isinstance(one, SaslAuthenticationFailedError) for one in reasons):
        return True
    return broker.protocol.startswith("SASL") and isinstance(reasons[0], KafkaTimeoutError) and _hung_up(reasons)


def _hung_up(reasons: Sequence[BaseException]) -> bool:
    """More than once, and nothing else came between: a broker that goes down does so once."""
    # The attempt that was under way when our own time was over tells nothing.
    last = [str(one) for one in reasons if not isinstance(one, RequestTimedOutError)][-4:]
    return len(last) == 4 and all("socket disconnected" in one for one in last)


def _said(fault: BaseException) -> str:
    name, words = type(fault).__name__, str(fault)[:200]
    return words if words.startswith((name, "[Error")) else f"{name}: {words}"
