"""What a broker needs before services use it: topics, users, access lists.

`brug up` does this with the broker that it is given, and `brug migrate` in Compose: with the settings of the broker as
services have them, but BRUG_KAFKA_USERNAME and _PASSWORD of an administrator (one of the broker's `super.users`), and
`kafka_passwords` by service. Each service's own processes then have BRUG_KAFKA_USERNAME=brug-<service> and that
password. Run twice, it changes nothing.
"""

from collections.abc import Callable

from deploy import topics
from deploy.kafka import access
from deploy.kafka.settings import BrokerAdminSettings
from deploy.local.home import Failure
from shared.kafka import Broker, differences, ensure_topics, greet, mend


def prepare(settings: BrokerAdminSettings, say: Callable[[str], None]) -> None:
    """Make what is missing, and tell in one line each what is not as it should be.

    Raises Failure where services cannot work with it: the broker refuses us, or a topic has other partitions.
    """
    broker, wanted = Broker.of(settings), topics.all_topics()
    with topics.in_one_line():
        wrong = differences(broker, wanted, ensure_topics(broker, wanted))
        access.write(settings)
        for service in settings.kafka_passwords:
            greet(settings.broker_for(service))
    if partitions := [one for one in wrong if one.what == "partitions"]:
        more = f" (and {len(partitions) - 1} more)" if partitions[1:] else ""
        raise Failure(f"The broker's topics are not as they must be: {partitions[0]}{more}")
    for one in wrong:
        say(f"{one}" if one.hindrance else f"{one}; `brug topics apply` mends that")


def apply(settings: BrokerAdminSettings) -> tuple[list[str], bool]:
    """Make all of it what it should be. Returns what was done or cannot be, and whether all is right now."""
    broker, wanted = Broker.of(settings), topics.all_topics()
    with topics.in_one_line():
        wrong = differences(broker, wanted, ensure_topics(broker, wanted))
        lines = [f"{one}: mended" for one in mend(broker, wrong)]
        lines += access.write(settings)
    refused = [f"{one}" for one in wrong if one.hindrance]
    return (lines + refused or ["all topics are as they should be"]), not refused
