"""What intake refuses, in plain words; with the field to look at again, where there is one."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from services.intake.domain import consent, contact, correction
from services.intake.domain.card_texts import LanguageNotWritten
from services.intake.domain.family import NoCaregiver, NotAChild, NotAlone, NotInThisFile, TooManyPersons
from services.intake.domain.handing import FollowsAlready, NotAColleague
from services.intake.domain.signin import CodeWrong, TooManyTries, TooYoungForCode
from services.intake.domain.whose_yes import BirthYearUnknown
from shared.akkoord import AgreementMissing
from shared.i18n import lazy_gettext as _l
from shared.refusals import Invalid, Refusal

REFUSALS: Mapping[type[Exception], tuple[int, Any]] = {
    NoCaregiver: (422, "Zet er minstens één ouder of verzorger bij. Een naam om te roepen is genoeg."),
    NotInThisFile: (422, "Deze persoon of vraag hoort niet bij dit gezin."),
    TooManyPersons: (422, "Dit zijn te veel personen voor één gezin."),
    NotAChild: (422, "Bezwaar noteer je bij een kind, van een ouder of verzorger."),
    NotAlone: (
        422,
        "Van een kind alleen is enkel wat een kind van 12 jaar of ouder zelf vertelde. Is het geboortejaar ingevuld?",
    ),
    NotAColleague: (422, "Kies een collega die in deze school gezinnen opvolgt."),
    FollowsAlready: (409, "Deze collega volgt dit gezin al op."),
    TooYoungForCode: (422, "Een eigen code is er voor kinderen vanaf 12 jaar. Ouders kijken mee met hun eigen code."),
    correction.AlreadyAnswered: (409, _l("Hierop is al geantwoord.")),
    correction.ReasonMissing: (422, "Zeg in gewone woorden waarom het zo blijft. De persoon leest dit."),
    correction.NotKnownThing: (422, _l("Dit staat er niet, of niet meer.")),
    correction.TooManyOpen: (
        409,
        _l("Je vroeg al veel. Wacht even op een antwoord, of bel de school."),
    ),
    BirthYearUnknown: (
        422,
        "Het geboortejaar van het kind weten we nog niet. Vul het eerst in: vanaf 12 jaar vragen we het kind zelf ook.",
    ),
    AgreementMissing: (
        409,
        "Tussen deze twee organisaties is er geen geldige afspraak. Dan kan er niets gedeeld worden.",
    ),
    LanguageNotWritten: (422, "In deze taal zijn er nog geen teksten."),
    contact.NothingArranged: (
        422,
        "Hoe deze ouder contact wil, weten we nog niet. Vraag het eerst en schrijf het bij de persoon.",
    ),
    contact.NotThisWay: (422, "De ouder vroeg een andere weg. Dan is er niets te noteren."),
    contact.InterpreterAsked: (422, "De ouder vroeg een tolk. Zonder tolk is er niets te noteren."),
    contact.HourAgreed: (422, "De ouder vroeg een bepaald moment. Duid aan dat het toen was."),
    consent.YesMissing: (422, "Niet elke kaart kreeg een ja. Zwijgen is geen ja."),
    consent.OthersYesNeeded: (422, "Er is nog een ja van iemand anders nodig."),
    consent.KindNotTicked: (422, "Gezondheid en welzijn vraag je apart. Duid het aan als het mag."),
    consent.QuestionMissing: (422, "Kies een vraag van deze persoon, of deel enkel hoe je de persoon bereikt."),
    consent.PartsMissing: (422, "Zeg welke delen van het plan gedeeld worden."),
    consent.MinorInterprets: (
        422,
        "Een kind of jongere tolkt nooit. Bevestig dat de tolk volwassen is, of vraag een andere tolk.",
    ),
    consent.InformalNotUnderstood: (
        422,
        "Dit onderwerp ligt gevoelig. Vraag liever een sociaal tolk. Duid aan dat je dit gelezen hebt.",
    ),
    consent.InterpreterNeeded: (
        422,
        "In deze taal zijn de teksten nog niet nagelezen. Dan gaat het mondeling, met een tolk.",
    ),
    consent.NotSaidBack: (422, "Vraag eerst om het in eigen woorden te zeggen."),
    consent.WrongTerm: (422, "Kies een dag die nog komt, binnen twee jaar."),
    consent.SameOrganisation: (422, "Kies een andere organisatie dan de eigen."),
    consent.AlreadyEnded: (409, _l("Dit is al gestopt.")),
    CodeWrong: (422, _l("Deze code werkt niet. Kijk de cijfers na. Een code werkt één keer, veertien dagen lang.")),
    TooManyTries: (429, _l("Te veel verkeerde codes. Wacht tien minuten en probeer het dan opnieuw.")),
}
_FIELDS: Mapping[type[Refusal], str] = {
    contact.NothingArranged: "way",
    contact.NotThisWay: "way",
    contact.InterpreterAsked: "interpreter",
    contact.HourAgreed: "at_agreed_hour",
    NoCaregiver: "persons",
    NotInThisFile: "persons",
    TooManyPersons: "persons",
    NotAChild: "caregiver_id",
    BirthYearUnknown: "birth_year",
    NotAlone: "alone",
    NotAColleague: "to",
    correction.ReasonMissing: "words",
    correction.NotKnownThing: "thing",
}


def words_of(refusal: Exception) -> str:
    """The sentence; the decision table brings its own."""
    if isinstance(refusal, consent.OthersYesNeeded) and refusal.args:
        return str(refusal.args[0])
    return str(REFUSALS[type(refusal)][1])


def field_of(refusal: Refusal) -> str:
    found = _FIELDS.get(type(refusal), "")
    return refusal.field if isinstance(refusal, consent.ConsentRefused) else found


@contextmanager
def named() -> Iterator[None]:
    """Inside this block a refusal that is about one field becomes `Invalid`, which names it."""
    try:
        yield
    except Refusal as refusal:
        field = field_of(refusal)
        if not field:
            raise
        raise Invalid({field: words_of(refusal)}, {field: type(refusal).__name__}) from refusal
