"""SQL for contacts that fit, of this month only, and the goal that a school sets itself."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from services.intake.domain.family import File
from services.intake.events import ContactsCountedV1
from shared.db import Connection
from shared.facts import Fact, Month
from shared.refusals import Stale


def note(conn: Connection, file: File, month: Month, way: str) -> None:
    """The first of a family in a month stands for all: a second changes nothing."""
    conn.execute(
        "INSERT INTO contact_month (family_id, owner_organisation, month, way) VALUES (%s, %s, %s, %s)"
        " ON CONFLICT DO NOTHING",
        (file.id, file.owner_organisation, month.first, way),
    )


def goal(conn: Connection, organisation: UUID) -> tuple[int | None, int]:
    """How many families a month the school wants to reach as they asked, and the version; 0 where it set none."""
    row = conn.execute(
        "SELECT families, version FROM contact_goal WHERE owner_organisation = %s", (organisation,)
    ).fetchone()
    return (row[0], row[1]) if row else (None, 0)


def set_goal(conn: Connection, organisation: UUID, families: int, version: int) -> None:
    """`version` is the one that was seen; raises Stale where it is another."""
    written = conn.execute(
        "INSERT INTO contact_goal (owner_organisation, families, version) VALUES (%(of)s, %(families)s, 1)"
        " ON CONFLICT DO NOTHING"
        if version == 0
        else "UPDATE contact_goal SET families = %(families)s, version = version + 1"
        " WHERE owner_organisation = %(of)s AND version = %(seen)s",
        {"of": organisation, "families": families, "seen": version},
    )
    if written.rowcount != 1:
        raise Stale(str(organisation))


def count(conn: Connection, month: Month) -> Sequence[Fact]:
    """How many families of each school; then it is forgotten which."""
    found: dict[UUID, list[dict[str, Any]]] = defaultdict(list)
    rows = conn.execute(
        "SELECT owner_organisation, way, count(*) FROM contact_month WHERE month = %s GROUP BY 1, 2 ORDER BY 1, 2",
        (month.first,),
    )
    for owner, way, families in rows:
        found[owner].append({"way": way, "families": families})
    conn.execute("DELETE FROM contact_month WHERE month <= %s", (month.first,))
    towns = conn.execute("SELECT id, town FROM seen.organisation WHERE id = ANY (%s)", (list(found),)).fetchall()
    goals = conn.execute("SELECT owner_organisation, families FROM contact_goal").fetchall()
    return [
        ContactsCountedV1.model_validate(
            {
                "organisation_id": owner,
                "town": dict(towns).get(owner, ""),
                "month": month.first,
                "ways": ways,
                "goal": dict(goals).get(owner),
            }
        )
        for owner, ways in found.items()
    ]
