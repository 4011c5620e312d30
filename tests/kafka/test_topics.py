"""Topics are what `events.py` declares; one that is not is named in one line, and mended where that does no harm."""

import pytest

from deploy import topics
from deploy.kafka import prepare
from deploy.local.home import Failure
from shared.kafka import Broker, ensure_topics, set_settings, topics_now
from tests.kafka.conftest import SettingsOf

pytestmark = pytest.mark.kafka

HOUR = str(60 * 60 * 1000)


def test_topics_are_made_as_their_service_declares_them(settings_for: SettingsOf, admin: Broker) -> None:
    said: list[str] = []
    prepare.prepare(settings_for(), said.append)
    assert said == []
    found = {one.name: one for one in topics_now(admin, topics.all_topics())}
    assert set(found) == {topic.name for topic in topics.all_topics()}
    assert {one.partitions for one in found.values()} == {2}
    keys, heartbeats = found["intake.keys"].settings, found["intake.heartbeats"].settings
    assert (keys["cleanup.policy"], keys["segment.ms"], keys["max.compaction.lag.ms"]) == ("compact", HOUR, HOUR)
    assert (heartbeats["cleanup.policy"], heartbeats["retention.ms"]) == ("delete", HOUR)
    others = [one.settings for name, one in found.items() if name not in ("intake.keys", "intake.heartbeats")]
    assert {(one["cleanup.policy"], one["retention.ms"]) for one in others} == {("delete", "-1")}


def test_a_topic_with_other_settings_is_named_in_one_line_and_mended(settings_for: SettingsOf, admin: Broker) -> None:
    settings = settings_for()
    prepare.prepare(settings, print)
    by_somebody = {"cleanup.policy": "delete", "segment.ms": "604800000", "segment.bytes": "1048576"}
    set_settings(admin, {"intake.keys": by_somebody, "referral.referrals": {"retention.ms": "604800000"}})

    said: list[str] = []
    prepare.prepare(settings, said.append)
    assert sorted(said) == [
        "topic intake.keys: cleanup.policy is delete, should be compact; `brug topics apply` mends that",
        f"topic intake.keys: segment.ms is 604800000, should be {HOUR}; `brug topics apply` mends that",
        "topic referral.referrals: retention.ms is 604800000, should be -1; `brug topics apply` mends that",
    ]
    lines, all_right = topics.report(settings)
    assert not all_right
    assert len([line for line in lines if "NOT AS IT SHOULD BE" in line]) == 3

    told, all_right = prepare.apply(settings)
    assert all_right
    assert "topic referral.referrals: retention.ms is 604800000, should be -1: mended" in told
    assert topics.report(settings)[1]
    left_alone = next(one for one in topics_now(admin, topics.all_topics()) if one.name == "intake.keys")
    assert left_alone.settings["segment.bytes"] == "1048576"


@pytest.mark.parametrize(
    ("asked", "why"),
    [(3, "more would send the next event of a family to another partition"), (1, "a topic never loses partitions")],
)
def test_other_partitions_are_refused_with_the_reason(settings_for: SettingsOf, asked: int, why: str) -> None:
    prepare.prepare(settings_for(), print)
    wanted = settings_for(partitions=asked)
    with pytest.raises(Failure, match=rf"partitions is 2, should be {asked}; {why}.* set BRUG_PARTITIONS=2"):
        prepare.prepare(wanted, print)
    lines, all_right = prepare.apply(wanted)
    assert not all_right
    assert all("partitions is 2" in line for line in lines if line.startswith("topic "))
    assert {one.partitions for one in topics_now(Broker.of(wanted), topics.all_topics())} == {2}


def test_another_number_of_copies_is_told_with_the_way_to_change_it(settings_for: SettingsOf) -> None:
    prepare.prepare(settings_for(), print)
    said: list[str] = []
    prepare.prepare(settings_for(topic_replication=3), said.append)
    assert len(said) == len(topics.all_topics())
    assert all("replication is 1, should be 3; partitions are moved with Kafka's own" in line for line in said)


def test_what_is_there_is_shown_and_nothing_is_made_by_looking(settings_for: SettingsOf, admin: Broker) -> None:
    lines, all_right = topics.report(settings_for())
    assert not all_right
    assert all(line.endswith(("is not there", "should be there", "can be mended")) for line in lines)
    ensure_topics(admin, topics.all_topics())
    lines, all_right = topics.report(settings_for())
    assert all_right
    assert "intake.keys                    2 partitions, 1 copy, 1 needed, keeps the last of each key" in lines
    assert "intake.heartbeats              2 partitions, 1 copy, 1 needed, keeps 60 minutes" in lines
