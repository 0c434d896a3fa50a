"""The validation table: every golden case, where it is from, what was expected and what came out.

`PYTHONPATH=tests python -m golden.table` writes docs/background/validation.md anew; a test compares it.
The cards of twins are recorded by `golden.twin_cards`, the detectors on labelled series by
`golden.anomaly_series`.
"""

import sys
from collections.abc import Iterable
from typing import Any

from golden import anomaly_series, twin_cards
from golden.adapters import ADAPTERS, Check
from golden.collect import OWED, answered, load, path_of
from support import REPOSITORY

PAGE = REPOSITORY / "docs" / "background" / "validation.md"
_MOST_SHOWN = 4
_HEAD = """# Validation

Every method is held against worked cases with known answers. `tests/golden/` holds the cases and how the product answers them; `make test` compares each number within the tolerance stated. This page is written from them: `PYTHONPATH=tests python -m golden.table`. Numbers of a list are shown up to the first four. *Largest* is the largest difference over all numbers of the row.

Provenance: *seen*, the published number itself was read; *recalled, confirmed*, remembered from the literature and reproduced by an independent computation; *computed*, published data and method, numbers from an independent implementation; *theorem*, *definition*, an exact consequence. Cases whose data come from copyleft projects are not carried in this repository; they are compared where the reference data lie beside it.

Beyond these cases each method is tested against its laws (limits, monotonicity, invariance, conservation) and, where one exists, an independent oracle (enumeration, exact formula, another library); those tests stand beside the code they test.
"""  # noqa: E501


def page() -> str:
    """The page as Markdown."""
    heads = ["Method", "Case", "What", "Expected", "Got", "Largest difference", "Tolerance"]
    rows = [row for case in answered() if path_of(case).exists() for row in rows_of(case)]
    sources = [
        f"- `{case}`: {load(case)['source']} ({load(case)['provenance']})"
        for case in answered()
        if path_of(case).exists()
    ]
    owed = [f"- `{case}`: {part}" for case, part in sorted(OWED.items())]
    table = [_line(heads), _line(["---"] * len(heads)), *rows]
    waiting = ["## Cases that wait for their part of the product", "", *owed]
    recorded = [part.RECORDED.read_text(encoding="utf-8") for part in (anomaly_series, twin_cards)]
    parts = [_HEAD, "## Cases", "", *table, "", *recorded, "## Sources", "", *sources, "", *waiting, ""]
    return "\n".join(parts)


def rows_of(case: str) -> list[str]:
    """The lines of one case, one for each comparison."""
    method, answer = ADAPTERS[case]
    return [
        _line([f"`{method}`", f"`{case}`", check.what, _shown(check.expected), _shown(check.got),
               _distance(check), _tolerance(check)])
        for check in answer(load(case))
    ]  # fmt: skip


def _line(cells: Iterable[str]) -> str:
    return "| " + " | ".join(str(cell).replace("|", "\\|").replace("\n", " ") for cell in cells) + " |"


def _shown(value: Any) -> str:
    if isinstance(value, dict):
        return _listed([f"{name}: {_shown(each)}" for name, each in value.items()])
    if isinstance(value, list | tuple):
        return _listed([_shown(each) for each in value])
    return f"{value:.6g}" if isinstance(value, float) else str(value)


def _listed(texts: list[str]) -> str:
    more = f", … ({len(texts)})" if len(texts) > _MOST_SHOWN else ""
    return ", ".join(texts[:_MOST_SHOWN]) + more


def _numbers(value: Any) -> list[float]:
    if isinstance(value, dict):
        return [number for name in sorted(value, key=str) for number in _numbers(value[name])]
    if isinstance(value, list | tuple):
        return [number for each in value for number in _numbers(each)]
    return [float(value)] if isinstance(value, int | float) and not isinstance(value, bool) else []


def _distance(check: Check) -> str:
    """The largest difference to one digit: more digits differ between processors."""
    found, wanted = _numbers(check.got), _numbers(check.expected)
    if len(found) != len(wanted) or not found:
        return "—"
    largest = max(abs(a - b) for a, b in zip(found, wanted, strict=True))
    return "0" if largest < 1e-12 else f"{largest:.0e}"


def _tolerance(check: Check) -> str:
    parts = [f"{check.tolerance:g}"] if check.tolerance or not check.relative else []
    return " + ".join(parts + ([f"{check.relative:g} relative"] if check.relative else []))


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
    sys.stdout.write(f"written: {PAGE.name}\n")
