"""Writes rounds and weights, and reads what a proposal needs: only the worker's role may read all of it."""

from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from psycopg.rows import class_row

from services.network.domain.matching import Candidate, Seeker, Weights
from shared import clock
from shared.db import Connection
from shared.refusals import Stale


class Round(NamedTuple):
    id: UUID
    organisation_id: UUID
    after_asked_at: datetime | None
    after_id: UUID | None


class Waiting(NamedTuple):
    """An open request without a proposal, locked, and what its proposal will carry."""

    id: UUID
    asked_at: datetime
    person_id: UUID
    family_id: UUID
    owner_organisation: UUID


class FoundHelper(NamedTuple):
    id: UUID
    staff_id: UUID
    owner_organisation: UUID


def start(conn: Connection, round_id: UUID, organisation: UUID) -> None:
    conn.execute(
        "INSERT INTO round (id, organisation_id, asked_at) VALUES (%s, %s, %s)", (round_id, organisation, clock.now())
    )


def one_that_waits(conn: Connection, organisation: UUID | None = None) -> Round | None:
    """The oldest round that is not done and that no other worker holds."""
    with conn.cursor(row_factory=class_row(Round)) as cur:
        return cur.execute(
            "SELECT id, organisation_id, after_asked_at, after_id FROM round WHERE done_at IS NULL"
            " AND (%(of)s::uuid IS NULL OR organisation_id = %(of)s) ORDER BY asked_at, id LIMIT 1"
            " FOR UPDATE SKIP LOCKED",
            {"of": organisation},
        ).fetchone()


def go_on(conn: Connection, this: Round, last: Waiting, *, proposed: bool) -> None:
    """Remember how far the round came."""
    conn.execute(
        "UPDATE round SET after_asked_at = %s, after_id = %s, proposed = proposed + %s, without = without + %s"
        " WHERE id = %s",
        (last.asked_at, last.id, int(proposed), int(not proposed), this.id),
    )


def finish(conn: Connection, this: Round) -> None:
    conn.execute("UPDATE round SET done_at = %s WHERE id = %s", (clock.now(), this.id))


def next_waiting(conn: Connection, this: Round, today: date) -> Waiting | None:
    """In the order of asking; of the organisations that the round's own organisation is in agreement with."""
    with conn.cursor(row_factory=class_row(Waiting)) as cur:
        return cur.execute(
            "SELECT r.id, r.asked_at, r.person_id, r.family_id, r.owner_organisation FROM request r"
            " WHERE r.status = 'open'"
            " AND r.owner_organisation = ANY ((SELECT in_agreement_with(ARRAY[%(of)s::uuid], %(today)s))::uuid[])"
            " AND (%(at)s::timestamptz IS NULL OR (r.asked_at, r.id) > (%(at)s, %(id)s))"
            " AND NOT EXISTS (SELECT 1 FROM match m WHERE m.request_id = r.id AND m.status <> 'declined')"
            " ORDER BY r.asked_at, r.id LIMIT 1 FOR UPDATE OF r SKIP LOCKED",
            {"of": this.organisation_id, "today": today, "at": this.after_asked_at, "id": this.after_id},
        ).fetchone()


def lock_waiting(conn: Connection, request_id: UUID) -> Waiting | None:
    """This request, if it is open and nobody is proposed for it."""
    with conn.cursor(row_factory=class_row(Waiting)) as cur:
        return cur.execute(
            "SELECT r.id, r.asked_at, r.person_id, r.family_id, r.owner_organisation FROM request r"
            " WHERE r.id = %s AND r.status = 'open'"
            " AND NOT EXISTS (SELECT 1 FROM match m WHERE m.request_id = r.id AND m.status <> 'declined')"
            " FOR UPDATE OF r",
            (request_id,),
        ).fetchone()


def open_requests(conn: Connection) -> list[UUID]:
    """All that wait for a proposal, in the order of asking."""
    rows = conn.execute(
        "SELECT r.id FROM request r WHERE r.status = 'open'"
        " AND NOT EXISTS (SELECT 1 FROM match m WHERE m.request_id = r.id AND m.status <> 'declined')"
        " ORDER BY r.asked_at, r.id"
    )
    return [row[0] for row in rows]


def one_declined(conn: Connection) -> tuple[UUID, UUID, UUID | None] | None:
    """The oldest no that nothing followed on yet: its match, its request, and whose weights were used."""
    row = conn.execute(
        "SELECT id, request_id, weighed_by FROM match WHERE status = 'declined' AND NOT followed_up"
        " ORDER BY changed_at, id LIMIT 1 FOR UPDATE SKIP LOCKED"
    ).fetchone()
    return (row[0], row[1], row[2]) if row else None


