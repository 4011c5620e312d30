"""How a person is found again: by name in any spelling or script, by phone in any writing."""

import re
from collections.abc import Iterable, Iterator
from itertools import pairwise, product
from typing import NamedTuple

from anyascii import anyascii

from services.intake.domain.family import Kind, Person, PersonDraft

FOUND_AS = 2  # counts the changes of this module's keys; what was written under an older one is written anew
MOST_WORDS_ASKED, LONGEST_ASKED = 6, 200
_SHORTEST_NUMBER, _END_OF_NUMBER = 6, 6
_HIGHEST = "\x7f"  # after every character that a key has

# What is written in several ways, with each way to hear it: Arabic, Turkish, Ukrainian and Georgian names reach school
# papers through French, Dutch and English spelling.
_HEARD: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("tsch", ("s",)), ("tsj", ("s",)), ("tch", ("s",)), ("sch", ("s",)), ("shch", ("s",)), ("sj", ("s",)),
    ("sh", ("s",)), ("ch", ("s", "h")), ("kh", ("k", "h")), ("gh", ("g",)), ("dh", ("d",)), ("th", ("t",)),
    ("ph", ("f",)), ("zh", ("j",)), ("dj", ("j",)), ("dzj", ("j",)), ("ck", ("k",)), ("qu", ("k",)), ("q", ("k",)),
    ("ce", ("s", "k")), ("ci", ("s", "k")), ("c", ("k",)), ("x", ("ks",)), ("p", ("b",)),
)  # fmt: skip
_SPLIT = re.compile("|".join(sorted((written for written, _ in _HEARD), key=len, reverse=True)))
_WAYS = dict(_HEARD)
_ARTICLE = re.compile(r"(?<!\w)ال(?=\w{2})")  # Arabic's article, which no other spelling keeps in its place
_ARTICLES = frozenset({"al", "el", "ul", "ar", "er", "as", "es", "ad"})
_MOST_WAYS = 4


ALIKE = 3.9  # from this weight on, a family is probably the one that is about to be written down anew


class Span(NamedTuple):
    """Keys from `low` up to but not including `high`, for the asked word `word`; `weight` says how well they fit.

    `exact` is the weight of the key `low` itself. With a `kind`, only those of caregivers or of children.
    """

    word: int
    low: str
    high: str
    weight: float
    exact: float
    kind: str = ""


def romanised(name: str) -> str:
    """The words of a name in plain lower-case letters: 'Oлександр' is 'oleksandr'."""
    plain = anyascii(_ARTICLE.sub("", name)).lower()
    return " ".join(re.sub(r"[^a-z0-9]+", " ", re.sub(r"['`\u2019]", "", plain)).split())


def sounds(word: str) -> frozenset[str]:
    """The consonants of a romanised word, in each way that they may be meant: 'youssef' and 'ywsf' are 'jsf'.

    Short vowels are not written in Arabic, long ones look like w and y: so vowels do not count, but at the start.
    """
    pieces: list[tuple[str, ...]] = []
    at = 0
    for found in _SPLIT.finditer(word):
        pieces += [(letter,) for letter in word[at : found.start()]] + [_WAYS[found[0]]]
        at = found.end()
    pieces += [(letter,) for letter in word[at:]]
    ways = 1
    for number, piece in enumerate(pieces):
        ways *= len(piece)
        if ways > _MOST_WAYS:
            pieces[number:] = [one[:1] for one in pieces[number:]]
            break
    return frozenset(_skeleton("".join(one)) for one in product(*pieces))


def _skeleton(heard: str) -> str:
    heard = re.sub(r"^ou(?=[aei])", "w", heard)
    starts_with_y = heard[:1] in "yj" and heard[1:2] not in ("", *"bcdfghjklmnpqrstvxz")
    bare = re.sub(r"[aeiouy]|(?<!^)w|h$", "", f"j{heard[1:]}" if starts_with_y else heard)
    return re.sub(r"(.)\1+", r"\1", bare) or "~"


def number_of(phone: str) -> str:
    """The digits that stay the same however a Belgian or foreign number is written: 0470 12 and +32 470 12 are one."""
    digits = re.sub(r"\D", "", anyascii(phone))
    digits = re.sub(r"^(00)?32(?=\d{8,9}$)", "", digits)
    return digits.lstrip("0")


def keys_of(person: Person) -> frozenset[str]:
    """Every key under which this person is found."""
    words = romanised_of(person).split()
    bare = [word for word in words if word not in _ARTICLES]
    together = ["".join(pair) for pair in pairwise(bare)]  # 'Abd al-Rahman' is 'Abderrahman' too
    number = number_of(person.phone)
    keys = {f"w:{word}"[:80] for word in words}
    keys |= {f"s:{heard}"[:80] for word in (*words, *together) for heard in sounds(word)}
    if len(number) >= _SHORTEST_NUMBER:
        keys |= {f"p:{number}", f"e:{number[-_END_OF_NUMBER:]}"}
    return frozenset(keys)


def romanised_of(person: Person) -> str:
    return romanised(f"{person.name_to_call} {person.full_name}")


def spans_for(asked: str) -> tuple[Span, ...]:
    """What to look for where somebody typed this: a number, or names of which each word counts by itself."""
    number = number_of(asked)
    if len(number) >= _SHORTEST_NUMBER and not re.search(r"[^\W\d]", asked):
        return (_exactly(0, f"p:{number}", 4), _exactly(0, f"e:{number[-_END_OF_NUMBER:]}", 1))
    words = romanised(asked[:LONGEST_ASKED]).split()[:MOST_WORDS_ASKED]
    return tuple(span for place, word in enumerate(words) for span in _spans_of(place, word))


def spans_alike(persons: Iterable[PersonDraft]) -> tuple[Span, ...]:
    """Where a family would be found that has these persons already: their weights add up to `ALIKE` or more.

    One phone number is enough, or one name of a caregiver in any spelling. A child's name, a very short name or the
    end of a number needs another of these beside it.
    """
    spans: list[Span] = []
    for person in persons:
        number = number_of(person.phone)
        if len(number) >= _SHORTEST_NUMBER:
            spans.append(_exactly(len(spans), f"p:{number}", 4))
            spans.append(_exactly(len(spans), f"e:{number[-_END_OF_NUMBER:]}", 2))
        words = romanised(person.name_to_call).split()[:MOST_WORDS_ASKED]
        whole = 4 if person.kind == Kind.CAREGIVER else 2
        for word in words:
            spans += _heard_as(len(spans), word, whole / len(words), person.kind)
    return tuple(spans)


def _heard_as(place: int, word: str, weight: float, kind: str) -> Iterator[Span]:
    """The word as written, or as it sounds; one consonant is little to go by."""
    yield _exactly(place, f"w:{word}", weight)._replace(kind=kind)
    for heard in sorted(sounds(word)):
        sure = weight if len(heard) > 1 else weight / 2
        yield _exactly(place, f"s:{heard}", sure)._replace(kind=kind)


def _spans_of(place: int, word: str) -> Iterator[Span]:
    yield _from(place, f"w:{word}", 4, begins=3 if len(word) > 1 else 0)
    for heard in sorted(sounds(word)):
        yield _from(place, f"s:{heard}", 2, begins=1 if len(heard) > 1 else 0)


def _from(place: int, key: str, weight: float, *, begins: float) -> Span:
    """The key, and what begins with it where that counts."""
    return Span(place, key, f"{key}{_HIGHEST}", begins, weight) if begins else _exactly(place, key, weight)


def _exactly(place: int, key: str, weight: float) -> Span:
    return Span(place, key, f"{key}\x01", weight, weight)
