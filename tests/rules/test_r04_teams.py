"""R4: which team of its receiver a referral is with is the receiver's own; a team shows first, and hides nothing."""

from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask.testing import FlaskClient

from services.referral import commands
from services.referral.commands import teams
from services.referral.domain import UNANSWERED, NoLongerYours
from services.referral.domain.refusals import TeamOver
from services.referral.domain.teams import TeamWish
from services.referral.views import lists, tasks
from services.referral.views import referrals as opened
from services.referral.views import teams as views
from shared import clock
from shared.refusals import Invalid, NotAllowed, NotThere, Stale
from shared.security import Actor
from tests.builders.referral import Town
from tests.pages.well_formed import faults
from tests.rules.test_r01_agreements import responsible

Enter = Callable[[Actor], FlaskClient]
Make = Callable[..., UUID]


@pytest.fixture
def town(db_of: Any, settings_of: Any) -> Town:
    return Town(db_of("referral"), db_of("referral", "worker"), settings_of("referral")).settle()


@pytest.fixture
def enter(client_of: Any, sign_in: Any) -> Enter:
    return lambda actor: sign_in(client_of("referral"), actor)


@pytest.fixture
def membership(owner_of: Any) -> Callable[[Actor], UUID]:
    def of(who: Actor) -> UUID:
        [found] = owner_of("referral").execute("SELECT id FROM membership WHERE staff_id = %s", (who.id,)).fetchone()
        return UUID(str(found))

    return of


@pytest.fixture
def team(town: Town, membership: Callable[[Actor], UUID]) -> Make:
    """A team of the OCMW, or of another, with these people in it."""

    def make(name: str = "Onthaal", *people: Actor, at: UUID | None = None) -> UUID:
        place = at or town.ocmw
        wish = TeamWish(name, tuple(membership(one) for one in people))
        return teams.make_team(town.web, responsible(place), place, wish)

    return make


def named(town: Town, team_id: UUID | None) -> UUID:
    wish = commands.DraftWish(town.yes().akkoord_id, "finances", team_id=team_id)
    return commands.draft_referral(town.web, town.mira, wish)


def sent_to(town: Town, team_id: UUID | None) -> UUID:
    town.fresh()
    referral_id = named(town, team_id)
    commands.send_referral(town.web, town.mira, commands.Target(referral_id, 1), town.terms)
    return referral_id


def move(town: Town, referral_id: UUID, team_id: UUID | None, actor: Actor | None = None) -> None:
    who = actor or town.els
    teams.move_to_team(town.web, who, town.target(referral_id, who), team_id, town.terms)


def as_school(town: Town, referral_id: UUID) -> Any:
    return opened.open_as_owner(town.web, town.mira, referral_id).referral


def test_a_school_names_a_team_of_the_receiver_and_of_nobody_else(town: Town, team: Make) -> None:
    mine, others = team(), team("Huiswerk", at=town.katrol)
    one = as_school(town, named(town, mine))
    assert (one.named_team, one.team_id) == (mine, mine)
    for wrong in (others, uuid4()):
        with pytest.raises(Invalid):
            named(town, wrong)


def test_to_a_team_that_ended_nothing_goes(town: Town, team: Make) -> None:
    over, referral_id = team(), sent_to(town, None)
    teams.end_team(town.web, responsible(town.ocmw), teams.Target(over, 1))
    with pytest.raises(Invalid):
        named(town, over)
    with pytest.raises(Invalid):
        move(town, referral_id, over)
    assert views.names(town.web, town.mira, town.ocmw) == []
    with pytest.raises(TeamOver):
        teams.change_team(town.web, responsible(town.ocmw), teams.Target(over, 2), TeamWish("Weer"))
    with pytest.raises(TeamOver):
        teams.end_team(town.web, responsible(town.ocmw), teams.Target(over, 2))


def test_a_draft_whose_team_ended_meanwhile_still_goes_and_everyone_there_sees_it(
    town: Town, team: Make, enter: Enter
) -> None:
    over = team("Onthaal", town.els)
    referral_id = sent_to(town, over)
    teams.end_team(town.web, responsible(town.ocmw), teams.Target(over, 1))
    page = enter(town.els).get("/referral/").text
    assert str(referral_id) in page
    assert "Voor mijn team" not in page


def test_r4_the_receiver_moves_it_and_the_school_is_told_nothing(town: Town, team: Make, owner_of: Any) -> None:
    first, second = team(), team("Schuldhulp")
    referral_id = sent_to(town, first)
    before, lines = as_school(town, referral_id), opened.open_as_receiver(town.web, town.els, referral_id, town.terms)
    count = "SELECT (SELECT count(*) FROM outbox WHERE body NOT LIKE '%%look%%'), (SELECT count(*) FROM webhook_event)"
    told = owner_of("referral").execute(count).fetchone()
    move(town, referral_id, second)
    after, now = as_school(town, referral_id), opened.open_as_receiver(town.web, town.els, referral_id, town.terms)
    assert (after.school_version, after.named_team) == (before.school_version, first)
    assert (now.version, now.team_id) == (lines.version + 1, second)
    assert owner_of("referral").execute(count).fetchone() == told
    [listed] = lists.overview(town.web, town.mira, lists.Which(UNANSWERED)).items
    assert (listed.team_id, listed.team_name) == (first, "Onthaal")


def test_no_event_about_a_referral_names_a_team(town: Town, team: Make, owner_of: Any) -> None:
    onthaal = team("Onthaalploeg")
    referral_id = sent_to(town, onthaal)
    move(town, referral_id, None)
    bodies = "".join(body for (body,) in owner_of("referral").execute("SELECT body::text FROM outbox").fetchall())
    assert "Onthaalploeg" not in bodies
    assert str(onthaal) not in bodies


