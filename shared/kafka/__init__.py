"""The only package that speaks to Kafka: producer, consumer loop, topics, users and access lists."""

from shared.kafka.access import Access, set_access, set_users
from shared.kafka.broker import Broker
from shared.kafka.faults import BrokerError, BrokerSilentError, await_broker, brokers_that_run, greet
from shared.kafka.reading import Subscription, beginning_of, consume
from shared.kafka.sending import Producer
from shared.kafka.topics import Difference, TopicNow, differences, ensure_topics, mend, set_settings, topics_now

__all__ = [
    "Access",
    "Broker",
    "BrokerError",
    "BrokerSilentError",
    "Difference",
    "Producer",
    "Subscription",
    "TopicNow",
    "await_broker",
    "beginning_of",
    "brokers_that_run",
    "consume",
    "differences",
    "ensure_topics",
    "greet",
    "mend",
    "set_access",
    "set_settings",
    "set_users",
    "topics_now",
]
