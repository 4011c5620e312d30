"""Some of the demo's families have said yes: their referrals stand in several states, so that no page is empty."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from itertools import cycle
from typing import NamedTuple
from uuid import UUID

from deploy.demo import directory
from deploy.demo.families import Family
from deploy.demo.rooms import Rooms, actor_of, as_soon_as_known
from services.intake import store
from services.intake.commands import grant_akkoord
from services.intake.domain.consent import Level, Wish, cards_for
from services.referral import commands as referrals
from services.referral.domain import Appointment
from services.referral.domain import Terms as ReferralTerms
from shared import clock


class Turn(NamedTuple):
    """How one referral of the demo stands: to whom, why, and how they answered."""

    to: str
    reason: str
    answer: str


TURNS = (
    Turn("ocmw", "material_needs", "accepted"),
    Turn("huiswerk", "school_partnership", "sent"),
    Turn("ocmw", "material_needs", "sent"),
    Turn("katrol", "school_partnership", "declined"),
    Turn("huiswerk", "school_partnership", "draft"),
    Turn("ocmw", "material_needs", "met"),
    Turn("huiswerk", "school_partnership", "asked"),
)


def share(rooms: Rooms, opened: list[Family]) -> int:
    """The families of the first school, turn by turn, as soon as directory and akkoord have arrived."""
    here = [one for one in opened if one.brugfiguur.organisation == directory.schools()[0]]
    waiting = list(zip(TURNS, cycle(here), strict=False))
    akkoorden = [_say_yes(rooms, family, turn) for turn, family in waiting]
    for (turn, family), akkoord_id in zip(waiting, akkoorden, strict=True):
        refer(rooms, family, turn, akkoord_id)
    return len(waiting)


def _say_yes(rooms: Rooms, family: Family, turn: Turn) -> UUID:
    """The caregiver's own yes for the question, with a telephone interpreter where Dutch is not spoken."""
    actor, receiver = actor_of(family.brugfiguur), _staff(turn.to).organisation
    with rooms.web("intake").transaction(actor) as conn:
        file = store.family.get(conn, family.id)
    person, ask = file.persons[0], file.asks[0]
    with_interpreter = "nl" not in person.speaks
    wish = Wish(
        person_id=person.id,
        receiver_organisation=receiver.id,
        explained_in=person.speaks[0] if with_interpreter else "nl",
        yes={},
        level=Level.QUESTION,
        ask_id=ask.id,
        interpreting="professional_phone" if with_interpreter else "none",
        interpreter_is_adult=with_interpreter,
        said_back=True,
    )
    answered = replace(wish, yes={person.id: frozenset(card.code for card in cards_for(wish, person, ask))})
    return as_soon_as_known(lambda: grant_akkoord(rooms.web("intake"), actor, answered))


def refer(rooms: Rooms, family: Family, turn: Turn, akkoord_id: UUID) -> None:
    """From draft to how this turn was answered, each step as soon as the services know of the one before."""
    db, school, partner = rooms.web("referral"), actor_of(family.brugfiguur), _staff(turn.to)
    terms = ReferralTerms(3, 7, 60, rooms.environment.web("referral")["BRUG_PAIRWISE_SECRET"])
    wish = referrals.DraftWish(akkoord_id, turn.reason, goes_along=family.brugfiguur.name)
    referral_id = as_soon_as_known(lambda: referrals.draft_referral(db, school, wish))
    if turn.answer == "draft":
        return
    target = referrals.Target(referral_id, 1)
    sent = as_soon_as_known(lambda: referrals.send_referral(db, school, target, terms))
    answer = referrals.Target(referral_id, sent.version)
    if turn.answer == "accepted":
        referrals.accept_referral(db, actor_of(partner), answer, _appointment(partner), terms)
    if turn.answer == "asked":
        referrals.ask_information(db, actor_of(partner), answer, "companion", terms)
    if turn.answer == "met":
        taken_on = referrals.take_on_referral(db, actor_of(partner), answer, partner.name.split()[0], terms)
        referrals.report_meeting(db, actor_of(partner), referrals.Target(referral_id, taken_on.version))
    if turn.answer == "declined":
        referrals.decline_referral(db, actor_of(partner), answer, "no_room")


def _appointment(partner: directory.Staff) -> Appointment:
    """In a week, at ten."""
    at = datetime.combine(clock.today() + timedelta(days=7), time(10), tzinfo=clock.BRUSSELS)
    return Appointment(partner.name.split()[0], at.astimezone(UTC), f"{partner.organisation.name}, onthaal")


def _staff(key: str) -> directory.Staff:
    return next(one for one in directory.staff() if one.key == key)
