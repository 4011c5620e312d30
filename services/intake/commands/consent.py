"""What happens to an akkoord: a person grants it, it stops; texts are signed before they ask for a yes."""

from datetime import date, timedelta
from typing import NamedTuple
from uuid import UUID

from uuid_utils.compat import uuid7

from services.intake import store
from services.intake.domain import card_texts, consent, whose_yes
from services.intake.domain.consent import Akkoord, Mover, Status, Wish
from services.intake.domain.family import Ask, File, NotInThisFile, Person
from services.intake.domain.permits import PERMITS
from services.intake.domain.sharing import package_for
from services.intake.store.consent import Shown
from services.intake.store.keys import Belongs
from shared import clock, directory, idempotency, sealing
from shared.akkoord import AgreementMissing
from shared.db import Connection, Database
from shared.package import Package
from shared.permissions import demand
from shared.refusals import NotAllowed
from shared.security import Actor, ActorKind


class Asked(NamedTuple):
    """A wish with all that it was checked against: what a page previews is what granting seals."""

    file: File
    person: Person
    reached: Person
    ask: Ask | None
    agreement: directory.Agreement | None
    row: whose_yes.Row
    shown_in: str
    expires_on: date

    def package(self, wish: Wish) -> Package:
        return package_for(wish, self.person, self.reached, self.ask)


def grant_akkoord(db: Database, actor: Actor, wish: Wish) -> UUID:
    """The person's yes, its key and its package, in one transaction.

    Raises AgreementMissing (R1) and what `domain.consent` refuses; then nothing is written.
    """
    with db.transaction(actor) as conn:
        _, owner = store.family.family_of(conn, wish.person_id)
        demand(PERMITS, actor, "akkoord.ask", owner=owner)
        if made := idempotency.made_before(conn, wish.key, "akkoord.grant"):
            return made
        asked = prepare(conn, wish)
        if strangers := set(wish.yes) - {one.id for one in whose_yes.askable(asked.row, asked.file, asked.person)}:
            raise NotInThisFile(str(min(strangers)))
        lacking = whose_yes.missing(asked.row, asked.file, asked.person, frozenset(wish.yes))
        if lacking:
            raise consent.OthersYesNeeded(asked.row.explanation)
        consent.demand_well_explained(wish, asked.ask, asked.shown_in)
        consent.demand_answered(wish, asked.person, asked.ask)
        if wish.replaces:
            _replace(conn, wish)
        akkoord_id = write_granted(conn, akkoord_of(wish, asked, actor), wish, asked)
        idempotency.remember(conn, wish.key, "akkoord.grant", akkoord_id)
        return akkoord_id


def prepare(conn: Connection, wish: Wish) -> Asked:
    """Check what can be checked before anyone answers; for the cards, the preview and the grant alike."""
    family_id, owner = store.family.family_of(conn, wish.person_id)
    file = store.family.get(conn, family_id)
    person = file.person(wish.person_id)
    ask = next((one for one in file.asks if one.id == wish.ask_id), None)
    consent.demand_shareable(wish, ask)
    today = clock.today()
    expires_on = wish.expires_on or today + timedelta(days=consent.USUAL_DAYS)
    consent.demand_term(expires_on, today)
    agreement = agreement_for(conn, owner, wish)
    objection = store.family.is_objected_to(conn, person.id)
    found = whose_yes.situation_of(
        person, weighty=wish.is_weighty(ask), objection=objection, heard=person.is_heard(today)
    )
    row = whose_yes.row_for(found)
    shown_in = card_texts.language_shown(wish.explained_in, signed_digests(conn))
    return Asked(file, person, _reached(file, person, wish), ask, agreement, row, shown_in, expires_on)


def agreement_for(conn: Connection, owner: UUID, wish: Wish) -> directory.Agreement | None:
    """The two organisations' agreement for this purpose; None where the school shares with its own people.

    A school's own parent café or helper needs no agreement with itself, but the person's yes all the same.
    Raises AgreementMissing (R1) or SameOrganisation.
    """
    if wish.receiver_organisation == owner:
        if wish.purpose == consent.Purpose.REFERRAL:
            raise consent.SameOrganisation
        return None
    parties = (owner, wish.receiver_organisation)
    agreement = directory.agreement_between(conn, parties, wish.purpose, clock.today())
    if agreement is None:
        raise AgreementMissing(wish.purpose)
    return agreement


