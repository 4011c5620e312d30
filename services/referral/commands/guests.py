"""A receiver without an account: the link that follows a referral, the code to its mailbox, and the way in."""

import hmac
from collections.abc import Callable
from typing import NamedTuple
from uuid import UUID

from services.referral.commands import steps
from services.referral.domain import PERMITS, UNANSWERED, WITH_RECEIVER, NoLongerYours, Referral, Status, Terms
from services.referral.domain.guests import (
    MOST_CODES,
    MOST_MAILS,
    Code,
    Contact,
    Kind,
    Letter,
    Link,
    Seals,
    Written,
    plain_code,
    write,
    write_code,
)
from services.referral.domain.refusals import (
    CodeWrong,
    LinkOver,
    NoMailAddress,
    TooManyCodes,
    TooManyMails,
    WrongStatus,
)
from services.referral.store import directory
from services.referral.store import guests as store
from services.referral.store.referrals import find
from shared import akkoord, clock, idempotency, sessions
from shared.akkoord import AgreementMissing
from shared.db import Connection, Database
from shared.permissions import demand
from shared.refusals import NotThere
from shared.security import ANYONE, Actor, ActorKind

AGAIN_ROUTE = "referrals/mail-again"


class Desk(NamedTuple):
    """What guests need of the settings: the secret behind links and codes, and how fresh knowledge must be."""

    seals: Seals
    terms: Terms


class Entered(NamedTuple):
    """A session that a code began, and the one referral that it is for."""

    referral_id: UUID
    session: str


class Ready(NamedTuple):
    """A letter as it goes out, and to whom."""

    letter: Letter
    to: str
    written: Written


def write_contact(db: Database, actor: Actor, one: Contact) -> None:
    """Where mail about referrals goes; without an address nobody comes in by mail any more."""
    if actor.kind != ActorKind.WORKER:
        demand(PERMITS, actor, "contact.write", owner=one.organisation_id)
    with db.transaction(actor) as conn:
        if one.organisation_id not in directory.known(conn, [one.organisation_id]):
            raise NotThere(str(one.organisation_id))
        if one.email:
            store.put_contact(conn, one)
        else:
            store.drop_contact(conn, one.organisation_id)


def invite(conn: Connection, referral: Referral) -> None:
    """Have a link mailed where the receiver answers by mail; in the transaction that sends the referral."""
    if store.answers_by_mail(conn, referral.to_organisation, clock.today()):
        _link_to(conn, referral)


def mail_again(db: Database, actor: Actor, target: steps.Target) -> None:
    """The school has another link mailed: the one before works no more. Also where an address came later."""
    with db.transaction(actor) as conn:
        found = steps.permitted(conn, actor, target.id, "mail_again")
        if idempotency.made_before(conn, target.key, AGAIN_ROUTE):
            return
        if found.status not in WITH_RECEIVER:
            raise WrongStatus(f"a referral that is {found.status} is not with its receiver")
        steps.lock_for_receiver(conn, found)
        referral = steps.locked(conn, target)
        if store.contact(conn, referral.to_organisation) is None:
            raise NoMailAddress(str(referral.to_organisation))
        most, within = MOST_MAILS
        if store.count_links(conn, referral.id, clock.now() - within) >= most:
            raise TooManyMails(str(referral.id))
        store.end_links(conn, referral.id, clock.now())
        _link_to(conn, referral)
        idempotency.remember(conn, target.key, AGAIN_ROUTE, referral.id)


def tell_news(conn: Connection, referral: Referral) -> None:
    """The other side did something: whoever answers by mail hears that there is news, and no more."""
    found = store.living_link(conn, referral.id)
    if found is not None:
        store.add_letter(conn, Letter.about(found, Kind.NEWS, clock.now(), str(referral.version)))


def remind(conn: Connection, referral: Referral) -> None:
    """Once for each term that passed (R8)."""
    due = {Status.SENT: referral.seen_due, Status.SEEN: referral.answer_due}.get(referral.status)
    if referral.status not in UNANSWERED or due is None or due >= clock.today():
        return
    found = store.living_link(conn, referral.id)
    if found is not None:
        store.add_letter(conn, Letter.about(found, Kind.REMINDER, clock.now(), str(due)))


def guest_of(conn: Connection, link_id: UUID) -> Actor:
    """Who comes by the link of this id now; nobody where it is gone."""
    found = store.link(conn, link_id)
    if found is None:
        return ANYONE
    known = store.contact(conn, found.organisation_id) is not None
    return found.guest(works=known and found.works(clock.today()))


