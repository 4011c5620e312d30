"""Pages and fragments: permission, form, command, redirect."""

from services.intake.web import (
    akkoord,
    contacts,
    download,
    handing,
    known,
    oversight,
    person,
    persons,
    safety,
    signin,
    staff,
    welcome,
)

BLUEPRINTS = (
    welcome.pages,
    staff.pages,
    persons.pages,
    safety.pages,
    contacts.pages,
    handing.pages,
    akkoord.pages,
    signin.pages,
    person.pages,
    known.pages,
    download.pages,
    oversight.pages,
)
