"""The board is published: each subject of a month once, when every service has told all of it. The worker's."""

from services.network.domain import board
from services.network.domain.board import Published
from services.network.store import facts
from shared.db import Connection, Database
from shared.security import Actor


def publish_board(db: Database, actor: Actor) -> int:
    """Publish what is due; returns how many tables of towns that were."""
    with db.transaction(actor) as conn:
        due = facts.due(conn)
    return sum(_publish(db, actor, one) for one in due)


def _publish(db: Database, actor: Actor, one: facts.Due) -> int:
    with db.transaction(actor) as conn:
        if one.what == board.FOLLOWED and not facts.is_published(conn, board.SENT, one.month):
            return 0
        if not facts.claim(conn, one):
            return 0
        made = _followed(conn, one) if one.what == board.FOLLOWED else _counted(conn, one)
        for town, shown in made.items():
            facts.publish(conn, one, town, shown)
    return len(made)


def _counted(conn: Connection, one: facts.Due) -> dict[str, Published]:
    return {town: board.publish(one.what, told) for town, told in facts.by_town(conn, one.what, one.month).items()}


def _followed(conn: Connection, one: facts.Due) -> dict[str, Published]:
    """Held against what was published of the same referrals, ninety days before."""
    sent = facts.by_town(conn, board.SENT, one.month)
    before = facts.board(conn, board.SENT, one.month)
    told = facts.by_town(conn, one.what, one.month)
    return {town: board.follow(told.get(town, {}), sent[town], shown) for town, shown in before.items() if town in sent}
