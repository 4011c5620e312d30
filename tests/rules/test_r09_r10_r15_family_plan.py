"""R9, R10, R15: strengths first and never a block; the family owns the plan; its words stay as they are."""

from typing import Any

import pytest

from services.referral.commands import plans
from services.referral.domain.plan import SHARED, Content
from services.referral.domain.refusals import WrittenByFamily
from services.referral.views import plans as views
from shared.refusals import NotAllowed, NotThere, Stale
from tests.builders.plans import Family, a_plan, action, words
from tests.builders.referral import Town


@pytest.fixture
def town(db_of: Any, settings_of: Any) -> Town:
    return Town(db_of("referral"), db_of("referral", "worker"), settings_of("referral")).settle()


@pytest.fixture
def family(town: Town) -> Family:
    return a_plan(town)


def choose(family: Family, actor: Any, section: str, keep: str) -> None:
    seen = family.seen(actor)
    [other] = seen.besides[section]
    choice = plans.Choice(family.plan_id, section, other.number, seen.number(section), keep)
    plans.choose_text(family.town.web, actor, choice, family.town.settings.plan_terms)


def test_r09_what_goes_well_comes_first_and_nothing_waits_for_it(family: Family) -> None:
    assert SHARED[0] == "strengths"
    family.write(family.town.mira, "finances", words("Rust met het geld"))
    assert "strengths" not in family.texts(family.town.mira)


def test_r10_two_who_write_at_once_both_keep_their_text_and_one_chooses(family: Family) -> None:
    mira, amal = family.town.mira, family.amal
    family.write(mira, "wishes", words("Begin"))
    seen = family.number(mira, "wishes")
    family.write(mira, "wishes", words("Van Mira"), after=seen)
    family.write(amal, "wishes", words("من أمل", "ar"), after=seen)
    for reader in (mira, amal):
        assert family.texts(reader)["wishes"] == ["Van Mira"]
        assert [one.text for one in family.seen(reader).besides["wishes"][0].content.items] == ["من أمل"]
    choose(family, amal, "wishes", "beside")
    assert family.texts(mira)["wishes"] == ["من أمل"]
    assert family.seen(mira).besides == {}


def test_r10_both_texts_can_stay(family: Family) -> None:
    mira, amal = family.town.mira, family.amal
    family.write(amal, "wishes", words("Van Amal"))
    family.write(mira, "wishes", words("Van Mira"), after=0)
    choose(family, mira, "wishes", "both")
    assert family.texts(amal)["wishes"] == ["Van Amal", "Van Mira"]
    [hers, _] = family.seen(amal).content("wishes").items
    assert hers.wrote == amal.id


def test_r10_the_text_that_was_not_chosen_stays_among_the_versions(family: Family) -> None:
    mira, amal = family.town.mira, family.amal
    family.write(mira, "wishes", words("Van Mira"))
    family.write(amal, "wishes", words("Van Amal"), after=0)
    choose(family, amal, "wishes", "current")
    said = [
        one.text for told in views.history(family.town.web, amal, family.plan_id) for one in told.version.content.all
    ]
    assert sorted(said) == ["Van Amal", "Van Mira"]


def test_r10_a_choice_between_texts_that_changed_meanwhile_is_refused(family: Family) -> None:
    mira = family.town.mira
    family.write(mira, "wishes", words("een"))
    family.write(mira, "wishes", words("twee"), after=0)
    family.write(mira, "wishes", words("drie"))
    with pytest.raises(Stale):
        plans.choose_text(
            family.town.web,
            mira,
            plans.Choice(family.plan_id, "wishes", 2, 1, "beside"),
            family.town.settings.plan_terms,
        )


def test_r10_the_school_does_not_choose_away_what_the_family_wrote(family: Family) -> None:
    mira, amal = family.town.mira, family.amal
    family.write(amal, "wishes", words("Van Amal"))
    family.write(mira, "wishes", words("Van Mira"), after=0)
    with pytest.raises(WrittenByFamily):
        choose(family, mira, "wishes", "beside")
    assert family.texts(amal)["wishes"] == ["Van Amal"]


def test_r10_r15_nobody_of_the_school_changes_or_drops_what_the_family_wrote(family: Family) -> None:
    mira, amal = family.town.mira, family.amal
    written = family.write(amal, "wishes", words("ik wil rustt", "nl"))
    [hers] = written.content.items
    for content in ((), (words("Ik wil rust"),), (hers.model_copy(update={"text": "Ik wil rust"}),)):
        with pytest.raises(WrittenByFamily):
            family.write(mira, "wishes", *content)
    assert family.texts(mira)["wishes"] == ["ik wil rustt"]
    family.write(amal, "wishes", hers.model_copy(update={"text": "ik wil rust"}))
    assert family.texts(mira)["wishes"] == ["ik wil rust"]


