"""R3: the partner sees exactly what the person shares, and the school sees exactly what the partner sees."""

from typing import Any

import pytest

from services.referral import commands
from services.referral.api.shapes.shown import ReferralShown
from services.referral.views import referrals as views
from shared.package import Package
from shared.sealing import Unopened
from tests.builders.referral import Town, Yes
from tests.builders.shared import a_package


@pytest.fixture
def town(db_of: Any, settings_of: Any) -> Town:
    return Town(db_of("referral"), db_of("referral", "worker"), settings_of("referral")).settle()


def both_sides(town: Town, yes: Yes) -> tuple[Package, Package]:
    referral_id = town.sent(yes)
    theirs = views.open_as_receiver(town.web, town.els, referral_id, town.terms).package
    ours = views.open_as_owner(town.web, town.mira, referral_id).package
    assert isinstance(theirs, Package)
    assert isinstance(ours, Package)
    return ours, theirs


def test_r3_the_school_and_the_partner_see_the_same_package(town: Town) -> None:
    ours, theirs = both_sides(town, town.yes())
    assert ours == theirs
    assert theirs.question is not None


def test_r3_a_name_alone_is_a_name_alone(town: Town) -> None:
    ours, theirs = both_sides(town, town.yes(level="reach", package=a_package()))
    assert theirs == Package(name_to_call="Amal 🌷") == ours


def test_r3_below_the_level_of_a_question_no_question_shows_whatever_the_box_holds(town: Town) -> None:
    ours, theirs = both_sides(town, town.yes(level="reach"))
    assert ours.question is theirs.question is None


def test_r3_a_partner_gets_ids_that_no_other_partner_knows(town: Town) -> None:
    yes = town.yes()
    shown = ReferralShown.for_receiver(
        views.open_as_receiver(town.web, town.els, town.sent(yes), town.terms)
    ).model_dump_json()
    for raw in (yes.person_id, yes.family_id, yes.akkoord_id, town.school):
        assert str(raw) not in shown


def test_r3_one_partner_knows_one_family_by_one_id(town: Town) -> None:
    first, second = (views.open_as_receiver(town.web, town.els, town.sent(town.yes()), town.terms) for _ in range(2))
    assert first.family != second.family
    again = views.open_as_receiver(town.web, town.els, first.id, town.terms)
    assert (again.family, again.person) == (first.family, first.person)


def test_r3_nothing_of_the_package_stands_in_clear_in_the_database(town: Town, owner_of: Any) -> None:
    referral_id = town.sent()
    commands.see_referral(town.web, town.els, referral_id, town.terms)
    views.open_as_receiver(town.web, town.els, referral_id, town.terms)
    owner = owner_of("referral")
    tables = owner.execute("SELECT schemaname, tablename FROM pg_tables WHERE schemaname IN ('public', 'seen')")
    for schema, table in tables.fetchall():
        for (row,) in owner.execute(f'SELECT t::text FROM {schema}."{table}" AS t').fetchall():
            assert "Amal" not in row
            assert "0470" not in row


def test_r18_every_opening_is_a_look_that_is_written_before_anything_opens(town: Town, owner_of: Any) -> None:
    yes = town.yes()
    referral_id = town.sent(yes)
    views.open_as_receiver(town.web, town.els, referral_id, town.terms)
    views.open_as_owner(town.web, town.mira, referral_id)
    looks = owner_of("referral").execute(
        "SELECT person_id, organisation_id, function, what, ground FROM look ORDER BY position"
    )
    assert looks.fetchall() == [
        (yes.person_id, town.ocmw, "maatschappelijk werker", "referral", "akkoord"),
        (yes.person_id, town.school, "brugfiguur", "referral", "own_file"),
    ]


def test_r18_where_a_look_cannot_be_written_nothing_opens(town: Town, owner_of: Any) -> None:
    referral_id = town.sent()
    owner = owner_of("referral")
    owner.execute("ALTER TABLE look ADD CONSTRAINT full_disk CHECK (false) NOT VALID")
    try:
        with pytest.raises(Exception, match="full_disk"):
            views.open_as_receiver(town.web, town.els, referral_id, town.terms)
    finally:
        owner.execute("ALTER TABLE look DROP CONSTRAINT full_disk")
    assert not isinstance(views.open_as_receiver(town.web, town.els, referral_id, town.terms).package, Unopened)
