"""Languages: which one a page is in, its direction, its own name, and the catalogs of translations."""

import os
import tempfile
from collections.abc import Iterable
from pathlib import Path

from babel import Locale
from babel.messages import mofile, pofile
from flask import Flask, Response, g, request
from flask_babel import Babel, force_locale, get_locale, gettext, lazy_gettext, ngettext

from shared.house import house
from shared.security import Actor, ActorKind

__all__ = ["force_locale", "get_locale", "gettext", "lazy_gettext", "ngettext"]

DUTCH = "nl"
OFFERED = ("nl", "ar")
_SAME_AS = {"prs": "fa-AF"}  # CLDR names Dari only so
SHARED = Path(__file__).parent / "translations"


def install(app: Flask, own: Path) -> None:
    """Translate with the service's catalogs and the shared ones; tell templates the language and direction."""
    folders = [own, SHARED]
    compile_catalogs(folders)
    app.config["BABEL_DEFAULT_LOCALE"] = DUTCH
    app.config["BABEL_DEFAULT_TIMEZONE"] = "Europe/Brussels"
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = ";".join(map(str, folders))
    Babel(app, locale_selector=choose_locale)
    app.after_request(_remember_choice)

    @app.context_processor
    def words() -> dict[str, object]:
        return {"lang": language(), "dir": direction(), "languages": own_names(), "language_name": name_of}


def choose_locale() -> str:
    """The choice, then the person's preference, then the browser's, then Dutch. Staff pages are in Dutch."""
    actor: Actor | None = g.get("actor")
    if actor is not None and actor.kind in (ActorKind.STAFF, ActorKind.GUEST):
        return DUTCH
    chosen = request.args.get("lang") or request.cookies.get(cookie_name())
    if chosen in OFFERED:
        return str(chosen)
    if actor is not None and actor.kind == ActorKind.PERSON and actor.locale in OFFERED:
        return actor.locale
    return request.accept_languages.best_match(OFFERED) or DUTCH


def cookie_name() -> str:
    return "_".join(part for part in ("brug_lang", house().shared_settings.cookie_suffix) if part)


def _remember_choice(response: Response) -> Response:
    chosen = request.args.get("lang")
    if chosen in OFFERED:
        settings = house().shared_settings
        response.set_cookie(cookie_name(), str(chosen), secure=settings.secure_cookies, httponly=True, samesite="Lax")
    return response


def language() -> str:
    """The language of this page, as `lang` wants it."""
    return str(get_locale() or DUTCH).replace("_", "-")


def direction(tag: str | None = None) -> str:
    """`rtl` or `ltr`: of this page, or of a language given as BCP 47."""
    return _locale_of(tag or language()).text_direction


def own_names() -> dict[str, str]:
    """Each offered language by the name that its speakers give it."""
    return {tag: str(Locale.parse(tag).display_name or tag).capitalize() for tag in OFFERED}


def name_of(tag: str) -> str:
    """A language's name in the language of this page; the tag itself where nobody has a name for it."""
    names = (get_locale() or Locale.parse(DUTCH)).languages
    plain = _SAME_AS.get(tag, tag).replace("-", "_")
    return str(names.get(plain) or names.get(plain.split("_", maxsplit=1)[0]) or tag)


def is_language(tag: str) -> bool:
    """Whether CLDR knows the language of this BCP 47 tag."""
    return _SAME_AS.get(tag, tag).replace("-", "_").split("_", maxsplit=1)[0] in Locale.parse(DUTCH).languages


def _locale_of(tag: str) -> Locale:
    try:
        return Locale.parse(tag, sep="-")
    except (ValueError, LookupError):
        return Locale.parse(DUTCH)


def compile_catalogs(folders: Iterable[Path]) -> list[Path]:
    """Write the compiled form of every catalog that is newer than it; returns what was written."""
    written = []
    for source in sorted(po for folder in folders for po in folder.glob("*/LC_MESSAGES/*.po")):
        target = source.with_suffix(".mo")
        if not target.exists() or target.stat().st_mtime < source.stat().st_mtime:
            _compile(source, target)
            written.append(target)
    return written


def _compile(source: Path, target: Path) -> None:
    with source.open("rb") as text:
        catalog = pofile.read_po(text, locale=source.parent.parent.name)
    # Four services start at once and share a folder: each writes its own file and moves it into place.
    handle, name = tempfile.mkstemp(dir=target.parent, suffix=".mo.new")
    with os.fdopen(handle, "wb") as binary:
        mofile.write_mo(binary, catalog)
        os.fchmod(binary.fileno(), 0o644)  # who compiles may be another user than who serves
    Path(name).replace(target)
