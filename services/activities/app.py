"""Wires the web process of activities; the only place that knows all its parts."""

from collections.abc import Mapping

import httpx
from flask import Flask

from services.activities import api, web
from services.activities.config import Settings
from services.activities.domain.activity import ActivityOver, Clashes
from services.activities.domain.registration import AlreadyOver, FileErased, Full, NamesNotAsked, NotKnownYet, Past
from services.activities.permissions import TABLE
from shared.akkoord import AgreementMissing
from shared.db import Database
from shared.i18n import lazy_gettext as _l
from shared.web import Wiring, create_service

REFUSALS: Mapping[type[Exception], tuple[int, str]] = {
    Full: (409, _l("Volzet. Kies een andere dag of een andere activiteit.")),
    Past: (409, _l("Dit is al voorbij.")),
    ActivityOver: (409, _l("Dit gaat niet door.")),
    AlreadyOver: (409, _l("Je had al gezegd dat je niet komt.")),
    NamesNotAsked: (409, _l("Hier vragen we geen namen. Iedereen mag binnenlopen.")),
    NotKnownYet: (503, _l("Even geduld. We zijn nog bezig met jouw gegevens. Probeer het straks opnieuw.")),
    FileErased: (409, _l("Jouw gegevens zijn gewist. Je kan wel komen zonder naam.")),
    AgreementMissing: (
        409,
        _l("Jouw school en deze organisator hebben nog geen afspraak. Je kan wel komen zonder naam."),
    ),
    Clashes: (409, "Er is al iets gepland in dezelfde zaal, of iets gelijkaardigs in dezelfde week."),
}


def create_app(settings: Settings | None = None, *, transport: httpx.BaseTransport | None = None) -> Flask:
    """The web application. Without settings it reads them from the environment, as gunicorn does."""
    settings = settings or Settings.from_environment()
    return create_service(
        Wiring(
            service="activities",
            package=__package__,
            settings=settings,
            db=Database.of("activities", settings),
            table=TABLE,
            web=(*web.BLUEPRINTS, *api.PLAIN),
            api=api.BLUEPRINTS,
            spec=api.SPEC,
            refusals=REFUSALS,
            transport=transport,
        )
    )
