"""What every page keeps on a real screen: it fits, it can be tapped, and axe-core finds nothing serious."""

from functools import cache

from playwright.sync_api import Page

from deploy.services import ROOT

SMALLEST_TARGET = 44  # CSS pixels, WCAG 2.5.5
_SERIOUS = ("serious", "critical")

_TOO_WIDE = """() => {
  const room = document.documentElement.clientWidth;
  if (document.scrollingElement.scrollWidth <= room) return [];
  const out = [...document.body.querySelectorAll("*")].filter((one) => {
    const box = one.getBoundingClientRect();
    return box.width && (box.right > room + 1 || box.left < -1) && !one.closest(".skip, .visually-hidden");
  });
  const names = out.slice(0, 4).map((one) => `${one.tagName.toLowerCase()}.${one.className}`);
  return [`${document.scrollingElement.scrollWidth} px wide in ${room}: ${names.join(", ")}`];
}"""

# A link inside a sentence is no control (WCAG 2.5.5 leaves those out); a radio button is as large as its label.
_TOO_SMALL = """(least) => {
  const inSentence = (one) => {
    const around = one.parentElement.closest("p, li, td, dd, th, div, header, body");
    return one.tagName === "A" && getComputedStyle(one).display === "inline"
      && around.textContent.replace(/\\s/g, "").length > one.textContent.replace(/\\s/g, "").length;
  };
  return [...document.querySelectorAll("a[href], button, select, textarea, summary, input:not([type=hidden])")]
    .filter((one) => one.checkVisibility() && !one.closest(".skip") && !inSentence(one))
    .map((one) => [one, (one.closest("label") || one).getBoundingClientRect()])
    .filter(([, box]) => box.width && box.height && (box.height < least - 0.5 || box.width < least - 0.5))
    .map(([one, box]) => `${one.outerHTML.slice(0, 90)} is ${Math.round(box.width)} by ${Math.round(box.height)}`);
}"""

_AXE = """() => axe.run(document, {
  runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"], resultTypes: ["violations"],
}).then((told) => told.violations.map((one) =>
  [one.impact, one.id, one.nodes.map((node) => node.html.slice(0, 120))]))"""


@cache
def _axe_source() -> str:
    return (ROOT / "node_modules" / "axe-core" / "axe.min.js").read_text(encoding="utf-8")


def too_wide(page: Page) -> list[str]:
    """What makes this page scroll sideways; empty where it fits."""
    return list(page.evaluate(_TOO_WIDE))


def too_small(page: Page) -> list[str]:
    """Buttons, fields and links by themselves that are hard to hit with a thumb."""
    return list(page.evaluate(_TOO_SMALL, SMALLEST_TARGET))


def barriers(page: Page) -> list[str]:
    """Serious and critical findings of axe-core."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(_axe_source())
    return [f"{id_}: {nodes}" for impact, id_, nodes in page.evaluate(_AXE) if impact in _SERIOUS]
