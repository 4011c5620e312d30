"""What all of referral's pages need: the header's organisation, days and hours in words."""

from datetime import date, datetime
from typing import Any

from flask import render_template, request

from services.referral.domain import SCHOOL
from services.referral.forms.words import (
    day_label,
    first_upper,
    hour_label,
    kind_label,
    language_label,
    local_day,
    reason_label,
)
from services.referral.views import directory
from shared import clock
from shared.web import current_actor, house

# What the page before did, by a code in the address: nothing is kept for the next request.
DONE = {
    "sent": "Verstuurd. Nu is het aan hen; je ziet hier wanneer ze het openen.",
    "withdrawn": "Teruggenomen. Zij kunnen niets meer openen.",
    "family_ended": "Gestopt. Zij kunnen niets meer openen.",
    "named": "Bewaard.",
    "answered": "Bewaard. Zij zien je antwoord meteen.",
    "closed": "Rond. Dank je om er met de ouder over te praten.",
    "known": "Met dit akkoord was er al een doorverwijzing. Dit is ze.",
    "accepted": "Dank je. De school en het gezin weten het nu.",
    "taken_on": "Dank je. De school en het gezin weten dat jullie helpen. Geef nog een dag en een uur.",
    "asked": "Gevraagd. De school antwoordt; je ziet het hier.",
    "planned": "Bewaard. De school en het gezin zien de nieuwe dag en het nieuwe uur.",
    "cancelled": "Deze afspraak gaat niet door. De school en het gezin zien dat.",
    "booked": "Bewaard: de tolk is geboekt.",
    "met": "Bewaard. Fijn dat jullie elkaar zagen.",
    "kept": "Bewaard.",
    "outcome": "Bewaard. De school hoort alleen wat het gezin wil.",
    "declined": "Dank je om te antwoorden. De school zoekt verder. Je ziet deze doorverwijzing niet meer.",
    "ended": "Gestopt. Die persoon kan voor deze organisatie niets meer doen.",
    "team_ended": "Gestopt. Wat bij dit team was, blijft voor iedereen in de werklijst staan.",
    "moved": "Bewaard. De collega's van dat team zien het bovenaan.",
    "proposed": "Voorgesteld. Het telt zodra de andere organisatie het bevestigt.",
    "confirmed": "Bevestigd. De overeenkomst geldt.",
    "not_agreed": "Bewaard. Dit voorstel telt niet.",
    "agreement_ended": "Gestopt. Er kan niets meer doorverwezen of geopend worden.",
    "mailed": "Er vertrekt een nieuwe mail. De vorige link werkt niet meer.",
    "contact": "Bewaard.",
    "invited": "Uitgenodigd. Hier zie je of het lukte.",
    "stated": "Bewaard. Wie het vroeg, ziet het meteen.",
    "task_done": "Gedaan. Dank je.",
    "webhook_tested": "Proefbericht onderweg. Hieronder zie je of het aankwam.",
    "webhook_again": "Brug stuurt het opnieuw. Hieronder zie je of het aankomt.",
    "webhook_removed": "Weg. Daarheen stuurt Brug niets meer.",
    "task_later": "Later dan. Je ziet het die dag opnieuw.",
}


def show(template: str, **values: Any) -> str:
    """A page for staff, under the name of the organisation that they act for."""
    names = directory.own_names(house().db, current_actor())
    return render_template(
        f"referral/{template}",
        organisation_name=" · ".join(sorted(names.values())),
        done=DONE.get(request.args.get("done", "")),
        **words(),
        **values,
    )


def fragment(template: str, **values: Any) -> str:
    """A part of a page, which htmx fetches again and again."""
    return render_template(f"referral/{template}", **words(), **values)


def words() -> dict[str, Any]:
    return {
        "reason_label": reason_label,
        "kind_label": kind_label,
        "language_label": language_label,
        "day_label": day_label,
        "when_label": when_label,
        "age_label": age_label,
        "first_upper": first_upper,
        "today": clock.today(),
        "SCHOOL": SCHOOL,
    }


def when_label(at: datetime) -> str:
    """'dinsdag 24 november, 10 uur'"""
    return f"{day_label(at)}, {hour_label(at)}"


def age_label(day: date | datetime) -> str:
    """How long ago that was, in days; older than two weeks says the day itself."""
    days = (clock.today() - local_day(day)).days
    if days <= 0:
        return "vandaag"
    if days == 1:
        return "gisteren"
    return f"{days} dagen geleden" if days <= 14 else f"op {day_label(day)} {local_day(day).year}"
