"""How often a standard was kept, month by month: a point for the share, a bar for its interval."""

from collections.abc import Sequence
from typing import Any

from django.utils.safestring import mark_safe

from anlan.formats import wording
from anlan.formats.report.drawing import Axis, frame, label, line, polyline, ticks
from anlan.formats.report.markup import el
from anlan.formats.report.tokens import Palette
from anlan.web.catalog.standards.selectors import MonthShare
from anlan.web.common.texts import language, text

_WIDTH, _HEIGHT, _LEFT, _RIGHT, _TOP, _BOTTOM = 420.0, 170.0, 44.0, 10.0, 10.0, 42.0


def kept_trend(months: Sequence[MonthShare]) -> dict[str, Any] | None:
    """The drawing with its sentence; None where no month has an entry."""
    told = [(place, month, month.share) for place, month in enumerate(months) if month.share is not None]
    if not told:
        return None
    palette = Palette("page")
    marks = ticks(min(share.low for _, _, share in told), 1.0, about=4)
    marks = [mark for mark in marks if mark <= 1.0001]
    up = Axis(marks[0], 1.0, _HEIGHT - _BOTTOM, _TOP)
    step = (_WIDTH - _LEFT - _RIGHT) / len(months)
    drawn: list[Any] = []
    for mark in marks:
        drawn += [line(_LEFT, up(mark), _WIDTH - _RIGHT, up(mark), stroke=palette["line"]),
                  label(wording.percent(mark, language()).replace(".0", ""), x=_LEFT - 6, y=up(mark),
                        text_anchor="end", fill=palette["ink3"], font_size=11)]  # fmt: skip
    centre = [_LEFT + step * (place + 0.5) for place in range(len(months))]
    drawn += _month_words(months, centre, palette)
    if len(told) > 1:
        points = [(centre[place], up(share.estimate)) for place, _, share in told]
        drawn.append(polyline(points, stroke=palette["teal"], stroke_width=1.2, stroke_dasharray="2 3"))
    for place, _, share in told:
        x, low, high = centre[place], up(share.low), up(share.high)
        drawn.append(line(x, low, x, high, stroke=palette["teal"], stroke_width=1.4))
        drawn += [line(x - 4, y, x + 4, y, stroke=palette["teal"], stroke_width=1.4) for y in (low, high)]
        drawn.append(el("circle", cx=x, cy=up(share.estimate), r=3.6, fill=palette["teal"]))
    first, last = told[0][1], told[-1][1]
    sentence = text(
        "standards.trend.sentence", n=len(told), first=first.month.strftime("%Y-%m"),
        last=last.month.strftime("%Y-%m"), kept=last.kept, of=last.n, share=last.kept / last.n,
    )  # fmt: skip
    svg = frame(_WIDTH, _HEIGHT, *drawn, title=text("standards.trend.title"), text=sentence, theme="page")
    return {"svg": mark_safe(svg), "sentence": sentence}


def _month_words(months: Sequence[MonthShare], centre: Sequence[float], palette: Palette) -> list[Any]:
    """The month below each place, the year below the first and every January; how many entries above it."""
    words: list[Any] = []
    for place, month in enumerate(months):
        x = centre[place]
        words.append(label(str(month.month.month), x=x, y=_HEIGHT - _BOTTOM + 14, text_anchor="middle",
                           fill=palette["ink2" if month.n else "ink3"], font_size=11))  # fmt: skip
        if place == 0 or month.month.month == 1:
            words.append(label(str(month.month.year), x=x, y=_HEIGHT - 12, text_anchor="middle",
                               fill=palette["ink3"], font_size=11))  # fmt: skip
    return words
