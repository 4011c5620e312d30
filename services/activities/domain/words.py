"""Values that both our own rows and our events hold: words in a language, and the answers about practical help."""

from typing import Literal

from pydantic import BaseModel

Answer = Literal["yes", "no", "unknown"]


class Text(BaseModel, frozen=True):
    """Words and the language they are in (BCP 47)."""

    text: str
    lang: str


class PracticalHelp(BaseModel, frozen=True):
    """What takes a barrier away; what nobody has answered is unknown, never no (R13)."""

    childcare: Answer = "unknown"
    interpreter: Answer = "unknown"
    food: Answer = "unknown"
    flexible_hours: Answer = "unknown"
    transport: Answer = "unknown"
    free_of_charge: Answer = "unknown"


HELP = tuple(PracticalHelp.model_fields)
