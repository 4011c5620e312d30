"""SQL that reads one referral, opened for whom it belongs to."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from psycopg.rows import dict_row

from services.referral.domain import PERMITS, WITH_RECEIVER, NoLongerYours, Referral, Status, Terms, not_visible
from services.referral.store.referrals import find
from services.referral.views.lists import AKKOORD_LIVES, OPEN_TO_RECEIVER, RECEIVING, bounds
from shared import akkoord, clock, pairwise, sealing, trail
from shared.db import Connection, Database
from shared.envelope import Sealed
from shared.package import Package
from shared.permissions import demand
from shared.refusals import NotThere
from shared.sealing import Unopened
from shared.security import Actor

LEVELS_WITH_QUESTION = ("question", "plan_parts")


@dataclass(frozen=True)
class Opened:
    """One referral with what the person shares. `package` is None where nothing is shared any more.

    `newer_yes`: the person said yes to the same receiver once more, later. `safety`: where and when they meet is told
    to nobody else (R22).
    """

    referral: Referral
    level: str
    from_name: str
    from_town: str
    to_name: str
    package: Package | Unopened | None
    newer_yes: UUID | None = None
    safety: bool = False


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
    interpreting: str
    interpreter: str
    sequence: int
    way_back: list[str]
    asked_kind: str | None
    answer_code: str | None
    met_at: datetime | None
    outcome: str | None
    sent_at: datetime | None
    seen_due: date | None
    answer_due: date | None
    team_id: UUID | None
    safety: bool

    @property
    def warm(self) -> bool:
        return self.meets_at is not None and bool(self.goes_along)


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


def own(db: Database, actor: Actor, referral_id: UUID) -> Referral:
    """The row itself, for what is done with its reason and parties; nothing of the person is opened."""
    return _visible(db, actor, referral_id)


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
            " CASE WHEN seen.live(a, %(today)s) THEN a.package END,"
            " (SELECT newer.akkoord_id FROM seen.akkoord AS newer WHERE newer.person_id = r.person_id"
            "   AND newer.owner_organisation = r.owner_organisation AND newer.purpose = 'referral'"
            "   AND newer.receiver_organisation = r.to_organisation AND newer.akkoord_id > r.akkoord_id"
            "   AND seen.live(newer, %(today)s) ORDER BY newer.akkoord_id DESC LIMIT 1), seen.flagged(r.person_id)"
            " FROM referral AS r"
            " JOIN organisation AS school ON school.id = r.owner_organisation"
            " JOIN organisation AS receiver ON receiver.id = r.to_organisation"
            " LEFT JOIN seen.akkoord AS a ON a.akkoord_id = r.akkoord_id WHERE r.id = %(id)s",
            {"today": clock.today(), "id": referral_id},
        ).fetchone()
        if row is None:
            raise NotThere(str(referral_id))
        from_name, from_town, to_name, level, package, newer_yes, safety = row
        shared = _opened(conn, package, referral.person_id, level) if package else None
    return Opened(referral, level, from_name, from_town, to_name, shared, newer_yes, safety)


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
            "SELECT place FROM referral WHERE to_organisation = %s AND place IS NOT NULL"
            " ORDER BY answered_at DESC LIMIT 1",
            (organisation_id,),
        ).fetchone()
    return str(row[0]) if row else ""


def _visible(db: Database, actor: Actor, referral_id: UUID) -> Referral:
    with db.transaction(actor) as conn:
        referral = find(conn, referral_id)
    if referral is None:
        raise not_visible(actor, referral_id)
    return referral


def _row_for_receiver(conn: Connection, actor: Actor, referral_id: UUID) -> dict[str, Any]:
    with conn.cursor(row_factory=dict_row) as cur:
        row = cur.execute(
            "SELECT r.id, r.receiver_version AS version, r.status, r.reason, r.person_id, r.family_id,"  # noqa: S608
            " r.to_organisation, a.level, a.package, school.name AS from_name, school.town AS from_town,"
            " r.sent_by_function AS from_function,"
            " r.goes_along, r.contact, r.meets_at, r.place, r.interpreting, r.interpreter, r.sequence, r.way_back,"
            " r.asked_kind, r.answer_code, r.met_at, r.outcome, r.sent_at, r.seen_due, r.answer_due,"
            " r.team_id, seen.flagged(r.person_id) AS safety"
            " FROM referral AS r JOIN organisation AS school ON school.id = r.owner_organisation"
            f"{AKKOORD_LIVES} WHERE{OPEN_TO_RECEIVER} AND r.id = %(id)s",
            bounds(actor, RECEIVING, WITH_RECEIVER) | {"id": referral_id},
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
