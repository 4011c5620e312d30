"""SQL that reads referrals: lists without content, and one opened for whom it belongs to."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from psycopg.rows import dict_row, kwargs_row

from services.referral.domain import PERMITS, WITH_RECEIVER, NoLongerYours, Referral, Status, Terms
from services.referral.store.referrals import find
from shared import akkoord, clock, pairwise, sealing, trail
from shared.db import Connection, Database
from shared.envelope import Sealed
from shared.package import Package
from shared.paging import Page, page_of
from shared.permissions import demand
from shared.refusals import NotThere
from shared.sealing import Unopened
from shared.security import Actor

LEVELS_WITH_QUESTION = ("question", "plan_parts")


class Which(NamedTuple):
    """Part of a list: in these statuses, after this one; oldest first where somebody waits for an answer."""

    statuses: tuple[Status, ...]
    after: UUID | None = None
    oldest_first: bool = False
    limit: int = 50


@dataclass(frozen=True)
class Listed:
    """A line of a list: from which to which, why and since when; nothing of the person."""

    id: UUID
    status: Status
    reason: str
    owner_organisation: UUID
    from_name: str
    from_town: str
    to_organisation: UUID
    to_name: str
    family_id: UUID
    warm: bool
    contact: str | None
    meets_at: datetime | None
    sent_at: datetime | None
    seen_at: datetime | None
    answered_at: datetime | None
    seen_due: date | None
    answer_due: date | None
    version: int

    def is_late(self, today: date) -> bool:
        """Not seen, or not answered, within its term (R8)."""
        due = {Status.SENT: self.seen_due, Status.SEEN: self.answer_due}.get(self.status)
        return due is not None and due < today


@dataclass(frozen=True)
class Opened:
    """One referral with what the person shares. `package` is None where nothing is shared any more."""

    referral: Referral
    level: str
    from_name: str
    from_town: str
    to_name: str
    package: Package | Unopened | None


@dataclass(frozen=True)
class SixLines:
    """What the receiver sees, exactly (R3). Person and family carry ids that no other receiver knows."""

    id: UUID
    version: int
    status: Status
    reason: str
    person: UUID
    family: UUID
    to_organisation: UUID
    level: str
    package: Package | Unopened
    from_name: str
    from_town: str
    from_function: str
    goes_along: str
    contact: str | None
    meets_at: datetime | None
    place: str | None
    sent_at: datetime | None
    seen_due: date | None
    answer_due: date | None

    @property
    def warm(self) -> bool:
        return self.status == Status.ACCEPTED and bool(self.goes_along)


_LISTED = (
    "SELECT r.id, r.status, r.reason, r.owner_organisation, school.name AS from_name, school.town AS from_town,"
    " r.to_organisation, receiver.name AS to_name, r.family_id,"
    " r.status = 'accepted' AND r.goes_along <> '' AS warm, r.contact, r.meets_at, r.sent_at, r.seen_at,"
    " r.answered_at, r.seen_due, r.answer_due, r.version"
    " FROM referral AS r JOIN organisation AS school ON school.id = r.owner_organisation"
    " JOIN organisation AS receiver ON receiver.id = r.to_organisation"
)
# For its receiver a referral exists while the akkoord lives and the agreement is valid, read in the same query.
_OPEN_TO_RECEIVER = (
    " JOIN seen.akkoord AS a ON a.akkoord_id = r.akkoord_id"
    " WHERE r.to_organisation = ANY (%(own)s) AND r.status = ANY (%(statuses)s) AND seen.live(a, %(today)s)"
    " AND EXISTS (SELECT 1 FROM agreement AS g WHERE g.purpose = 'referral' AND g.valid_from <= %(today)s"
    "  AND (g.valid_until IS NULL OR %(today)s < g.valid_until)"
    "  AND ((g.organisation_a = r.owner_organisation AND g.organisation_b = r.to_organisation)"
    "   OR (g.organisation_b = r.owner_organisation AND g.organisation_a = r.to_organisation)))"
)


def overview(db: Database, actor: Actor, which: Which) -> Page[Listed]:
    """The school's referrals, without any content of a person: no look."""
    demand(PERMITS, actor, "referral.list")
    where = " WHERE r.owner_organisation = ANY (%(own)s) AND r.status = ANY (%(statuses)s)"
    return _page(db, actor, _LISTED + where, which, "school_staff")


