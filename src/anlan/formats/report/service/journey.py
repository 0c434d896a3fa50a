"""A customer journey: stages by channel, touchpoints, the waiting the customer feels, promises, reports and
moments of truth. There is no curve of emotions: nothing that is stored measures them.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from anlan.domain.design.service_view import ServiceView, Stage, Touchpoint, stages_of, touchpoints_of
from anlan.formats.report.drawing import Axis, fitted, frame, label, line, lines_of
from anlan.formats.report.levels import Levels, shape
from anlan.formats.report.markup import Markup, el
from anlan.formats.report.service.said import count_said, kept_said, within_said
from anlan.formats.report.tokens import Palette, Theme
from anlan.formats.report.words import Words
from anlan.loop.key_nodes.moments import Moment

_LEFT, _COLUMN, _PAD = 160.0, 132.0, 10.0
_ROWS = {
    "stage": 34.0,
    "touchpoint": 62.0,
    "waiting": 150.0,
    "behind": 40.0,
    "promise": 40.0,
    "reports": 40.0,
    "risk": 40.0,
    "moment": 46.0,
}
_TIMES_S = (1.0, 10.0, 60.0, 600.0, 3600.0, 14_400.0, 86_400.0, 604_800.0, 2_592_000.0, 31_536_000.0)
_UNTIMED = 40.0
MOST_MOMENTS = 3
"""So many ranks are marked in the drawing."""


@dataclass(frozen=True)
class _Sheet:
    words: Words
    levels: Levels
    palette: Palette
    rows: dict[str, float]
    tops: dict[str, float]

    def middle(self, row: str) -> float:
        return self.tops[row] + self.rows[row] / 2

    def text(self, text: str, x: float, row: str, **more: object) -> Markup:
        shown: dict[str, object] = {"text_anchor": "middle", "font_size": 11, "fill": self.palette["ink2"]}
        return label(fitted(text, _COLUMN - 12, size=11), x=x, y=self.middle(row), **(shown | more))  # type: ignore[arg-type]


def journey_drawing(
    view: ServiceView, moments: Sequence[Moment], *, words: Words, levels: Levels, theme: Theme = "light"
) -> str:
    """The journey as SVG; a process without touchpoints gives an empty frame with its rows."""
    points = touchpoints_of(view.columns)
    timed = any(point.step.wait for point in points)
    rows = _ROWS if timed else _ROWS | {"waiting": _UNTIMED}
    sheet = _Sheet(words, levels, Palette(theme), rows, _tops(rows))
    width = _LEFT + max(len(points), 1) * _COLUMN + _PAD
    height = sum(rows.values())
    centres = [_LEFT + (i + 0.5) * _COLUMN for i in range(len(points))]
    drawn = [
        *_grounds(sheet, width),
        *_stages(sheet, stages_of(points)),
        *_waits(sheet, points, centres, width),
    ]
    ranked = {moment.key: moment for moment in moments}
    for point, x in zip(points, centres, strict=True):
        drawn += _column(sheet, point, x, ranked.get(point.step.key))
    title = words("service.journey_of", name=view.name)
    return frame(width, height, *drawn, title=title, text=sentence(view, moments, words), theme=theme)


def sentence(view: ServiceView, moments: Sequence[Moment], words: Words) -> str:
    """The journey in a sentence."""
    points = touchpoints_of(view.columns)
    text = words("service.journey_text", n=len(points), stages=len(stages_of(points)))
    first = [view.facts[moment.key].name for moment in moments if moment.rank == 1 and moment.low > 0]
    return words.sentences([text, words("service.first_moment", names=words.listed(first)) if first else ""])


def _tops(rows: dict[str, float]) -> dict[str, float]:
    tops, top = {}, 0.0
    for row, height in rows.items():
        tops[row] = top
        top += height
    return tops


def _grounds(sheet: _Sheet, width: float) -> list[Markup]:
    drawn = []
    for row, height in sheet.rows.items():
        top = sheet.tops[row]
        drawn.append(
            line(0, top + height, width, top + height, stroke=sheet.palette["line2"], stroke_width=1)
        )
        texts = lines_of(sheet.words(f"service.rows.{row}"), _LEFT - (70 if row == "waiting" else 20), most=4)
        start = sheet.middle(row) - 15 * (len(texts) - 1) / 2
        drawn += [
            label(text, x=10, y=start + 15 * i, fill=sheet.palette["ink2"], font_weight=600, font_size=12)
            for i, text in enumerate(texts)
        ]
    return drawn


def _stages(sheet: _Sheet, stages: Sequence[Stage]) -> list[Markup]:
    drawn, left = [], _LEFT
    for stage in stages:
        width = len(stage.touchpoints) * _COLUMN
        word = stage.channel or sheet.words("service.no_channel")
        drawn.append(
            el(
                "rect",
                x=left + 3,
                y=4,
                width=width - 6,
                height=_ROWS["stage"] - 8,
                rx=6,
                fill=sheet.palette["accent-soft"],
            )
        )
        drawn.append(
            label(
                fitted(word, width - 20),
                x=left + width / 2,
                y=_ROWS["stage"] / 2,
                font_size=12,
                text_anchor="middle",
                font_weight=600,
                fill=sheet.palette["accent-ink"],
            )
        )
        left += width
    return drawn


def _waits(
    sheet: _Sheet, points: Sequence[Touchpoint], centres: Sequence[float], width: float
) -> list[Markup]:
    """Median as a point, up to the 95 % quantile as a bar, the promise as a dotted line; on one axis."""
    times = [point.step.wait for point in points]
    promises = [point.step.promise_s for point in points if point.step.promise_s]
    ends = [t for wait in times if wait for t in (wait.median_s, wait.p95_s)] + [float(p) for p in promises]
    positive = [value for value in ends if value > 0]
    palette, words = sheet.palette, sheet.words
    if not any(times) or not positive:
        return [
            label(
                words("service.no_times"),
                x=_LEFT + 8,
                y=sheet.middle("waiting"),
                fill=palette["ink3"],
                font_size=11,
            )
        ]
    low = max(min(positive), 1.0) * 0.8
    top = sheet.tops["waiting"]
    up = Axis(
        low, max(max(positive) * 1.25, low * 4), top + sheet.rows["waiting"] - 14, top + 14, logarithmic=True
    )
    drawn = []
    for mark in _round_times(up.low, up.high):
        y = up(mark)
        drawn += [
            line(_LEFT, y, width - _PAD, y, stroke=palette["line"], stroke_width=1),
            label(
                words.duration(mark), x=_LEFT - 2, y=y, text_anchor="end", fill=palette["ink3"], font_size=10
            ),
        ]
    for point, x in zip(points, centres, strict=True):
        if point.step.promise_s:
            y = up(point.step.promise_s)
            drawn.append(
                line(x - 24, y, x + 24, y, stroke=palette["red"], stroke_width=1.5, stroke_dasharray="2 3")
            )
        if point.step.wait:
            drawn += _felt(sheet, point, x, up)
        else:
            drawn.append(sheet.text("—", x, "waiting", fill=palette["ink3"]))
    return drawn


def _round_times(low: float, high: float) -> list[float]:
    """Up to four times people count in, inside the limits and spread over them."""
    inside = [time for time in _TIMES_S if low <= time <= high]
    stride = -(-len(inside) // 4) or 1
    return inside[::stride]


def _felt(sheet: _Sheet, point: Touchpoint, x: float, up: Axis) -> list[Markup]:
    wait, palette = point.step.wait, sheet.palette
    assert wait is not None
    middle, high = up(max(wait.median_s, up.low)), up(max(wait.p95_s, up.low))
    return [
        line(x, middle, x, high, stroke=palette["plum"], stroke_width=3),
        line(x - 6, high, x + 6, high, stroke=palette["plum"], stroke_width=1.6),
        el("circle", cx=x, cy=middle, r=4, fill=palette["plum"]),
        label(sheet.words.duration(wait.median_s), x=x + 9, y=middle, font_size=11, fill=palette["ink"]),
        label(
            sheet.words.duration(wait.p95_s),
            x=x + 9,
            y=min(high, middle - 14),
            font_size=10,
            fill=palette["ink3"],
        ),
    ]


def _column(sheet: _Sheet, point: Touchpoint, x: float, moment: Moment | None) -> list[Markup]:
    step, words, palette = point.step, sheet.words, sheet.palette
    top = sheet.tops["touchpoint"]
    names = lines_of(step.name, _COLUMN - 28, size=12)
    drawn = [
        el(
            "rect",
            x=x - _COLUMN / 2 + 6,
            y=top + 8,
            width=_COLUMN - 12,
            height=_ROWS["touchpoint"] - 16,
            rx=6,
            fill=palette["surface"],
            stroke=palette["accent"],
            stroke_width=1.3,
        )
    ]
    start = sheet.middle("touchpoint") - 7.5 * (len(names) - 1)
    drawn += [
        label(
            name,
            x=x,
            y=start + 15 * i,
            text_anchor="middle",
            fill=palette["ink"],
            font_weight=600,
            font_size=12,
        )
        for i, name in enumerate(names)
    ]
    behind = (
        "—"
        if not point.behind
        else words("service.behind", n=len(point.behind), time=words.duration(point.behind_s))
    )
    kept = within_said(step.within, words) if step.within else kept_said(step)
    drawn += [
        sheet.text(behind, x, "behind"),
        sheet.text(kept, x, "promise"),
        sheet.text(count_said(step.reports, words), x, "reports"),
    ]
    drawn += _risk(sheet, point, x)
    if moment is not None:
        drawn += _moment(sheet, moment, x)
    return drawn


def _risk(sheet: _Sheet, point: Touchpoint, x: float) -> list[Markup]:
    if not point.step.level:
        return [sheet.text("—", x, "risk")]
    mark = sheet.levels[point.step.level]
    text = f"{mark.word} {point.step.risks}"
    return [
        shape(mark, x=x - 30, y=sheet.middle("risk"), size=10, palette=sheet.palette),
        sheet.text(text, x - 20, "risk", text_anchor="start"),
    ]


def _moment(sheet: _Sheet, moment: Moment, x: float) -> list[Markup]:
    low, high = math.floor(moment.low + 0.5), math.floor(moment.high + 0.5)
    score = f"{low}" if low == high else f"{low}–{high}"
    if moment.rank > MOST_MOMENTS or not moment.low:
        return [sheet.text(score, x, "moment")]
    y = sheet.middle("moment")
    return [
        el("rect", x=x - 34, y=y - 12, width=68, height=24, rx=5, fill=sheet.palette["ink"]),
        label(
            f"{moment.rank} · {score}",
            x=x,
            y=y,
            text_anchor="middle",
            fill=sheet.palette["surface"],
            font_size=12,
            font_weight=600,
        ),
    ]
