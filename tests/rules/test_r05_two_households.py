"""R5: of two homes neither sees the other's address or parts, in the file, the plan, and on paper."""

from typing import Any

import pytest

from services.intake import commands, events, timers, views
from services.intake.domain.family import File, FileDraft, PersonDraft
from services.referral.commands import plans
from services.referral.store import plans as store
from services.referral.views import plans as views_of_plans
from shared.envelope import Envelope
from shared.security import Actor
from tests.builders.intake import ALL_CARDS, Place, person, two_homes
from tests.builders.plans import Family, a_plan, action, words
from tests.builders.referral import Town
from tests.builders.shared import an_event


@pytest.fixture
def place(db_of: Any) -> Place:
    return Place(db_of("intake"), db_of("intake", "worker")).settle()


@pytest.fixture
def town(db_of: Any, settings_of: Any) -> Town:
    return Town(db_of("referral"), db_of("referral", "worker"), settings_of("referral")).settle()


def in_two_homes(town: Town) -> Family:
    """Amal in the first, Karim in the second, Yusuf in both."""
    family = a_plan(town)
    housed(town, family, family.other, 2)
    housed(town, family, family.child, 1, 2)
    return family


def housed(town: Town, family: Family, whom: Actor, *homes: int, version: int = 2) -> None:
    told = {"person_id": str(whom.id), "family_id": str(family.family_id), "households": list(homes)}
    town.receive(
        an_event(
            type=events.PersonHousedV1.TYPE,
            aggregate=whom.id,
            version=version,
            owner_organisation=town.school,
            data=told,
        )
    )


def told_homes(owner: Any) -> list[tuple[int, list[int]]]:
    rows = owner.execute("SELECT body FROM outbox ORDER BY position").fetchall()
    told = [Envelope.model_validate_json(body) for (body,) in rows]
    return [(one.version, one.data["households"]) for one in told if one.type == events.PersonHousedV1.TYPE]


def both_said_yes(place: Place, file: File) -> Any:
    amal, karim, yusuf = file.persons
    yes = {amal.id: ALL_CARDS, karim.id: ALL_CARDS}
    return place.yes(file, person_id=yusuf.id, ask_id=file.asks[0].id, yes=yes, explained_in="nl")


def test_on_the_receipt_of_a_childs_akkoord_only_the_one_who_is_called_reads_the_number(place: Place) -> None:
    file = two_homes(place)
    akkoord_id = both_said_yes(place, file)
    amal, karim, _ = file.persons
    hers = views.consent.receipt(place.web, person(amal.id), akkoord_id).package
    his = views.consent.receipt(place.web, person(karim.id), akkoord_id).package
    assert hers.reach is not None
    assert hers.reach.phone == "0470 12 34 56"
    assert his.reach is None
    assert his.languages == []
    assert his.question == hers.question, "what is asked for the child, both said yes to"
    assert views.consent.receipt(place.web, place.mira, akkoord_id).package == hers


def test_what_one_home_told_about_a_child_the_other_does_not_read(place: Place) -> None:
    file = two_homes(place)
    told = views.known.known(place.web, person(file.persons[1].id), file.persons[1].id)
    codes = {held.thing.code for known in told.known for held in known.things}
    assert "ask" not in codes
    assert told.family == ()
    assert "Amal" not in str(told)


def test_which_home_is_told_only_where_it_is_not_the_first_and_when_it_changes(place: Place, owner_of: Any) -> None:
    file = two_homes(place)
    owner = owner_of("intake")
    assert told_homes(owner) == [(2, [2]), (2, [1, 2])]
    karim = file.persons[1]
    moved = PersonDraft(id=karim.id, name_to_call="Karim", households=frozenset({1}))
    commands.change_file(place.web, place.mira, file.id, FileDraft(persons=(moved,)), file.version)
    assert told_homes(owner)[-1] == (3, [1])
    place.family()
    assert len(told_homes(owner)) == 3


