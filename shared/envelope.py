"""What crosses Kafka: one JSON shape with CloudEvents 1.0 attribute names, and the base of all events."""

from datetime import UTC, datetime
from typing import Any, ClassVar, NamedTuple
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field
from uuid_utils.compat import uuid7


class Topic(NamedTuple):
    """A topic and how long the broker keeps it. Time in milliseconds; -1: for ever."""

    name: str
    retention_ms: int = -1
    compacted: bool = False


class Sealed(BaseModel):
    """Content that only holders of the key can read. `box` is nonce and ciphertext, base64."""

    model_config = ConfigDict(frozen=True)

    key_id: UUID
    box: str


class Event(BaseModel):
    """Base of every published event: a fact, frozen, versioned by `TYPE`.

    `AUDIENCE` names the services whose keys can open what is sealed in it; `CONTENT` is the shape inside.
    """

    TYPE: ClassVar[str]
    TOPIC: ClassVar[str]
    AUDIENCE: ClassVar[frozenset[str]] = frozenset()
    CONTENT: ClassVar[type[BaseModel] | None] = None
    EXAMPLE: ClassVar[dict[str, Any]]

    model_config = ConfigDict(frozen=True, extra="forbid")

    @classmethod
    def example(cls) -> "Event":
        """One valid event, the same at every call; it becomes part of the contract."""
        return cls.model_validate(cls.EXAMPLE)


class Envelope(BaseModel):
    """`version` counts the changes of one aggregate: readers ignore one that is not newer."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    specversion: str = "1.0"
    id: UUID = Field(default_factory=uuid7)
    type: str
    source: str
    subject: str
    time: datetime = Field(default_factory=lambda: datetime.now(UTC))
    aggregate: UUID
    version: int
    owner_organisation: UUID
    actor_id: UUID | None = None
    causation_id: UUID | None = None
    traceparent: str = ""
    ground: str = ""
    dataschema: str = ""
    datacontenttype: str = "application/json"
    data: dict[str, Any]
