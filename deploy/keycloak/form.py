"""Keycloak's sign-in page as a person fills it in: a password, and a code where it asks for one."""

import time
from http.cookiejar import Cookie, CookieJar, DefaultCookiePolicy
from typing import Any
from urllib.parse import urljoin, urlsplit

import httpx
from lxml.html import document_fromstring

from deploy import outside
from deploy.keycloak.people import PERIOD, Credentials
from deploy.local.home import Failure

_MOST_PAGES = 8


def browser(public_url: str) -> httpx.Client:
    """Without a window. As every browser does, it takes this machine itself to be as good as HTTPS."""
    here = urlsplit(public_url).hostname in ("127.0.0.1", "::1", "localhost")
    return outside.client(timeout=30, cookies=CookieJar(_ThisMachine() if here else None))


class _ThisMachine(DefaultCookiePolicy):
    def set_ok(self, cookie: Cookie, request: Any) -> bool:
        cookie.secure = False
        return super().set_ok(cookie, request)


def sign_in(browser: httpx.Client, page: httpx.Response, who: Credentials, back: str) -> str:
    """Fill in page after page until Keycloak leads to an address that starts with `back`; returns that address.

    A code counts once: where one was used within its half minute, this waits for the next.
    """
    typed = ""
    for _ in range(_MOST_PAGES):
        while place := page.headers.get("location", ""):
            place = str(urljoin(str(page.url), place))
            if place.startswith(back):
                return place
            page = browser.get(place)
        form = _form(page)
        if "password" in form.inputs.keys():  # noqa: SIM118 - lxml's own keys
            if typed == "password":
                raise Failure(f"Keycloak does not let {who.username} in: {_said(page)}")
            typed, values = "password", {"username": who.username, "password": who.password}
        elif "otp" in form.inputs.keys() and who.app:  # noqa: SIM118
            if typed == "code":
                time.sleep(PERIOD - time.time() % PERIOD + 0.5)
            typed, values = "code", {"otp": who.code(time.time())}
        else:
            raise Failure(f"Keycloak asks {who.username} something that the demo cannot answer: {_said(page)}")
        page = browser.post(urljoin(str(page.url), form.get("action") or ""), data=dict(form.form_values()) | values)
    raise Failure("Keycloak asks page after page without end.")


def _form(page: httpx.Response) -> Any:
    found = document_fromstring(page.text or "<html></html>").forms
    if not found:
        raise Failure(f"Keycloak shows no form ({page.status_code}): {_said(page)}")
    return found[0]


def _said(page: httpx.Response) -> str:
    tree = document_fromstring(page.text or "<html></html>")
    for unread in tree.xpath("//script|//style"):
        unread.drop_tree()
    told = tree.xpath("//*[@id='input-error' or contains(@class, 'feedback') or contains(@id, 'input-error')]")
    return (
        " ".join(" ".join(one.text_content().split()) for one in told)[:200]
        or " ".join(tree.text_content().split())[:200]
    )
