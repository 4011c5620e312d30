"""Who fits whom, and why (R16): a pure function of what both chose to share, and of weights that a coordinator sets."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from services.network.domain.request import NO_PREFERENCE
from services.network.domain.words import Gender, same_words

MOST_WEIGHT = 10


class Weights(BaseModel):
    """How much each thing counts; no research proves any. That there is a language in common is no weight but a must.

    `times` and `languages` count for each weekday part and each language in common.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    same_school: int = Field(default=4, ge=0, le=MOST_WEIGHT)
    same_town: int = Field(default=3, ge=0, le=MOST_WEIGHT)
    children: int = Field(default=1, ge=0, le=MOST_WEIGHT)
    times: int = Field(default=1, ge=0, le=MOST_WEIGHT)
    wish: int = Field(default=5, ge=0, le=MOST_WEIGHT)
    languages: int = Field(default=1, ge=0, le=MOST_WEIGHT)


@dataclass(frozen=True)
class Seeker:
    """Who asks. `left_out` are helpers who were proposed before; the last two are private and never become a reason."""

    languages: tuple[str, ...]
    school: UUID | None = None
    town: str = ""
    times: tuple[str, ...] = ()
    child_school_years: tuple[str, ...] = ()
    wish: str = NO_PREFERENCE
    left_out: frozenset[UUID] = frozenset()
    community_languages: frozenset[str] = frozenset()
    not_names: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Candidate:
    """A helper who may be proposed; `taken` is how many families they help or are proposed to."""

    helper_id: UUID
    first_name: str
    languages: tuple[str, ...]
    capacity: int
    taken: int = 0
    active: bool = True
    school: UUID | None = None
    town: str = ""
    times: tuple[str, ...] = ()
    child_school_years: tuple[str, ...] = ()
    gender: str = Gender.UNKNOWN


class Fit(NamedTuple):
    """A proposal that explains itself: codes with a value where there is one, such as 'speaks:ar'."""

    helper_id: UUID
    score: int
    reasons: tuple[str, ...]


def may_be_proposed(seeker: Seeker, candidate: Candidate) -> bool:
    """What no weight can outdo: a shared language, room, and whom she would rather not have."""
    return (
        candidate.active
        and candidate.taken < candidate.capacity
        and not set(seeker.languages).isdisjoint(candidate.languages)
        and candidate.helper_id not in seeker.left_out
        and seeker.community_languages.isdisjoint(candidate.languages)
        and same_words(candidate.first_name) not in seeker.not_names
    )


def fit(seeker: Seeker, candidate: Candidate, weights: Weights) -> Fit:
    """How well these two fit, and why, in what each of them chose to share."""
    spoken = [tag for tag in seeker.languages if tag in candidate.languages]
    free = [part for part in seeker.times if part in candidate.times]
    children = [years for years in seeker.child_school_years if years in candidate.child_school_years]
    same_school = seeker.school is not None and seeker.school == candidate.school
    same_town = bool(seeker.town) and same_words(seeker.town) == same_words(candidate.town)
    wished = seeker.wish != NO_PREFERENCE and seeker.wish == candidate.gender
    score = (
        weights.languages * len(spoken)
        + weights.same_school * same_school
        + weights.same_town * same_town
        + weights.children * bool(children)
        + weights.times * len(free)
        + weights.wish * wished
    )
    reasons = [
        *(f"speaks:{tag}" for tag in spoken),
        *(["same_school"] if same_school else []),
        *(["same_town"] if same_town else []),
        *(f"child_in:{years}" for years in children),
        *(f"free:{part}" for part in free),
        *([f"as_wished:{seeker.wish}"] if wished else []),
    ]
    return Fit(candidate.helper_id, score, tuple(reasons))


def best_first(seeker: Seeker, candidates: Iterable[Candidate], weights: Weights) -> list[Fit]:
    """Everyone who may be proposed, the best first; of equals who has most room, and then always the same one."""
    able = [one for one in candidates if may_be_proposed(seeker, one)]
    ranked = sorted(
        ((fit(seeker, one, weights), one) for one in able),
        key=lambda pair: (-pair[0].score, pair[1].taken - pair[1].capacity, pair[1].helper_id),
    )
    return [found for found, _ in ranked]
