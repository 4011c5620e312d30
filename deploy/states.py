"""docs/states.md: every state of a referral, every move and who may make it, from the one table in the domain."""

from collections.abc import Iterable

from services.referral.domain import ENDED_EARLY, MOVES, OVER, WITH_RECEIVER, Action, Move, Status, told_to_school
from shared import vocabulary

_INTRO = """# The states of a referral

Written from `services/referral/domain/moves.py` by `make docs`; change it there.

A referral is sent on one person's yes. While it is *with the receiver*, the receiver reads what the person shares, as
long as that yes lives; in every other state the receiver reads nothing (R24). What the school is told of a state
follows the person's choice of what may go back (R4). The drawing shows early ends once; from which states exactly, the
table of moves says.
"""
_SIDES = {"owner": "the school", "receiver": "the receiver", "self": "the person"}
_WAYS_BACK = ("nothing", "first_meeting", "outcome")


def page() -> str:
    return "\n".join([_INTRO, _drawing(), "## States\n", _states(), "\n## Moves\n", _moves()]) + "\n"


def _drawing() -> str:
    """The ways from state to state; ends that most states share are drawn once, from all that are open."""
    lines = ["```mermaid", "stateDiagram-v2", "  [*] --> draft"]
    arrows: dict[tuple[Status, Status], list[Action]] = {}
    for (source, action), move in MOVES.items():
        if move.to != source and move.to not in ENDED_EARLY:
            arrows.setdefault((source, move.to), []).append(action)
    lines += [f"  {source} --> {to}: {', '.join(actions)}" for (source, to), actions in arrows.items()]
    ends: dict[Status, str] = {move.to: action for (_, action), move in MOVES.items() if move.to in ENDED_EARLY}
    lines += ['  state "any state that is open" as open']
    lines += [f"  open --> {to}: {ends[to]}" for to in ENDED_EARLY]
    lines += [f"  {status} --> [*]" for status in OVER]
    return "\n".join([*lines, "```", ""])


def _states() -> str:
    rows = [
        (
            f"`{status}`",
            vocabulary.LISTS["referral_states"][status],
            "yes" if status in WITH_RECEIVER else "no",
            *(_told(status, way_back) for way_back in _WAYS_BACK),
        )
        for status in Status
    ]
    told = tuple(f"school is told, way back `{one}`" for one in _WAYS_BACK)
    return _table(("state", "in Dutch", "with the receiver", *told), rows)


def _told(status: Status, way_back: str) -> str:
    told = told_to_school(status, [way_back], met=True, planned=True)
    return "as it is" if told == status else f"`{told}`"


def _moves() -> str:
    rows = []
    for action in Action:
        cells = {source: move for (source, what), move in MOVES.items() if what == action}
        targets = {"it stays" if to == source else f"`{to}`" for source, (to, _) in cells.items()}
        who = next(iter(cells.values()))
        sources = ", ".join(f"`{one}`" for one in cells)
        rows.append((f"`{action}`", sources, ", ".join(sorted(targets)), _who(who)))
    return _table(("move", "from", "to", "who may make it"), rows)


def _who(move: Move) -> str:
    return ", ".join(sorted({_SIDES[relation] for _, relation in move.who})) or "Brug itself"


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [head, tuple("---" for _ in head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
