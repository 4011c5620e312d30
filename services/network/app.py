"""Wires network's web process; the only place that knows all its parts."""

from collections.abc import Mapping

import httpx
from flask import Flask

from services.network import api, web
from services.network.config import Settings
from services.network.domain.helper import AlreadySignedUp, NotAHelper
from services.network.domain.match import NoLongerYours, WrongMove
from services.network.domain.request import AlreadyAsked, NotKnownYet, RequestOver
from services.network.permissions import TABLE
from shared import sealing
from shared.akkoord import AgreementMissing
from shared.db import Database
from shared.i18n import lazy_gettext as _l
from shared.web import Wiring, create_service

REFUSALS: Mapping[type[Exception], tuple[int, str]] = {
    AgreementMissing: (
        409,
        _l("De organisaties hebben hiervoor geen geldige overeenkomst (meer). Zonder kan het niet."),
    ),
    AlreadyAsked: (409, _l("Je hebt al gevraagd om iemand.")),
    AlreadySignedUp: (409, _l("Dit account heeft al een kaart bij deze organisatie.")),
    NoLongerYours: (404, _l("Dit is voorbij. Wat je zag, is weer dicht.")),
    NotAHelper: (409, _l("Dit account is geen helper bij deze organisatie.")),
    NotKnownYet: (503, _l("We kennen je gezin hier nog niet. Probeer het over een minuut opnieuw.")),
    RequestOver: (409, _l("Deze vraag loopt niet meer.")),
    WrongMove: (409, _l("Dit kan nu niet meer. Bekijk hoe het staat.")),
    sealing.KeyNotYet: (503, _l("We kunnen dit nu nog niet doorgeven. Probeer het over een minuut opnieuw.")),
    sealing.KeyDestroyed: (410, _l("Wat we over dit gezin wisten, is gewist.")),
}


def create_app(settings: Settings | None = None, *, transport: httpx.BaseTransport | None = None) -> Flask:
    """The web application. Without settings it reads them from the environment, as gunicorn does."""
    settings = settings or Settings()
    return create_service(
        Wiring(
            service="network",
            package=__package__,
            settings=settings,
            db=Database.of("network", settings),
            table=TABLE,
            web=web.BLUEPRINTS,
            api=api.BLUEPRINTS,
            spec=api.SPEC,
            refusals=REFUSALS,
            transport=transport,
        )
    )
