"""The coordinator's board: one town's month, as numbers that lead back to nobody; and the same as CSV."""

import csv
import io
from datetime import date

from flask import Blueprint, Response, request

from services.network.views import board as views
from services.network.web import board_words, charts
from services.network.web.page import show
from shared.refusals import Malformed, NotThere
from shared.web import current_actor, house, requires

pages = Blueprint("board", __name__)


@pages.get("/board")
@requires("board.see")
def see() -> str:
    found = _asked()
    if found is None:
        return show("board_empty.html", towns=views.towns(house().db, current_actor()))
    tables = board_words.tables(found)
    return show(
        "board.html",
        found=found,
        drawn_tables=[(table, charts.chart(table)) for table in tables],
        times=board_words.times(found),
        followed="referrals_followed" in found.subjects,
        chart_width=charts.WIDTH,
        month_label=board_words.month_label,
        hidden=board_words.HIDDEN,
        mark=board_words.MARK,
        headline=board_words.headline(found),
    )


@pages.get("/board.csv")
@requires("board.see")
def as_csv() -> Response:
    """Every number of the page and no other; what does not show there is empty here."""
    found = _asked()
    if found is None:
        raise NotThere("board")
    written = io.StringIO()
    sheet = csv.writer(written, delimiter=";", lineterminator="\r\n")
    sheet.writerow(["gemeente", "maand", "tabel", "rij", "kolom", "aantal"])
    for table in board_words.tables(found):
        for words, numbers in table.lines:
            for column, number in zip(table.columns, numbers, strict=True):
                where = [found.town, f"{found.month:%Y-%m}", table.title, words, column]
                sheet.writerow([_plain(one) for one in where] + ["" if number is None else number])
    name = f"brug-{found.month:%Y-%m}.csv"
    # The mark at the start lets spreadsheets read accents.
    return Response(
        "\ufeff" + written.getvalue(),
        mimetype="text/csv",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _asked() -> views.Board | None:
    month = request.args.get("month")
    try:
        asked = date.fromisoformat(f"{month}-01") if month else None
    except ValueError as error:
        raise Malformed("month") from error
    return views.board(house().db, current_actor(), request.args.get("town") or None, asked)


def _plain(text: str) -> str:
    """A spreadsheet runs what begins like a formula; an organisation's name is only a name."""
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text
