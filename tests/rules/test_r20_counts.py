"""R20: counts come from facts that lead back to nobody, by closed month, small ones hidden. R12: silence is none."""

import json
import re
import time
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest

from services.activities.timers import COUNTED as ACTIVITIES_COUNTED
from services.intake import commands as intake
from services.intake.domain.contact import Contact, HourAgreed, InterpreterAsked, NothingArranged, NotThisWay
from services.intake.timers import COUNTED as INTAKE_COUNTED
from services.network.commands import publish_board
from services.network.domain import board
from services.network.timers import COUNTED as NETWORK_COUNTED
from services.network.views import board as views
from services.referral.timers import COUNTED as REFERRAL_COUNTED
from shared import clock, facts
from shared.envelope import Envelope
from shared.facts import Month
from shared.refusals import NotAllowed, NotThere
from shared.security import Actor, ActorKind, Membership
from tests.builders.activities import Neighbourhood
from tests.builders.facts import MONTH, a_fact, all_told, cells, contacts, published
from tests.builders.intake import Place, a_draft
from tests.builders.network import WORKER, Quarter
from tests.builders.referral import Town

_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


@pytest.fixture
def place(db_of: Any) -> Place:
    return Place(db_of("intake"), db_of("intake", "worker")).settle()


@pytest.fixture
def town(db_of: Any, settings_of: Any) -> Town:
    return Town(db_of("referral"), db_of("referral", "worker"), settings_of("referral")).settle()


@pytest.fixture
def quarter(db_of: Any, settings_of: Any) -> Quarter:
    return Quarter(db_of("network"), db_of("network", "worker"), settings_of("network")).settle()


def this_month() -> Month:
    return Month.of(clock.today())


def told(owner: Any, service: str) -> list[Envelope]:
    rows = owner.execute("SELECT body FROM outbox WHERE topic = %s ORDER BY position", (f"{service}.facts",))
    return [Envelope.model_validate_json(body) for (body,) in rows.fetchall()]


def a_call(file: Any, **changes: Any) -> Contact:
    agreed = {"person_id": file.persons[0].id, "way": "call", "interpreter": True, "at_agreed_hour": True}
    return Contact.model_validate(agreed | changes)


# ---- facts lead back to nobody


def test_r20_a_fact_of_contacts_holds_numbers_of_a_school_and_nothing_of_a_family(place: Place, owner_of: Any) -> None:
    family = place.family()
    intake.note_contact(place.web, place.mira, family.id, a_call(family))
    intake.set_goal(place.web, place.mira, place.school, 40, 0)
    facts.count(place.worker, INTAKE_COUNTED[0], this_month())
    one, whole = told(owner_of("intake"), "intake")
    assert one.data == {
        "organisation_id": str(place.school),
        "town": "Antwerpen",
        "month": this_month().first.isoformat(),
        "ways": [{"way": "call", "families": 1}],
        "goal": 40,
    }
    assert whole.data["facts"] == 1


def test_r20_no_id_no_time_and_no_trace_in_an_envelope_is_of_what_happened(
    place: Place, town: Town, quarter: Quarter, owner_of: Any, db_of: Any, settings_of: Any
) -> None:
    neighbourhood = Neighbourhood(
        db_of("activities"), db_of("activities", "worker"), settings_of("activities")
    ).settle()
    family = place.family()
    intake.note_contact(place.web, place.mira, family.id, a_call(family))
    town.accepted()
    quarter.asks()
    neighbourhood.occurrence()
    after = this_month().plus(1)
    for service, db, subjects in (
        ("intake", place.worker, INTAKE_COUNTED),
        ("referral", town.worker, REFERRAL_COUNTED),
        ("activities", neighbourhood.worker, ACTIVITIES_COUNTED),
        ("network", quarter.worker, NETWORK_COUNTED),
    ):
        owner = owner_of(service)
        for month in (this_month(), after):
            for subject in subjects:
                facts.count(db, subject, month)
        bodies = told(owner, service)
        assert any("organisation_id" in one.data for one in bodies), service
        organisations = {one.data["organisation_id"] for one in bodies if "organisation_id" in one.data}
        own = {str(one.id) for one in bodies} | {str(one.aggregate) for one in bodies} | {one.subject for one in bodies}
        for one in bodies:
            assert (one.actor_id, one.causation_id, one.traceparent, one.ground) == (None, None, "", "")
            assert one.time == Month.of(datetime.fromisoformat(one.data["month"]).date()).instants[1]
            in_it = set(_UUID.findall(one.model_dump_json())) - own
            assert in_it <= organisations | {str(UUID(int=0))}
        assert not own & everything_else(owner), service


