"""SQL that writes family plans: the plan, who is in it, every version of a section, a yes, 'Gelukt?'; and tells."""

from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from psycopg.rows import class_row, kwargs_row
from psycopg.types.json import Jsonb

from services.referral.domain.plan import (
    NOTHING_APART,
    Apart,
    Content,
    PersonKind,
    Plan,
    PlanPerson,
    PlanStatus,
    Version,
    VersionState,
    Writer,
)
from shared import outbox
from shared.db import Connection
from shared.envelope import Event
from shared.refusals import Stale
from shared.security import ActorKind

PLAN = (
    "id, family_id, owner_organisation, lang, started_on, review_on, ends_on, coordinator, closed_to_school, status,"
    " reviewed_on, ended_on, edition, frame, version"
)
PERSON = "id, plan_id, owner_organisation, kind, called, role, person_id, organisation_id, answer, position"
VERSION = (
    "plan_id, owner_organisation, section, number, based_on, edition, content, wrote, function, organisation_id,"
    " written_at, only_for, state"
)
_FIXED = ("id", "family_id", "owner_organisation")
_CHANGED = tuple(name for name in PLAN.split(", ") if name not in _FIXED)


def insert(conn: Connection, plan: Plan) -> bool:
    """False where this family has a plan here that runs."""
    values = ", ".join(f"%({name})s" for name in PLAN.split(", "))
    row = conn.execute(
        f"INSERT INTO plan ({PLAN}) VALUES ({values})"  # noqa: S608
        " ON CONFLICT (family_id, owner_organisation) WHERE status = 'running' DO NOTHING RETURNING id",
        _row(plan),
    ).fetchone()
    return row is not None


def running(conn: Connection, family_id: UUID, owner_organisation: UUID) -> UUID | None:
    row = conn.execute(
        "SELECT id FROM plan WHERE family_id = %s AND owner_organisation = %s AND status = 'running'",
        (family_id, owner_organisation),
    ).fetchone()
    return row[0] if row else None


def find(conn: Connection, plan_id: UUID) -> Plan | None:
    """As row-level security lets the actor see it."""
    return _one(conn, f"SELECT {PLAN} FROM plan WHERE id = %s", (plan_id,))  # noqa: S608


def lock(conn: Connection, plan_id: UUID) -> Plan | None:
    """Whoever changes anything of a plan holds the plan first."""
    return _one(conn, f"SELECT {PLAN} FROM plan WHERE id = %s FOR UPDATE", (plan_id,))  # noqa: S608


def lock_over(conn: Connection, today: date, most: int) -> list[Plan]:
    """Plans that run past their last day; those that somebody else handles are skipped."""
    with conn.cursor(row_factory=kwargs_row(_plan)) as cur:
        return cur.execute(
            f"SELECT {PLAN} FROM plan WHERE status = 'running' AND ends_on < %s"  # noqa: S608
            " ORDER BY ends_on, id LIMIT %s FOR UPDATE SKIP LOCKED",
            (today, most),
        ).fetchall()


def save(conn: Connection, changed: Plan) -> None:
    """Write the next version. Raises Stale where somebody else wrote it first."""
    values = ", ".join(f"{name} = %({name})s" for name in _CHANGED)
    written = conn.execute(
        f"UPDATE plan SET {values} WHERE id = %(id)s AND version = %(version)s - 1",  # noqa: S608
        _row(changed),
    )
    if written.rowcount != 1:
        raise Stale(str(changed.id))


def put_person(conn: Connection, person: PlanPerson) -> None:
    values = ", ".join(f"%({name})s" for name in PERSON.split(", "))
    conn.execute(
        f"INSERT INTO plan_person ({PERSON}) VALUES ({values})"  # noqa: S608
        " ON CONFLICT (id) DO UPDATE SET called = excluded.called, role = excluded.role, answer = excluded.answer",
        vars(person) | {"kind": person.kind.value},
    )


def people(conn: Connection, plan_id: UUID) -> list[PlanPerson]:
    with conn.cursor(row_factory=kwargs_row(_person)) as cur:
        return cur.execute(
            f"SELECT {PERSON} FROM plan_person WHERE plan_id = %s ORDER BY position, id",  # noqa: S608
            (plan_id,),
        ).fetchall()


def kept_apart(conn: Connection, plan_id: UUID) -> Apart:
    """What a person of the family does not read of it (R5, R22); staff and receivers have their own bounds."""
    if conn.actor.kind != ActorKind.PERSON:
        return NOTHING_APART
    rows = conn.execute("SELECT person_id, flagged FROM seen.kept_apart()").fetchall()
    if not rows:
        return NOTHING_APART
    persons, listed = frozenset(row[0] for row in rows), people(conn, plan_id)
    return Apart(
        reader=conn.actor.id,
        own_entry=next((one.id for one in listed if one.person_id == conn.actor.id), None),
        persons=persons,
        entries=frozenset(one.id for one in listed if one.person_id in persons),
        closed=any(row[1] for row in rows),
    )


def versions(
    conn: Connection, plan_id: UUID, section: str | None = None, states: tuple[VersionState, ...] = ()
) -> list[Version]:
    """As the actor may see them, oldest first: of one section or of all, in these states or in any."""
    with conn.cursor(row_factory=kwargs_row(_version)) as cur:
        return cur.execute(
            f"SELECT {VERSION} FROM plan_section WHERE plan_id = %s"  # noqa: S608
            " AND (%s::text IS NULL OR section = %s) AND (cardinality(%s::text[]) = 0 OR state = ANY (%s))"
            " ORDER BY edition, number",
            (plan_id, section, section, list(states), list(states)),
        ).fetchall()


