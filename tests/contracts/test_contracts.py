"""What one service promises, every other can rely on."""

import json
import re
from importlib import import_module
from typing import Any
from uuid import UUID, uuid4

import jsonschema_rs
import pytest

from deploy import asyncapi, contracts
from shared import inbox
from shared.db import Database
from shared.envelope import Envelope, Event
from shared.security import worker_of

ALL = list(contracts.events())


def test_the_contracts_on_file_are_what_the_code_says() -> None:
    assert contracts.stale() == []


def test_every_type_is_published_once_and_names_its_topic() -> None:
    types = [event.TYPE for event in ALL]
    assert len(types) == len(set(types))
    for event in ALL:
        assert event.TYPE.startswith("be.brug.")
        assert event.TYPE.endswith(".v1")


def test_every_topic_that_carries_an_event_is_declared() -> None:
    declared = {
        topic.name for service in contracts.SERVICES for topic in import_module(f"services.{service}.events").TOPICS
    }
    carried = {event.TOPIC.format(service=service) for event in ALL for service in contracts.SERVICES}
    assert carried == declared - {"intake.heartbeats"}


@pytest.mark.parametrize("event", [event for event in ALL if event.CONTENT], ids=lambda event: event.TYPE)
def test_what_is_sealed_names_who_may_open_it(event: type[Event]) -> None:
    assert event.AUDIENCE
    assert "sealed" in event.model_fields


@pytest.mark.parametrize("service", contracts.SERVICES)
def test_every_reaction_and_projection_knows_a_published_type(service: str) -> None:
    published = {event.TYPE for event in ALL} | {"be.brug.intake.heartbeat.v1"}
    projections = import_module(f"services.{service}.projections").PROJECTIONS
    reactions = import_module(f"services.{service}.reactions").REACTIONS
    assert set(projections) | set(reactions) <= published


@pytest.mark.parametrize("event", ALL, ids=lambda event: event.TYPE)
@pytest.mark.parametrize("service", contracts.SERVICES)
def test_every_example_goes_through_every_consumer(service: str, event: type[Event], db_of: Any) -> None:
    db: Database = db_of(service, "worker")
    known = inbox.Known(
        import_module(f"services.{service}.projections").PROJECTIONS,
        import_module(f"services.{service}.reactions").REACTIONS,
    )
    for _ in range(2):
        with db.transaction(worker_of(service)) as conn:
            inbox.receive(conn, _enveloped(event), known)


def _enveloped(event: type[Event]) -> Envelope:
    data = event.example().model_dump(mode="json")
    aggregate = next((UUID(value) for name, value in data.items() if name.endswith("_id")), uuid4())
    return Envelope(
        id=UUID(int=7),
        type=event.TYPE,
        source="test",
        subject=str(data.get("family_id", aggregate)),
        aggregate=aggregate,
        version=1,
        owner_organisation=UUID(int=8),
        data=data,
    )


def test_a_field_more_that_may_be_absent_breaks_nobody() -> None:
    old = {"properties": {"a": {"type": "string"}}, "required": ["a"]}
    new = {"properties": {"a": {"type": "string"}, "b": {"type": "string"}}, "required": ["a"]}
    assert contracts.breaks(old, new) == []


@pytest.mark.parametrize(
    "new",
    [
        {"properties": {}, "required": []},
        {"properties": {"a": {"type": "integer"}}, "required": ["a"]},
        {"properties": {"a": {"type": "string"}}, "required": []},
    ],
)
def test_a_version_that_loses_changes_or_loosens_a_field_is_refused(new: dict[str, Any]) -> None:
    old = {"properties": {"a": {"type": "string"}}, "required": ["a"]}
    assert contracts.breaks(old, new)


def test_no_example_holds_a_name_a_phone_or_words_in_clear() -> None:
    """Names, reach, texts and reasons cross Kafka sealed; only organisations and activities are public."""
    public = {"title", "name", "venue", "address", "town", "function"}
    for event in ALL:
        if "directory" in event.TOPIC or event.TOPIC == "activities.activities":
            continue
        fields = set(json.loads(json.dumps(event.example().model_dump(mode="json"))))
        fields -= {"town"} if event.TOPIC.endswith(".facts") else set()  # an organisation's, which is public
        assert not fields & ({"phone", "text", "name_to_call", "question", "reason"} | (public - {"function"}))


def test_the_asyncapi_document_names_every_topic_and_every_event() -> None:
    told = asyncapi.document()
    topics = {topic.name for service in contracts.SERVICES for topic in _told_by(service).TOPICS}
    assert {channel["address"] for channel in told["channels"].values()} == topics
    assert {message["name"] for message in told["components"]["messages"].values()} >= {event.TYPE for event in ALL}
    assert all(channel["messages"] for channel in told["channels"].values())


def test_the_asyncapi_document_refers_to_nothing_that_is_not_there() -> None:
    told = asyncapi.document()
    for pointer in re.findall(r'"\$ref": "#/([^"]+)"', json.dumps(told)):
        found: Any = told
        for part in pointer.split("/"):
            found = found[part]


@pytest.mark.parametrize("name", sorted(asyncapi.document()["components"]["messages"]))
def test_the_example_of_a_message_fits_its_payload(name: str) -> None:
    """As the bytes on the topic: the envelope with what happened in it."""
    told = asyncapi.document()
    message = told["components"]["messages"][name]
    validator = jsonschema_rs.validator_for(message["payload"] | {"components": told["components"]})
    payload = message["examples"][0]["payload"]
    assert [error.message for error in validator.iter_errors(payload)] == []
    assert Envelope.model_validate(payload).type == message["name"]


def _told_by(service: str) -> Any:
    return import_module(f"services.{service}.events")
