"""axe-core in a page: what would keep people out who hear, enlarge or type their way through it."""

from pathlib import Path

import pytest

import anlan

AXE = Path(anlan.__file__).parent / "web" / "assets" / "node_modules" / "axe-core" / "axe.min.js"
GRAVE = ("serious", "critical")
_RUN = """async () => (await axe.run(document, {resultTypes: ["violations"],
  runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]})).violations"""

_ABBREVIATED = "label-content-name-mismatch"
_DRAWN = ('class="node"', 'class="part')
"""A box of the process map or of a drawing board shows a figure and a name cut to its width; its accessible
name says both whole."""


def barriers(page) -> list[str]:
    """Serious and critical faults of the page as it stands: rule, element, and what axe says about it."""
    if not AXE.exists():
        pytest.skip("axe-core is not installed: npm ci in src/anlan/web/assets")
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate(_RUN)
    return [
        f"{fault['id']}: {node['html'][:160]} {node['failureSummary'].splitlines()[-1].strip()[:200]}"
        for fault in found
        if fault["impact"] in GRAVE
        for node in fault["nodes"]
        if not (fault["id"] == _ABBREVIATED and any(mark in node["html"] for mark in _DRAWN))
    ]


def looked_over(page) -> None:
    """The page as it stands keeps nobody out and fits a phone. It is left as it was.

    In Chinese on a desk in the light and on a phone in the dark, in English the other way round.
    """
    before = page.viewport_size
    schemes = ("light", "dark") if page.get_attribute("html", "lang") == "zh-CN" else ("dark", "light")
    for width, scheme in zip((1440, 390), schemes, strict=True):
        page.set_viewport_size({"width": width, "height": 844})
        page.emulate_media(color_scheme=scheme)
        found = barriers(page)
        assert not found, "\n".join((f"{page.url} {width} {scheme}", *found))
        assert page.evaluate("document.documentElement.scrollWidth") <= width, (page.url, width)
    page.emulate_media(color_scheme="light")
    page.set_viewport_size(before)
