"""Each service is a user of its own at the broker: it writes its own topics and reads what it consumes, no more."""

from importlib import import_module
from threading import Event as Flag

import pytest
from kafka import KafkaConsumer, TopicPartition
from kafka.errors import TopicAuthorizationFailedError

from deploy import topics
from deploy.kafka import prepare
from deploy.kafka.settings import BrokerAdminSettings
from deploy.local.home import Failure
from deploy.services import SERVICES
from shared.kafka import Access, Broker, BrokerError, Producer, Subscription, beginning_of, consume, greet, set_access
from shared.outbox import Waiting
from tests.kafka.cluster import Cluster
from tests.kafka.conftest import under_a_prefix

pytestmark = pytest.mark.kafka

_REFUSED = "does not let user .* use"


@pytest.fixture(scope="module")
def prepared(cluster: Cluster, passwords: dict[str, str]) -> BrokerAdminSettings:
    settings = under_a_prefix(cluster, passwords)
    prepare.prepare(settings, print)
    return settings


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_writes_its_own_topics_only(service: str, prepared: BrokerAdminSettings) -> None:
    own = {topic.name for topic in import_module(f"services.{service}.events").TOPICS}
    refused = {topic: told for topic in _every_topic() if (told := _writes(prepared, service, topic))}
    assert set(refused) == _every_topic() - own
    assert all(f"does not let user {prepared.user_of(service)} use" in told for told in refused.values())


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_reads_only_what_it_consumes(service: str, prepared: BrokerAdminSettings) -> None:
    consumed = import_module(f"services.{service}.worker").TOPICS
    wanted = {topic for group in consumed.values() for topic in group}
    assert {one for one in _every_topic() if _reads(prepared.broker_for(service), one)} == wanted


def test_reading_what_is_not_there_for_us_says_what_to_do(prepared: BrokerAdminSettings) -> None:
    with pytest.raises(BrokerError, match=r"intake\.trail is not there, or we may not see it: `brug topics apply`"):
        beginning_of(prepared.broker_for("referral"), "intake.trail", print)


def test_a_service_joins_no_group_of_another(prepared: BrokerAdminSettings) -> None:
    """Its offsets would be taken away from the one whose group it is."""
    subscription = Subscription("activities.akkoord", ["intake.consents"], lambda _: None, lambda: None)
    with pytest.raises(BrokerError, match=_REFUSED):
        consume(prepared.broker_for("referral"), "referral", subscription, Flag())


def test_a_service_is_no_administrator(prepared: BrokerAdminSettings) -> None:
    itself = {"kafka_username": prepared.user_of("referral"), "kafka_password": prepared.kafka_passwords["referral"]}
    with pytest.raises(Failure, match=r"does not (let|make)"):
        prepare.apply(prepared.model_copy(update=itself))


def test_what_somebody_added_to_a_services_list_is_taken_away(prepared: BrokerAdminSettings) -> None:
    user = prepared.user_of("network")
    too_much = frozenset(_every_topic())
    set_access(Broker.of(prepared), [Access(user, too_much, too_much, frozenset({"network"}))])
    assert _reads(prepared.broker_for("network"), "intake.trail")
    told, all_right = prepare.apply(prepared)
    assert all_right
    assert any("taken away" in line and " 0 taken away" not in line for line in told)
    assert not _reads(prepared.broker_for("network"), "intake.trail")
    assert prepare.apply(prepared)[0] == ["access lists of 4 users: 0 permissions added, 0 taken away"]


def test_a_wrong_password_is_called_that(prepared: BrokerAdminSettings) -> None:
    broker = prepared.broker_for("referral")._replace(password="not this")
    with pytest.raises(BrokerError, match=r"refuses user .*referral: wrong name or password \(BRUG_KAFKA_USERNAME"):
        greet(broker)


def test_a_certificate_by_an_authority_that_we_do_not_know_is_called_that(prepared: BrokerAdminSettings) -> None:
    with pytest.raises(BrokerError, match=r"certificate is not one we trust \(BRUG_KAFKA_CA_FILE\)"):
        greet(prepared.broker_for("referral")._replace(ca_file=None))


def test_a_client_without_a_name_is_not_taken_in(prepared: BrokerAdminSettings) -> None:
    with pytest.raises(BrokerError):
        greet(prepared.broker_for("referral")._replace(protocol="PLAINTEXT"))


def _every_topic() -> set[str]:
    return {topic.name for topic in topics.all_topics()}


def _writes(settings: BrokerAdminSettings, service: str, topic: str) -> str:
    """Why it may not; nothing where it may. A producer each: one that was refused is of no use any more."""
    producer = Producer(settings.broker_for(service), service)
    try:
        producer.send_all([Waiting(1, topic, "k", "{}")])
    except BrokerError as refused:
        return str(refused)
    finally:
        producer.close()
    return ""


def _reads(broker: Broker, topic: str) -> bool:
    # A topic that may not be seen has no partitions; one that may be written can be seen, and is asked for records.
    consumer = KafkaConsumer(**broker.client(), group_id=None)
    try:
        name = broker.prefix + topic
        if not consumer.partitions_for_topic(name):
            return False
        consumer.assign([TopicPartition(name, 0)])
        consumer.seek_to_beginning()
        consumer.poll(timeout_ms=300)
    except TopicAuthorizationFailedError:
        return False
    finally:
        consumer.close()
    return True
