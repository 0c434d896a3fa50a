"""axe-core in a page: what would keep people out who hear, enlarge or type their way through it."""

from pathlib import Path

import pytest

import anlan

AXE = Path(anlan.__file__).parent / "web" / "assets" / "node_modules" / "axe-core" / "axe.min.js"
GRAVE = ("serious", "critical")
_RUN = """async () => (await axe.run(document, {resultTypes: ["violations"],
  runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]})).violations"""

_ABBREVIATED = "label-content-name-mismatch"
"""A box of the process map shows a figure and a name cut to its width; its accessible name says both
whole."""


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
        if not (fault["id"] == _ABBREVIATED and 'class="node"' in node["html"])
    ]
