"""The board in words: its tables with their captions, rows and columns, for page, CSV and chart alike."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import NamedTuple

from babel.dates import format_date

from services.network.domain import board
from services.network.domain.board import Published, Shown, Times
from services.network.domain.disclosure import TOTAL
from services.network.views.board import Board
from shared.i18n import name_of
from shared.vocabulary import label

HIDDEN = "niet getoond"
MARK = "•"

_COLUMNS = {
    "call": "gebeld",
    "sms": "sms",
    "whatsapp": "WhatsApp",
    "in_person": "aan de schoolpoort",
    "come_by": "bij het gezin, op hun vraag",
    "waiting": "nog niet geopend",
    "seen": "geopend",
    "warm": "warm",
    "declined": "niet gelukt",
    "ended": "gestopt",
    "round_30": "rond: dag 1 tot 30",
    "round_60": "rond: dag 31 tot 60",
    "round_90": "rond: dag 61 tot 90",
    "round": "rond binnen 90 dagen",
    "open": "loopt nog, of weten we niet",
    "not_warm": "niet warm",
    "helpers": "helpers",
    "requests": "vragen",
    "moments": "momenten",
    "seats": "plaatsen",
    "taken": "ingeschreven",
    "number": "doorverwijzingen",
    "goal": "doel",
    TOTAL: "samen",
}
_STATES = {code: str(code) for code in board.STATES}


Numbers = list[int | None]  # one for each column; None does not show


class Table(NamedTuple):
    """`rows`: the row's words and its numbers. `total`: those of all rows together, where they add up."""

    code: str
    title: str
    about: str
    head: str
    columns: list[str]
    rows: list[tuple[str, Numbers]]
    total: Numbers | None = None

    @property
    def lines(self) -> list[tuple[str, Numbers]]:
        """The rows, and the total last."""
        return [*self.rows, ("Samen", self.total)] if self.total else self.rows


def tables(found: Board) -> list[Table]:
    """Every table of the month that is published, in the order of the page. Rows without any number are left out."""
    shown = {what: found.subjects[what] for what in board.SUBJECTS if what in found.subjects}
    made = []
    if board.CONTACTS in shown:
        made.append(_contacts(shown[board.CONTACTS], found.names))
    if board.SENT in shown:
        made.append(_kinds(board.SENT, shown[board.SENT], board.STOOD, *_SENT_WORDS))
    if board.FOLLOWED in shown:
        made += _followed(shown[board.FOLLOWED])
    if board.CAPACITY in shown:
        made.append(_kinds(board.CAPACITY, shown[board.CAPACITY], board.STATES, *_CAPACITY_WORDS))
    if board.HELPERS in shown:
        made.append(_helpers(shown[board.HELPERS]))
    if board.ACTIVITIES in shown:
        made.append(_activities(shown[board.ACTIVITIES]))
    return [one for one in made if one.lines]


def headline(found: Board) -> list[tuple[int, str, str]]:
    """The numbers that are asked for first, as far as they show, each with the place of its table."""
    wanted = (
        (board.CONTACTS, (board.CONTACTS, TOTAL, TOTAL), "gezinnen met een contact dat past"),
        (board.SENT, (board.SENT, TOTAL, TOTAL), "doorverwijzingen"),
        (board.SENT, (board.SENT, TOTAL, "warm"), "warm toen de maand voorbij was"),
        (board.FOLLOWED, (board.FOLLOWED, TOTAL, "round"), "rond binnen 90 dagen"),
    )
    told = []
    for what, (table, row, column), words in wanted:
        number = found.subjects.get(what, board.NOTHING).tables.get(table, {}).get(row, {}).get(column)
        if number is not None:
            told.append((number, words, f"#{what}"))
    return told


def times(found: Board) -> list[tuple[str, str, None]]:
    """How long it took: the one in the middle, and within how many weeks nine of ten."""
    told = found.subjects.get(board.FOLLOWED, board.NOTHING).times
    said = [("warm", "tot warm"), ("round", "tot rond")]
    return [
        (_so_many(told[code].median_days, "dag", "dagen"), _ninth(told[code], words), None)
        for code, words in said
        if code in told
    ]


