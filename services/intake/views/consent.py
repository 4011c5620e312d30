"""Akkoorden as pages and API show them: those of a family or a person, one receipt, and who may receive."""

from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from psycopg.rows import class_row

from services.intake import store
from services.intake.domain.consent import SERVICE_OF, Purpose
from services.intake.domain.family import Kind
from services.intake.domain.permits import PERMITS
from shared import clock, trail
from shared.db import Connection, Database
from shared.directory import Organisation
from shared.package import Package
from shared.permissions import demand
from shared.refusals import NotThere
from shared.security import Actor, ActorKind

STAFF = ActorKind.STAFF
_NOBODY = UUID(int=0)


class AkkoordRow(NamedTuple):
    """An akkoord in a list; `acknowledged_at`: when the receiving side has closed its access.

    `safety`: whom it is about, or somebody else who said this yes, has a safety flag. To other persons than the one
    whom it is about, nothing of it says to whom or what for (R22).
    """

    id: UUID
    person_id: UUID
    family_id: UUID
    owner_organisation: UUID
    receiver_organisation: UUID
    name: str
    receiver: str
    purpose: str
    level: str
    kinds: list[str]
    way_back: list[str]
    expires_on: date
    reference: UUID | None
    said_yes_by: list[UUID]
    explained_in: str
    explained_function: str
    interpreting: str
    status: str
    granted_at: datetime
    ended_at: datetime | None
    acknowledged_at: datetime | None
    retention_days: int | None
    version: int
    plan_parts: list[str]
    said_back: bool
    safety: bool

    @property
    def is_live(self) -> bool:
        return self.status == "granted" and self.expires_on >= clock.today()

    @property
    def service(self) -> str:
        """The service on the receiving side, which acknowledges the end."""
        return SERVICE_OF[Purpose(self.purpose)]


class Receipt(NamedTuple):
    """An akkoord with what was shown when it was said, and what the receiver sees."""

    akkoord: AkkoordRow
    lang: str
    cards: list[dict[str, str]]
    package: Package
    organisation: str


_SELECT = (
    "SELECT a.id, a.person_id, a.family_id, a.owner_organisation, a.receiver_organisation,"
    " coalesce(p.name_to_call, '') AS name, coalesce(o.name, '') AS receiver, a.purpose, a.level, a.kinds,"
    " a.way_back, a.expires_on, a.reference, a.said_yes_by, a.explained_in, a.explained_function, a.interpreting,"
    " a.status, a.granted_at, a.ended_at, k.at AS acknowledged_at, g.retention_days, a.version, a.plan_parts,"
    " a.said_back, seen.withheld(a.person_id, a.said_yes_by) AS safety"
    " FROM akkoord AS a LEFT JOIN person AS p ON p.id = a.person_id"
    " LEFT JOIN seen.organisation AS o ON o.id = a.receiver_organisation"
    " LEFT JOIN seen.agreement AS g ON g.id = a.agreement_id"
    " LEFT JOIN seen.acknowledgement AS k ON k.akkoord_id = a.id AND k.service = CASE a.purpose"
    "  WHEN 'referral' THEN 'referral' WHEN 'registration' THEN 'activities' ELSE 'network' END"
)


def of_family(conn: Connection, family_id: UUID) -> list[AkkoordRow]:
    """All of them, newest first; the caller has recorded the look."""
    return _rows(conn, f"{_SELECT} WHERE a.family_id = %(id)s ORDER BY a.id DESC", {"id": family_id})


def of_person(db: Database, actor: Actor, person_id: UUID) -> list[AkkoordRow]:
    """All of one person, newest first; for staff it is a look. Raises NotThere."""
    with db.transaction(actor) as conn:
        family_id, owner = store.family.family_of(conn, person_id)
    demand(PERMITS, actor, "akkoorden.see", owner=owner, person=person_id)
    if actor.kind == STAFF:
        trail.record(db, actor, trail.Look(person_id, family_id, owner, owner, "akkoord", "own_file"))
    with db.transaction(actor) as conn:
        return _rows(conn, f"{_SELECT} WHERE a.person_id = %(id)s ORDER BY a.id DESC", {"id": person_id})


