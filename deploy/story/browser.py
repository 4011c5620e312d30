"""An outsider's browser: it follows links, fills in forms and reads what a person would read."""

from collections.abc import Mapping
from types import TracebackType
from typing import Any
from urllib.parse import urljoin

import httpx
from lxml.html import HtmlElement, document_fromstring

from deploy import outside


class Unexpected(Exception):
    """A page or an answer was not as the story says."""


class Page:
    """What the browser shows now."""

    def __init__(self, browser: "Browser", answer: httpx.Response) -> None:
        self.browser, self.status, self.url, self.source = browser, answer.status_code, str(answer.url), answer.text
        self.tree: HtmlElement = document_fromstring(answer.text or "<html></html>")

    @property
    def words(self) -> str:
        """All that can be read on it, without markup, on one line."""
        return " ".join(self.tree.text_content().split())

    def says(self, *words: str) -> bool:
        return all(word in self.words for word in words)

    def form(self, action: str) -> Any:
        """The first form whose address contains `action`."""
        for form in self.tree.forms:
            if action in (form.get("action") or self.url):
                return form
        raise Unexpected(f"no form for {action} on {self.url} ({self.status}): {self.words[:300]}")

    def submit(self, action: str, fields: Mapping[str, Any] | None = None, button: str | None = None) -> "Page":
        """Send that form with these fields filled in; `button` is `name=value` of the one pressed."""
        form = self.form(action)
        values = [(name, value) for name, value in form.form_values() if name not in (fields or {})]
        for name, value in (fields or {}).items():
            values += [(name, one) for one in (value if isinstance(value, list) else [value])]
        if button:
            name, _, value = button.partition("=")
            values.append((name, value))
        address = urljoin(self.url, form.get("action") or self.url)
        return self.browser.send(form.method, address, values)

    def follow(self, href: str) -> "Page":
        """Click the first link whose address contains `href`."""
        for link in self.tree.iter("a"):
            if href in (link.get("href") or ""):
                return self.browser.go(urljoin(self.url, link.get("href")))
        raise Unexpected(f"no link to {href} on {self.url} ({self.status}): {self.words[:300]}")


class Browser:
    """One person's browser with its own cookies."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._client = outside.client(base_url=url, follow_redirects=True, timeout=30)

    def __enter__(self) -> "Browser":
        return self

    def __exit__(self, kind: type[BaseException] | None, fault: BaseException | None, _: TracebackType | None) -> None:
        self._client.close()

    def go(self, address: str) -> Page:
        return Page(self, self._client.get(address, headers={"Accept": "text/html"}))

    def place_of(self, address: str) -> str:
        """Where this address redirects to, without going there."""
        return str(self._client.get(address, follow_redirects=False).headers.get("Location", ""))

    def send(self, method: str, address: str, values: list[tuple[str, str]]) -> Page:
        """As a form does: from a page of the same site."""
        if method.upper() == "GET":
            return Page(self, self._client.get(address, params=dict(values)))
        data: dict[str, list[str]] = {}
        for name, value in values:
            data.setdefault(name, []).append(value)
        headers = {"Origin": self.url, "Referer": address}
        return Page(self, self._client.post(address, data=data, headers=headers))


class Api:
    """The JSON API of one person's token."""

    def __init__(self, url: str, token: str) -> None:
        self._client = outside.client(base_url=url, timeout=30, headers={"Authorization": f"Bearer {token}"})

    def get(self, path: str) -> httpx.Response:
        return self._client.get(path)

    def post(self, path: str, body: Mapping[str, Any] | None = None, *, version: int | None = None) -> httpx.Response:
        headers = {"If-Match": f'"{version}"'} if version is not None else {}
        return self._client.post(path, json=body or {}, headers=headers)

    def put(self, path: str, body: Mapping[str, Any], *, version: int) -> httpx.Response:
        return self._client.put(path, json=body, headers={"If-Match": f'"{version}"'})
