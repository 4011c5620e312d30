"""R3: reach is less than a question; the default is the smallest; what is previewed is what is sealed."""

from typing import Any

import pytest

from services.intake.commands.consent import prepare
from services.intake.domain.consent import KindNotTicked, Level, PartsMissing, Purpose, Wish, YesMissing
from services.intake.domain.family import OwnWords
from services.intake.domain.sharing import package_for
from tests.builders.intake import Place, a_draft

HEALTH = {"asks": [{"text": {"text": "Slecht slapen.", "lang": "nl"}, "life_domain": "health"}]}


@pytest.fixture
def place(db_of: Any) -> Place:
    return Place(db_of("intake"), db_of("intake", "worker")).settle()


def test_unless_more_is_chosen_only_how_to_reach_is_shared(place: Place) -> None:
    file = place.family()
    amal = file.persons[0]
    wish = Wish(amal.id, place.ocmw, "nl", {}, ask_id=file.asks[0].id)
    assert wish.level == Level.REACH
    package = package_for(wish, amal, amal, file.asks[0])
    assert (package.question, package.life_domain, package.plan_parts) == (None, None, [])


def test_each_level_shares_what_the_one_before_does_and_more(place: Place) -> None:
    file = place.family()
    amal, ask = file.persons[0], file.asks[0]
    wishes = [place.wish(file, level=level, plan_parts=("work",)) for level in Level]
    shared = [set(package_for(wish, amal, amal, ask).model_dump(exclude_defaults=True)) for wish in wishes]
    assert shared[0] < shared[1] < shared[2]


def test_a_registration_shares_name_and_languages_and_a_match_also_how_to_reach(place: Place) -> None:
    file = place.family()
    amal, ask = file.persons[0], file.asks[0]

    def shared(purpose: Purpose) -> set[str]:
        return set(package_for(place.wish(file, purpose=purpose), amal, amal, ask).model_dump(exclude_defaults=True))

    assert shared(Purpose.REGISTRATION) == {"name_to_call", "languages"}
    assert shared(Purpose.MATCH) == {"name_to_call", "languages", "reach"}


def test_health_is_ticked_by_itself(place: Place) -> None:
    file = place.family(a_draft(**HEALTH))
    cards = {file.persons[0].id: frozenset({"reach", "question", "until", "kind_health"})}
    with pytest.raises(KindNotTicked):
        place.yes(file, yes=cards)
    assert place.yes(file, yes=cards, kinds=frozenset({"health"}))


def test_the_full_name_and_what_goes_well_are_never_in_a_package(place: Place) -> None:
    draft = a_draft()
    named = draft.persons[0].model_copy(update={"full_name": "Geheim", "arranged_words": OwnWords(text="Privé")})
    file = place.family(draft.model_copy(update={"persons": (named, *draft.persons[1:])}))
    with place.web.transaction(place.mira) as conn:
        wish = place.wish(file)
        told = prepare(conn, wish).package(wish).model_dump_json()
    for secret in ("Geheim", "Privé", "verhaal", "Yusuf"):
        assert secret not in told


def test_a_part_of_a_plan_about_health_is_ticked_by_itself_too(place: Place) -> None:
    file = place.family()
    cards = {file.persons[0].id: frozenset({"reach", "question", "until", "part_work", "part_health"})}
    wish = {"level": Level.PLAN_PARTS, "plan_parts": ("work", "health"), "yes": cards}
    with pytest.raises(KindNotTicked):
        place.yes(file, **wish)
    assert place.yes(file, **wish, kinds=frozenset({"health"}))


@pytest.mark.parametrize("answered", [{"part_work"}, {"part_health"}, {"plan_parts"}, set()])
def test_every_part_of_a_plan_needs_its_own_yes(place: Place, answered: set[str]) -> None:
    file = place.family()
    cards = {file.persons[0].id: frozenset({"reach", "question", "until", *answered})}
    wish = {"level": Level.PLAN_PARTS, "plan_parts": ("work", "health"), "kinds": frozenset({"health"})}
    with pytest.raises(YesMissing):
        place.yes(file, yes=cards, **wish)


@pytest.mark.parametrize("parts", [(), ("own",), ("everything",)])
def test_a_part_that_no_plan_has_cannot_be_shared(place: Place, parts: tuple[str, ...]) -> None:
    with pytest.raises(PartsMissing):
        place.yes(level=Level.PLAN_PARTS, plan_parts=parts)
