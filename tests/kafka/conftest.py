"""One guarded broker for all tests of a run but those that kill brokers."""

from collections.abc import Callable, Iterator
from uuid import uuid4

import pytest
from pydantic import SecretStr

from deploy.kafka.settings import BrokerAdminSettings
from deploy.services import SERVICES
from shared.kafka import Broker
from tests.kafka.cluster import Cluster, running

SettingsOf = Callable[..., BrokerAdminSettings]


@pytest.fixture(scope="session")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    with running(tmp_path_factory.mktemp("kafka"), guarded=True) as one:
        yield one


@pytest.fixture(scope="session")
def passwords() -> dict[str, str]:
    """Of each service's own user at the broker."""
    return {service: f"{service}-{uuid4()}" for service in SERVICES}


@pytest.fixture
def settings_for(cluster: Cluster, passwords: dict[str, str]) -> SettingsOf:
    """The administrator's settings for a prefix of its own; `settings_for(partitions=6)` changes some of them."""
    own = under_a_prefix(cluster, passwords)

    def made(**changes: object) -> BrokerAdminSettings:
        return own.model_copy(update=changes)

    return made


@pytest.fixture
def admin(settings_for: SettingsOf) -> Broker:
    """The broker as its administrator reaches it, under this test's own prefix."""
    return Broker.of(settings_for())


def under_a_prefix(cluster: Cluster, passwords: dict[str, str]) -> BrokerAdminSettings:
    """So that tests which share a broker do not see each other's topics and users."""
    prefix = {"topic_prefix": f"{uuid4().hex[:8]}.", "partitions": 2}
    return admin_settings(cluster, passwords).model_copy(update=prefix)


def admin_settings(cluster: Cluster, passwords: dict[str, str]) -> BrokerAdminSettings:
    broker = cluster.broker
    return BrokerAdminSettings.model_validate(
        {
            "kafka_bootstrap": broker.bootstrap,
            "kafka_security_protocol": broker.protocol,
            "kafka_ca_file": broker.ca_file,
            "kafka_username": broker.username,
            "kafka_password": broker.password,
            "kafka_session_timeout_ms": broker.session_timeout_ms,
            "topic_replication": broker.replication,
            "topic_min_insync": broker.min_insync,
        }
        | {"kafka_passwords": {service: SecretStr(password) for service, password in passwords.items()}}
    )