def followed_up(conn: Connection, match_id: UUID) -> None:
    conn.execute("UPDATE match SET followed_up = true WHERE id = %s", (match_id,))


def seeker(conn: Connection, request_id: UUID) -> Seeker:
    """Who asks, private wishes included; only the worker's role can read those."""
    row = conn.execute(
        "SELECT r.languages, r.school, r.town, r.times, r.child_school_years, r.wish, p.community_languages,"
        "  p.not_names, ARRAY(SELECT m.helper_id FROM match m WHERE m.person_id = r.person_id)"
        " FROM request r JOIN private_wish p ON p.request_id = r.id WHERE r.id = %s",
        (request_id,),
    ).fetchone()
    if row is None:
        raise LookupError(request_id)
    return Seeker(
        languages=tuple(row[0]),
        school=row[1],
        town=row[2],
        times=tuple(row[3]),
        child_school_years=tuple(row[4]),
        wish=row[5],
        community_languages=frozenset(row[6]),
        not_names=frozenset(row[7]),
        left_out=frozenset(row[8]),
    )


def candidates(conn: Connection, waiting: Waiting, languages: tuple[str, ...], today: date) -> list[Candidate]:
    """Active helpers with a language in common, of the file's owner or who have an agreement with it (R1)."""
    rows = conn.execute(
        "SELECT h.id, h.first_name, h.languages, h.capacity, count(m.id), h.active, h.school, h.town, h.times,"
        "  h.child_school_years, h.gender"
        " FROM helper h LEFT JOIN match m ON m.helper_id = h.id AND m.status IN ('proposed', 'made')"
        " WHERE h.active AND h.languages && %(languages)s"
        " AND h.owner_organisation = ANY ((SELECT in_agreement_with(ARRAY[%(owner)s::uuid], %(today)s))::uuid[])"
        " GROUP BY h.id",
        {"languages": list(languages), "owner": waiting.owner_organisation, "today": today},
    )
    return [
        Candidate(
            helper_id=row[0],
            first_name=row[1],
            languages=tuple(row[2]),
            capacity=row[3],
            taken=row[4],
            active=row[5],
            school=row[6],
            town=row[7],
            times=tuple(row[8]),
            child_school_years=tuple(row[9]),
            gender=row[10],
        )
        for row in rows
    ]


def lock_helper_with_room(conn: Connection, helper_id: UUID) -> FoundHelper | None:
    """The helper, locked, if there still is room: somebody else may have been proposed since the list was read."""
    row = conn.execute(
        "SELECT id, staff_id, owner_organisation, capacity FROM helper WHERE id = %s AND active FOR UPDATE",
        (helper_id,),
    ).fetchone()
    if row is None:
        return None
    # A statement of its own: it sees what others committed while we waited for the lock.
    taken = conn.execute(
        "SELECT count(*) FROM match WHERE helper_id = %s AND status IN ('proposed', 'made')", (helper_id,)
    ).fetchone()
    return FoundHelper(*row[:3]) if taken and taken[0] < row[3] else None


def weights_of(conn: Connection, organisation: UUID | None) -> tuple[Weights, int]:
    """What the organisation's coordinator set, with its version; the usual ones at version 0."""
    row = conn.execute(
        "SELECT same_school, same_town, children, times, wish, languages, version FROM weights"
        " WHERE organisation_id = %s",
        (organisation,),
    ).fetchone()
    if row is None:
        return Weights(), 0
    names = ("same_school", "same_town", "children", "times", "wish", "languages")
    return Weights(**dict(zip(names, row[:6], strict=True))), row[6]


def set_weights(conn: Connection, organisation: UUID, weights: Weights, version: int) -> None:
    """`version` is the one that was seen; raises Stale where it is another."""
    row = weights.model_dump() | {"organisation": organisation, "seen": version}
    written = conn.execute(
        "INSERT INTO weights AS known"
        " (organisation_id, same_school, same_town, children, times, wish, languages, version)"
        " SELECT %(organisation)s, %(same_school)s, %(same_town)s, %(children)s, %(times)s, %(wish)s, %(languages)s, 1"
        " WHERE %(seen)s = 0 ON CONFLICT DO NOTHING"
        if version == 0
        else "UPDATE weights SET same_school = %(same_school)s, same_town = %(same_town)s, children = %(children)s,"
        " times = %(times)s, wish = %(wish)s, languages = %(languages)s, version = version + 1"
        " WHERE organisation_id = %(organisation)s AND version = %(seen)s",
        row,
    )
    if written.rowcount != 1:
        raise Stale(str(organisation))
