"""Forms of a team, and of where a referral goes within its receiver."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from wtforms import SelectField, SelectMultipleField, StringField

from services.referral.domain.teams import TeamWish
from services.referral.forms.words import options
from shared.forms import NEEDED, OPTIONAL, Form, Versioned, at_most
from shared.refusals import Malformed


def _id(given: object) -> UUID:
    """From what was sent, or is known."""
    return UUID(str(given))


class TeamForm(Form, Versioned):
    """A name, and who of those who work there is in it."""

    name = StringField("Hoe heet het team?", [NEEDED, at_most(100)])
    members = SelectMultipleField("Wie hoort erbij?", [OPTIONAL], coerce=_id, validate_choice=False)

    def __init__(self, people: Iterable[tuple[UUID, str]], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.members.choices = options((str(one), words) for one, words in people)

    @property
    def wish(self) -> TeamWish:
        return TeamWish(str(self.name.data), tuple(dict.fromkeys(self.members.data or ())))


class MoveForm(Form, Versioned):
    """One of the receiver's teams, or none."""

    team = SelectField("Welk team?", [OPTIONAL], validate_choice=False)

    def __init__(self, teams: Iterable[tuple[UUID, str]], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.team.choices = team_choices(teams)


def team_choices(teams: Iterable[tuple[UUID, str]]) -> Any:
    """None of them first."""
    return options([("", "geen bepaald team"), *((str(one), name) for one, name in teams)])


def team_of(form: Any) -> UUID | None:
    """What was chosen; raises Malformed where it is no id."""
    try:
        return UUID(form.team.data) if form.team.data else None
    except ValueError as error:
        raise Malformed("team") from error
