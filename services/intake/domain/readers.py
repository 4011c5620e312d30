"""Which persons of a family read which part of its file: of the own household, never the other's (R5, R18, R22)."""

from uuid import UUID

from services.intake.domain.family import Ask, File, Kind, Strength

Part = Ask | Strength


def readers_of(file: File, part: Part) -> frozenset[UUID]:
    """The persons whose own page and download show this part; what is the child's alone has one reader.

    Whoever it is about and whoever told it read it; the teller's own household too, where it is about a child or about
    the family. What a flagged person told, or what is about one, nobody else reads (R22).
    """
    if part.alone:
        return frozenset({part.told_by})
    about = file.person(part.person_id) if isinstance(part, Ask) else None
    own = {part.told_by, about.id} if about else {part.told_by}
    if about and about.safety:
        return frozenset({about.id})
    if about and about.kind == Kind.CAREGIVER:
        return frozenset(own)
    teller = file.person(part.told_by)
    if teller.safety:
        return frozenset(own)
    near = file.caregivers_of(about) if about else file.persons
    return frozenset(own | {one.id for one in near if one.households & teller.households})