def worklist(db: Database, actor: Actor, which: Which) -> Page[Listed]:
    """What a receiver has to do, without any content of a person: no look."""
    demand(PERMITS, actor, "referral.list")
    return _page(db, actor, _LISTED + _OPEN_TO_RECEIVER, which, "partner_worker")


def tally(db: Database, actor: Actor) -> dict[Status, int]:
    """How many referrals of the school are in each status."""
    demand(PERMITS, actor, "referral.list")
    with db.transaction(actor) as conn:
        rows = conn.execute(
            "SELECT status, count(*) FROM referral WHERE owner_organisation = ANY (%s) GROUP BY status",
            (list(actor.organisations_as("school_staff")),),
        )
        return {Status(status): number for status, number in rows}


def is_fresh(db: Database, actor: Actor, terms: Terms) -> bool:
    """Whether we know enough about akkoorden now to send and to open."""
    with db.transaction(actor) as conn:
        as_of = akkoord.fresh_as_of(conn)
    return as_of is not None and (clock.now() - as_of).total_seconds() <= terms.freshness_seconds


def akkoord_to_refer(db: Database, actor: Actor, akkoord_id: UUID) -> akkoord.Akkoord | None:
    """The person's yes on which a school wants to refer; None while it has not arrived here."""
    with db.transaction(actor) as conn:
        found = akkoord.find(conn, akkoord_id)
    if found is not None:
        demand(PERMITS, actor, "referral.draft", owner=found.owner_organisation)
    return found


def is_owner(db: Database, actor: Actor, referral_id: UUID) -> bool:
    """Whether the actor looks at it as its school. Raises NotThere where it is nobody's of theirs."""
    return _visible(db, actor, referral_id).owner_organisation in actor.organisations_as("school_staff")


def open_as_owner(db: Database, actor: Actor, referral_id: UUID) -> Opened:
    """The school's own referral with exactly what its receiver sees (R3); a look, written first."""
    referral = _visible(db, actor, referral_id)
    demand(PERMITS, actor, "referral.read", owner=referral.owner_organisation, receiver=referral.to_organisation)
    trail.record(db, actor, _look(referral, referral.owner_organisation, "own_file"))
    with db.transaction(actor) as conn:
        row = conn.execute(
            "SELECT school.name, school.town, receiver.name, coalesce(a.level, 'reach'),"
            " CASE WHEN seen.live(a, %s) THEN a.package END FROM referral AS r"
            " JOIN organisation AS school ON school.id = r.owner_organisation"
            " JOIN organisation AS receiver ON receiver.id = r.to_organisation"
            " LEFT JOIN seen.akkoord AS a ON a.akkoord_id = r.akkoord_id WHERE r.id = %s",
            (clock.today(), referral_id),
        ).fetchone()
        if row is None:
            raise NotThere(str(referral_id))
        from_name, from_town, to_name, level, package = row
        shared = _opened(conn, package, referral.person_id, level) if package else None
    return Opened(referral, level, from_name, from_town, to_name, shared)


def open_as_receiver(db: Database, actor: Actor, referral_id: UUID, terms: Terms) -> SixLines:
    """The six lines, while the person's yes lasts. The look is committed before anything is opened (R18).

    Raises NoLongerYours once it is over for this receiver (R24), NotFresh while we cannot know.
    """
    referral = _visible(db, actor, referral_id)
    demand(PERMITS, actor, "referral.read", owner=referral.owner_organisation, receiver=referral.to_organisation)
    with db.transaction(actor) as conn:
        akkoord.demand_fresh(conn, terms.freshness_seconds)
        _row_for_receiver(conn, actor, referral_id)
    trail.record(db, actor, _look(referral, referral.to_organisation, "akkoord"))
    with db.transaction(actor) as conn:
        row = _row_for_receiver(conn, actor, referral_id)
        level, package = row.pop("level"), row.pop("package")
        for name in ("person", "family"):
            own_id = row.pop(f"{name}_id")
            row[name] = pairwise.pairwise(terms.pairwise_secret, referral.to_organisation, own_id)
        shared = _opened(conn, package, referral.person_id, level)
    return SixLines(**row, level=level, package=shared)


