"""Sign-in codes: staff make one on paper, a person uses it once."""

from collections.abc import Callable
from typing import NamedTuple
from uuid import UUID

from services.intake import store
from services.intake.domain.family import NotInThisFile
from services.intake.domain.permits import PERMITS
from services.intake.domain.signin import (
    MOST_WRONG,
    WRONG_WITHIN,
    CodeGuessed,
    CodeWrong,
    Desk,
    Paper,
    TooManyTries,
    TooYoungForCode,
    new_paper,
    plain_code,
    seal_of,
)
from services.intake.domain.whose_yes import BirthYearUnknown
from shared import clock, i18n, sign_in
from shared.db import Connection, Database
from shared.permissions import demand
from shared.security import ANYONE, Actor, ActorKind


class Entered(NamedTuple):
    """A session that a code began: the person, and the value for the cookie."""

    person: Actor
    session: str


def make_code(db: Database, actor: Actor, person_id: UUID, desk: Desk) -> Paper:
    """A new code for a person; an older one that was not used ends. Shown once, kept nowhere."""
    with db.transaction(actor) as conn:
        _, owner = store.family.family_of(conn, person_id)
        demand(PERMITS, actor, "code.make", owner=owner)
        _demand_own_page(conn, person_id)
        now = clock.now()
        whose = store.family.person(conn, person_id)
        quiet = whose is not None and whose.safety
        paper = new_paper(person_id, now, desk.quiet_days if quiet else desk.days, quiet=quiet)
        seals = (seal_of(desk.secret, "code", paper.code), seal_of(desk.secret, "token", paper.token))
        store.signin.keep(conn, paper, owner, seals, now)
        return paper


def _demand_own_page(conn: Connection, person_id: UUID) -> None:
    """A caregiver has a page, and a child from 12 on. Raises BirthYearUnknown or TooYoungForCode (R5)."""
    found = store.family.person(conn, person_id)
    if found is not None and not found.has_own_page(clock.today()):
        raise BirthYearUnknown(str(person_id)) if found.birth_year is None else TooYoungForCode(str(person_id))


def enter_with_code(db: Database, typed: str, client: str, desk: Desk) -> Entered:
    """Sign a person in with ten digits. Raises CodeWrong, or TooManyTries after five wrong ones in ten minutes."""
    return _try(db, lambda: seal_of(desk.secret, "code", plain_code(typed)), seal_of(desk.secret, "client", client))


def enter_with_token(db: Database, token: str, client: str, desk: Desk) -> Entered:
    """The same with what the paper's QR holds."""
    return _try(db, lambda: seal_of(desk.secret, "token", token), seal_of(desk.secret, "client", client))


def _try(db: Database, seal: Callable[[], str], place: str) -> Entered:
    """A code that was once right is no guess: a whole class behind one address may type old codes."""
    with db.transaction(ANYONE) as conn:
        _demand_few_tries(conn, place)
    try:
        return _enter(db, seal())
    except CodeGuessed:
        with db.transaction(ANYONE) as conn:
            store.signin.note_wrong(conn, place, clock.now())
        raise CodeWrong from None


def _demand_few_tries(conn: Connection, place: str) -> None:
    if store.signin.count_wrong(conn, place, clock.now() - WRONG_WITHIN) >= MOST_WRONG:
        raise TooManyTries


def _enter(db: Database, seal: str) -> Entered:
    with db.transaction(ANYONE) as conn:
        person_id = store.signin.use(conn, seal, clock.now())
        if person_id is None:
            raise CodeWrong if store.signin.was_made(conn, seal) else CodeGuessed
    with db.transaction(Actor(person_id, ActorKind.PERSON)) as conn:
        found = store.family.person(conn, person_id)
        if found is None:
            raise NotInThisFile(str(person_id))
        if not found.has_own_page(clock.today()):
            raise CodeWrong("the year of birth was put right since the code was made")
        locale = next((tag for tag in found.speaks if tag in i18n.OFFERED), i18n.DUTCH)
        person = Actor(person_id, ActorKind.PERSON, locale=locale)
        return Entered(person, sign_in.begin_session(conn, person))
