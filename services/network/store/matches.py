"""Writes matches and tells of them. Whoever changes one locks it first: two who answer at once end in one state."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from services.network import events
from services.network.domain.match import Answer, Match, Said, Status
from shared import clock, outbox, sealing
from shared.db import Connection
from shared.envelope import Event, Sealed
from shared.refusals import Stale

_COLUMNS = (
    "id, request_id, person_id, family_id, owner_organisation, helper_id, helper_organisation, helper_staff, reasons,"
    " status, helper_answer, parent_answer, said_at, said_lang, version"
)


def add(conn: Connection, match: Match, weighed_by: UUID | None) -> None:
    now = clock.now()
    conn.execute(
        "INSERT INTO match (id, request_id, person_id, family_id, owner_organisation, helper_id, helper_organisation,"
        "  helper_staff, reasons, status, helper_answer, parent_answer, weighed_by, proposed_at, changed_at, version)"
        " VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
        (
            match.id,
            match.request_id,
            match.person_id,
            match.family_id,
            match.owner_organisation,
            match.helper_id,
            match.helper_organisation,
            match.helper_staff,
            list(match.reasons),
            match.status,
            match.helper_answer,
            match.parent_answer,
            weighed_by,
            now,
            now,
            match.version,
        ),
    )


def lock(conn: Connection, match_id: UUID) -> Match | None:
    """The match as row-level security lets the actor change it, locked until the transaction ends."""
    return _match(
        conn.execute(f"SELECT {_COLUMNS} FROM match WHERE id = %s FOR UPDATE", (match_id,)).fetchone()  # noqa: S608
    )


def read(conn: Connection, match_id: UUID) -> Match | None:
    """The match as row-level security lets the actor see it."""
    return _match(conn.execute(f"SELECT {_COLUMNS} FROM match WHERE id = %s", (match_id,)).fetchone())  # noqa: S608


def lock_of_request(conn: Connection, request_id: UUID) -> Match | None:
    """What became of a request: its proposal, match or ended match; a declined one is as if it had not been."""
    return _match(
        conn.execute(
            f"SELECT {_COLUMNS} FROM match WHERE request_id = %s AND status <> 'declined' FOR UPDATE",  # noqa: S608
            (request_id,),
        ).fetchone()
    )


def save(conn: Connection, match: Match) -> None:
    """`match.version` is the new one; raises Stale where the row is not at the one before."""
    updated = conn.execute(
        "UPDATE match SET status = %s, helper_answer = %s, parent_answer = %s, said_at = %s, said_lang = %s,"
        " changed_at = %s, version = %s WHERE id = %s AND version = %s",
        (
            match.status,
            match.helper_answer,
            match.parent_answer,
            match.said.at if match.said else None,
            match.said.lang if match.said else None,
            clock.now(),
            match.version,
            match.id,
            match.version - 1,
        ),
    )
    if updated.rowcount != 1:
        raise Stale(str(match.id))


def tell_proposed(conn: Connection, match: Match) -> None:
    """Raises KeyNotYet or KeyDestroyed: what cannot be sealed is not told, and so not done."""
    name, role = _helper_of(conn, match)
    content = events.ProposalContent(first_name=name, role=role, reasons=list(match.reasons))
    _tell(conn, match, events.MatchProposedV1(**_whom(match), sealed=_seal(conn, match, content)))


def tell_moved(conn: Connection, match: Match) -> None:
    """Publish where a move led; the first of two yeses is nobody else's business and publishes nothing."""
    tell = _TELL.get(match.status)
    if tell:
        _tell(conn, match, tell(conn, match))


def _made(conn: Connection, match: Match) -> Event:
    if match.said is None:
        raise ValueError("a match is made by a yes that was said")
    name, role = _helper_of(conn, match)
    return events.MatchMadeV1(
        **_whom(match),
        helper_organisation=match.helper_organisation,
        said_at=match.said.at,
        lang=match.said.lang,
        sealed=_seal(conn, match, events.HelperContent(first_name=name, role=role)),
    )


_TELL: dict[Status, Callable[[Connection, Match], Event]] = {
    Status.MADE: _made,
    Status.DECLINED: lambda _, match: events.MatchDeclinedV1(**_whom(match)),
    Status.ENDED: lambda _, match: events.MatchEndedV1(**_whom(match)),
}


def _tell(conn: Connection, match: Match, event: Event) -> None:
    about = outbox.About(match.family_id, match.id, match.version, match.owner_organisation)
    outbox.publish(conn, event, about)


def _whom(match: Match) -> dict[str, Any]:
    return {"match_id": match.id, "person_id": match.person_id, "family_id": match.family_id}


def _seal(conn: Connection, match: Match, content: events.HelperContent) -> Sealed:
    scope = sealing.Scope(kind="file", id=match.family_id, audience=events.FOR_THE_PERSON)
    return sealing.seal(conn, scope, match.person_id, content)


def _helper_of(conn: Connection, match: Match) -> tuple[str, str]:
    row = conn.execute("SELECT first_name, role FROM helper WHERE id = %s", (match.helper_id,)).fetchone()
    if row is None:
        raise LookupError(match.helper_id)
    return row[0], row[1]


def _match(row: tuple[Any, ...] | None) -> Match | None:
    if row is None:
        return None
    match_id, request_id, person_id, family_id, owner, helper_id, organisation, staff, *rest = row
    reasons, status, helper_answer, parent_answer, said_at, said_lang, version = rest
    return Match(
        match_id,
        request_id,
        person_id,
        family_id,
        owner,
        helper_id,
        organisation,
        staff,
        tuple(reasons),
        status=Status(status),
        helper_answer=Answer(helper_answer),
        parent_answer=Answer(parent_answer),
        said=Said(said_at, said_lang) if said_at else None,
        version=version,
    )
