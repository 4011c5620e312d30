"""What an akkoord shares: the package, made by the one function that previews and seals it (R3)."""

from services.intake.domain.consent import INFORMAL, NO_INTERPRETER, Purpose, Wish
from services.intake.domain.family import UNKNOWN, Ask, Person
from shared.package import Package, Reach, Words


def package_for(wish: Wish, person: Person, reached: Person, ask: Ask | None) -> Package:
    """Exactly what the receiver will see (R3), for the preview and for sealing alike.

    `reached` is whom one calls: the person, or the caregiver who said yes for a child.
    """
    name = Package(name_to_call=person.name_to_call, languages=list(reached.languages))
    if wish.purpose == Purpose.REGISTRATION:
        return name
    reach = Reach(phone=reached.phone, channel=reached.channel, when=list(reached.when))
    if wish.purpose == Purpose.MATCH:
        return name.model_copy(update={"reach": reach})
    heard_with = wish.interpreting if wish.interpreting not in {NO_INTERPRETER, INFORMAL} else UNKNOWN
    changes: dict[str, object] = {
        "reach": reach,
        "arrangements": list(reached.arrangements),
        "interpreter": heard_with if "interpreter" in reached.arrangements else None,
        "plan_parts": list(wish.parts),
    }
    if ask and wish.shares_question:
        question = Words(text=ask.text.text, lang=ask.text.lang)
        changes |= {"question": question, "life_domain": ask.life_domain}
    return name.model_copy(update=changes)