def test_homes_that_were_written_down_before_they_were_told_are_told_once(place: Place, owner_of: Any) -> None:
    two_homes(place)
    owner = owner_of("intake")
    owner.execute("DELETE FROM outbox")
    owner.execute("UPDATE person SET version = 1")
    assert timers.tell_homes(place.worker) == 2
    assert sorted(told_homes(owner)) == [(2, [1, 2]), (2, [2])]
    assert timers.tell_homes(place.worker) == 0


def test_in_the_plan_each_home_reads_its_own_words_and_what_staff_wrote(town: Town) -> None:
    family = in_two_homes(town)
    her, him = family.person(family.amal), family.person(family.other)
    family.write(family.amal, "wishes", words("بيت هادئ 🏡", "ar"))
    family.write(town.mira, "finances", words("Samen rondkomen"), words("Amal zegt: huur", said_by=her))
    steps = (action("Bel de huurdienst", her), action("Kom naar het oudercontact", him))
    family.write(town.mira, "education", actions=steps)
    assert family.texts(family.other) == {
        "finances": ["Samen rondkomen"],
        "education": ["Kom naar het oudercontact"],
    }
    assert family.texts(family.amal)["wishes"] == ["بيت هادئ 🏡"]
    assert family.texts(family.amal)["education"] == ["Bel de huurdienst"]
    assert family.texts(family.child)["education"] == ["Bel de huurdienst", "Kom naar het oudercontact"]
    assert len(family.texts(town.mira)["finances"]) == 2


def test_the_other_home_is_not_among_the_persons_nor_the_yeses_of_the_plan(town: Town) -> None:
    family = in_two_homes(town)
    seen = family.seen(family.other)
    assert family.amal.id not in {one.person_id for one in seen.people.values()}
    assert {family.other.id, family.child.id} <= {one.person_id for one in seen.people.values()}


def test_what_one_home_writes_loses_nothing_of_what_it_cannot_see(town: Town) -> None:
    family = in_two_homes(town)
    first = words("Een rustig huis")
    family.write(family.amal, "wishes", first, words("Een tuin"))
    written = family.write(family.other, "wishes", words("Vaker samen voetballen ⚽"))
    assert [one.text for one in written.content.items] == ["Een rustig huis", "Een tuin", "Vaker samen voetballen ⚽"]
    assert family.texts(family.other)["wishes"] == ["Vaker samen voetballen ⚽"]
    stolen = first.model_copy(update={"text": "Weg ermee"})
    again = family.write(family.other, "wishes", stolen)
    assert [one.text for one in again.content.items] == ["Een rustig huis", "Een tuin"]


def test_choosing_the_text_beside_keeps_what_the_chooser_cannot_see(town: Town) -> None:
    family = in_two_homes(town)
    family.write(family.other, "wishes", words("eerst"), after=0)
    late = family.write(family.other, "wishes", words("ook"), after=0)
    current = family.write(family.amal, "wishes", words("Een tuin"))
    choice = plans.Choice(family.plan_id, "wishes", late.number, current.number, "beside")
    plans.choose_text(town.web, family.other, choice, town.settings.plan_terms)
    assert "Een tuin" in family.texts(family.amal)["wishes"]


def test_a_version_in_which_one_home_finds_nothing_new_is_not_in_its_history(town: Town) -> None:
    family = in_two_homes(town)
    together = words("Samen eten")
    family.write(town.mira, "wishes", together)
    family.write(family.amal, "wishes", together, words("Een tuin"))
    his = views_of_plans.history(town.web, family.other, family.plan_id)
    assert [[item.text for item in one.version.content.items] for one in his] == [["Samen eten"]]
    assert len(views_of_plans.history(town.web, town.mira, family.plan_id)) == 2


def test_the_same_event_twice_and_an_older_one_change_nothing(town: Town) -> None:
    family = in_two_homes(town)
    housed(town, family, family.other, 2)
    housed(town, family, family.other, 1, version=1)
    with town.web.transaction(family.other) as conn:
        assert store.kept_apart(conn, family.plan_id).persons == {family.amal.id}
    housed(town, family, family.other, 1, version=3)
    with town.web.transaction(family.other) as conn:
        assert store.kept_apart(conn, family.plan_id).persons == frozenset()
