"""The demo's families: those of the LEVL sample, with made-up names, at the school of their town."""

import random
from typing import Any, NamedTuple
from uuid import UUID

from deploy.demo import directory
from deploy.demo.rooms import Rooms, actor_of
from services.intake.commands import open_file
from services.intake.domain.family import AskDraft, FileDraft, Kind, OwnWords, PersonDraft, StrengthDraft
from shared.package import LanguageSkill

_LOCALES = {
    "ar": "ar_AA", "bg": "bg_BG", "bn": "bn_BD", "en": "en_GB", "es": "es_ES", "fa": "fa_IR", "fr": "fr_BE",
    "hi": "hi_IN", "ka": "ka_GE", "pt": "pt_PT", "sq": "sq_AL", "uk": "uk_UA",
}  # fmt: skip
_OF_FIRST_SCHOOL = 4  # so many go to the school of the story before the others of its town get theirs
_CHILDREN = {"1": 1, "2": 2, "3+": 3}
_GOES_WELL = (
    "De kinderen lezen elke avond samen.",
    "We kennen de buren goed.",
    "Mijn oudste helpt graag in de keuken.",
    "De juf luistert echt.",
    "Mijn zoon rekent graag.",
)
_ASKS = (
    ("education", "Wie kan mijn zoon helpen met het huiswerk?"),
    ("finances", "De schoolrekening is zwaar deze maand."),
    ("leisure", "Waar kan mijn dochter dansen?"),
    ("administration", "Ik begrijp de brief van de mutualiteit niet."),
    ("social_network", "Ik ken hier nog niemand."),
)


class Family(NamedTuple):
    """A file that was opened: whose it is and what its first caregiver is called."""

    id: UUID
    caregiver: str
    languages: tuple[str, ...]
    brugfiguur: directory.Staff


def open_files(rooms: Rooms) -> list[Family]:
    """One file a family, opened by the brugfiguur of the school."""
    brugfiguren = [one for one in directory.staff() if one.function == "brugfiguur"]
    opened: list[Family] = []
    for told in directory.families():
        here = [one for one in brugfiguren if one.organisation.town == told["town"]]
        before = sum(one.brugfiguur in here for one in opened)
        staff = here[max(0, before - _OF_FIRST_SCHOOL) % len(here)]
        draft = draft_of(told)
        family_id = open_file(rooms.web("intake"), actor_of(staff), staff.organisation.id, draft)
        spoken = tuple(one.tag for one in draft.persons[0].languages)
        opened.append(Family(family_id, draft.persons[0].name_to_call, spoken, staff))
    return opened


def draft_of(told: dict[str, Any]) -> FileDraft:
    """What the talk with this family told, drawn the same at every run."""
    number = int(told["number"])
    chance = random.Random(number)  # noqa: S311 - demo data, not a secret
    languages = [str(one) for one in told["languages_with_children"]]
    locale = next((_LOCALES[one] for one in languages if one in _LOCALES), "nl_BE")
    caregiver = PersonDraft(
        name_to_call=directory.a_first_name(locale, f"caregiver {number}", woman=told["respondent"] != "father"),
        phone=f"04{chance.randint(60, 99)} {chance.randint(10, 99)} {chance.randint(10, 99)} {chance.randint(10, 99)}",
        channel=chance.choice(["call", "sms", "whatsapp"]),
        when=(chance.choice(["morning", "afternoon", "evening"]),),
        languages=tuple(LanguageSkill(tag=one, reads=chance.choice(["yes", "no", "unknown"])) for one in languages),
        arrangements=(chance.choice(["call_rather", "interpreter", "in_person", "together"]),),
    )
    children = [
        PersonDraft(
            kind=Kind.CHILD,
            name_to_call=directory.a_first_name(locale, f"child {number} {one}", woman=chance.random() < 0.5),
            birth_year=2026 - chance.randint(3, 12),
        )
        for one in range(_CHILDREN[str(told["children"])])
    ]
    domain, question = _ASKS[number % len(_ASKS)]
    return FileDraft(
        persons=(caregiver, *children),
        goes_well=(StrengthDraft(text=_GOES_WELL[number % len(_GOES_WELL)], lang="nl"),) if number % 4 else (),
        asks=(AskDraft(text=OwnWords(text=question, lang="nl"), life_domain=domain),),
    )
