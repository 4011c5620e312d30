"""Both sides answer a proposal, each apart; and either ends a match."""

from dataclasses import dataclass
from uuid import UUID

from services.network.domain.match import Match, Party, Said
from services.network.domain.permits import PERMITS
from services.network.store import matches
from shared import clock, directory
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


def say_yes(db: Database, actor: Actor, match_id: UUID, yes: Yes) -> Match:
    """The second yes makes the match. Raises AgreementMissing where the organisations may not share (R1)."""
    with db.transaction(actor) as conn:
        match, party = _locked(conn, actor, match_id, ANSWER)
        match.demand_seen(party, yes.version)
        _demand_agreement(conn, match)
        said = Said(clock.now(), yes.lang)
        moved = match.yes_of_person(said) if party == Party.PERSON else match.yes_of_helper()
        matches.save(conn, moved)
        matches.tell_moved(conn, moved)
    return moved


def say_no(db: Database, actor: Actor, match_id: UUID, version: int) -> Match:
    """The proposal is over; the next best follows by itself. No reason is asked (R16)."""
    with db.transaction(actor) as conn:
        match, party = _locked(conn, actor, match_id, ANSWER)
        match.demand_seen(party, version)
        moved = match.no(party)
        matches.save(conn, moved)
        matches.tell_moved(conn, moved)
    return moved


def end_match(db: Database, actor: Actor, match_id: UUID, version: int) -> Match:
    """Both sides' numbers are closed from now on (R24)."""
    with db.transaction(actor) as conn:
        match, party = _locked(conn, actor, match_id, END)
        match.demand_seen(party, version)
        moved = match.end(party)
        matches.save(conn, moved)
        matches.tell_moved(conn, moved)
    return moved


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
    if not directory.agreement_between(conn, parties, "match", clock.today()):
        raise AgreementMissing(str(match.helper_organisation))
