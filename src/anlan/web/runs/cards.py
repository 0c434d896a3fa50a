"""Small parts of a result for other pages, drawn once and kept beside it: the loss curve, the key nodes."""

import json
from pathlib import Path
from typing import Any

from django.utils.safestring import SafeString, mark_safe

from anlan import __version__
from anlan.formats.report.charts.exceedance import exceedance_curve
from anlan.web.runs import results
from anlan.web.runs.models import Run


def loss_curve(run: Run, *, language: str, tolerated: tuple[float, float] | None = None) -> SafeString:
    """The exceedance curve of the year's loss as SVG in the page's colours. tolerated: loss and chance."""

    def draw(path: Path) -> None:
        shown = "en" if language == "en" else "zh"
        drawing = exceedance_curve(results.result_of(run), language=shown, theme="page", tolerated=tolerated)
        path.write_text(drawing, encoding="utf-8")

    limit = "" if tolerated is None else f"-{tolerated[0]!r}-{tolerated[1]!r}"
    name = f"curve-{__version__}{limit}.{language}.svg"
    return mark_safe(results.kept_beside(run, name, draw).read_text("utf-8"))


def key_nodes(run: Run) -> list[dict[str, Any]]:
    """The result's `key_nodes`."""

    def take(path: Path) -> None:
        path.write_text(json.dumps(results.result_of(run)["key_nodes"], ensure_ascii=False), encoding="utf-8")

    found: list[dict[str, Any]] = json.loads(
        results.kept_beside(run, f"key-nodes-{__version__}.json", take).read_text("utf-8")
    )
    return found


def ideas(run: Run) -> list[dict[str, Any]]:
    """The result's `improve`: ideas of redesign."""

    def take(path: Path) -> None:
        found = results.result_of(run).get("improve", [])
        path.write_text(json.dumps(found, ensure_ascii=False), encoding="utf-8")

    kept: list[dict[str, Any]] = json.loads(
        results.kept_beside(run, f"ideas-{__version__}.json", take).read_text("utf-8")
    )
    return kept
