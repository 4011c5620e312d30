"""Both sides answer a proposal, each apart; and either ends a match."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

from services.network.domain.match import Match, Party, Said
from services.network.domain.permits import PERMITS
from services.network.store import matches
from shared import clock, directory, idempotency
from shared.akkoord import AgreementMissing
from shared.db import Connection, Database
from shared.permissions import demand
from shared.refusals import NotThere
from shared.security import Actor, ActorKind

ANSWER, END = "match.answer", "match.end"


@dataclass(frozen=True)
class Yes:
    """`version` is what this side saw; `lang`: the language in which a person's yes was asked (R2)."""

    version: int
    lang: str = "nl"
    key: str | None = None


def say_yes(db: Database, actor: Actor, match_id: UUID, yes: Yes) -> None:
    """The second yes makes the match. Raises AgreementMissing where the organisations may not share (R1)."""

    def move(conn: Connection, match: Match, party: Party) -> Match:
        _demand_agreement(conn, match)
        said = Said(clock.now(), yes.lang)
        return match.yes_of_person(said) if party == Party.PERSON else match.yes_of_helper()

    _step(db, actor, _Step(match_id, yes.version, ANSWER, "yes", yes.key), move)


def say_no(db: Database, actor: Actor, match_id: UUID, version: int, key: str | None = None) -> None:
    """The proposal is over; the next best follows by itself. No reason is asked (R16)."""
    _step(db, actor, _Step(match_id, version, ANSWER, "no", key), lambda _, match, party: match.no(party))


def end_match(db: Database, actor: Actor, match_id: UUID, version: int, key: str | None = None) -> None:
    """Both sides' numbers are closed from now on (R24)."""
    _step(db, actor, _Step(match_id, version, END, "end", key), lambda _, match, party: match.end(party))


class _Step(NamedTuple):
    """`version` is what this side saw; `route` and `key` know a step that comes twice."""

    match_id: UUID
    version: int
    action: str
    route: str
    key: str | None


def _step(db: Database, actor: Actor, step: _Step, move: Callable[[Connection, Match, Party], Match]) -> None:
    route = f"matches/{step.match_id}/{step.route}"
    with db.transaction(actor) as conn:
        match, party = _locked(conn, actor, step.match_id, step.action)
        if idempotency.made_before(conn, step.key, route):
            return
        match.demand_seen(party, step.version)
        moved = move(conn, match, party)
        matches.save(conn, moved)
        matches.tell_moved(conn, moved)
        idempotency.remember(conn, step.key, route, step.match_id)


def _locked(conn: Connection, actor: Actor, match_id: UUID, action: str) -> tuple[Match, Party]:
    match = matches.lock(conn, match_id)
    if match is None:
        raise NotThere(str(match_id))
    demand(PERMITS, actor, action, person=match.person_id, receiver=match.helper_organisation)
    if actor.kind == ActorKind.PERSON:
        return match, Party.PERSON
    if match.helper_staff != actor.id:
        raise NotThere(str(match_id))
    return match, Party.HELPER


def _demand_agreement(conn: Connection, match: Match) -> None:
    """An agreement of the two organisations for this, valid today (R1); without it intake makes no akkoord."""
    parties = (match.owner_organisation, match.helper_organisation)
    if not directory.may_share(conn, parties, "match", clock.today()):
        raise AgreementMissing(str(match.helper_organisation))
