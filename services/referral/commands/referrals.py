"""What a school and a receiving organisation do with a referral; each is one transaction."""

from datetime import timedelta
from typing import NamedTuple
from uuid import UUID

from uuid_utils.compat import uuid7

from services.referral import events
from services.referral.domain import (
    PERMITS,
    REFERRAL,
    WITH_RECEIVER,
    AkkoordNotHereYet,
    AlreadyReferred,
    Appointment,
    NoLongerYours,
    Referral,
    Status,
    Terms,
)
from services.referral.store import referrals as store
from shared import akkoord, clock, directory, idempotency, sealing
from shared.akkoord import AgreementMissing, Akkoord, AkkoordMissing
from shared.db import Connection, Database
from shared.envelope import Sealed
from shared.permissions import demand
from shared.refusals import Invalid, NotThere, Stale
from shared.security import Actor

DRAFT_ROUTE = "referrals"
_FARTHEST = timedelta(days=366)


class DraftWish(NamedTuple):
    """`to_organisation`: whom the school believes to be the receiver, where it says so."""

    akkoord_id: UUID
    reason: str
    goes_along: str = ""
    to_organisation: UUID | None = None


class Target(NamedTuple):
    """A referral, the version of it that somebody acts on, and the key of a request that may come twice."""

    id: UUID
    version: int
    key: str | None = None


def draft_referral(db: Database, actor: Actor, wish: DraftWish, *, key: str | None = None) -> UUID:
    """Prepare a referral on a person's yes. Raises AkkoordMissing, AgreementMissing or AlreadyReferred (R1)."""
    with db.transaction(actor) as conn:
        before = idempotency.made_before(conn, key, DRAFT_ROUTE)
        if before:
            return before
        yes = akkoord.lock_live(conn, wish.akkoord_id)
        demand(PERMITS, actor, "referral.draft", owner=yes.owner_organisation)
        if yes.purpose != REFERRAL or wish.to_organisation not in (None, yes.receiver_organisation):
            raise AkkoordMissing(str(yes.akkoord_id))
        _demand_agreement(conn, yes)
        referral = Referral(
            id=uuid7(),
            akkoord_id=yes.akkoord_id,
            person_id=yes.person_id,
            family_id=yes.family_id,
            owner_organisation=yes.owner_organisation,
            to_organisation=yes.receiver_organisation,
            reason=wish.reason,
            goes_along=wish.goes_along,
        )
        if not store.insert(conn, referral):
            raise AlreadyReferred(str(store.open_of_akkoord(conn, yes.akkoord_id)))
        idempotency.remember(conn, key, DRAFT_ROUTE, referral.id)
    return referral.id


def send_referral(db: Database, actor: Actor, target: Target, terms: Terms) -> Referral:
    """Send it: the person's yes stays locked until it is sent, so a stop comes before or after, never between."""
    with db.transaction(actor) as conn:
        found = _found(conn, target.id)
        _demand(actor, "referral.send", found)
        if idempotency.made_before(conn, target.key, _route("send", target)):
            return found
        yes = akkoord.lock_live(conn, found.akkoord_id)
        _demand_agreement(conn, yes)
        akkoord.demand_fresh(conn, terms.freshness_seconds)
        sent = _locked(conn, target).send(
            actor.function_at(found.owner_organisation), clock.now(), clock.today(), terms
        )
        sealed = _seal(conn, sent, events.SentContent(goes_along=sent.goes_along), events.ReferralSentV1.AUDIENCE)
        store.save(conn, sent)
        store.tell(conn, sent, events.ReferralSentV1, sealed=sealed)
        idempotency.remember(conn, target.key, _route("send", target), sent.id)
    return sent


def see_referral(db: Database, actor: Actor, referral_id: UUID, terms: Terms) -> Referral:
    """Mark it seen at its receiver's first opening; a second time changes nothing. Returns it as it now is."""
    with db.transaction(actor) as conn:
        found = _found(conn, referral_id)
        _demand(actor, "referral.read", found)
        _lock_for_receiver(conn, found)
        akkoord.demand_fresh(conn, terms.freshness_seconds)
        referral = _relocked(conn, referral_id)
        if referral.status != Status.SENT:
            return referral
        seen = referral.see(clock.now())
        store.save(conn, seen)
        store.tell(conn, seen, events.ReferralSeenV1)
    return seen


def accept_referral(db: Database, actor: Actor, target: Target, appointment: Appointment, terms: Terms) -> Referral:
    """Say yes with a name, an hour and a place; with someone who goes along it is warm now (R6)."""
    with db.transaction(actor) as conn:
        found = _found(conn, target.id)
        _demand(actor, "referral.accept", found)
        if idempotency.made_before(conn, target.key, _route("accept", target)):
            return found
        _lock_for_receiver(conn, found)
        akkoord.demand_fresh(conn, terms.freshness_seconds)
        _demand_to_come(appointment)
        accepted = _locked(conn, target).accept(appointment, clock.now())
        store.save(conn, accepted)
        _tell_appointment(conn, accepted)
        idempotency.remember(conn, target.key, _route("accept", target), accepted.id)
    return accepted


