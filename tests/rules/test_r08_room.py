"""R8: room is asked first, without personal data; declining needs a code; late shows. R13: unknown is a value."""

import dataclasses
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from services.referral import commands, events
from services.referral.commands import Answer
from services.referral.domain import Asking, State
from services.referral.forms.directory import AskRoomForm
from services.referral.views import capacity, directory
from services.referral.web.page import age_label
from shared import clock
from shared.envelope import Envelope
from shared.refusals import Invalid, NotAllowed, NotThere
from tests.builders.referral import Town


@pytest.fixture
def town(db_of: Any, settings_of: Any) -> Town:
    return Town(db_of("referral"), db_of("referral", "worker"), settings_of("referral")).settle()


def ask(town: Town, *organisations: UUID, reason: str = "finances", key: str | None = None) -> UUID:
    asking = commands.new_asking(town.school, organisations, reason)
    return commands.ask_room(town.web, town.mira, asking, key=key)


def test_r8_there_is_no_place_for_a_person_where_room_is_asked(town: Town, owner_of: Any) -> None:
    rows = owner_of("referral").execute(
        "SELECT table_name, column_name FROM information_schema.columns WHERE table_name LIKE 'capacity%'"
    )
    columns: dict[str, set[str]] = {}
    for table, column in rows.fetchall():
        columns.setdefault(table, set()).add(column)
    assert columns == {
        "capacity": {"organisation_id", "reason", "state", "expected_on", "stated_on", "version"},
        "capacity_question": {
            "id",
            "asking_id",
            "from_organisation",
            "to_organisation",
            "reason",
            "asked_at",
            "answered_at",
        },
    }
    assert set(events.CapacityStatedV1.model_fields) == {"organisation_id", "reason", "state", "stated_on"}
    assert {one.name for one in dataclasses.fields(Asking)} == {
        "id",
        "from_organisation",
        "to_organisations",
        "reason",
    }


def test_r8_the_form_that_asks_for_room_has_no_text_and_no_file(app_of: Any) -> None:
    with app_of("referral").test_request_context("/referral/organisations"):
        found = {field.name for field in AskRoomForm()} - {"csrf_token", "idempotency_key"}
        assert found == {"organisations", "reason"}


def test_r8_several_are_asked_at_once_and_all_who_asked_have_the_one_answer(town: Town) -> None:
    asking = ask(town, town.ocmw, town.katrol, town.ocmw, town.school)
    asked = capacity.of_asking(town.web, town.mira, asking)
    assert {one.to_organisation for one in asked} == {town.ocmw, town.katrol}
    again = ask(town, town.ocmw)
    commands.state_capacity(town.web, town.els, town.ocmw, "finances", Answer(State.WAITING_LIST, date(2030, 1, 1)))
    for one in (asking, again):
        [answer] = [q for q in capacity.of_asking(town.web, town.mira, one) if q.to_organisation == town.ocmw]
        assert (answer.state, answer.expected_on, answer.stated_on) == (
            "waiting_list",
            date(2030, 1, 1),
            clock.today(),
        )
    assert capacity.waiting(town.web, town.els) == []


def test_r8_what_an_organisation_said_is_told_without_any_person(town: Town, owner_of: Any) -> None:
    ask(town, town.ocmw)
    for state in (State.FULL, State.ROOM):
        commands.state_capacity(town.web, town.els, town.ocmw, "finances", Answer(state))
    rows = owner_of("referral").execute("SELECT body FROM outbox ORDER BY position").fetchall()
    told = [one for (body,) in rows if (one := Envelope.model_validate_json(body)).type == events.CapacityStatedV1.TYPE]
    assert [one.version for one in told] == [1, 2]
    assert told[0].aggregate == told[1].aggregate
    assert told[1].subject == str(town.ocmw)
    assert told[1].data == {
        "organisation_id": str(town.ocmw),
        "reason": "finances",
        "state": "room",
        "stated_on": clock.today().isoformat(),
    }


def test_r8_only_its_own_people_say_whether_an_organisation_has_room(town: Town) -> None:
    asking = ask(town, town.ocmw)
    [question] = capacity.of_asking(town.web, town.mira, asking)
    with pytest.raises(NotThere):
        commands.answer_question(town.web, town.koen, question.id, Answer(State.ROOM))
    with pytest.raises(NotThere):
        commands.state_capacity(town.web, town.mira, town.ocmw, "finances", Answer(State.ROOM))
    with pytest.raises(NotAllowed):
        commands.state_capacity(town.web, town.mira, town.school, "finances", Answer(State.ROOM))


def test_r8_a_partner_asks_nobody_for_room(town: Town) -> None:
    with pytest.raises(NotAllowed):
        commands.ask_room(town.web, town.els, commands.new_asking(town.ocmw, (town.katrol,), "finances"))


def test_r8_nobody_else_reads_what_a_school_asked(town: Town) -> None:
    asking = ask(town, town.ocmw)
    assert capacity.of_asking(town.web, town.jo, asking) == []
    assert capacity.of_asking(town.web, town.koen, asking) == []


def test_r8_asking_an_organisation_that_does_not_exist_writes_nothing(town: Town, owner_of: Any) -> None:
    with pytest.raises(Invalid):
        ask(town, town.ocmw, uuid4())
    assert owner_of("referral").execute("SELECT count(*) FROM capacity_question").fetchone() == (0,)


def test_r8_a_request_that_comes_twice_asks_once(town: Town) -> None:
    assert ask(town, town.ocmw, key="once") == ask(town, town.ocmw, key="once")
    assert len(capacity.questions(town.web, town.mira).items) == 1


def test_r13_who_never_said_is_not_known_and_that_is_not_no(town: Town) -> None:
    [question] = capacity.of_asking(town.web, town.mira, ask(town, town.ocmw))
    assert question.state == "unknown"
    found = directory.organisations(town.web, town.mira, directory.Search(words="OCMW")).items[0]
    assert found.room_for("finances") is None


def test_r13_not_knowing_is_an_answer_too(town: Town) -> None:
    asking = ask(town, town.ocmw)
    commands.state_capacity(town.web, town.els, town.ocmw, "finances", Answer(State.UNKNOWN))
    [question] = capacity.of_asking(town.web, town.mira, asking)
    assert question.answered_at is not None
    assert question.state == "unknown"


def test_r13_what_was_said_shows_its_age(town: Town) -> None:
    assert age_label(clock.today()) == "vandaag"
    assert age_label(clock.today() - timedelta(days=1)) == "gisteren"
    assert age_label(clock.today() - timedelta(days=9)) == "9 dagen geleden"
    assert age_label(clock.today() - timedelta(days=90)).startswith("op ")
