"""What every page keeps, whoever made it: language, labels, unique ids, nothing inline, no forbidden word."""

import re
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise

from lxml import html
from lxml.html import HtmlElement

from shared import vocabulary

FORBIDDEN = tuple(str(wrong) for wrong in vocabulary.phrases("words").values())
_QUIET = {"hidden", "submit", "button"}


def faults(page: str, language: str = "nl") -> list[str]:
    """Everything that is wrong with a whole page, in words; empty when it is fine."""
    tree = html.document_fromstring(page)
    return [
        *_language(tree, language),
        *_outline(tree),
        *_fields(tree),
        *_words(tree),
        *_ids(tree),
        *_inline(tree),
        *_forms(tree),
        *forbidden_words(tree),
    ]


def _language(tree: HtmlElement, language: str) -> Iterator[str]:
    direction = "rtl" if language == "ar" else "ltr"
    if tree.get("lang") != language:
        yield f"lang is {tree.get('lang')}"
    if tree.get("dir") != direction:
        yield f"dir is {tree.get('dir')}"


def _outline(tree: HtmlElement) -> Iterator[str]:
    title = (tree.findtext(".//title") or "").strip()
    if not title or title.startswith("·"):
        yield "no title"
    for name in ("h1", "main"):
        if len(tree.findall(f".//{name}")) != 1:
            yield f"not exactly one {name}"
    if not tree.xpath("//a[@class='skip' and @href='#main']"):
        yield "no way past the header"
    levels = [int(heading.tag[1]) for heading in tree.xpath("//h1|//h2|//h3|//h4")]
    for before, after in pairwise(levels):
        if after > before + 1:
            yield f"h{after} right after h{before}"


def _fields(tree: HtmlElement) -> Iterator[str]:
    labelled = set(tree.xpath("//label/@for"))
    for field in tree.xpath("//input|//select|//textarea"):
        if field.get("type") in _QUIET:
            continue
        inside = any(parent.tag == "label" for parent in field.iterancestors())
        if not (inside or field.get("id") in labelled or field.get("aria-label")):
            yield f"no label: {field.get('name')}"


def _words(tree: HtmlElement) -> Iterator[str]:
    for described in tree.xpath("//*/@aria-describedby"):
        for one in described.split():
            if not tree.xpath("//*[@id=$one]", one=one):
                yield f"described by nothing: {one}"
    for thing in tree.xpath("//button|//a[@href]"):
        if not (thing.text_content().strip() or thing.get("aria-label")):
            yield f"{thing.tag} without words"
    for group in tree.xpath("//fieldset[not(legend)]"):
        yield f"group without a legend: {group.get('id')}"
    for picture in tree.xpath("//img[not(@alt)]"):
        yield f"picture without words: {picture.get('src')}"


def _ids(tree: HtmlElement) -> Iterator[str]:
    ids: list[str] = tree.xpath("//@id")
    for one, times in Counter(ids).items():
        if times > 1:
            yield f"id {one} {times} times"


def _inline(tree: HtmlElement) -> Iterator[str]:
    if tree.xpath("//@style|//style"):
        yield "style inside the page"
    if tree.xpath("//script[not(@src)]") or tree.xpath("//@*[starts-with(name(), 'on')]"):
        yield "script inside the page"
    for address in tree.xpath("//link/@href|//script/@src|//img/@src"):
        if "//" in address:
            yield f"taken from elsewhere: {address}"


def _forms(tree: HtmlElement) -> Iterator[str]:
    for form in tree.xpath("//form[translate(@method, 'POST', 'post')='post']"):
        if not form.xpath(".//input[@name='csrf_token' and string(@value)]"):
            yield f"form without its token: {form.get('action')}"


def forbidden_words(tree: HtmlElement) -> Iterator[str]:
    """R15, for our own texts; what a parent said (`q`) stays as it is."""
    said = " ".join(tree.xpath("//body//text()[not(ancestor::q or ancestor::script)] | //title/text()"))
    for wrong in FORBIDDEN:
        if re.search(rf"\b{re.escape(wrong)}\b", said, re.IGNORECASE):
            yield f"forbidden word: {wrong}"
