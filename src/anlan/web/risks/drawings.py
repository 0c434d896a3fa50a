"""Pictures of the register: the matrix with its counts, a risk's levels over time."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils import timezone
from django.utils.safestring import mark_safe

from anlan.formats.report.drawing import frame, label, line
from anlan.formats.report.levels import LevelMark, shape
from anlan.formats.report.markup import el
from anlan.formats.report.tokens import Palette
from anlan.web.common.levels import level_marks
from anlan.web.common.texts import of, text
from anlan.web.risks import trend
from anlan.web.risks.models import Assessment, Criteria, Risk
from anlan.web.risks.trend import DASH, INK
from anlan.web.runs.drawings import title_of
from anlan.web.runs.models import Run


def level_choices() -> list[LevelMark]:
    """Levels from highest to lowest, for filters."""
    return list(reversed(level_marks().marks))


def matrix_rows(criteria: Criteria, counts: Mapping[tuple[int, int], int]) -> list[dict[str, Any]]:
    """Rows of the heat map from the highest likelihood down; each cell has its level and its count."""
    content = criteria.content
    marks, rows = level_marks(content).marks, []
    most = max(counts.values(), default=1)
    for likelihood in range(len(content["cells"]), 0, -1):
        cells = [
            {
                "likelihood": likelihood,
                "severity": severity,
                "mark": marks[rank],
                "n": counts.get((likelihood, severity), 0),
                "size": round(24 + 20 * (counts.get((likelihood, severity), 0) / most) ** 0.5),
            }
            for severity, rank in enumerate(content["cells"][likelihood - 1], start=1)
        ]
        rows.append(
            {
                "score": likelihood,
                "label": of(content["likelihood"]["labels"][likelihood - 1]),
                "cells": cells,
            }
        )
    return rows


def bounds_said(scale: Mapping[str, Any], place: int) -> str:
    """The bounds of a step of a scale, the lowest being 0: `< 10`, `10–50`, `≥ 50`."""
    bounds = scale["bounds"]
    if place == 0:
        return f"< {bounds[0]:g}"
    return f"{bounds[place - 1]:g}–{bounds[place]:g}" if place < len(bounds) else f"≥ {bounds[-1]:g}"


def level_history(risk: Risk, assessments: Sequence[Assessment], criteria: Criteria) -> dict[str, Any] | None:
    """Levels of the counting assessments over time, a line per stage; None with fewer than two."""
    marks = level_marks(criteria.content)
    counting = trend.counting(assessments)
    if len(counting) < 2:
        return None
    palette, names = Palette("page"), marks.marks
    width, left, step = 420.0, 66.0, 26.0
    height = step * len(names) + 34
    first, last = counting[0].prepared_at, max(a.prepared_at for a in counting)
    span = max((last - first).total_seconds(), 1.0)

    def place(a: Assessment) -> tuple[float, float]:
        x = left + 10 + (width - left - 30) * (a.prepared_at - first).total_seconds() / span
        return x, 12 + step * (len(names) - 1 - marks[a.level].rank)

    drawn: list[Any] = []
    for mark in names:
        y = 12 + step * (len(names) - 1 - mark.rank)
        drawn += [line(left, y, width - 8, y, stroke=palette["line"]),
                  label(mark.word, x=left - 8, y=y + 4, text_anchor="end", fill=palette["ink2"])]  # fmt: skip
    for stage, dash in DASH.items():
        points = [(place(a), a) for a in counting if a.stage == stage]
        path = "".join(f"{'H' if i else 'M'}{x:.1f}{f'V{y:.1f}' if i else f' {y:.1f}'}"
                       for i, ((x, y), _) in enumerate(points))  # fmt: skip
        if len(points) > 1:
            drawn.append(
                el(
                    "path",
                    d=path,
                    fill="none",
                    stroke=palette[INK[stage]],
                    stroke_width=1.6,
                    stroke_dasharray=dash,
                )
            )
        drawn += [shape(marks[a.level], x=x, y=y, size=10, palette=palette) for (x, y), a in points]
    for moment, x, anchor in ((first, left + 10, "start"), (last, width - 20, "end")):
        drawn.append(
            label(
                timezone.localtime(moment).strftime("%Y-%m-%d"),
                x=x,
                y=height - 8,
                text_anchor=anchor,
                fill=palette["ink3"],
            )
        )
    sentence = text("risks.history.sentence", n=len(counting), level=marks[counting[-1].level].word)
    svg = frame(width, height, drawn, title=text("risks.history.title"), text=sentence, theme="page")
    return {"svg": mark_safe(svg), "sentence": sentence}


def by_methods(runs: Sequence[Run]) -> list[dict[str, Any]]:
    """What each method says of a risk, side by side: code of the run, title, and its figures."""
    return [{"code": run.code, "title": title_of(run.study), **run.figures} for run in runs]
