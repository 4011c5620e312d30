"""One person at one screen: what they tap and type is counted, and what goes wrong in the page is kept."""

import re
import time
from pathlib import Path

from playwright.sync_api import BrowserContext, ConsoleMessage, Locator, Response

from tests.browser import page_checks
from tests.pages import well_formed

_TALLEST = 2400  # CSS pixels of a picture


class Visitor:
    """Somebody with a browser of their own. `look` checks the page that they see now."""

    def __init__(self, context: BrowserContext, url: str, pictures: Path, name: str) -> None:
        self.context, self.url, self.name = context, url, name
        self.taps = self.keys = 0
        self.wrong: list[str] = []
        self._pictures = pictures
        self.page = context.new_page()
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self.wrong.append(f"{self.page.url}: {error}"))
        self.page.on("response", self._receive)

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.wrong.append(f"{self.page.url}: {message.text}")

    def _receive(self, response: Response) -> None:
        if response.status >= 500:
            self.wrong.append(f"{response.status} for {response.url}")

    def go(self, path: str) -> Response:
        """Type an address; returns what the server answered."""
        answer = self.page.goto(path if "://" in path else f"{self.url}{path}")
        assert answer is not None
        return answer

    def tap(self, target: str | Locator) -> None:
        """Tap what can be seen, and wait for what it brings."""
        found = self.page.locator(target) if isinstance(target, str) else target
        found.first.click()
        self.taps += 1
        self.page.wait_for_load_state()

    def button(self, words: str) -> Locator:
        """A button, or a link that looks like one, with these words."""
        return self.page.locator("button, a, summary").filter(has_text=re.compile(rf"^\s*{re.escape(words)}\s*$"))

    def chip(self, field: str, value: str) -> Locator:
        """The chip of this field and value; people tap its words, not the small box."""
        return self.page.locator(f"label:has(input[name='{field}'][value='{value}'])")

    def type(self, field: str, text: str) -> None:
        """Fill in the field of this name; every character is a keystroke."""
        self.page.locator(f"[name={field}]").fill(text)
        self.keys += len(text)

    def wait_for(self, selector: str, seconds: float = 30) -> Locator:
        """What another service sends along within seconds: look again until it is there."""
        found, limit = self.page.locator(selector), time.monotonic() + seconds
        while not found.count():
            assert time.monotonic() < limit, f"no {selector} on {self.page.url}: {self.words()}"
            self.page.wait_for_timeout(300)
            self.page.reload()
        return found

    def words(self, part: str = "main") -> str:
        """What can be read there, on one line."""
        return " ".join(self.page.locator(part).inner_text().split())

    def look(self, picture: str, language: str = "nl") -> None:
        """The page as it stands now fits, can be tapped, is well-formed, and said nothing wrong; keeps a picture."""
        found = [
            *well_formed.faults(self.page.content(), language),
            *page_checks.too_wide(self.page),
            *page_checks.too_small(self.page),
            *self.wrong,
        ]
        self.wrong.clear()
        self.draw(picture)
        assert not found, f"{self.name} on {self.page.url}:\n" + "\n".join(found)

    def draw(self, picture: str) -> None:
        """Once per name, for people to look at: tests/output/<width>-<who>-<picture>.png."""
        size = self.page.viewport_size or {"width": 0, "height": 0}
        height = min(self.page.evaluate("document.documentElement.scrollHeight"), _TALLEST)
        self.page.screenshot(
            path=self._pictures / f"{size['width']}-{self.name}-{picture}.png",
            full_page=True,
            clip={"x": 0, "y": 0, "width": size["width"], "height": max(height, size["height"])},
        )
