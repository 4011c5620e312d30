"""Writes the contract of every event, its JSON Schema and one example, and asyncapi.json, in shared/contracts."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from deploy import asyncapi
from deploy.asyncapi import events
from deploy.services import SERVICES
from shared.envelope import Event

__all__ = ["SERVICES", "BreaksContract", "breaks", "events", "files", "stale", "write"]

FOLDER = Path(__file__).parent.parent / "shared" / "contracts"
_ASYNCAPI = FOLDER / "asyncapi.json"


class BreaksContract(Exception):
    """A published version would change in a way that its readers do not expect."""


def files() -> dict[Path, str]:
    """What the folder should hold."""
    wanted = {_ASYNCAPI: _text(asyncapi.document())}
    for event in events():
        wanted[FOLDER / f"{event.TYPE}.json"] = _text(_schema_of(event))
        wanted[FOLDER / f"{event.TYPE}.example.json"] = _text(event.example().model_dump(mode="json"))
    return wanted


def _schema_of(event: type[Event]) -> dict[str, Any]:
    schema = event.model_json_schema() | {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "x-topic": event.TOPIC,
        "x-audience": sorted(event.AUDIENCE),
    }
    if event.CONTENT:
        schema["x-sealed-content"] = event.CONTENT.model_json_schema()
    return schema


def _text(value: Mapping[str, Any]) -> str:
    return json.dumps(value, indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def breaks(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[str]:
    """Why readers of `old` could not read `new`; a field more that may be absent breaks nobody."""
    before, after = old.get("properties", {}), new.get("properties", {})
    gone = [f"{name} is gone" for name in before if name not in after]
    changed = [
        f"{name} changed its type"
        for name in before
        if name in after and _type_of(before[name]) != _type_of(after[name])
    ]
    optional = [f"{name} may now be absent" for name in old.get("required", []) if name not in new.get("required", [])]
    return gone + changed + [reason for reason in optional if reason.split()[0] in after]


def _type_of(field: Mapping[str, Any]) -> str:
    told = {key: field[key] for key in ("type", "format", "$ref", "anyOf", "items", "enum") if key in field}
    return json.dumps(told, sort_keys=True)


def stale() -> list[str]:
    """Files that do not say what the code says, or that nobody needs any more."""
    wanted = files()
    different = [
        path.name for path, text in wanted.items() if not path.exists() or path.read_text(encoding="utf-8") != text
    ]
    return sorted(different + [path.name for path in FOLDER.glob("*.json") if path not in wanted])


def write() -> None:
    """Bring the folder up to date. Raises BreaksContract, and then writes nothing."""
    wanted = files()
    broken = {
        path.name: reasons
        for path, text in wanted.items()
        if path.exists()
        and path != _ASYNCAPI
        and not path.name.endswith(".example.json")
        and (reasons := breaks(json.loads(path.read_text(encoding="utf-8")), json.loads(text)))
    }
    if broken:
        raise BreaksContract("make a new version instead: " + json.dumps(broken))
    FOLDER.mkdir(exist_ok=True)
    for path in FOLDER.glob("*.json"):
        if path not in wanted:
            path.unlink()
    for path, text in wanted.items():
        path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    write()
