"""Which languages can be chosen: those that anybody has a name for."""

from collections.abc import Iterable

from shared.i18n import is_language
from shared.invalid import words_for
from shared.refusals import Invalid


def demand_languages(field: str, tags: Iterable[str]) -> None:
    """Refuse a tag (BCP 47) that no list of languages knows, beside its field."""
    if not all(is_language(tag) for tag in tags):
        raise Invalid({field: words_for("language")}, {field: "language"})
