"""What happens to 'Dit klopt niet': a person asks, the school answers, or the person takes it back."""

from datetime import timedelta
from uuid import UUID

from uuid_utils.compat import uuid7

from services.intake import store
from services.intake.domain import knowledge
from services.intake.domain.correction import Correction, Doubt, Reply, TooManyOpen
from services.intake.domain.permits import PERMITS
from shared import clock, idempotency
from shared.db import Database
from shared.permissions import demand
from shared.security import Actor

MOST_OPEN = 20


def ask_correction(db: Database, actor: Actor, doubt: Doubt, days: int, *, key: str | None = None) -> UUID:
    """The person says what is not right; the school has `days` to answer. Raises NotKnownThing or TooManyOpen."""
    with db.transaction(actor) as conn:
        demand(PERMITS, actor, "correction.ask", person=actor.id)
        family_id, owner = store.family.family_of(conn, actor.id)
        if made := idempotency.made_before(conn, key, "correction.ask"):
            return made
        if store.corrections.count_open(conn, actor.id) >= MOST_OPEN:
            raise TooManyOpen
        held = knowledge.find(store.family.get(conn, family_id), actor.id, doubt.thing)
        asked = Correction(
            id=uuid7(),
            family_id=family_id,
            owner_organisation=owner,
            asked_by=actor.id,
            about=doubt.thing.about,
            thing=doubt.thing.code,
            item=doubt.thing.item,
            held=held.value,
            choice=doubt.choice,
            words=doubt.words,
            lang=doubt.lang,
            asked_at=clock.now(),
            due_on=clock.today() + timedelta(days=days),
        )
        store.corrections.insert(conn, asked)
        idempotency.remember(conn, key, "correction.ask", asked.id)
        return asked.id


def answer_correction(db: Database, actor: Actor, correction_id: UUID, reply: Reply) -> UUID:
    """'Aangepast' or 'niet aangepast', with words that the person reads. Returns the family."""
    with db.transaction(actor) as conn:
        asked = store.corrections.lock(conn, correction_id)
        demand(PERMITS, actor, "correction.answer", owner=asked.owner_organisation)
        store.corrections.end(conn, asked.answered(reply, actor.id, clock.now()))
        return asked.family_id


def withdraw_correction(db: Database, actor: Actor, correction_id: UUID) -> None:
    """It is right after all, or need not be put right. Raises AlreadyAnswered."""
    with db.transaction(actor) as conn:
        asked = store.corrections.lock(conn, correction_id)
        demand(PERMITS, actor, "correction.ask", person=asked.asked_by, owner=asked.owner_organisation)
        store.corrections.end(conn, asked.withdrawn(clock.now()))
