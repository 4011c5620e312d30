"""One family of the demo lives in two homes, and the mother has a safety flag: what the father's page says, and not."""

from dataclasses import replace

from deploy.demo import directory, sharing
from deploy.demo.families import Family
from deploy.demo.rooms import Rooms, actor_of, as_soon_as_known
from services.intake import store
from services.intake.commands import grant_akkoord, open_file, set_safety
from services.intake.domain.consent import Level, Wish, cards_for
from services.intake.domain.family import AskDraft, File, FileDraft, Kind, OwnWords, PersonDraft, StrengthDraft
from shared.package import LanguageSkill

_HELP = sharing.Turn("huiswerk", "school_partnership", "accepted")


def open_two_homes(rooms: Rooms) -> int:
    """Both parents say yes to help for their child, which gets a day and an hour; then the mother asks for the flag."""
    school = directory.schools()[0]
    staff = next(one for one in directory.staff() if one.function == "brugfiguur" and one.organisation == school)
    db, actor = rooms.web("intake"), actor_of(staff)
    family_id = open_file(db, actor, school.id, _draft())
    with db.transaction(actor) as conn:
        file = store.family.get(conn, family_id)
    wish = _wish(file)
    akkoord_id = as_soon_as_known(lambda: grant_akkoord(db, actor, wish))
    mother = file.persons[0]
    sharing.refer(rooms, Family(family_id, mother.name_to_call, mother.speaks, staff), _HELP, akkoord_id)
    set_safety(db, actor, mother.id, safety=True)
    return 1


def _draft() -> FileDraft:
    both = frozenset({1, 2})
    return FileDraft(
        persons=(
            PersonDraft(
                name_to_call=directory.a_first_name("ar_AA", "mother of two homes"),
                phone="0468 41 52 63",
                languages=(LanguageSkill(tag="ar", reads="yes"),),
            ),
            PersonDraft(
                name_to_call=directory.a_first_name("ar_AA", "father of two homes", woman=False),
                phone="0468 74 85 96",
                languages=(LanguageSkill(tag="ar", reads="yes"), LanguageSkill(tag="fr", reads="yes")),
                households=frozenset({2}),
            ),
            PersonDraft(
                kind=Kind.CHILD,
                name_to_call=directory.a_first_name("ar_AA", "child of two homes"),
                birth_year=2017,
                class_name="4A",
                households=both,
            ),
        ),
        goes_well=(StrengthDraft(text="Bij ons thuis zingen we samen.", lang="nl"),),
        asks=(AskDraft(text=OwnWords(text="Wie helpt met lezen?", lang="nl"), life_domain="education", person=2),),
    )


def _wish(file: File) -> Wish:
    *parents, child = file.persons
    receiver = next(one.organisation for one in directory.staff() if one.key == _HELP.to)
    wish = Wish(
        person_id=child.id,
        receiver_organisation=receiver.id,
        explained_in="ar",
        yes={},
        level=Level.QUESTION,
        ask_id=file.asks[0].id,
        interpreting="professional_phone",
        interpreter_is_adult=True,
        said_back=True,
    )
    cards = frozenset(card.code for card in cards_for(wish, child, file.asks[0]))
    return replace(wish, yes={one.id: cards for one in parents})