def last_number(conn: Connection, plan_id: UUID, section: str) -> int:
    """Of a section that the actor may write; a section of one person alone counts by itself."""
    row = conn.execute(
        "SELECT coalesce(max(number), 0) FROM plan_section WHERE plan_id = %s AND section = %s", (plan_id, section)
    ).fetchone()
    return int(row[0]) if row else 0


def add_version(conn: Connection, version: Version) -> None:
    """As the current one it takes the place of the one before it."""
    if version.state == VersionState.CURRENT:
        conn.execute(
            "UPDATE plan_section SET state = 'past' WHERE plan_id = %s AND section = %s"
            " AND only_for IS NOT DISTINCT FROM %s AND state = 'current'",
            (version.plan_id, version.section, version.only_for),
        )
    conn.execute(
        f"INSERT INTO plan_section ({VERSION}) VALUES (%(plan_id)s, %(owner_organisation)s, %(section)s,"  # noqa: S608
        " %(number)s, %(based_on)s, %(edition)s, %(content)s, %(wrote)s, %(function)s, %(organisation_id)s,"
        " %(written_at)s, %(only_for)s, %(state)s)",
        {name: getattr(version, name) for name in ("plan_id", "owner_organisation", "section", "number", "based_on")}
        | {name: getattr(version, name) for name in ("edition", "written_at", "only_for")}
        | {
            "content": Jsonb(version.content.model_dump(mode="json")),
            "wrote": version.writer.person,
            "function": version.writer.function,
            "organisation_id": version.writer.organisation,
            "state": version.state.value,
        },
    )


def settle(conn: Connection, version: Version, state: VersionState) -> None:
    """A text that stood beside another is chosen, or is not; it stays among the versions."""
    conn.execute(
        "UPDATE plan_section SET state = %s WHERE plan_id = %s AND section = %s AND only_for IS NOT DISTINCT FROM %s"
        " AND number = %s AND state = 'beside'",
        (state.value, version.plan_id, version.section, version.only_for, version.number),
    )


def say_yes(conn: Connection, plan: Plan, person_id: UUID, lang: str, at: datetime) -> bool:
    """False where this person said yes to just this before."""
    row = conn.execute(
        "INSERT INTO plan_yes (plan_id, owner_organisation, person_id, edition, lang, said_at)"
        " VALUES (%s, %s, %s, %s, %s, %s) ON CONFLICT DO NOTHING RETURNING edition",
        (plan.id, plan.owner_organisation, person_id, plan.edition, lang, at),
    ).fetchone()
    return row is not None


def put_outcome(conn: Connection, plan: Plan, action_id: UUID, answer: str, at: datetime) -> None:
    """Of the person who acts; the newest answer counts."""
    conn.execute(
        "INSERT INTO plan_outcome (plan_id, owner_organisation, action_id, person_id, answer, told_at)"
        " VALUES (%s, %s, %s, %s, %s, %s) ON CONFLICT (action_id, person_id)"
        " DO UPDATE SET answer = excluded.answer, told_at = excluded.told_at",
        (plan.id, plan.owner_organisation, action_id, conn.actor.id, answer, at),
    )


class Relative(NamedTuple):
    """A person of the family as referral knows them."""

    person_id: UUID
    kind: str


def family(conn: Connection, family_id: UUID) -> list[Relative]:
    """Its persons, caregivers first, as far as the actor may see them."""
    with conn.cursor(row_factory=class_row(Relative)) as cur:
        return cur.execute(
            "SELECT person_id, kind FROM seen.person WHERE family_id = %s ORDER BY kind, person_id", (family_id,)
        ).fetchall()


def owner_of_family(conn: Connection, family_id: UUID) -> UUID | None:
    row = conn.execute(
        "SELECT owner_organisation FROM seen.person WHERE family_id = %s LIMIT 1", (family_id,)
    ).fetchone()
    return row[0] if row else None


def tell(conn: Connection, plan: Plan, event: Event) -> None:
    """Publish one fact about a plan, in the transaction that made it true."""
    outbox.publish(conn, event, outbox.About(plan.family_id, plan.id, plan.version, plan.owner_organisation))


def _row(plan: Plan) -> dict[str, Any]:
    return vars(plan) | {"closed_to_school": list(plan.closed_to_school), "status": plan.status.value}


def _plan(**row: Any) -> Plan:
    return Plan(**row | {"status": PlanStatus(row["status"]), "closed_to_school": tuple(row["closed_to_school"])})


def _person(**row: Any) -> PlanPerson:
    return PlanPerson(**row | {"kind": PersonKind(row["kind"])})


def _version(**row: Any) -> Version:
    writer = Writer(row.pop("wrote"), row.pop("function"), row.pop("organisation_id"))
    content = Content.model_validate(row.pop("content"))
    return Version(**row | {"content": content, "writer": writer, "state": VersionState(row["state"])})


def _one(conn: Connection, query: str, values: tuple[Any, ...]) -> Plan | None:
    with conn.cursor(row_factory=kwargs_row(_plan)) as cur:
        return cur.execute(query, values).fetchone()
