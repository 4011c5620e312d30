"""Wires referral's web process; the only place that knows all its parts."""

from collections.abc import Mapping

import httpx
from flask import Flask

from services.referral import api, web
from services.referral.commands.guests import guest_of
from services.referral.config import Settings
from services.referral.domain import (
    AkkoordNotHereYet,
    AlreadyReferred,
    MeetingOver,
    MeetingStillToCome,
    NoLongerYours,
    TalkFirst,
    WrongStatus,
)
from services.referral.domain.refusals import (
    AlreadyProposed,
    ClosedToSchool,
    CodeWrong,
    FamilyNotHereYet,
    InvitesElsewhere,
    LinkOver,
    NoChildInFamily,
    NoMailAddress,
    PlanIsOver,
    PlanRuns,
    RoleDoesNotFit,
    SectionFull,
    TeamOver,
    TooManyCodes,
    TooManyMails,
    UnknownInPlan,
    WebhookRests,
    WrittenByFamily,
    WrongDates,
)
from services.referral.permissions import TABLE
from shared.akkoord import AgreementMissing, AkkoordMissing
from shared.db import Database
from shared.i18n import lazy_gettext as _l
from shared.web import Wiring, create_service

REFUSALS: Mapping[type[Exception], tuple[int, str]] = {
    AkkoordMissing: (409, "Er is geen akkoord (meer) voor deze doorverwijzing. Vraag het eerst aan de ouder."),
    AgreementMissing: (
        409,
        "De twee organisaties hebben geen geldige overeenkomst om door te verwijzen. Zonder kan het niet.",
    ),
    AkkoordNotHereYet: (503, "Het akkoord is nog onderweg. Probeer het over enkele seconden opnieuw."),
    AlreadyReferred: (409, "Met dit akkoord is er al een doorverwijzing."),
    NoLongerYours: (404, "Deze doorverwijzing is niet meer voor jou beschikbaar."),
    MeetingOver: (409, "Het uur van deze afspraak is al voorbij."),
    MeetingStillToCome: (409, "Deze afspraak moet nog komen. Zeg het erna."),
    TalkFirst: (409, "Praat eerst met de ouder, en zeg hoe dat ging. 'Ouder wil dit niet' is ook een antwoord."),
    RoleDoesNotFit: (409, "Die rol bestaat niet bij zo'n organisatie."),
    WrongStatus: (409, "Deze stap kan nu niet meer. Open de doorverwijzing opnieuw en kijk hoe het staat."),
    ClosedToSchool: (409, "Dit deel houdt het gezin voor zich. Het gezin kan het openen op zijn eigen pagina."),
    FamilyNotHereYet: (409, _l("We kennen dit gezin hier nog niet. Probeer het over een minuut opnieuw.")),
    NoChildInFamily: (409, "Een plan is voor gezinnen met kinderen tot 25 jaar, of die een kindje verwachten."),
    PlanIsOver: (409, _l("Dit plan is afgelopen. Je kan het nog lezen.")),
    PlanRuns: (409, "Dit gezin heeft al een plan dat loopt."),
    SectionFull: (409, _l("Dit deel is vol. Haal eerst iets weg wat niet meer nodig is.")),
    WebhookRests: (409, "Deze koppeling staat stil. Zet ze eerst weer aan."),
    UnknownInPlan: (409, _l("Wie je noemt, staat niet in dit plan. Zet die persoon er eerst bij.")),
    WrittenByFamily: (
        409,
        "Dit schreef het gezin. Alleen het gezin verandert het. Zet jouw tekst erbij, of kies om allebei te bewaren.",
    ),
    AlreadyProposed: (409, "Er wacht al een voorstel van deze twee organisaties hiervoor."),
    TeamOver: (409, "Dit team is gestopt. Je kan er niets meer aan veranderen."),
    InvitesElsewhere: (409, "Hier maakt Brug zelf geen accounts: dat doet wie het aanmelden van jullie beheert."),
    LinkOver: (404, "Deze link werkt niet meer. De school kan een nieuwe link sturen."),
    CodeWrong: (422, "Deze code klopt niet, of ze werkt niet meer. Kijk na of vraag een nieuwe."),
    TooManyCodes: (429, "Er zijn al genoeg codes gevraagd. Gebruik de laatste die kwam, of probeer het later opnieuw."),
    TooManyMails: (429, "Vandaag gingen er al genoeg mails over deze doorverwijzing. Probeer het morgen opnieuw."),
    NoMailAddress: (
        409,
        "Deze organisatie heeft geen mailadres in Brug. Bel hen, of vraag het de coördinator.",
    ),
    WrongDates: (422, "De data volgen elkaar niet: eerst het begin, dan samen kijken, dan het einde."),
}


def create_app(settings: Settings | None = None, *, transport: httpx.BaseTransport | None = None) -> Flask:
    """The web application. Without settings it reads them from the environment, as gunicorn does."""
    settings = settings or Settings()
    return create_service(
        Wiring(
            service="referral",
            package=__package__,
            settings=settings,
            db=Database.of("referral", settings),
            table=TABLE,
            web=web.BLUEPRINTS,
            api=api.BLUEPRINTS,
            spec=api.SPEC,
            refusals=REFUSALS,
            transport=transport,
            guest_of=guest_of,
        )
    )