def everything_else(owner: Any) -> set[str]:
    """Every id that stands in a table of the service, but for the outbox's own."""
    tables = owner.execute(
        "SELECT schemaname, tablename FROM pg_tables WHERE schemaname IN ('public', 'seen') AND tablename <> 'outbox'"
    ).fetchall()
    found: set[str] = set()
    for schema, table in tables:
        rows = owner.execute(f'SELECT to_jsonb(t)::text FROM "{schema}"."{table}" AS t').fetchall()
        found |= {one for (text,) in rows for one in _UUID.findall(text)}
    return found


def test_r20_an_id_of_a_fact_follows_from_month_and_organisation_alone(place: Place, owner_of: Any) -> None:
    """Two databases that differ in every family tell facts with the same ids: there is nothing else in them."""
    seen = []
    for families in (1, 3):
        owner_of("intake").execute("TRUNCATE outbox, counted, contact_month")
        for _ in range(families):
            family = place.family()
            intake.note_contact(place.web, place.mira, family.id, a_call(family))
        facts.count(place.worker, INTAKE_COUNTED[0], this_month())
        seen.append([(one.id, one.subject, one.aggregate, one.time) for one in told(owner_of("intake"), "intake")])
    assert seen[0] == seen[1]


def test_r20_facts_are_written_by_the_month_and_never_beside_what_happens(place: Place, owner_of: Any) -> None:
    family = place.family()
    intake.note_contact(place.web, place.mira, family.id, a_call(family))
    assert told(owner_of("intake"), "intake") == []
    assert facts.count_due(place.worker, INTAKE_COUNTED) == 0


def test_r20_a_month_is_counted_when_it_is_over_and_once_only(place: Place, owner_of: Any) -> None:
    family, other = place.family(), place.family()
    intake.note_contact(place.web, place.mira, family.id, a_call(family))
    over = this_month().instants[1] + timedelta(hours=1)
    with clock.fixed(over):
        assert facts.count_due(place.worker, INTAKE_COUNTED) == 1
        intake.note_contact(place.web, place.mira, other.id, a_call(other))
        assert facts.count_due(place.worker, INTAKE_COUNTED) == 0
    assert len(told(owner_of("intake"), "intake")) == 2


def test_r20_months_before_brug_was_here_are_not_counted_as_empty(place: Place, owner_of: Any) -> None:
    with clock.fixed(this_month().plus(2).instants[0] + timedelta(hours=1)):
        facts.count_due(place.worker, INTAKE_COUNTED)
    months = {one.data["month"] for one in told(owner_of("intake"), "intake")}
    assert months == {this_month().first.isoformat(), this_month().plus(1).first.isoformat()}


def test_r20_a_schools_referrals_are_counted_by_how_they_stand_when_the_month_closes(town: Town, owner_of: Any) -> None:
    town.accepted()
    town.taken_on()
    town.sent()
    town.draft()
    facts.count(town.worker, REFERRAL_COUNTED[0], this_month())
    counted = told(owner_of("referral"), "referral")[0].data["cells"]
    assert counted == [
        {"kind": "ocmw", "column": "seen", "number": 1},
        {"kind": "ocmw", "column": "waiting", "number": 1},
        {"kind": "ocmw", "column": "warm", "number": 1},
    ]


def test_r20_ninety_days_later_the_same_referrals_are_counted_by_what_became_of_them(town: Town, owner_of: Any) -> None:
    owner = owner_of("referral")
    for day, status, code in ((20, "closed", None), (75, "closed", None), (95, "closed", None)):
        close(owner, town.accepted(), day, status, code)
    close(owner, town.sent(), 3, "declined", "not_eligible")
    close(owner, town.sent(), 3, "declined", "no_contact")
    facts.count(town.worker, REFERRAL_COUNTED[1], this_month())
    data = told(owner, "referral")[0].data
    assert {(one["column"], one["number"]) for one in data["cells"]} == {
        ("round_30", 1),
        ("round_90", 1),
        ("open", 1),
        ("declined", 2),
    }
    assert sorted(one["days"] for one in data["round"]) == [20, 75]
    assert [one["days"] for one in data["warm"]] == [0]


