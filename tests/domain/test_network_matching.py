"""Who is proposed to whom, and why."""

from uuid import UUID, uuid4

from hypothesis import given
from hypothesis import strategies as st

from services.network.domain.matching import Candidate, Seeker, Weights, best_first, fit, may_be_proposed
from services.network.domain.request import NO_PREFERENCE
from services.network.domain.words import CHILD_YEARS, TIMES, Gender

TAGS = st.lists(st.sampled_from(["ar", "fr", "nl", "ti", "prs"]), min_size=1, max_size=4, unique=True).map(tuple)
PARTS = st.lists(st.sampled_from(TIMES), unique=True).map(tuple)
YEARS = st.lists(st.sampled_from(CHILD_YEARS), unique=True).map(tuple)
SCHOOLS = st.sampled_from([None, UUID(int=1), UUID(int=2)])
TOWNS = st.sampled_from(["", "Antwerpen", "ANTWERPEN ", "Gent", "Liège", "Liege"])
NAMES = st.sampled_from(["Nour", "José", "jose", "Lina"])
SEEKERS = st.builds(
    Seeker,
    languages=TAGS,
    school=SCHOOLS,
    town=TOWNS,
    times=PARTS,
    child_school_years=YEARS,
    wish=st.sampled_from([NO_PREFERENCE, Gender.WOMAN, Gender.MAN]),
    left_out=st.frozensets(st.sampled_from([UUID(int=n) for n in range(4)])),
    community_languages=st.frozensets(st.sampled_from(["ar", "ti"])),
    not_names=st.frozensets(st.sampled_from(["nour", "jose"])),
)
CANDIDATES = st.lists(
    st.builds(
        Candidate,
        helper_id=st.integers(0, 30).map(lambda n: UUID(int=n)),
        first_name=NAMES,
        languages=TAGS,
        capacity=st.integers(1, 3),
        taken=st.integers(0, 4),
        active=st.booleans(),
        school=SCHOOLS,
        town=TOWNS,
        times=PARTS,
        child_school_years=YEARS,
        gender=st.sampled_from(list(Gender)),
    ),
    max_size=12,
    unique_by=lambda one: one.helper_id,
)
ALL_WEIGHTS = st.builds(Weights, **dict.fromkeys(Weights.model_fields, st.integers(0, 10)))


@given(SEEKERS, CANDIDATES, ALL_WEIGHTS)
def test_r16_nobody_is_proposed_without_a_language_that_she_chose(
    seeker: Seeker, candidates: list[Candidate], weights: Weights
) -> None:
    known = {one.helper_id: one for one in candidates}
    for found in best_first(seeker, candidates, weights):
        assert set(seeker.languages) & set(known[found.helper_id].languages)


@given(SEEKERS, CANDIDATES, ALL_WEIGHTS)
def test_nobody_is_proposed_above_the_number_of_families_they_want(
    seeker: Seeker, candidates: list[Candidate], weights: Weights
) -> None:
    known = {one.helper_id: one for one in candidates}
    for found in best_first(seeker, candidates, weights):
        assert known[found.helper_id].taken < known[found.helper_id].capacity
        assert known[found.helper_id].active


@given(SEEKERS, CANDIDATES, ALL_WEIGHTS, st.randoms())
def test_the_order_in_which_helpers_are_read_changes_nothing(
    seeker: Seeker, candidates: list[Candidate], weights: Weights, chance: object
) -> None:
    shuffled = candidates[:]
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    assert best_first(seeker, shuffled, weights) == best_first(seeker, candidates, weights)


@given(SEEKERS, CANDIDATES, ALL_WEIGHTS)
def test_r16_whom_she_would_rather_not_have_is_left_out_and_leaves_no_trace_in_the_reasons(
    seeker: Seeker, candidates: list[Candidate], weights: Weights
) -> None:
    open_wishes = Seeker(
        seeker.languages,
        seeker.school,
        seeker.town,
        seeker.times,
        seeker.child_school_years,
        seeker.wish,
        seeker.left_out,
    )
    without = {one.helper_id: one for one in best_first(open_wishes, candidates, weights)}
    for found in best_first(seeker, candidates, weights):
        assert found == without[found.helper_id]


@given(SEEKERS, CANDIDATES, ALL_WEIGHTS)
def test_the_best_comes_first_and_every_proposal_explains_itself(
    seeker: Seeker, candidates: list[Candidate], weights: Weights
) -> None:
    found = best_first(seeker, candidates, weights)
    assert [one.score for one in found] == sorted((one.score for one in found), reverse=True)
    assert all(one.reasons and one.reasons[0].startswith("speaks:") for one in found)


def a_seeker(**changes: object) -> Seeker:
    return Seeker(**{"languages": ("ar",)} | changes)  # type: ignore[arg-type]


def a_candidate(**changes: object) -> Candidate:
    return Candidate(
        **{"helper_id": uuid4(), "first_name": "Nour", "languages": ("ar",), "capacity": 1} | changes  # type: ignore[arg-type]
    )


def test_reasons_are_only_what_both_chose_to_share() -> None:
    school = uuid4()
    seeker = a_seeker(school=school, town="Antwerpen", times=("evening",), child_school_years=("years_1_3",))
    silent = fit(seeker, a_candidate(), Weights())
    assert silent.reasons == ("speaks:ar",)
    open_one = a_candidate(
        school=school, town="antwerpen", times=("evening", "weekend"), child_school_years=("years_1_3", "years_4_6")
    )
    assert fit(seeker, open_one, Weights()).reasons == (
        "speaks:ar",
        "same_school",
        "same_town",
        "child_in:years_1_3",
        "free:evening",
    )


def test_no_school_on_either_side_is_no_school_in_common() -> None:
    assert "same_school" not in fit(a_seeker(), a_candidate(), Weights()).reasons
    assert "same_town" not in fit(a_seeker(), a_candidate(), Weights()).reasons


def test_a_wish_for_a_woman_weighs_and_does_not_shut_out() -> None:
    seeker = a_seeker(wish="woman")
    woman, man, unsaid = a_candidate(gender="woman"), a_candidate(gender="man"), a_candidate()
    found = best_first(seeker, [man, unsaid, woman], Weights())
    assert found[0].helper_id == woman.helper_id
    assert found[0].reasons == ("speaks:ar", "as_wished:woman")
    assert len(found) == 3


def test_the_coordinator_weighs_a_town_above_a_school() -> None:
    school = uuid4()
    seeker = a_seeker(school=school, town="Gent")
    at_school, in_town = a_candidate(school=school, town="Aalst"), a_candidate(town="Gent")
    assert best_first(seeker, [at_school, in_town], Weights())[0].helper_id == at_school.helper_id
    weights = Weights(same_town=9, same_school=1)
    assert best_first(seeker, [at_school, in_town], weights)[0].helper_id == in_town.helper_id


def test_of_equals_the_one_with_most_room_comes_first() -> None:
    busy, free = a_candidate(capacity=3, taken=2), a_candidate(capacity=3, taken=0)
    assert best_first(a_seeker(), [busy, free], Weights())[0].helper_id == free.helper_id


def test_a_name_that_she_would_rather_not_have_is_known_without_its_accents() -> None:
    assert not may_be_proposed(a_seeker(not_names=frozenset({"jose"})), a_candidate(first_name="JOSÉ"))
