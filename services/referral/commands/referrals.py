"""What a school and a receiving organisation do with a referral before the answer; each is one transaction."""

from typing import NamedTuple
from uuid import UUID

from uuid_utils.compat import uuid7

from services.referral import events
from services.referral.commands import guests, steps, teams
from services.referral.commands.meetings import tell_meeting
from services.referral.commands.steps import Step, Target
from services.referral.domain import (
    PERMITS,
    REFERRAL,
    Action,
    AlreadyReferred,
    Ground,
    Referral,
    Sender,
    Status,
    Terms,
)
from services.referral.store import referrals as store
from shared import akkoord, clock, idempotency
from shared.akkoord import Akkoord, AkkoordMissing
from shared.db import Connection, Database
from shared.permissions import demand
from shared.security import Actor

DRAFT_ROUTE = "referrals"


class DraftWish(NamedTuple):
    """`to_organisation`: whom the school believes to be the receiver, where it says so. `team_id`: one of its teams."""

    akkoord_id: UUID
    reason: str
    goes_along: str = ""
    to_organisation: UUID | None = None
    team_id: UUID | None = None


class InformationAnswer(NamedTuple):
    """`akkoord_id`: the newer yes on which it rests from now on, where the parent was asked anew."""

    code: str
    akkoord_id: UUID | None = None


def draft_referral(db: Database, actor: Actor, wish: DraftWish, *, key: str | None = None) -> UUID:
    """Prepare a referral on a person's yes. Raises AkkoordMissing, AgreementMissing or AlreadyReferred (R1).

    Raises Invalid where the team is none of the receiver's.
    """
    with db.transaction(actor) as conn:
        before = idempotency.made_before(conn, key, DRAFT_ROUTE)
        if before:
            return before
        yes = akkoord.lock_live(conn, wish.akkoord_id)
        demand(PERMITS, actor, "referral.draft", owner=yes.owner_organisation)
        if yes.purpose != REFERRAL or wish.to_organisation not in (None, yes.receiver_organisation):
            raise AkkoordMissing(str(yes.akkoord_id))
        steps.demand_agreement(conn, yes)
        teams.demand_living(conn, wish.team_id, yes.receiver_organisation)
        referral = Referral(
            id=uuid7(),
            akkoord_id=yes.akkoord_id,
            person_id=yes.person_id,
            family_id=yes.family_id,
            owner_organisation=yes.owner_organisation,
            to_organisation=yes.receiver_organisation,
            reason=wish.reason,
            goes_along=wish.goes_along,
            way_back=tuple(yes.way_back),
            shared_until=yes.expires_on,
            named_team=wish.team_id,
            team_id=wish.team_id,
        )
        if not store.insert(conn, referral):
            raise AlreadyReferred(str(store.open_of_akkoord(conn, yes.akkoord_id)))
        idempotency.remember(conn, key, DRAFT_ROUTE, referral.id)
    return referral.id


def send_referral(db: Database, actor: Actor, target: Target, terms: Terms) -> Referral:
    """Send it: the person's yes stays locked until it is sent, so a stop comes before or after, never between."""
    route = f"referrals/{target.id}/{Action.SEND}"
    with db.transaction(actor) as conn:
        found = steps.permitted(conn, actor, target.id, Action.SEND)
        if idempotency.made_before(conn, target.key, route):
            return found
        yes = akkoord.lock_live(conn, found.akkoord_id)
        steps.demand_agreement(conn, yes)
        akkoord.demand_fresh(conn, terms.freshness_seconds)
        sender = Sender(actor.id, actor.function_at(found.owner_organisation))
        sent = steps.locked(conn, target).send(sender, clock.now(), clock.today(), terms)
        sealed = steps.sealed(conn, sent, events.SentContent(goes_along=sent.goes_along))
        sent = store.save(conn, sent)
        store.tell(conn, sent, events.ReferralSentV1, sealed=sealed)
        guests.invite(conn, sent)
        idempotency.remember(conn, target.key, route, sent.id)
    return sent


def see_referral(db: Database, actor: Actor, referral_id: UUID, terms: Terms) -> Referral:
    """Mark it seen at its receiver's first opening; a second time changes nothing. Returns it as it now is."""
    with db.transaction(actor) as conn:
        found = steps.permitted(conn, actor, referral_id, "read")
        steps.lock_for_receiver(conn, found)
        akkoord.demand_fresh(conn, terms.freshness_seconds)
        referral = steps.relocked(conn, referral_id)
        if referral.status != Status.SENT:
            return referral
        seen = referral.see(clock.now())
        seen = store.save(conn, seen)
        store.tell(conn, seen, events.ReferralSeenV1)
    return seen


def ask_information(db: Database, actor: Actor, target: Target, kind: str, terms: Terms) -> Referral:
    """The receiver says what it misses, as a code: the school answers, or asks the parent anew."""
    step = Step(
        Action.ASK_INFORMATION,
        lambda one: one.ask_information(kind, clock.now()),
        steps.telling(events.InformationAskedV1),
    )
    return steps.take(db, actor, target, step, terms)


def answer_information(db: Database, actor: Actor, target: Target, answer: InformationAnswer, terms: Terms) -> Referral:
    """The school answers with a code, and where the parent said yes anew, the referral rests on that yes (R1, R3)."""
    route = f"referrals/{target.id}/{Action.ANSWER_INFORMATION}"
    with db.transaction(actor) as conn:
        found = steps.permitted(conn, actor, target.id, Action.ANSWER_INFORMATION)
        if idempotency.made_before(conn, target.key, route):
            return found
        yes = akkoord.lock_live(conn, answer.akkoord_id or found.akkoord_id)
        _demand_same(conn, found, yes)
        ground = Ground(yes.akkoord_id, tuple(yes.way_back), yes.expires_on)
        answered = steps.locked(conn, target).answer_information(answer.code, ground, clock.today(), terms)
        answered = store.save(conn, answered)
        store.tell(conn, answered, events.InformationAnsweredV1)
        guests.tell_news(conn, answered)
        idempotency.remember(conn, target.key, route, answered.id)
    return answered


def name_companion(db: Database, actor: Actor, target: Target, goes_along: str) -> Referral:
    """Say who of the school goes along, or that nobody does yet; a family with an appointment is told (R6)."""
    route = f"referrals/{target.id}/{Action.NAME_COMPANION}"
    with db.transaction(actor) as conn:
        found = steps.permitted(conn, actor, target.id, Action.NAME_COMPANION)
        if idempotency.made_before(conn, target.key, route):
            return found
        akkoord.lock_live(conn, found.akkoord_id)
        named = steps.locked(conn, target).name_companion(goes_along)
        named = store.save(conn, named)
        if named.status == Status.MEETING_PLANNED:
            tell_meeting(conn, named)
        idempotency.remember(conn, target.key, route, named.id)
    return named


def _demand_same(conn: Connection, referral: Referral, yes: Akkoord) -> None:
    """The newer yes is the same person's to the same receiver, and carries no referral of its own."""
    said = (yes.person_id, yes.owner_organisation, yes.receiver_organisation, yes.purpose)
    if said != (referral.person_id, referral.owner_organisation, referral.to_organisation, REFERRAL):
        raise AkkoordMissing(str(yes.akkoord_id))
    other = store.open_of_akkoord(conn, yes.akkoord_id)
    if other not in (None, referral.id):
        raise AlreadyReferred(str(other))
    steps.demand_agreement(conn, yes)