def test_r15_the_dutch_stands_beside_and_the_own_words_stay(family: Family) -> None:
    mira, amal = family.town.mira, family.amal
    [hers] = family.write(amal, "wishes", words("أريد الهدوء", "ar")).content.items
    beside = hers.model_copy(update={"beside": "Ik wil rust", "beside_lang": "nl"})
    [kept] = family.write(mira, "wishes", beside).content.items
    assert (kept.text, kept.lang, kept.beside, kept.wrote) == ("أريد الهدوء", "ar", "Ik wil rust", amal.id)
    assert kept.in_language("nl") == ("Ik wil rust", "nl")
    assert kept.in_language("ar") == ("أريد الهدوء", "ar")
    assert kept.in_language("fr") == ("أريد الهدوء", "ar")


def test_r10_the_family_sees_every_version_and_by_which_function(family: Family) -> None:
    mira, amal = family.town.mira, family.amal
    for text in ("een", "twee"):
        family.write(mira, "wishes", words(text))
    family.write(amal, "strengths", words("Yusuf leest graag"))
    told = views.history(family.town.web, amal, family.plan_id)
    assert [(one.version.section, one.version.writer.function, one.organisation) for one in told] == [
        ("strengths", "", ""),
        ("wishes", "brugfiguur", "Basisschool De Linde"),
        ("wishes", "brugfiguur", "Basisschool De Linde"),
    ]
    assert told[1].before is not None
    assert told[1].before.content.items[0].text == "een"


def test_r10_the_family_says_which_parts_its_school_sees(family: Family) -> None:
    mira, amal = family.town.mira, family.amal
    family.write(mira, "finances", words("Rust met het geld"))
    family.write(amal, "health", words("Slapen"))
    assert set(family.texts(mira)) == {"finances"}
    version = family.seen(amal).plan.version
    opened = frozenset({"health", "wishes"})
    plans.open_to_school(family.town.web, amal, plans.Target(family.plan_id, version), opened)
    assert set(family.texts(mira)) == {"health"}
    assert set(family.texts(amal)) == {"finances", "health"}
    told = views.history(family.town.web, mira, family.plan_id)
    assert {one.version.section for one in told} == {"health"}


def test_r10_only_the_family_opens_parts_and_only_its_grown_ups(family: Family) -> None:
    for actor in (family.town.mira, family.town.jo, family.child):
        with pytest.raises((NotThere, NotAllowed)):
            plans.open_to_school(family.town.web, actor, plans.Target(family.plan_id, 1), frozenset({"health"}))


def test_r10_the_whole_family_reads_it_and_no_other_family(family: Family) -> None:
    stranger = a_plan(family.town)
    family.write(family.town.mira, "finances", words("Rust"))
    assert family.texts(family.other) == {"finances": ["Rust"]}
    for actor in (stranger.amal, family.town.jo, family.town.els, family.town.koen):
        with pytest.raises((NotThere, NotAllowed)):
            family.seen(actor)


def test_r05_r18_what_belongs_to_one_person_alone_does_not_exist_for_the_others(family: Family, owner_of: Any) -> None:
    before = owner_of("referral").execute("SELECT edition, version FROM plan").fetchone()
    family.write(family.child, "own", words("Ik wil met iemand praten"))
    assert family.texts(family.child) == {"own": ["Ik wil met iemand praten"]}
    for actor in (family.amal, family.other, family.town.mira):
        assert family.texts(actor) == {}
        assert views.history(family.town.web, actor, family.plan_id) == []
    assert owner_of("referral").execute("SELECT edition, version FROM plan").fetchone() == before
    told = owner_of("referral").execute("SELECT count(*) FROM outbox WHERE body LIKE '%%section-changed%%'").fetchone()
    assert told == (0,)


def test_r05_a_child_reads_and_writes_its_own_parts_of_life_not_the_money_of_its_parents(family: Family) -> None:
    family.write(family.town.mira, "finances", words("Schulden"))
    family.write(family.town.mira, "education", words("Rekenen"))
    assert family.texts(family.child) == {"education": ["Rekenen"]}
    family.write(family.child, "leisure", words("Voetbal"))
    with pytest.raises(NotThere):
        family.write(family.child, "finances", words("Zakgeld"))


def test_r10_a_hand_made_request_gives_no_one_else_words(family: Family) -> None:
    forged = words("Van Amal", wrote=family.amal.id)
    [kept] = family.write(family.town.mira, "wishes", forged).content.items
    assert kept.wrote is None


def test_huge_and_right_to_left_and_emoji_texts_stay_as_they_are(family: Family) -> None:
    text = "شكراً 💶 " + "ا" * 1900
    family.write(family.amal, "wishes", words(text, "ar"))
    assert family.texts(family.town.mira)["wishes"] == [text]
    assert family.write(family.town.mira, "work", actions=(action("x" * 2000, family.staff),)).content != Content()