def _ninth(one: Times, words: str) -> str:
    return f"{words}, wie in het midden staat; negen op de tien binnen {_so_many(one.ninth_weeks, 'week', 'weken')}"


def _so_many(number: int, one: str, more: str) -> str:
    return f"{number} {one if number == 1 else more}"


def month_label(month: date) -> str:
    """'oktober 2026'; staff pages are in Dutch."""
    return str(format_date(month, "MMMM yyyy", locale="nl"))


def column_label(column: str) -> str:
    return str(label("capacity_states", column)) if column in _STATES else _COLUMNS[column]


_SENT_WORDS = (
    "Doorverwijzingen van deze maand",
    "Hoe ze stonden toen de maand voorbij was. Warm: er is een naam, een uur, en iemand gaat mee.",
)
_CAPACITY_WORDS = (
    "Plaats",
    "Per soort organisatie: hoeveel keer iemand zei of er plaats is, voor elke reden apart.",
)


def _contacts(one: Published, names: dict[str, str]) -> Table:
    columns = [*board.WAYS, TOTAL]
    shown = {
        row: found | ({"goal": one.goals[row]} if row in one.goals else {})
        for row, found in one.tables.get(board.CONTACTS, {}).items()
    }
    columns = [*board.WAYS, TOTAL, "goal"]
    rows = _rows(shown, columns, lambda row: names.get(row, "een school"))
    return Table(
        board.CONTACTS,
        "Contacten die passen",
        "Gezinnen die contact hadden zoals zij het vroegen, langs welke weg het eerste van de maand was."
        " Het doel koos de school zelf.",
        "School",
        [column_label(column) for column in columns],
        *rows,
    )


def _kinds(code: str, one: Published, columns: Sequence[str], title: str, about: str) -> Table:
    found = [*columns, TOTAL]
    rows = _rows(one.tables.get(code, {}), found, _kind)
    return Table(code, title, about, "Soort organisatie", [column_label(column) for column in found], *rows)


def _followed(one: Published) -> list[Table]:
    title, about = "Wat ervan werd", "Dezelfde doorverwijzingen, negentig dagen later."
    made = [_kinds(board.FOLLOWED, one, board.BECAME, title, about)]
    declined = {code: {"number": found["number"]} for code, found in one.tables.get("declined", {}).items()}
    rows = _rows(declined, ["number"], lambda code: str(label("decline_reasons", code)))
    made.append(
        Table("declined", "Waarom het niet lukte", "Wat de organisatie zei.", "Reden", [column_label("number")], *rows)
    )
    return made


def _helpers(one: Published) -> Table:
    rows = _rows(one.tables.get(board.HELPERS, {}), list(board.SIDES), name_of)
    return Table(
        board.HELPERS,
        "Helpers en vragen per taal",
        "Wie twee talen spreekt, staat bij allebei; daarom is er geen totaal.",
        "Taal",
        [column_label(column) for column in board.SIDES],
        *rows,
    )


def _activities(one: Published) -> Table:
    rows = _rows(
        one.tables.get(board.ACTIVITIES, {}), list(board.HELD), lambda kind: str(label("activity_kinds", kind))
    )
    return Table(
        board.ACTIVITIES,
        "Activiteiten",
        "Wat doorging, en hoeveel plaatsen er waren. Wie kwam, telt Brug nergens.",
        "Soort",
        [column_label(column) for column in board.HELD],
        *rows,
    )


def _rows(
    shown: Shown, columns: Sequence[str], words: Callable[[str], str]
) -> tuple[list[tuple[str, Numbers]], Numbers | None]:
    """By name, never by number: this is no ranking; and the total."""
    named = sorted((_begun(words(row)), row) for row in shown if row != TOTAL)
    numbers = {row: [found.get(column) for column in columns] for row, found in shown.items()}
    return [(name, numbers[row]) for name, row in named], numbers.get(TOTAL)


def _begun(words: str) -> str:
    return words[:1].upper() + words[1:]


def _kind(code: str) -> str:
    return str(label("partner_kinds", code)).split(" (", maxsplit=1)[0]