def decline_referral(db: Database, actor: Actor, target: Target, code: str) -> Referral:
    """Say no, with a code that stays with the school (R4); access closes with this transaction (R24)."""
    with db.transaction(actor) as conn:
        found = _found(conn, target.id)
        _demand(actor, "referral.decline", found)
        if idempotency.made_before(conn, target.key, _route("decline", target)):
            return found
        _lock_for_receiver(conn, found)
        declined = _locked(conn, target).decline(code, clock.now())
        store.save(conn, declined)
        store.tell(conn, declined, events.ReferralDeclinedV1)
        idempotency.remember(conn, target.key, _route("decline", target), declined.id)
    return declined


def name_companion(db: Database, actor: Actor, target: Target, goes_along: str) -> Referral:
    """Say who of the school goes along, or that nobody does yet; a family with an appointment is told (R6)."""
    with db.transaction(actor) as conn:
        found = _found(conn, target.id)
        _demand(actor, "referral.name_companion", found)
        if idempotency.made_before(conn, target.key, _route("companion", target)):
            return found
        akkoord.lock_live(conn, found.akkoord_id)
        named = _locked(conn, target).name_companion(goes_along)
        store.save(conn, named)
        _tell_appointment(conn, named)
        idempotency.remember(conn, target.key, _route("companion", target), named.id)
    return named


def recall_referral(db: Database, actor: Actor, target: Target) -> Referral:
    """The school takes it back: the receiver can open nothing of it any more."""
    with db.transaction(actor) as conn:
        found = _found(conn, target.id)
        _demand(actor, "referral.recall", found)
        if idempotency.made_before(conn, target.key, _route("recall", target)):
            return found
        recalled = _locked(conn, target).recall()
        store.save(conn, recalled)
        store.tell(conn, recalled, events.ReferralRecalledV1)
        idempotency.remember(conn, target.key, _route("recall", target), recalled.id)
    return recalled


def _demand_to_come(appointment: Appointment) -> None:
    if not clock.now() < appointment.at < clock.now() + _FARTHEST:
        raise Invalid({"at": "Kies een dag en uur die nog komen, binnen het jaar."})


def _route(action: str, target: Target) -> str:
    return f"referrals/{target.id}/{action}"


def _found(conn: Connection, referral_id: UUID) -> Referral:
    found = store.find(conn, referral_id)
    if found is None:
        raise NotThere(str(referral_id))
    return found


def _demand(actor: Actor, action: str, referral: Referral) -> None:
    demand(PERMITS, actor, action, owner=referral.owner_organisation, receiver=referral.to_organisation)


def _lock_for_receiver(conn: Connection, referral: Referral) -> None:
    """For its receiver a referral is there only while the person's yes and the agreement are."""
    if referral.status not in WITH_RECEIVER:
        raise NoLongerYours(str(referral.id))
    try:
        yes = akkoord.lock_live(conn, referral.akkoord_id)
    except AkkoordMissing:
        raise NoLongerYours(str(referral.id)) from None
    _demand_agreement(conn, yes)


def _demand_agreement(conn: Connection, yes: Akkoord) -> None:
    parties = (yes.owner_organisation, yes.receiver_organisation)
    if directory.agreement_between(conn, parties, REFERRAL, clock.today()) is None:
        raise AgreementMissing(str(yes.akkoord_id))


def _locked(conn: Connection, target: Target) -> Referral:
    """The referral itself, locked after its akkoord. Raises Stale where it is not the version acted on."""
    referral = _relocked(conn, target.id)
    if referral.version != target.version:
        raise Stale(str(target.id))
    return referral


def _relocked(conn: Connection, referral_id: UUID) -> Referral:
    referral = store.lock(conn, referral_id)
    if referral is None:
        raise NotThere(str(referral_id))
    return referral


def _tell_appointment(conn: Connection, referral: Referral) -> None:
    """Tell the family where it is expected and who goes along, where there is an appointment."""
    visit = referral.appointment
    if visit is not None:
        content = events.AppointmentContent(**visit._asdict(), goes_along=referral.goes_along)
        sealed = _seal(conn, referral, content, events.ReferralAcceptedV1.AUDIENCE)
        store.tell(conn, referral, events.ReferralAcceptedV1, sealed=sealed)


def _seal(
    conn: Connection,
    referral: Referral,
    content: events.SentContent | events.AppointmentContent,
    audience: frozenset[str],
) -> Sealed:
    scope = sealing.Scope(kind="akkoord", id=referral.akkoord_id, audience=audience)
    try:
        return sealing.seal(conn, scope, referral.person_id, content)
    except sealing.KeyNotYet:
        raise AkkoordNotHereYet(str(referral.akkoord_id)) from None
    except sealing.KeyDestroyed:
        raise AkkoordMissing(str(referral.akkoord_id)) from None
