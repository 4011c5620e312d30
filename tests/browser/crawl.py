"""Follows links as a person would, and tells what is wrong with each page on a phone, zoomed in, and on a desk."""

import re
from collections import Counter
from collections.abc import Iterator
from urllib.parse import parse_qsl, urlsplit

from tests.browser import page_checks
from tests.browser.conftest import DESK, PHONE
from tests.browser.visitor import Visitor
from tests.pages import well_formed

MOST_PAGES, MOST_ALIKE = 40, 2
_ZOOMED = 640  # a desk of 1280 at 200%
_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27,}")
_ELSEWHERE = re.compile(r"/quick-exit|/sign-in\b|/sign-out|/idp/|\.ics|\.json|\.csv|\.pdf|[?&]lang=")
_SAME_PAGE = {"at", "done", "town", "week", "receiver", "ask", "reason"}


def faults_from(visitor: Visitor, starts: tuple[str, ...], parts: tuple[str, ...], language: str) -> list[str]:
    """All faults of the pages that links lead to from `starts` on, within these parts of the site."""
    return list(_faults_from(visitor, starts, parts, language))


def _faults_from(visitor: Visitor, starts: tuple[str, ...], parts: tuple[str, ...], language: str) -> Iterator[str]:
    waiting, met, alike = list(starts), set(starts), Counter[str]()
    while waiting and alike.total() < MOST_PAGES:
        path = waiting.pop(0)
        kind = _kind(path)
        if alike[kind] == MOST_ALIKE:
            continue
        alike[kind] += 1
        status = visitor.go(path).status
        if status != 200:
            yield f"{path}: status {status}"
        yield from (f"{path}: {fault}" for fault in _faults(visitor, language, whole=alike[kind] == 1))
        found = [one for one in _links(visitor) if one not in met and one.startswith(parts)]
        met.update(found)
        waiting += found
    if len(alike) <= len(starts):
        yield f"{starts}: leads nowhere"


def _faults(visitor: Visitor, language: str, *, whole: bool) -> Iterator[str]:
    """`whole`: with axe and pictures, for the first page of each kind."""
    page = visitor.page
    yield from well_formed.faults(page.content(), language)
    for width in (PHONE["width"], _ZOOMED, DESK["width"]):
        page.set_viewport_size({"width": width, "height": PHONE["height"]})
        found = page_checks.too_wide(page)
        if width == PHONE["width"]:
            found += page_checks.too_small(page)
        if whole and width != _ZOOMED:
            found += page_checks.barriers(page)
            visitor.draw(_picture(page.url))
        yield from (f"at {width}: {fault}" for fault in found)
    yield from visitor.wrong
    visitor.wrong.clear()


def _links(visitor: Visitor) -> list[str]:
    hrefs = visitor.page.eval_on_selector_all("a[href]", "all => all.map((one) => one.href)")
    ours = [urlsplit(href) for href in hrefs if href.startswith(f"{visitor.url}/")]
    paths = [f"{one.path}?{one.query}" if one.query else one.path for one in ours]
    return [path for path in dict.fromkeys(paths) if not _ELSEWHERE.search(path)]


def _kind(path: str) -> str:
    """What pages with the same template have in common."""
    parts = urlsplit(path)
    names = sorted({name for name, _ in parse_qsl(parts.query)} - _SAME_PAGE)
    return _ID.sub("*", parts.path) + ("?" + "&".join(names) if names else "")


def _picture(url: str) -> str:
    kind = _kind(url.removeprefix("http://").partition("/")[2])
    return re.sub(r"[^a-z0-9]+", "-", kind.replace("*", "one")).strip("-") or "front"