def follow_link(db: Database, token: str, desk: Desk) -> Link:
    """The link, while it and the person's yes live. Raises NoLongerYours, LinkOver or NotFresh (R24)."""
    with db.transaction(ANYONE) as conn:
        found = store.sealed_link(conn, desk.seals.seal("link", token))
        reachable = found is not None and store.contact(conn, found.organisation_id) is not None
    if found is None:
        raise NoLongerYours("no such link")
    guest = found.guest(works=True)
    with db.transaction(guest) as conn:
        referral = steps.permitted(conn, guest, found.referral_id, "read")
        try:
            steps.lock_for_receiver(conn, referral)
        except AgreementMissing:
            raise NoLongerYours(str(found.referral_id)) from None
        akkoord.demand_fresh(conn, desk.terms.freshness_seconds)
    if not reachable or not found.works(clock.today()):
        raise LinkOver(str(found.id))
    return found


def ask_code(db: Database, token: str, desk: Desk) -> None:
    """Have a code sent to the organisation's mailbox: who only has the link gets nowhere. Raises TooManyCodes."""
    found = follow_link(db, token, desk)
    with db.transaction(ANYONE) as conn:
        store.lock_link(conn, found.id)
        now = clock.now()
        if any(store.count_codes(conn, found.id, now - within) >= most for most, within in MOST_CODES):
            raise TooManyCodes(str(found.id))
        code = Code.for_link(found, now)
        store.add_code(conn, code, desk.seals.seal("code", desk.seals.code(code.id)))
        store.add_letter(conn, Letter.with_code(code))


def enter(db: Database, token: str, typed: str, desk: Desk, *, before: str = "") -> Entered:
    """Begin a session for this one referral. Raises CodeWrong; a guess counts before it is looked at.

    `before`: the browser's session until now, which ends.
    """
    found = follow_link(db, token, desk)
    digits = plain_code(typed)
    if not digits:
        raise CodeWrong("not a code")
    with db.transaction(ANYONE) as conn:
        tried = store.guess(conn, found.id, clock.now())
    if tried is None or not hmac.compare_digest(tried.seal, desk.seals.seal("code", digits)):
        raise CodeWrong(str(found.id))
    guest = found.guest(works=True)
    with db.transaction(guest) as conn:
        if not store.use(conn, tried.id, clock.now()):
            raise CodeWrong(str(found.id))
        sessions.end(conn, before)
        return Entered(found.referral_id, sessions.begin(conn, guest))


# ---- what the worker does with letters ----


def claim_letters(db: Database, actor: Actor, most: int) -> list[Letter]:
    with db.transaction(actor) as conn:
        return store.claim_letters(conn, clock.now(), most)


def make_ready(db: Database, actor: Actor, letter: Letter, desk: Desk, url_of: Callable[[str], str]) -> Ready | None:
    """Address and words, found now; None where there is nothing to say any more, and the letter lapses."""
    with db.transaction(actor) as conn:
        found = store.link(conn, letter.link_id)
        contact = store.contact(conn, found.organisation_id) if found else None
        if found is None or contact is None or not _is_called_for(conn, letter, found):
            store.save_letter(conn, letter.lapse())
            return None
        if letter.code_id is not None:
            return Ready(letter, contact.email, write_code(desk.seals.code(letter.code_id)))
        token = desk.seals.token(found.id)
        store.know_link(conn, found.id, desk.seals.seal("link", token))
        name = directory.name_of(conn, found.organisation_id)
        return Ready(letter, contact.email, write(letter.kind, name, url_of(token)))


def keep(db: Database, actor: Actor, changed: Letter) -> None:
    """What became of it."""
    with db.transaction(actor) as conn:
        store.save_letter(conn, changed)


def _link_to(conn: Connection, referral: Referral) -> None:
    made = Link.to(referral, clock.now(), clock.today())
    if store.add_link(conn, made):
        store.add_letter(conn, Letter.about(made, Kind.LINK, clock.now()))


def _is_called_for(conn: Connection, letter: Letter, link: Link) -> bool:
    referral = find(conn, link.referral_id)
    if referral is None or not link.works(clock.today()):
        return False
    open_to = UNANSWERED if letter.kind == Kind.REMINDER else WITH_RECEIVER
    alive = letter.code_id is None or store.code_lives(conn, letter.code_id, clock.now())
    return referral.status in open_to and alive
