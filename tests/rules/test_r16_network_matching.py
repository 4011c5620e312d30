"""R16: two people choose each other; what is private stays so, and no number goes before two yeses."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from services.network import commands, events
from services.network.domain.match import Status
from services.network.views import matches as views
from shared import sealing
from shared.db import Database
from shared.envelope import Sealed
from shared.refusals import NotThere
from tests.builders.network import HER_PHONE, PHONE, WORKER, Parent, Quarter

SECRETS = ("zulmira", "xenia", "community", "gemeenschap")
PRIVATE = {"not_my_community": True, "community_languages": ("tr",), "not_these": ("Zulmira", "Xenia")}


@pytest.fixture
def quarter(db_of: Callable[..., Database], settings_of: Callable[..., Any]) -> Quarter:
    return Quarter(db_of("network"), db_of("network", "worker"), settings_of("network")).settle()


def everything_told(quarter: Quarter, parent: Parent) -> str:
    """All that network published, what is sealed in it opened with its own key."""
    told = []
    with quarter.worker.transaction(WORKER) as conn:
        for envelope in quarter.published():
            told.append(envelope.model_dump_json())
            if "sealed" in envelope.data:
                sealed = Sealed.model_validate(envelope.data["sealed"])
                content = sealing.open_sealed(conn, sealed, parent.id, _Anything)
                told.append(json.dumps(content.model_dump()))
    return "\n".join(told)


class _Anything(events.HelperContent, frozen=True, extra="allow"):
    """Whatever was sealed."""


def test_r16_private_wishes_are_in_no_event_sealed_or_open(quarter: Quarter) -> None:
    quarter.helper(first_name="Zulmira")
    nour, _ = quarter.helper()
    parent = quarter.parent()
    request_id = quarter.asks(parent, private=PRIVATE)
    match_id = commands.propose(quarter.worker, WORKER, request_id)
    assert match_id
    commands.say_yes(quarter.web, nour, match_id, commands.Yes(1))
    commands.say_yes(quarter.web, parent.actor, match_id, commands.Yes(1))
    commands.end_match(quarter.web, parent.actor, match_id, 3)
    told = everything_told(quarter, parent)
    assert "Nour" in told
    for secret in SECRETS:
        assert secret not in told.lower()
    assert '"tr"' not in told


def test_r16_private_wishes_stand_in_one_table_that_no_web_process_can_read(
    quarter: Quarter, owner_of: Callable[[str], Any]
) -> None:
    quarter.asks(quarter.parent(), private=PRIVATE)
    quarter.helper()
    commands.propose_all(quarter.worker, WORKER)
    owner = owner_of("network")
    tables = owner.execute(
        "SELECT format('%I.%I', schemaname, tablename) FROM pg_tables WHERE schemaname IN ('public', 'seen')"
    ).fetchall()
    holding = []
    for (table,) in tables:
        rows = owner.execute(f"SELECT row_to_json(t)::text FROM {table} AS t").fetchall()
        if any(secret in row[0].lower() for row in rows for secret in SECRETS[:2]):
            holding.append(table)
    assert holding == ["public.private_wish"]
    allowed = owner.execute(
        "SELECT has_table_privilege('network_web', 'private_wish', 'SELECT')"
        " OR has_any_column_privilege('network_web', 'private_wish', 'SELECT')"
    ).fetchone()
    assert allowed == (False,)


def test_r16_a_language_is_a_must_however_well_the_rest_fits(quarter: Quarter) -> None:
    quarter.helper(languages=("fr", "nl"), times=("evening",), school=quarter.school)
    assert commands.propose(quarter.worker, WORKER, quarter.asks(languages=("ar",))) is None


def test_r16_who_asked_for_no_one_is_proposed_to_no_one(quarter: Quarter) -> None:
    quarter.helper()
    quarter.parent()
    assert commands.propose_all(quarter.worker, WORKER) == (0, 0)


def numbers_seen(quarter: Quarter, parent: Parent, helper: Any, match_id: Any) -> tuple[bool, bool]:
    """Whether the parent sees the helper's number, and the helper the parent's."""
    hers = views.as_person(quarter.web, parent.actor, match_id).phone
    his = views.as_helper(quarter.web, helper, match_id, 60).contact
    return hers is not None, isinstance(his, views.Contact)


@pytest.mark.parametrize("first", ["parent", "helper"])
def test_r16_two_yeses_before_any_number(quarter: Quarter, first: str) -> None:
    parent, helper, match_id = quarter.proposed()
    quarter.fresh()
    order = [parent.actor, helper] if first == "parent" else [helper, parent.actor]
    assert numbers_seen(quarter, parent, helper, match_id) == (False, False)
    commands.say_yes(quarter.web, order[0], match_id, commands.Yes(1))
    assert numbers_seen(quarter, parent, helper, match_id) == (False, False)
    commands.say_yes(quarter.web, order[1], match_id, commands.Yes(1))
    assert numbers_seen(quarter, parent, helper, match_id) == (True, False)
    quarter.package_arrives(parent, match_id)
    assert numbers_seen(quarter, parent, helper, match_id) == (True, True)


def test_r16_no_number_is_in_any_event(quarter: Quarter) -> None:
    parent, _, match_id = quarter.made()
    quarter.package_arrives(parent, match_id)
    told = everything_told(quarter, parent)
    assert PHONE not in told
    assert HER_PHONE not in told


def test_r16_a_yes_is_an_akkoord_that_names_its_receiver_its_moment_and_its_language(quarter: Quarter) -> None:
    parent, _, match_id = quarter.made()
    [made] = quarter.published("match.made.v1")
    assert made.data["match_id"] == str(match_id)
    assert made.data["helper_organisation"] == str(quarter.house)
    assert made.data["lang"] == "nl"
    assert made.data["said_at"]
    assert made.owner_organisation == parent.owner


def test_r16_a_no_leads_to_the_next_best_and_says_to_nobody_who_said_it_or_why(quarter: Quarter) -> None:
    parent, helper, match_id = quarter.proposed()
    _, lina = quarter.helper(first_name="Lina", times=())
    commands.say_no(quarter.web, helper, match_id, 1)
    quarter.proposals()
    [declined] = quarter.published("match.declined.v1")
    assert set(declined.data) == {"match_id", "person_id", "family_id"}
    assert views.as_person(quarter.web, parent.actor, match_id).answer == "unknown"
    with quarter.worker.transaction(WORKER) as conn:
        row = conn.execute("SELECT helper_id FROM match WHERE status = 'proposed'").fetchone()
    assert row == (lina,)


def test_r16_reasons_come_only_from_what_both_chose_to_share(quarter: Quarter) -> None:
    quarter.helper(town="", school=None, times=(), gender="unknown")
    match_id = commands.propose(quarter.worker, WORKER, quarter.asks(wish="woman", private=PRIVATE))
    assert match_id
    assert quarter.row(match_id).reasons == ("speaks:ar",)


def test_r16_nothing_that_anybody_stores_here_is_about_origin(owner_of: Callable[[str], Any], quarter: Quarter) -> None:
    columns = owner_of("network").execute(
        "SELECT column_name FROM information_schema.columns WHERE table_schema IN ('public', 'seen')"
    )
    names = {row[0] for row in columns}
    for never in ("origin", "nationality", "birthplace", "religion", "ethnicity", "community", "residence", "national"):
        assert not {name for name in names if never in name.split("_") and name != "community_languages"}


def test_r16_a_helper_sees_a_first_name_languages_neighbourhood_and_words_and_nothing_else(quarter: Quarter) -> None:
    _, helper, match_id = quarter.proposed(name="Amal Haddad", child_school_years=("years_1_3",))
    seen = views.as_helper(quarter.web, helper, match_id, 60)
    assert (seen.first_name, seen.languages, seen.neighbourhood) == ("Amal", ["ar"], "Kiel")
    assert "Haddad" not in str(seen)
    for other in ("family_id", "person_id", "owner_organisation", "referral", "plan"):
        assert not hasattr(seen, other)


def test_r16_an_ended_match_is_not_another_helpers_nor_another_parents(quarter: Quarter) -> None:
    _, _, match_id = quarter.made()
    other, _ = quarter.helper(first_name="Lina")
    with pytest.raises(NotThere):
        views.as_helper(quarter.web, other, match_id, 60)
    with pytest.raises(NotThere):
        views.as_person(quarter.web, quarter.parent().actor, match_id)
    assert quarter.row(match_id).status == Status.MADE
