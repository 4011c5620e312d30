"""R21: national number, nationality, birthplace, residence status, religion and origin have no place anywhere."""

import json
import re
from typing import Any

import pytest

from deploy import contracts
from deploy.services import SERVICES

FORBIDDEN = re.compile(
    r"national_?(number|ity)|nationali|rijksregister|insz|niss|birth_?(place|country)|geboorte(plaats|land)"
    r"|residen|verblijf|permit|asyl|asiel|refugee|vluchteling|religi|godsdienst|faith|ethnic|etni|origin_?country"
    r"|country_of_origin|herkomst|afkomst|migration_background",
    re.IGNORECASE,
)


@pytest.mark.parametrize("service", SERVICES)
def test_no_table_has_a_column_for_it(owner_of: Any, service: str) -> None:
    columns = owner_of(service).execute(
        "SELECT table_schema || '.' || table_name || '.' || column_name FROM information_schema.columns"
        " WHERE table_schema IN ('public', 'seen')"
    )
    names = [name for (name,) in columns]
    assert names
    assert [name for name in names if FORBIDDEN.search(name)] == []


@pytest.mark.parametrize("service", SERVICES)
def test_no_api_asks_for_it_or_tells_it(client_of: Any, service: str) -> None:
    spec = client_of(service).get(f"/{service}/api/openapi.json").json
    assert spec["paths"]
    assert [name for name in _names(spec["components"]["schemas"]) if FORBIDDEN.search(name)] == []


def test_no_event_carries_it() -> None:
    found = [text for path, text in contracts.files().items() if FORBIDDEN.search(" ".join(_names(json.loads(text))))]
    assert found == []


def _names(schema: Any) -> list[str]:
    if isinstance(schema, dict):
        own = list(schema.get("properties", {}))
        return own + [name for value in schema.values() for name in _names(value)]
    if isinstance(schema, list):
        return [name for value in schema for name in _names(value)]
    return []


@pytest.mark.parametrize(
    "text",
    [
        "Haar rijksregisternummer is 85.07.30-033.28",
        "Ze wacht op haar verblijfsvergunning.",
        "Hij is moslim en eet halal.",
        "Nationaliteit: Syrisch",
        "هي لاجئة",
    ],
)
def test_free_text_that_hints_at_it_warns_before_saving(text: str, app_of: Any, owner_of: Any) -> None:
    from services.intake.forms.family import AfterTalkForm

    app = app_of("intake")
    with app.test_request_context("/intake/files/new", method="POST", data={"name_to_call": "Amal", "ask": text}):
        form = AfterTalkForm(meta={"csrf": False})
        form.organisation.choices = []
        assert not form.validate()
        assert form.warns
        assert form.ask.errors


def test_a_phone_number_and_plain_words_do_not_warn(app_of: Any) -> None:
    from services.intake.forms.family import AfterTalkForm

    told = {"name_to_call": "Amal", "ask": "Bel me op 0470 12 34 56, liefst na het werk. Ze gelooft in haar dochter."}
    with app_of("intake").test_request_context("/intake/files/new", method="POST", data=told):
        assert not AfterTalkForm(meta={"csrf": False}).warns
