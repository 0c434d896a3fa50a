"""A risk over time: the yearly loss of every counting assessment, a line for each of the four stages."""

import math
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.safestring import mark_safe

from anlan.formats.report.drawing import Axis, frame, label, line, log_ticks, polyline, ticks
from anlan.formats.report.markup import Markup, el
from anlan.formats.report.tokens import Palette
from anlan.formats.report.words import Words, loss_unit
from anlan.web.common.templatetags.anlan import loss as loss_text
from anlan.web.common.texts import language, text
from anlan.web.risks.models import NOT_COUNTING, STAGES, Assessment

_WIDTH, _HEIGHT, _LEFT, _RIGHT, _TOP, _BOTTOM = 420.0, 190.0, 66.0, 16.0, 10.0, 30.0
INK = {"inherent": "slate", "current": "teal", "residual_expected": "plum", "residual_observed": "ochre"}
DASH = {"inherent": "2 3", "current": None, "residual_expected": "6 4", "residual_observed": "1 3"}


def counting(assessments: Sequence[Assessment]) -> list[Assessment]:
    """Those handed in and not sent back or withdrawn, first to last."""
    found = [a for a in assessments if a.state not in NOT_COUNTING and a.prepared_at]
    return sorted(found, key=lambda a: a.number)


def loss_trend(assessments: Sequence[Assessment]) -> dict[str, Any] | None:
    """Yearly loss with its interval; None with no loss. Losses in other units are left out."""
    known = [a for a in counting(assessments) if a.annual_loss is not None]
    if not known:
        return None
    unit = known[-1].loss_unit
    same = [a for a in known if a.loss_unit == unit]
    words, palette = Words(language()), Palette("page")
    top = max(max(a.annual_loss or 0.0, a.annual_loss_high or 0.0) for a in same) or 1.0
    low = _lowest(same)
    middle = math.sqrt(top * low) if low else top
    scaled = loss_unit(unit or "customer_min", largest=middle, words=words)
    up, marks = _losses(low, top, scaled.divisor)
    drawn: list[Any] = []
    for value in marks:
        drawn += [line(_LEFT, up(value), _WIDTH - _RIGHT, up(value), stroke=palette["line"]),
                  label(scaled.figure(value, words), x=_LEFT - 8, y=up(value), text_anchor="end",
                        fill=palette["ink3"], font_size=11)]  # fmt: skip
    times = Times([a.prepared_at for a in same if a.prepared_at])
    drawn += times.words(palette)
    for stage in STAGES:
        drawn += _stage([a for a in same if a.stage == stage], stage, times, up, palette)
    newest = same[-1]
    sentence = text(
        "trend.sentence", n=len(same), stage=text(f"risks.stages.{newest.stage}"),
        loss=loss_text(newest.annual_loss, unit),
    )  # fmt: skip
    svg = frame(_WIDTH, _HEIGHT, *drawn, title=text("trend.loss"), text=sentence, theme="page")
    return {
        "svg": mark_safe(svg), "sentence": sentence, "unit": scaled.label,
        "left_out": len(known) - len(same), "logarithmic": up.logarithmic,
    }  # fmt: skip


def _lowest(found: Sequence[Assessment]) -> float | None:
    """Lower end of a logarithmic axis where expected losses differ fifty times and more, else None."""
    means = [a.annual_loss for a in found if a.annual_loss]
    if not means or max(means) <= 50 * min(means):
        return None
    limits = [value for a in found for value in (a.annual_loss, a.annual_loss_low) if value]
    return max(min(limits), min(means) / 100)


def _losses(low: float | None, top: float, divisor: float) -> tuple[Axis, list[float]]:
    """The axis of losses with its marks: from 0, or logarithmic from `low`."""
    if low is None:
        marks = [value * divisor for value in ticks(0.0, top / divisor, about=4)]
        return Axis(0.0, marks[-1], _HEIGHT - _BOTTOM, _TOP), marks
    first = 10.0 ** math.floor(math.log10(low / divisor))
    last = 10.0 ** math.ceil(math.log10(top / divisor))
    marks = [value * divisor for value in log_ticks(first, last)]
    return Axis(first * divisor, last * divisor, _HEIGHT - _BOTTOM, _TOP, logarithmic=True), marks


def _stage(
    found: Sequence[Assessment], stage: str, times: "Times", up: Axis, palette: Palette
) -> list[Markup]:
    """A bar from limit to limit and a point at each assessment, joined by the stage's line."""
    ink, drawn = palette[INK[stage]], []
    points = [(times(a.prepared_at) + STAGES.index(stage) * 3, up(a.annual_loss or 0.0)) for a in found]
    if len(points) > 1:
        drawn.append(polyline(points, stroke=ink, stroke_width=1.6, stroke_dasharray=DASH[stage]))
    for a, (x, y) in zip(found, points, strict=True):
        if a.annual_loss_low is not None and a.annual_loss_high is not None:
            low, high = up(a.annual_loss_low), up(a.annual_loss_high)
            drawn.append(line(x, low, x, high, stroke=ink, stroke_width=1.2))
            drawn += [line(x - 4, at, x + 4, at, stroke=ink, stroke_width=1.2) for at in (low, high)]
        drawn.append(
            el("circle", cx=x, cy=y, r=4, fill=ink if a.state == "approved" else palette["surface"],
               stroke=ink, stroke_width=1.6)
        )  # fmt: skip
    return drawn


class Times:
    """Days along the drawing, with the first and the last one named."""

    def __init__(self, moments: Sequence[datetime | None]) -> None:
        known = [moment for moment in moments if moment is not None]
        self.first, self.last = min(known), max(known)
        self.span = max((self.last - self.first).total_seconds(), 1.0)

    def __call__(self, moment: datetime | None) -> float:
        share = ((moment or self.first) - self.first).total_seconds() / self.span
        return _LEFT + 12 + (_WIDTH - _LEFT - _RIGHT - 36) * share

    def words(self, palette: Palette) -> list[Markup]:
        first, last = (timezone.localtime(moment).strftime("%Y-%m-%d") for moment in (self.first, self.last))
        ends = [(first, _LEFT, "start")] + ([(last, _WIDTH - _RIGHT, "end")] if last != first else [])
        return [
            label(day, x=x, y=_HEIGHT - 10, text_anchor=anchor, fill=palette["ink3"])
            for day, x, anchor in ends
        ]
