"""The sentences that ask for a yes, by language, and the digest by which a named human signs them (R26)."""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict

from shared.refusals import Refusal

_FOLDER = Path(__file__).parent / "texts"
DUTCH = "nl"


class LanguageNotWritten(Refusal):
    """There are no texts in this language to sign."""


class CardTexts(BaseModel):
    """All that is read out or printed around a yes."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    cards: Mapping[str, str]
    answers: Mapping[str, str]
    talk: Mapping[str, str]
    receipt: Mapping[str, str]

    @property
    def digest(self) -> str:
        plain = json.dumps(self.model_dump(mode="json"), ensure_ascii=False, sort_keys=True)
        return hashlib.sha256(plain.encode()).hexdigest()


def _read() -> dict[str, CardTexts]:
    return {
        path.stem: CardTexts.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
        for path in sorted(_FOLDER.glob("*.yaml"))
    }


TEXTS: Mapping[str, CardTexts] = _read()


def texts_in(lang: str) -> CardTexts:
    """Raises LanguageNotWritten."""
    if lang not in TEXTS:
        raise LanguageNotWritten(lang)
    return TEXTS[lang]


def language_shown(explained_in: str, signed: Mapping[str, str]) -> str:
    """The language of the cards: the person's, where its present texts are signed; else Dutch, read out.

    `signed` holds languages with the digests that were signed.
    """
    texts = TEXTS.get(explained_in)
    return explained_in if texts and signed.get(explained_in) == texts.digest else DUTCH