def test_r20_why_somebody_declined_tells_neither_a_familys_silence_nor_that_it_was_not_eligible(
    town: Town, owner_of: Any
) -> None:
    """R12 and R4."""
    owner = owner_of("referral")
    close(owner, town.sent(), 3, "declined", "no_contact")
    close(owner, town.sent(), 3, "declined", "not_eligible")
    close(owner, town.sent(), 3, "declined", "no_room")
    facts.count(town.worker, REFERRAL_COUNTED[1], this_month())
    declined = told(owner, "referral")[0].data["declined"]
    assert declined == [{"code": "no_room", "number": 1}, {"code": "other", "number": 2}]


def close(owner: Any, referral: UUID, days: int, status: str, code: str | None) -> None:
    owner.execute(
        "UPDATE referral SET status = %s, decline_code = %s, ended_at = sent_at + make_interval(days => %s)"
        " WHERE id = %s",
        (status, code, days, referral),
    )


def test_r20_who_followed_from_the_months_end_is_counted_ninety_days_after_it(town: Town, owner_of: Any) -> None:
    end = this_month().instants[1]
    for days, wanted in ((89, 0), (91, 1)):
        with clock.fixed(end + timedelta(days=days)):
            facts.count_due(town.worker, [REFERRAL_COUNTED[1]])
        whole = [one for one in told(owner_of("referral"), "referral") if one.data.get("what")]
        assert len([one for one in whole if one.data["month"] == this_month().first.isoformat()]) == wanted


# ---- contacts that fit (R12)


def test_r12_a_contact_that_does_not_fit_leaves_nothing(place: Place, owner_of: Any) -> None:
    family = place.family()
    for changes, refused in (
        ({"way": "sms"}, NotThisWay),
        ({"interpreter": False}, InterpreterAsked),
        ({"at_agreed_hour": False}, HourAgreed),
    ):
        with pytest.raises(refused):
            intake.note_contact(place.web, place.mira, family.id, a_call(family, **changes))
    assert owner_of("intake").execute("SELECT count(*) FROM contact_month").fetchone() == (0,)


def test_r13_whether_a_contact_fits_is_not_known_before_the_parent_was_asked(place: Place) -> None:
    family = place.family(a_draft(persons=[{"kind": "caregiver", "name_to_call": "أمل 🌷"}], asks=[]))
    with pytest.raises(NothingArranged):
        intake.note_contact(place.web, place.mira, family.id, a_call(family))


def test_r12_what_is_kept_says_only_that_there_was_one_in_this_month_and_goes_when_it_is_counted(
    place: Place, owner_of: Any
) -> None:
    family = place.family()
    for _ in range(2):
        intake.note_contact(place.web, place.mira, family.id, a_call(family))
    owner = owner_of("intake")
    columns = owner.execute(
        "SELECT array_agg(column_name::text ORDER BY column_name) FROM information_schema.columns"
        " WHERE table_name = 'contact_month'"
    ).fetchone()
    assert columns == (["family_id", "month", "owner_organisation", "way"],)
    assert owner.execute("SELECT month, way FROM contact_month").fetchall() == [(this_month().first, "call")]
    facts.count(place.worker, INTAKE_COUNTED[0], this_month())
    assert owner.execute("SELECT count(*) FROM contact_month").fetchone() == (0,)


def test_only_the_families_own_school_notes_a_contact_and_sets_its_goal(place: Place) -> None:
    family = place.family()
    for stranger in (place.jo, place.els):
        with pytest.raises((NotThere, NotAllowed)):
            intake.note_contact(place.web, stranger, family.id, a_call(family))
        with pytest.raises((NotThere, NotAllowed)):
            intake.set_goal(place.web, stranger, place.school, 40, 0)


# ---- the board


def shown(quarter: Quarter, what: str, actor: Actor | None = None, month: Month = MONTH) -> dict[str, dict[str, Any]]:
    found = views.board(quarter.web, actor or quarter.lies, month=month.first)
    assert found
    return found.subjects[what].tables


def test_r20_what_is_under_five_does_not_show_nor_what_would_give_it_away(quarter: Quarter) -> None:
    schools = [uuid4() for _ in range(3)]
    numbers = ((schools[0], 4), (schools[1], 9), (schools[2], 21))
    told = [a_fact(board.CONTACTS, contacts(call=number), of=one) for one, number in numbers]
    assert published(quarter, board.CONTACTS, told) == 1
    table = shown(quarter, board.CONTACTS)[board.CONTACTS]
    assert str(schools[0]) not in table
    # With the total and both others the first would follow: the second is hidden too, though it is large enough.
    assert str(schools[1]) not in table
    assert table[str(schools[2])]["total"] == 21
    assert table["total"]["total"] == 34


