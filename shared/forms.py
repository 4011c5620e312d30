"""The base of all page forms: their errors in plain words, the version they change, and what is never asked."""

from collections.abc import Mapping
from typing import Any

from flask_wtf import FlaskForm
from pydantic import ValidationError
from wtforms import BooleanField, HiddenField
from wtforms.validators import AnyOf, DataRequired, InputRequired, Length, Optional

from shared.i18n import lazy_gettext as _l
from shared.invalid import refusal_of
from shared.never_collected import hints_at_never_collected
from shared.refusals import Invalid, Malformed

__all__ = ["CHOSEN", "NEEDED", "OPTIONAL", "Form", "FreeTextForm", "at_most", "expected_version", "one_of"]

NEEDED = DataRequired(_l("Vul dit in."))
CHOSEN = InputRequired(_l("Kies een van de mogelijkheden."))
OPTIONAL = Optional()


def at_most(characters: int) -> Length:
    return Length(max=characters, message=_l("Dit is te lang."))


def one_of(codes: object) -> AnyOf:
    return AnyOf(codes, _l("Kies een van de mogelijkheden."))


class Form(FlaskForm):  # type: ignore[misc]
    """Texts come trimmed and without characters that cannot be stored."""

    class Meta(FlaskForm.Meta):  # type: ignore[misc]
        def bind_field(self, form: Any, unbound_field: Any, options: dict[str, Any]) -> Any:
            filters = [*unbound_field.kwargs.get("filters", ()), _trimmed]
            return unbound_field.bind(form=form, **{**options, "filters": filters})

    def take(self, error: ValidationError | Invalid, renamed: Mapping[str, str] | None = None) -> None:
        """Show what a model or a command refused beside the fields; what has no field goes with the form."""
        refusal = error if isinstance(error, Invalid) else refusal_of(error, renamed)
        for name, words in refusal.fields.items():
            field = self._fields.get((renamed or {}).get(name, name).split(".")[0])
            if field is None:
                self.form_errors.append(words)
            else:
                field.errors = [*field.errors, words]


class FreeTextForm(Form):
    """A form whose `FREE_TEXTS` warn before they hold what is never collected (R21); `understood` saves anyway."""

    FREE_TEXTS: tuple[str, ...] = ()
    understood = BooleanField(_l("Toch zo bewaren"))

    @property
    def warns(self) -> bool:
        """Whether the page shows the box to save all the same."""
        return any(hints_at_never_collected(text) for _, text in self._free_texts())

    def validate(self, extra_validators: Mapping[str, Any] | None = None) -> bool:
        fine = bool(super().validate(extra_validators))
        if self.understood.data:
            return fine
        for name, text in self._free_texts():
            if hint := hints_at_never_collected(text):
                self[name].errors = [*self[name].errors, hint]
                fine = False
        return fine

    def _free_texts(self) -> list[tuple[str, str]]:
        return [(name, str(self[name].data or "")) for name in self.FREE_TEXTS]


class Versioned:
    """Mix into a form that changes something: the version that the page showed travels along, hidden."""

    version = HiddenField()


def expected_version(form: Any) -> int:
    """The version that the page showed; raises `Malformed` where the hidden field is gone."""
    try:
        return int(form.version.data)
    except (TypeError, ValueError) as error:
        raise Malformed("version") from error


def _trimmed(value: Any) -> Any:
    return value.replace("\x00", "").strip() if isinstance(value, str) else value