def said_by(conn: Connection, person_id: UUID) -> list[AkkoordRow]:
    """Those about the person or that the person said for a child: for the person's own home."""
    return _rows(
        conn,
        f"{_SELECT} WHERE a.person_id = %(id)s OR %(id)s = ANY (a.said_yes_by) ORDER BY a.id DESC LIMIT 200",
        {"id": person_id},
    )


def one(conn: Connection, akkoord_id: UUID) -> AkkoordRow:
    """One akkoord without its content. Raises NotThere."""
    rows = _rows(conn, f"{_SELECT} WHERE a.id = %(id)s", {"id": akkoord_id})
    if not rows:
        raise NotThere(str(akkoord_id))
    return rows[0]


def receipt(db: Database, actor: Actor, akkoord_id: UUID) -> Receipt:
    """What was said, shown and is shared; for staff it is a look. Raises NotThere."""
    with db.transaction(actor) as conn:
        row = one(conn, akkoord_id)
    whose = actor.id if actor.id in row.said_yes_by else row.person_id
    demand(PERMITS, actor, "akkoorden.see", owner=row.owner_organisation, person=whose)
    if _is_hidden_from(actor, row):
        raise NotThere(str(akkoord_id))
    if actor.kind == STAFF:
        owner = row.owner_organisation
        trail.record(db, actor, trail.Look(row.person_id, row.family_id, owner, owner, "akkoord", "own_file", row.id))
    with db.transaction(actor) as conn:
        shown = conn.execute(
            "SELECT s.lang, s.cards, s.package, coalesce(o.name, '') FROM shown AS s"
            " LEFT JOIN seen.organisation AS o ON o.id = s.owner_organisation WHERE s.akkoord_id = %s",
            (akkoord_id,),
        ).fetchone()
        if shown is None:
            raise NotThere(str(akkoord_id))
        package = _as_read_by(conn, row, Package.model_validate(shown[2]))
    return Receipt(row, shown[0], shown[1], package, shown[3])


def receivers(conn: Connection, owner: UUID, purpose: Purpose = Purpose.REFERRAL) -> list[Organisation]:
    """Organisations with which the owner has a valid agreement for the purpose (R1), by name."""
    with conn.cursor(row_factory=class_row(Organisation)) as cur:
        return cur.execute(
            "SELECT DISTINCT o.id, o.kind, o.name, o.town, o.languages FROM seen.organisation AS o"
            " JOIN seen.agreement AS g ON (g.organisation_a = %(own)s AND g.organisation_b = o.id)"
            "  OR (g.organisation_b = %(own)s AND g.organisation_a = o.id)"
            " WHERE g.purpose = %(purpose)s AND g.valid_from <= %(today)s"
            "  AND (g.valid_until IS NULL OR %(today)s < g.valid_until) ORDER BY o.name, o.id",
            {"own": owner, "purpose": purpose, "today": clock.today()},
        ).fetchall()


def _rows(conn: Connection, query: str, values: dict[str, Any]) -> list[AkkoordRow]:
    with conn.cursor(row_factory=class_row(AkkoordRow)) as cur:
        rows = cur.execute(query, values).fetchall()
    return [_quiet(row) if _is_hidden_from(conn.actor, row) else row for row in rows]


def _is_hidden_from(actor: Actor, row: AkkoordRow) -> bool:
    return row.safety and actor.kind == ActorKind.PERSON and actor.id != row.person_id


def _as_read_by(conn: Connection, row: AkkoordRow, package: Package) -> Package:
    """Of a child's akkoord the other caregiver who said yes reads no number of the one who is called (R5)."""
    reader = conn.actor.id
    others = set(row.said_yes_by) - {reader, row.person_id}
    if conn.actor.kind != ActorKind.PERSON or not others or package.reach is None:
        return package
    own = store.family.person(conn, reader)
    if own is None or own.kind == Kind.CHILD or own.phone == package.reach.phone:
        return package
    return package.model_copy(update={"reach": None, "languages": [], "arrangements": [], "interpreter": None})


def _quiet(row: AkkoordRow) -> AkkoordRow:
    """So that who said this yes can still stop it, and reads nothing else."""
    return row._replace(
        receiver="",
        receiver_organisation=_NOBODY,
        level="reach",
        kinds=[],
        plan_parts=[],
        way_back=[],
        reference=None,
        explained_function="",
        retention_days=None,
    )
