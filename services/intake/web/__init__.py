"""Pages and fragments: permission, form, command, redirect."""

from services.intake.web import akkoord, contacts, known, person, persons, safety, signin, staff, welcome

BLUEPRINTS = (
    welcome.pages,
    staff.pages,
    persons.pages,
    safety.pages,
    contacts.pages,
    akkoord.pages,
    signin.pages,
    person.pages,
    known.pages,
)