def akkoord_of(wish: Wish, asked: Asked, actor: Actor, reference: UUID | None = None) -> Akkoord:
    """The row that keeps how this yes came about (R2)."""
    staff = actor.kind == ActorKind.STAFF
    return Akkoord(
        id=uuid7(),
        person_id=asked.person.id,
        family_id=asked.file.id,
        owner_organisation=asked.file.owner_organisation,
        receiver_organisation=wish.receiver_organisation,
        purpose=wish.purpose,
        level=wish.level,
        ask_id=asked.ask.id if asked.ask and wish.shares_question else None,
        kinds=sorted(consent.special_kinds(wish, asked.ask)),
        plan_parts=list(wish.parts),
        way_back=list(wish.way_back),
        expires_on=asked.expires_on,
        reference=reference,
        said_yes_by=sorted(wish.yes),
        whose_yes=asked.row.situation,
        explained_in=wish.explained_in,
        explained_by=actor.id if staff else None,
        explained_function=actor.function_at(asked.file.owner_organisation) if staff else "",
        interpreting=wish.interpreting,
        interpreter_is_adult=wish.interpreter_is_adult,
        said_back=wish.said_back,
        agreement_id=asked.agreement.id if asked.agreement else None,
        granted_at=clock.now(),
    )


def write_granted(conn: Connection, akkoord: Akkoord, wish: Wish, asked: Asked) -> UUID:
    """Row, key and event of one yes; the package is sealed with a key of its own."""
    package = asked.package(wish)
    scope = sealing.Scope(kind="akkoord", id=akkoord.id, audience=consent.audience_of(akkoord.purpose))
    texts = card_texts.texts_in(asked.shown_in)
    cards = [
        {"code": card.code, "text": texts.cards[card.text]} for card in consent.cards_for(wish, asked.person, asked.ask)
    ]
    belongs = Belongs(akkoord.family_id, akkoord.owner_organisation)
    store.consent.insert(conn, akkoord, Shown(asked.shown_in, texts.digest, cards, package))
    store.keys.create(conn, scope, belongs, akkoord.granted_at)
    store.consent.tell_granted(conn, akkoord, sealing.seal(conn, scope, akkoord.person_id, package))
    return akkoord.id


def stop_akkoord(db: Database, actor: Actor, akkoord_id: UUID) -> None:
    """The person stops it, or the school on the person's word. No reason is asked. Raises AlreadyEnded."""
    with db.transaction(actor) as conn:
        akkoord = store.consent.lock(conn, akkoord_id)
        by = Mover.PERSON if actor.kind == ActorKind.PERSON else Mover.SCHOOL
        whose = actor.id if actor.id in akkoord.said_yes_by else akkoord.person_id
        demand(PERMITS, actor, "akkoord.stop", owner=akkoord.owner_organisation, person=whose)
        end(conn, akkoord, Status.STOPPED, by)


def end(conn: Connection, akkoord: Akkoord, to: Status, by: Mover) -> None:
    """End a locked akkoord: its status, its key and its event go together."""
    at = clock.now()
    ended = akkoord.end(to, by, at)
    store.consent.end(conn, ended)
    store.keys.destroy(conn, "akkoord", akkoord.id, at)


def sign_texts(db: Database, actor: Actor, lang: str, signed_by: str) -> str:
    """A named human stands for the present texts in this language (R26); returns their digest."""
    if actor.kind != ActorKind.WORKER and "dpo" not in actor.roles:
        raise NotAllowed("texts.sign")
    texts = card_texts.texts_in(lang)
    with db.transaction(actor) as conn:
        store.consent.sign_texts(conn, lang, texts.digest, signed_by, clock.now())
    return texts.digest


def signed_digests(conn: Connection) -> dict[str, str]:
    """Languages whose present texts are signed, with their digests."""
    current = [(lang, texts.digest) for lang, texts in card_texts.TEXTS.items()]
    return store.consent.signed_digests(conn, current)


def _reached(file: File, person: Person, wish: Wish) -> Person:
    """Whom one calls: the person, or for a child the first caregiver who said yes."""
    caregivers = file.caregivers_of(person) if person.kind == "child" else ()
    return next((one for one in caregivers if one.id in wish.yes), caregivers[0] if caregivers else person)


def _replace(conn: Connection, wish: Wish) -> None:
    """The new yes takes the place of an older one of the same person to the same receiver."""
    assert wish.replaces  # noqa: S101 - the caller looked
    old = store.consent.lock(conn, wish.replaces)
    if (old.person_id, old.receiver_organisation) != (wish.person_id, wish.receiver_organisation):
        raise consent.QuestionMissing(str(old.id))
    end(conn, old, Status.REPLACED, Mover.PERSON)