def test_only_colleagues_move_it_to_a_team_of_their_own(town: Town, team: Make) -> None:
    mine, others = team(), team("Huiswerk", at=town.katrol)
    referral_id = sent_to(town, None)
    with pytest.raises(NotAllowed):
        move(town, referral_id, mine, town.mira)
    with pytest.raises(NotThere):
        move(town, referral_id, others, town.koen)
    with pytest.raises(Invalid):
        move(town, referral_id, others)
    with pytest.raises(Stale):
        teams.move_to_team(town.web, town.els, commands.Target(referral_id, 99), mine, town.terms)


def test_r24_after_the_end_of_the_yes_nobody_moves_it(town: Town, team: Make) -> None:
    town.fresh()
    yes, mine = town.yes(), team()
    referral_id = town.sent(yes)
    town.stop(yes)
    with pytest.raises(NoLongerYours):
        teams.move_to_team(town.web, town.els, commands.Target(referral_id, 2), mine, town.terms)


def test_a_move_that_comes_twice_is_one(town: Town, team: Make) -> None:
    mine, referral_id = team(), sent_to(town, None)
    target = town.target(referral_id, town.els)._replace(key="eens")
    versions = {teams.move_to_team(town.web, town.els, target, mine, town.terms).version for _ in range(2)}
    assert len(versions) == 1


def test_the_own_team_comes_first_and_nothing_is_hidden(town: Town, team: Make) -> None:
    mine, other = team("Onthaal", town.els), team("Schuldhulp")
    ids = [sent_to(town, one) for one in (None, other, mine)]
    assert views.mine(town.web, town.els) == (mine,)

    def seen(which: lists.Teams | None) -> list[UUID]:
        found = lists.worklist(town.web, town.els, lists.Which(UNANSWERED, oldest_first=True, teams=which)).items
        waiting = {one.referral_id for one in tasks.tasks(town.web, town.els, tasks.Which(teams=which)).items}
        assert waiting <= {one.id for one in found}
        return [one.id for one in found]

    assert seen(lists.Teams((mine,))) == [ids[2]]
    assert seen(lists.Teams((mine,), inside=False)) == ids[:2]
    assert seen(None) == ids


def test_the_worklist_says_whose_it_is_and_shows_all_the_rest(town: Town, team: Make, enter: Enter) -> None:
    mine = team("Onthaal 🌷 مرحبا", town.els)
    ids = [sent_to(town, one) for one in (None, mine)]
    for path in ("/referral/", "/referral/worklist"):
        page = enter(town.els).get(path).text
        assert "Voor mijn team" in page
        assert page.index(str(ids[1])) < page.index(str(ids[0]))
    page = enter(town.els).get("/referral/?team=mine").text
    assert str(ids[1]) in page
    assert str(ids[0]) not in page
    assert faults(page, "nl") == []


def test_who_is_in_no_team_sees_all_also_when_asking_for_the_own_team(town: Town, team: Make, enter: Enter) -> None:
    referral_id = sent_to(town, team())
    for path in ("/referral/", "/referral/?team=mine"):
        page = enter(town.els).get(path).text
        assert str(referral_id) in page
        assert "ijn team" not in page


def test_the_tasks_of_the_own_team_come_first(town: Town, team: Make, enter: Enter) -> None:
    mine = team("Onthaal", town.els)
    ids = [sent_to(town, one) for one in (None, mine)]
    for one in ids:
        commands.take_on_referral(town.web, town.els, town.target(one, town.els), "Els", town.terms)
    waiting = {one.referral_id: str(one.id) for one in town.tasks(town.els)}
    page = enter(town.els).get("/referral/tasks").text
    assert page.index(waiting[ids[1]]) < page.index(waiting[ids[0]])
    assert faults(page, "nl") == []
    page = enter(town.els).get("/referral/tasks?team=mine").text
    assert waiting[ids[1]] in page
    assert waiting[ids[0]] not in page


def test_who_works_there_no_more_is_in_no_team(town: Town, team: Make, membership: Any) -> None:
    mine = team("Onthaal", town.els)
    els = membership(town.els)
    commands.end_membership(town.web, responsible(town.ocmw), els, clock.today())
    assert views.mine(town.web, town.els) == ()
    assert views.one(town.web, responsible(town.ocmw), mine).members == ()
    with pytest.raises(Invalid):
        teams.change_team(town.web, responsible(town.ocmw), teams.Target(mine, 1), TeamWish("Onthaal", (els,)))


def test_nobody_of_another_organisation_is_in_it_and_no_name_is_there_twice(
    town: Town, team: Make, membership: Any
) -> None:
    team("Onthaal")
    assert team("Onthaal", at=town.katrol)
    for wish in (TeamWish("ONTHAAL"), TeamWish("Ander", (membership(town.koen),)), TeamWish("Ander", (uuid4(),))):
        with pytest.raises(Invalid):
            teams.make_team(town.web, responsible(town.ocmw), town.ocmw, wish)


def test_only_the_own_responsible_keeps_teams(town: Town, team: Make) -> None:
    mine = team()
    with pytest.raises(NotThere):
        teams.make_team(town.web, responsible(town.katrol), town.ocmw, TeamWish("X"))
    for actor, refusal in ((responsible(town.katrol), NotThere), (town.els, NotAllowed)):
        with pytest.raises(refusal):
            teams.end_team(town.web, actor, teams.Target(mine, 1))
        with pytest.raises(refusal):
            views.one(town.web, actor, mine)
