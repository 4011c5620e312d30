"""A person asks for somebody who helps, or would rather not any more."""

from uuid import UUID, uuid4

from services.network.commands.languages import demand_languages
from services.network.domain.match import Party, Status
from services.network.domain.permits import PERMITS
from services.network.domain.request import AlreadyAsked, NotKnownYet, Request, RequestWish
from services.network.store import matches, requests
from shared import clock, directory, idempotency
from shared.db import Connection, Database
from shared.permissions import demand
from shared.refusals import NotAllowed, NotThere, Stale
from shared.security import Actor

_ROUTE = "requests"
_CAREGIVER = "caregiver"


def ask_for_someone(db: Database, actor: Actor, wish: RequestWish, key: str | None = None) -> UUID:
    """Keep the request and return its id. Raises AlreadyAsked, and NotKnownYet while intake's word is on its way."""
    demand(PERMITS, actor, "request.make")
    demand_languages("languages", wish.languages)
    demand_languages("private.community_languages", wish.private.community_languages)
    with db.transaction(actor) as conn:
        before = idempotency.made_before(conn, key, _ROUTE)
        if before:
            return before
        who = _known(conn, actor)
        _close_what_is_over(conn, actor.id)
        request = _request_of(conn, who, wish)
        requests.add(conn, request)
        idempotency.remember(conn, key, _ROUTE, request.id)
    return request.id


def withdraw_request(db: Database, actor: Actor, request_id: UUID, version: int) -> None:
    """Ask for nobody any more. Whoever was proposed is declined, without a word why."""
    with db.transaction(actor) as conn:
        found = requests.lock(conn, request_id)
        if found is None:
            raise NotThere(str(request_id))
        demand(PERMITS, actor, "request.withdraw", person=found.person_id)
        if found.version != version:
            raise Stale(str(request_id))
        requests.save(conn, found.move("withdraw", "person"))
        match = matches.lock_of_request(conn, request_id)
        if match is None or match.status == Status.ENDED:
            return
        gone = match.end(Party.PERSON) if match.status == Status.MADE else match.no(Party.PERSON)
        matches.save(conn, gone)
        matches.tell_moved(conn, gone)


def _known(conn: Connection, actor: Actor) -> requests.Person:
    who = requests.person(conn, actor.id)
    if who is None:
        raise NotKnownYet(str(actor.id))
    if who.kind != _CAREGIVER:
        raise NotAllowed("a child does not ask for a helper")
    return who


def _close_what_is_over(conn: Connection, person_id: UUID) -> None:
    """A request whose match ended makes room for a new one; one that still stands does not."""
    standing = requests.lock_open_of(conn, person_id)
    if standing is None:
        return
    match = matches.lock_of_request(conn, standing.id)
    if match is None or match.status != Status.ENDED:
        raise AlreadyAsked(str(person_id))
    requests.save(conn, standing.move("ask_anew", "person"))


def _request_of(conn: Connection, who: requests.Person, wish: RequestWish) -> Request:
    own = directory.organisation(conn, who.owner_organisation)
    return Request(
        id=uuid4(),
        person_id=who.person_id,
        family_id=who.family_id,
        owner_organisation=who.owner_organisation,
        wish=wish,
        school=who.owner_organisation if wish.same_school else None,
        town=wish.town if wish.town is not None else (own.town if own else ""),
        asked_at=clock.now(),
    )