def last_place(db: Database, actor: Actor, organisation_id: UUID) -> str:
    """Where this organisation met a family last time: mostly its own address, so one thing less to type."""
    with db.transaction(actor) as conn:
        row = conn.execute(
            "SELECT place FROM referral WHERE to_organisation = %s AND status = 'accepted'"
            " ORDER BY answered_at DESC LIMIT 1",
            (organisation_id,),
        ).fetchone()
    return str(row[0]) if row else ""


def _visible(db: Database, actor: Actor, referral_id: UUID) -> Referral:
    with db.transaction(actor) as conn:
        referral = find(conn, referral_id)
    if referral is None:
        raise NotThere(str(referral_id))
    return referral


def _row_for_receiver(conn: Connection, actor: Actor, referral_id: UUID) -> dict[str, Any]:
    with conn.cursor(row_factory=dict_row) as cur:
        row = cur.execute(
            "SELECT r.id, r.version, r.status, r.reason, r.person_id, r.family_id, r.to_organisation, a.level,"  # noqa: S608
            " a.package, school.name AS from_name, school.town AS from_town, r.sent_by_function AS from_function,"
            " r.goes_along, r.contact, r.meets_at, r.place, r.sent_at, r.seen_due, r.answer_due"
            " FROM referral AS r JOIN organisation AS school ON school.id = r.owner_organisation"
            f"{_OPEN_TO_RECEIVER} AND r.id = %(id)s",
            _bounds(actor, "partner_worker", WITH_RECEIVER) | {"id": referral_id},
        ).fetchone()
    if row is None:
        raise NoLongerYours(str(referral_id))
    return row | {"status": Status(row["status"])}


def _opened(conn: Connection, package: dict[str, Any], person_id: UUID, level: str) -> Package | Unopened:
    """A question is shown at the level of a question only, whatever the box holds."""
    shared = sealing.open_or_say(conn, Sealed.model_validate(package), person_id, Package)
    if isinstance(shared, Package) and level not in LEVELS_WITH_QUESTION:
        return shared.model_copy(update={"question": None})
    return shared


def _look(referral: Referral, organisation: UUID, ground: str) -> trail.Look:
    return trail.Look(
        person_id=referral.person_id,
        family_id=referral.family_id,
        owner_organisation=referral.owner_organisation,
        organisation_id=organisation,
        what="referral",
        ground=ground,
        akkoord_id=referral.akkoord_id,
    )


def _bounds(actor: Actor, role: str, statuses: tuple[Status, ...]) -> dict[str, Any]:
    return {"own": list(actor.organisations_as(role)), "statuses": list(statuses), "today": clock.today()}


def _page(db: Database, actor: Actor, query: str, which: Which, role: str) -> Page[Listed]:
    beyond, order = (">", "ASC") if which.oldest_first else ("<", "DESC")
    further = f" AND r.id {beyond} %(after)s" if which.after else ""
    values = _bounds(actor, role, which.statuses) | {"after": which.after, "most": which.limit + 1}
    with db.transaction(actor) as conn, conn.cursor(row_factory=kwargs_row(_listed)) as cur:
        rows = cur.execute(f"{query}{further} ORDER BY r.id {order} LIMIT %(most)s", values).fetchall()
    return page_of(rows, which.limit, lambda row: (row.id,))


def _listed(**row: Any) -> Listed:
    return Listed(**row | {"status": Status(row["status"])})