def test_r20_a_month_shows_only_when_every_fact_of_it_is_here(quarter: Quarter) -> None:
    one, other = (a_fact(board.CONTACTS, contacts(call=9)) for _ in range(2))
    quarter.receive(all_told(board.CONTACTS, 2))
    quarter.receive(one)
    assert publish_board(quarter.worker, WORKER) == 0
    quarter.receive(other)
    assert publish_board(quarter.worker, WORKER) == 1
    assert publish_board(quarter.worker, WORKER) == 0


def test_r20_the_same_fact_twice_counts_once(quarter: Quarter) -> None:
    one = a_fact(board.CONTACTS, contacts(call=9))
    quarter.receive(one)
    published(quarter, board.CONTACTS, [one])
    assert shown(quarter, board.CONTACTS)[board.CONTACTS]["total"]["total"] == 9


def test_r20_what_is_published_never_changes_so_that_no_two_versions_can_be_compared(
    quarter: Quarter, owner_of: Any
) -> None:
    published(quarter, board.CONTACTS, [a_fact(board.CONTACTS, contacts(call=9))])
    before = shown(quarter, board.CONTACTS)
    quarter.receive(a_fact(board.CONTACTS, contacts(call=30)))
    owner_of("network").execute("TRUNCATE seen.fact")  # as a replay does
    quarter.receive(a_fact(board.CONTACTS, contacts(call=2)))
    assert publish_board(quarter.worker, WORKER) == 0
    assert shown(quarter, board.CONTACTS) == before
    for role, actor in ((quarter.web, quarter.lies), (quarter.worker, WORKER)):
        with pytest.raises(psycopg.errors.InsufficientPrivilege), role.transaction(actor) as conn:
            conn.execute("UPDATE board SET shown = '{}'")


def test_r20_no_page_can_read_a_fact(quarter: Quarter) -> None:
    quarter.receive(a_fact(board.CONTACTS, contacts(call=1)))
    with pytest.raises(psycopg.errors.InsufficientPrivilege), quarter.web.transaction(quarter.lies) as conn:
        conn.execute("SELECT data FROM seen.fact")


def test_r20_a_coordinator_reads_the_towns_of_the_own_organisations_only(quarter: Quarter) -> None:
    quarter.described(quarter.far_school, "school", "Basisschool Het Kompas", "Gent")
    far = Quarter.staff(quarter, quarter.far_school, "coordinator")
    quarter.described(far.memberships[0].organisation_id, "school", "Basisschool Gent 🎒", "Gent")
    facts_of = [a_fact(board.CONTACTS, contacts(call=9)), a_fact(board.CONTACTS, contacts(call=11), town="Gent")]
    published(quarter, board.CONTACTS, facts_of)
    assert views.towns(quarter.web, quarter.lies) == ["Antwerpen"]
    with pytest.raises(NotThere):
        views.board(quarter.web, quarter.lies, town="Gent")
    with pytest.raises(NotThere):
        views.board(quarter.web, quarter.lies, month=MONTH.plus(1).first)


def test_r20_nobody_but_a_coordinator_reads_the_board(quarter: Quarter) -> None:
    published(quarter, board.CONTACTS, [a_fact(board.CONTACTS, contacts(call=9))])
    parent = Actor(uuid4(), ActorKind.PERSON)
    for other in (quarter.teacher, quarter.staff(quarter.house, "helper"), quarter.staff(quarter.house, "dpo"), parent):
        with pytest.raises(NotAllowed):
            views.board(quarter.web, other)


def test_r20_who_only_says_to_be_coordinator_somewhere_reads_nothing_there(quarter: Quarter) -> None:
    published(quarter, board.CONTACTS, [a_fact(board.CONTACTS, contacts(call=9))])
    liar = Actor(uuid4(), ActorKind.STAFF, (Membership(quarter.house, "coordinator", "", ""),))
    assert views.board(quarter.web, liar) is None


def test_r20_what_became_of_referrals_is_hidden_as_one_with_how_they_stood(quarter: Quarter) -> None:
    school = uuid4()
    sent = cells(ocmw={"warm": 9, "seen": 3}, clb={"warm": 8, "waiting": 7})
    published(quarter, board.SENT, [a_fact(board.SENT, sent, of=school)])
    became = cells(ocmw={"round_30": 12}, clb={"round_60": 9, "declined": 6})
    followed = became | {"declined": [{"code": "no_room", "number": 6}], "warm": [], "round": []}
    published(quarter, board.FOLLOWED, [a_fact(board.FOLLOWED, followed, of=school)])
    before, after = shown(quarter, board.SENT)[board.SENT], shown(quarter, board.FOLLOWED)[board.FOLLOWED]
    for row, columns in after.items():
        if "total" in columns:
            assert before[row]["total"] == columns["total"]
    assert after["clb"].get("round_60") == 9 or "clb" not in after or "round_60" not in after["clb"]


