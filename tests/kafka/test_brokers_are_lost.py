"""Three brokers hold every record each. One is lost: nobody notices for long. Two are lost: work waits, and is told."""

import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.services import SERVICES
from deploy.story import neighbourhood, sharing, stop
from deploy.story.browser import Browser
from deploy.story.cast import Cast
from deploy.story.ledger import Ledger
from tests.kafka import city as cities
from tests.kafka.city import City
from tests.kafka.cluster import Cluster, running
from tests.kafka.conftest import admin_settings
from tests.stack.processes import soon

pytestmark = pytest.mark.kafka

_STORY = 300.0  # seconds
_NOTICE = "Brug loopt wat achter."


@pytest.fixture(scope="module")
def brokers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    with running(tmp_path_factory.mktemp("three"), brokers=3, guarded=True) as three:
        yield three


@pytest.fixture(scope="module")
def city(brokers: Cluster, passwords: dict[str, str]) -> Iterator[City]:
    settings = admin_settings(brokers, passwords)
    with cities.running(settings.model_copy(update={"partitions": 6})) as running_city:
        yield running_city


def test_the_story_with_every_service_its_own_user_at_the_broker(city: City, passwords: dict[str, str]) -> None:
    story = city.story()
    assert story.end(_STORY) == 0, story.told
    for service in SERVICES:
        environ = Path(f"/proc/{city.pids()[f'{service}-worker']}/environ").read_bytes().split(b"\0")
        assert f"BRUG_KAFKA_USERNAME=brug-{service}".encode() in environ
        others = [passwords[one].encode() for one in SERVICES if one != service]
        assert not [one for one in environ for secret in others if secret in one]


def test_one_broker_is_killed_in_mid_story_and_nothing_is_lost_or_doubled(city: City, brokers: Cluster) -> None:
    before = city.pids()
    story = city.story()
    story.await_line("2. ", _STORY)
    brokers.kill(1)
    assert story.end(_STORY) == 0, story.told
    assert soon(lambda: city.waiting() == 0, 90)
    for service in SERVICES:
        held = Counter(event.id for event in city.on_the_brokers(service))
        sent = {row[0] for row in city.rows(service, "SELECT event_id FROM outbox")}
        assert set(held) == sent
        assert {event for event, count in held.items() if count > 1} == set()
    assert city.pids() == before, "a process was started anew"
    brokers.revive(1)
    brokers.await_brokers(3)


def test_two_brokers_are_killed_work_waits_pages_say_so_and_all_arrives(city: City, brokers: Cluster) -> None:
    for one in (2, 3):
        brokers.kill(one)
    ledger = Ledger()
    cast = Cast(city.url, ledger, {})
    sharing.talk(cast)
    assert city.waiting() > 0

    assert soon(lambda: cast.amal.phone.go("/intake/me?lang=nl").says(_NOTICE), 120), "her page does not say it"
    passer_by = Browser(city.url).go("/activities/")
    assert passer_by.status == 200
    assert passer_by.says(_NOTICE)
    assert cast.staff("ocmw").get("/referral/api/v1/referrals").status_code == 200
    assert cast.staff("brugfiguur").get(f"/intake/api/v1/files/{cast.file['id']}").status_code == 200
    assert soon(lambda: "BrokerSilentError" in city.log_of("intake-worker"), 90), "the worker does not say why"

    for one in (2, 3):
        brokers.revive(one)
    back = time.monotonic()
    brokers.await_brokers(3)
    assert soon(lambda: city.waiting() == 0, 180), "not everything was sent"
    sys.stdout.write(f"sent {time.monotonic() - back:.1f} s after the brokers were started\n")
    assert soon(lambda: not cast.amal.phone.go("/intake/me?lang=nl").says(_NOTICE), 90), "her page still says it"
    for step in (sharing.cards, sharing.answers, neighbourhood.cafe, neighbourhood.match, stop.stop, stop.farewell):
        step(cast)
    assert ledger.wrong == []
    assert soon(lambda: city.waiting() == 0, 90)
    for service in SERVICES:
        held = {event.id for event in city.on_the_brokers(service)}
        assert {row[0] for row in city.rows(service, "SELECT event_id FROM outbox")} <= held
        assert city.rows(service, "SELECT id FROM dead_letter") == []
