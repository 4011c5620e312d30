"""What one akkoord shares (R3): the shape inside the sealed package, the same for who seals it and who opens it."""

from pydantic import BaseModel


class Reach(BaseModel, frozen=True):
    phone: str
    channel: str
    when: list[str] = []


class LanguageSkill(BaseModel, frozen=True):
    """`tag` is BCP 47; `reads` is 'yes', 'no' or 'unknown' (R13)."""

    tag: str
    speaks: bool = True
    reads: str = "unknown"


class Words(BaseModel, frozen=True):
    """A person's own words and the language they are in."""

    text: str
    lang: str


class Package(BaseModel, frozen=True):
    """What one akkoord shares and no more: what is not shared is absent, not empty."""

    name_to_call: str
    reach: Reach | None = None
    languages: list[LanguageSkill] = []
    interpreter: str | None = None
    question: Words | None = None
    life_domain: str | None = None
    arrangements: list[str] = []
    plan_parts: list[str] = []
