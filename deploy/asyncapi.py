"""The AsyncAPI 3 document: topics, what is on each, and what every message holds; from events.py of all services."""

from collections.abc import Iterator, Mapping
from importlib import import_module
from typing import Any

from deploy.services import SERVICES
from services.intake.events import HeartbeatV1
from shared.akkoord import AkkoordAcknowledgedV1
from shared.envelope import Envelope, Event, Topic
from shared.facts import MonthCountedV1
from shared.trail import LookTakenV1

SHARED_EVENTS: tuple[type[Event], ...] = (AkkoordAcknowledgedV1, LookTakenV1, MonthCountedV1)
_SCHEMAS = "#/components/schemas"
_DESCRIPTION = """\
What Brug's services tell each other over Kafka, and tell who may read along. Every message is an envelope with
CloudEvents 1.0 attribute names; `data` is what happened. Names, reach, words and reasons are in `data.sealed`: only
services in `x-audience` hold its key, and only while the akkoord lives. The key of a message is the family (of the
directory: the organisation; of activities: the activity; of keys: the key), so that order is kept for each. Unknown
types are passed over; a message may come twice, and its `id` is the same then.
"""


def document() -> dict[str, Any]:
    """The whole document, the same at every call."""
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Brug",
            "version": "1",
            "description": _DESCRIPTION,
            "license": {"name": "Apache-2.0", "url": "https://www.apache.org/licenses/LICENSE-2.0"},
        },
        "defaultContentType": "application/json",
        "channels": {_name(topic): _channel(service, topic) for service, topic in _topics()},
        "operations": {f"send_{_name(topic)}": _sending(service, topic) for service, topic in _topics()},
        "components": {
            "messages": {event.__name__: _message(event) for event in _all()},
            "schemas": {name: schema for event in _all() for name, schema in _schemas(event)},
        },
    }


def events() -> Iterator[type[Event]]:
    """Every event that some service publishes."""
    yield from SHARED_EVENTS
    for service in SERVICES:
        yield from _told_by(service).EVENTS


def _all() -> list[type[Event]]:
    return [*events(), HeartbeatV1]


def _topics() -> Iterator[tuple[str, Topic]]:
    for service in SERVICES:
        for topic in _told_by(service).TOPICS:
            yield service, topic


def _told_by(service: str) -> Any:
    return import_module(f"services.{service}.events")


def _on(service: str, topic: Topic) -> list[type[Event]]:
    """What is on a topic: facts, and intake's heartbeat, which is none."""
    own = [*SHARED_EVENTS, *_told_by(service).EVENTS, HeartbeatV1]
    return [event for event in own if event.TOPIC.format(service=service) == topic.name]


def _channel(service: str, topic: Topic) -> dict[str, Any]:
    kept = {"cleanup.policy": ["compact" if topic.compacted else "delete"], "retention.ms": topic.retention_ms}
    return {
        "address": topic.name,
        "title": topic.name,
        "description": f"Published by {service}.",
        "messages": {event.__name__: {"$ref": _message_at(event)} for event in _on(service, topic)},
        "bindings": {"kafka": {"topic": topic.name, "topicConfiguration": kept, "bindingVersion": "0.5.0"}},
    }


def _sending(service: str, topic: Topic) -> dict[str, Any]:
    channel = f"#/channels/{_name(topic)}"
    return {
        "action": "send",
        "channel": {"$ref": channel},
        "summary": f"{service} tells what happened.",
        "messages": [{"$ref": f"{channel}/messages/{event.__name__}"} for event in _on(service, topic)],
    }


def _message(event: type[Event]) -> dict[str, Any]:
    said = " ".join((event.__doc__ or "").split())
    told: dict[str, Any] = {
        "name": event.TYPE,
        "title": event.TYPE,
        "summary": said.partition(". ")[0].rstrip(".") + ".",
        "contentType": "application/json",
        "payload": {"$ref": f"{_SCHEMAS}/{event.__name__}"},
        "bindings": {"kafka": {"key": {"type": "string"}, "bindingVersion": "0.5.0"}},
        "examples": [{"name": event.__name__, "payload": _example(event)}],
        "x-audience": sorted(event.AUDIENCE),
    }
    if event.CONTENT:
        told["x-sealed-content"] = {"$ref": f"{_SCHEMAS}/{event.__name__}.{event.CONTENT.__name__}"}
    return told


def _schemas(event: type[Event]) -> Iterator[tuple[str, dict[str, Any]]]:
    """The envelope with this event in it, the event, and all that they are made of."""
    name = event.__name__
    envelope = _shape(Envelope, name)
    envelope["properties"] |= {"type": {"const": event.TYPE}, "data": {"$ref": f"{_SCHEMAS}/{name}.data"}}
    parts = {"": envelope, ".data": _shape(event, name)}
    if event.CONTENT:
        parts[f".{event.CONTENT.__name__}"] = _shape(event.CONTENT, name)
    for ending, schema in parts.items():
        inner: Mapping[str, Any] = schema.pop("$defs", {})
        yield f"{name}{ending}", schema
        for child, one in inner.items():
            yield f"{name}.{child}", one


def _shape(shape: Any, name: str) -> dict[str, Any]:
    schema: dict[str, Any] = shape.model_json_schema(ref_template=f"{_SCHEMAS}/{name}.{{model}}")
    return schema


def _example(event: type[Event]) -> dict[str, Any]:
    """The contract's own example, as it would cross Kafka."""
    data = event.example().model_dump(mode="json")
    aggregate = next((value for field, value in data.items() if field.endswith("_id")), _ID)
    return {
        "specversion": "1.0",
        "id": _ID,
        "type": event.TYPE,
        "source": source if (source := event.TYPE.split(".")[2]) in SERVICES else "referral",
        "subject": str(data.get("family_id", aggregate)),
        "time": "2026-09-01T10:00:00Z",
        "aggregate": aggregate,
        "version": 1,
        "owner_organisation": "0d6c2a50-1f6e-5c62-9a0e-2f5d9b1c7a02",
        "data": data,
    }


def _message_at(event: type[Event]) -> str:
    return f"#/components/messages/{event.__name__}"


def _name(topic: Topic) -> str:
    return topic.name.replace(".", "_").replace("-", "_")


_ID = "018f9d2e-7c1a-7b3c-8d4e-5f6a7b8c9d0e"
