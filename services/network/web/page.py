"""What all of network's pages need: the words for codes and reasons, and a helper's own language."""

from collections.abc import Callable, Iterable
from datetime import datetime
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from babel.dates import format_date, format_time
from flask import render_template, request

from services.network.forms import gender_label, time_label, years_label
from shared import clock
from shared.i18n import OFFERED, cookie_name, force_locale, get_locale, gettext, language, name_of
from shared.i18n import lazy_gettext as _l
from shared.vocabulary import label

P = ParamSpec("P")
R = TypeVar("R")

# What the page before did, by a code in the address: nothing is kept for the next request.
DONE = {
    "asked": _l("Bewaard. We zoeken iemand voor jou."),
    "withdrawn": _l("We zoeken niemand meer voor jou. Je hoeft niet te zeggen waarom."),
    "yes": _l("Dank je."),
    "no": _l("Dat is goed. Je hoeft niet te zeggen waarom. We zoeken verder."),
    "ended": _l("Het is gestopt. Jullie zien elkaars nummer niet meer."),
    "saved": _l("Bewaard."),
    "added": _l("De kaart is gemaakt."),
    "round": _l("We zoeken nu voor iedereen die wacht."),
    "weights": _l("Bewaard. Het telt vanaf het volgende voorstel."),
}


def show(template: str, **values: Any) -> str:
    """A page in the language of who asks: Dutch for staff, the person's own for persons."""
    return render_template(f"network/{template}", done=_done(), **words(), **values)


def helpers_language() -> str:
    """What the helper chose on one of these pages; Dutch until then."""
    chosen = request.args.get("lang") or request.cookies.get(cookie_name())
    return str(chosen) if chosen in OFFERED else "nl"


def in_helpers_language(view: Callable[P, R]) -> Callable[P, R]:
    """Write this below `requires`: a helper chooses a language as parents do; a volunteer is no staff."""

    @wraps(view)
    def shown(*args: P.args, **kwargs: P.kwargs) -> R:
        with force_locale(helpers_language()):
            return view(*args, **kwargs)

    return shown


def words() -> dict[str, Any]:
    return {
        "language_label": name_of,
        "languages_label": languages_label,
        "time_label": time_label,
        "times_label": times_label,
        "years_label": years_label,
        "gender_label": gender_label,
        "reason_label": reason_label,
        "role_label": role_label,
        "short_role": short_role,
        "short_reasons": short_reasons,
        "day_label": day_label,
        "when_label": when_label,
    }


def languages_label(tags: Iterable[str]) -> str:
    return listed(name_of(tag) for tag in tags)


def times_label(codes: Iterable[str]) -> str:
    return listed(str(time_label(code)) for code in codes)


def listed(parts: Iterable[str]) -> str:
    """Words with the comma of the page's language between them."""
    return ("، " if language() == "ar" else ", ").join(parts)


def role_label(code: str) -> str:
    return label("helper_roles", code)


def short_role(code: str) -> str:
    """The role without what explains it, for lists."""
    return str(role_label(code)).split(" (", maxsplit=1)[0]


def short_reasons(codes: Iterable[str]) -> str:
    """Why two others fit, in a few words for the coordinator: 'allebei Arabisch, zelfde school'."""
    said = {"same_school": "zelfde school", "same_town": "zelfde gemeente"}
    words: dict[str, Callable[[str], str]] = {"speaks": name_of, "free": time_label, "child_in": _child_in}
    parts = []
    for code in codes:
        kind, _, value = code.partition(":")
        if kind in words:
            parts.append(f"allebei {words[kind](value)}")
        elif kind == "as_wished":
            parts.append(f"{gender_label(value)}, zoals gevraagd")
        elif kind in said:
            parts.append(said[kind])
    return "; ".join(parts)


def _child_in(code: str) -> str:
    return f"een kind in {years_label(code)}"


def reason_label(code: str) -> str:
    """Why two people fit, in words for either of them; nothing for a reason that we do not know."""
    kind, _, value = code.partition(":")
    if kind == "speaks":
        said = gettext("Jullie spreken allebei %(language)s", language=name_of(value))
    elif kind == "child_in":
        said = gettext("Allebei een kind in %(years)s", years=str(years_label(value)))
    elif kind == "free":
        said = gettext("Allebei tijd: %(part)s", part=str(time_label(value)))
    elif kind == "as_wished":
        said = gettext("%(person)s, zoals gevraagd", person=str(gender_label(value)).capitalize())
    elif kind == "same_school":
        said = gettext("Kinderen op dezelfde school")
    else:
        said = gettext("In dezelfde gemeente") if kind == "same_town" else ""
    return str(said)


def day_label(at: datetime) -> str:
    """'dinsdag 24 november', in the language of the page."""
    return str(format_date(at.astimezone(clock.BRUSSELS), "EEEE d MMMM", locale=get_locale()))


def when_label(at: datetime) -> str:
    return f"{day_label(at)}, {format_time(at.astimezone(clock.BRUSSELS), 'HH:mm', locale=get_locale())}"


def _done() -> Any:
    return DONE.get(request.args.get("done", ""))