def test_r20_a_family_that_was_erased_meanwhile_cannot_be_found_by_subtracting(quarter: Quarter) -> None:
    school = uuid4()
    published(quarter, board.SENT, [a_fact(board.SENT, cells(ocmw={"warm": 20}), of=school)])
    nothing: dict[str, Any] = {"declined": [], "warm": [], "round": []}
    followed = cells(ocmw={"round_30": 12, "declined": 7}) | nothing | {"declined": [{"code": "other", "number": 7}]}
    published(quarter, board.FOLLOWED, [a_fact(board.FOLLOWED, followed, of=school)])
    table = shown(quarter, board.FOLLOWED)[board.FOLLOWED]
    assert table["ocmw"]["total"] == shown(quarter, board.SENT)[board.SENT]["ocmw"]["total"] == 20
    assert "open" not in table["ocmw"]
    hidden = {"round_30", "round_60", "round_90", "declined", "ended"} - set(table["ocmw"])
    assert hidden


def test_r20_where_two_countings_do_not_add_up_the_later_one_shows_nothing(quarter: Quarter) -> None:
    school = uuid4()
    published(quarter, board.SENT, [a_fact(board.SENT, cells(ocmw={"warm": 20}), of=school)])
    more = cells(ocmw={"round_30": 40}) | {"declined": [], "warm": [], "round": []}
    published(quarter, board.FOLLOWED, [a_fact(board.FOLLOWED, more, of=school)])
    assert shown(quarter, board.FOLLOWED) == {}


def test_r20_ten_thousand_facts_are_published_in_seconds_and_read_in_an_instant(
    quarter: Quarter, owner_of: Any, client_of: Any, sign_in: Any
) -> None:
    owner = owner_of("network")
    data = json.dumps(cells(ocmw={"warm": 3, "seen": 1}, clb={"declined": 2, "waiting": 1}, ligo={"ended": 1}))
    owner.execute(
        "INSERT INTO seen.fact (what, month, organisation_id, town, data)"
        " SELECT 'referrals_sent', %s, gen_random_uuid(), CASE WHEN n <= 5000 THEN 'Antwerpen' ELSE 'Town ' || n %% 284"
        " END, %s FROM generate_series(1, 10000) AS n",
        (MONTH.first, data),
    )
    quarter.receive(all_told(board.SENT, 10_000))
    begun = time.monotonic()
    assert publish_board(quarter.worker, WORKER) == 285
    assert time.monotonic() - begun < 20
    browser = sign_in(client_of("network"), quarter.lies)
    browser.get("/network/board")
    begun = time.monotonic()
    answer = browser.get("/network/board")
    assert answer.status_code == 200
    assert time.monotonic() - begun < 0.5
    assert "15000" in answer.text


def test_r20_times_need_five_and_what_they_split_must_show(quarter: Quarter) -> None:
    school = uuid4()
    whole = cells(ocmw={"warm": 30})
    published(quarter, board.SENT, [a_fact(board.SENT, whole, of=school)])
    days = {"warm": [{"days": 2, "number": 20}], "round": [{"days": 20, "number": 12}, {"days": 55, "number": 2}]}
    became = cells(ocmw={"round_30": 12, "round_60": 2, "open": 16})
    published(quarter, board.FOLLOWED, [a_fact(board.FOLLOWED, became | {"declined": []} | days, of=school)])
    found = views.board(quarter.web, quarter.lies, month=MONTH.first)
    assert found
    assert set(found.subjects[board.FOLLOWED].times) == {"warm"}


def test_r20_the_board_says_nothing_of_when_in_the_month_something_was(quarter: Quarter, owner_of: Any) -> None:
    published(quarter, board.CONTACTS, [a_fact(board.CONTACTS, contacts(call=9))])
    columns = owner_of("network").execute(
        "SELECT data_type FROM information_schema.columns WHERE table_name IN ('board', 'published', 'fact')"
    )
    assert "timestamp with time zone" not in {kind for (kind,) in columns.fetchall()}
