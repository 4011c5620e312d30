"""Pages and fragments: permission, form, command, redirect."""

from services.intake.web import akkoord, download, handing, known, oversight, person, persons, signin, staff, welcome

BLUEPRINTS = (
    welcome.pages,
    staff.pages,
    persons.pages,
    handing.pages,
    akkoord.pages,
    signin.pages,
    person.pages,
    known.pages,
    download.pages,
    oversight.pages,
)
