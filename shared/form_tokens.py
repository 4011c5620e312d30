"""What Flask-WTF may keep for a browser: one token against forged forms, and nothing else."""

import hmac
import secrets

from flask import Flask, Request, Response
from flask.sessions import SessionInterface, SessionMixin

from shared import sessions
from shared.house import House

FIELD = "csrf_token"


class FormToken(dict[str, str], SessionMixin):
    """Flask's `session`, narrowed: whatever else someone would put into a cookie is refused."""

    modified = False
    accessed = True

    def __init__(self, browser: str) -> None:
        self.browser = browser

    def __setitem__(self, key: str, value: str) -> None:
        if key != FIELD:
            raise TypeError(f"{key} belongs in the database, not in a cookie")
        super().__setitem__(key, value)
        self.browser, self.modified = value, True

    def known_browser(self) -> str:
        """What this browser is known by, signed in or not; it gets a cookie where it has none."""
        if not self.browser:
            self.browser, self.modified = secrets.token_hex(20), True
        return self.browser


class FormTokens(SessionInterface):
    """Signed in, the token follows from the session, so it ends with it; before that, from the browser's cookie."""

    def open_session(self, app: Flask, request: Request) -> FormToken:
        house: House = app.extensions["brug"]
        token = FormToken(request.cookies.get(cookie_name(house), ""))
        value = sessions.cookie_of(request, house.settings, house.service)
        if value:
            secret = house.shared_settings.secret_key.get_secret_value()
            dict.__setitem__(token, FIELD, hmac.digest(secret.encode(), value.encode(), "sha256").hex())
        elif token.browser:
            dict.__setitem__(token, FIELD, token.browser)
        return token

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        if not isinstance(session, FormToken) or not session.modified:
            return
        house: House = app.extensions["brug"]
        response.set_cookie(
            cookie_name(house),
            session.browser,
            path=f"/{house.service}",
            secure=house.shared_settings.secure_cookies,
            httponly=True,
            samesite="Lax",
        )
        response.vary.add("Cookie")
        response.headers["Cache-Control"] = "no-store"


def cookie_name(house: House) -> str:
    return sessions.cookie_name(house.settings, f"{house.service}_form")
