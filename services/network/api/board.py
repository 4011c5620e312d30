"""/board: the published numbers of a town's month, for a coordinator's own programs."""

from datetime import date

from flask import Blueprint
from pydantic import BaseModel, Field

from services.network.api.spec import SPEC, answers
from services.network.domain.board import Times
from services.network.views import board as views
from shared.api import Body
from shared.refusals import NotThere
from shared.web import current_actor, house, requires

api = Blueprint("api_board", __name__)


class BoardQuery(Body):
    """Without `town` the first of yours, without `month` the newest that is published."""

    town: str | None = Field(None, max_length=100)
    month: str | None = Field(None, pattern=r"^20[0-9]{2}-(0[1-9]|1[0-2])$")


class BoardCell(BaseModel):
    """One number of a table by codes; a number that does not show has no cell."""

    table: str
    row: str
    column: str
    number: int


class GoalShown(BaseModel):
    organisation: str
    families: int


class BoardShown(BaseModel):
    """`months`: what else is published for this town. Published numbers never change."""

    town: str
    month: str
    published: list[str]
    cells: list[BoardCell]
    goals: list[GoalShown]
    times: dict[str, Times]
    months: list[str]
    towns: list[str]


@api.get("/board")
@requires("board.see")
@SPEC.validate(resp=answers(BoardShown), tags=["board"])
def board(query: BoardQuery) -> BoardShown:
    """Numbers without names: below five nothing shows, nor what would give such a number away (R20)."""
    asked = date.fromisoformat(f"{query.month}-01") if query.month else None
    found = views.board(house().db, current_actor(), query.town, asked)
    if found is None:
        raise NotThere("board")
    cells = [
        BoardCell(table=table, row=row, column=column, number=number)
        for one in found.subjects.values()
        for table, rows in one.tables.items()
        for row, columns in rows.items()
        for column, number in columns.items()
    ]
    subjects = found.subjects.items()
    return BoardShown(
        town=found.town,
        month=f"{found.month:%Y-%m}",
        published=sorted(found.subjects),
        cells=cells,
        goals=[GoalShown(organisation=one, families=n) for _, told in subjects for one, n in told.goals.items()],
        times={name: times for _, told in subjects for name, times in told.times.items()},
        months=[f"{one:%Y-%m}" for one in found.months],
        towns=found.towns,
    )
