"""What estimates come to, as pictures: both distributions and the loss of a year."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.utils.safestring import mark_safe

from anlan.formats.report.drawing import Axis, frame, label, line, polyline, ticks
from anlan.formats.report.markup import Markup, el
from anlan.formats.report.tokens import Palette
from anlan.formats.report.words import LossUnit, Words, loss_unit
from anlan.formats.wording import number
from anlan.loop.quantify.estimate import outline
from anlan.studies.methods.carrying import Figure, Limits, risks_together
from anlan.web.common.templatetags.anlan import loss as loss_text
from anlan.web.common.texts import language, of, text, word
from anlan.web.risks.models import Criteria
from anlan.web.risks.services.carrying import Carried
from anlan.web.risks.services.estimating import CHECK_YEARS, MINUTES, Given, Scored

_WIDTH, _HEIGHT, _LEFT, _BOTTOM = 360.0, 190.0, 12.0, 34.0


def preview(found: Scored, given: Given, criteria: Criteria) -> dict[str, Any]:
    """Numbers and pictures of the page."""
    unit = given.loss_unit
    loss = found.loss.annual_loss
    return {
        "found": found,
        "unit": unit,
        "criteria": criteria,
        "loss": loss,
        "frequency": found.loss.frequency,
        "severity": found.loss.severity,
        "loss_words": [loss_text(value, unit) for value in (loss.estimate, loss.low, loss.high)],
        "check_words": [
            loss_text(v, unit) for v in (found.loss.check.value, found.loss.check.standard_error)
        ],
        "years": CHECK_YEARS,
        "seed": given.seed,
        "pictures": [
            _density(found.frequency, text("estimating.frequency"), text("estimating.per_year")),
            _density(found.severity, text("estimating.severity"), text(f"estimating.units.{unit}")),
            _curve(found.loss.curve, unit, found),
        ],
    }


def carried(found: Carried, result: Mapping[str, Any]) -> dict[str, Any]:
    """Numbers taken of a method's result as the page says them: name, value, interval, and what it is."""
    rows = []
    if found.frequency_figure:
        per_year = found.frequency and _limits(found.frequency, _plain, text("estimating.per_year"))
        rows.append(
            (text("estimating.frequency"), *(per_year or (_as_given(found.frequency_figure), "", "")))
        )
    if found.loss:
        said = _limits(found.loss, lambda value: loss_text(value, found.loss_unit))
        rows.append((text("estimating.annual_loss"), *said))
    if found.one_loss is not None:
        rows.append((text("estimating.one_loss"), loss_text(found.one_loss, MINUTES), "", ""))
    together = risks_together(result) if found.loss else 1
    return {"found": found, "rows": rows, "together": together if together > 1 else 0}


def _plain(value: float) -> str:
    return number(value, language())


def _as_given(figure: Figure) -> str:
    return f"{number(figure.value, language())} {of(figure.unit_title)}".strip()


def _limits(found: Limits, write: Callable[[float], str], unit: str = "") -> tuple[str, str, str]:
    """Value, interval, and what the interval is in words of the methods; the unit with the value alone."""
    value = f"{write(found.value)} {unit}".strip()
    if found.low is None or found.high is None:
        return value, "", ""
    kind = word(f"method_intervals.{found.interval}") or found.interval
    return value, f"{write(found.low)} – {write(found.high)}", kind


def _density(distribution: Any, title: str, unit: str) -> Markup:
    """How likely each value is; a single value is a line."""
    palette, points = Palette("page"), outline(distribution)
    values = [x for x, _ in points]
    low, high = min(values), max(values)
    low, high = (low, high) if high > low else (low * 0.5, high * 1.5)
    axis = Axis(low, high, _LEFT, _WIDTH - _LEFT)
    base = _HEIGHT - _BOTTOM
    most = max(y for _, y in points) or 1.0
    drawn: list[Any] = list(_scale(axis, base, palette))
    if len(points) > 1:
        way = [(axis(x), base - (base - 16) * y / most) for x, y in points]
        area = [(way[0][0], base), *way, (way[-1][0], base)]
        drawn += [
            el("path", d="M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in area) + "Z",
               fill=palette["accent-soft"]),
            polyline(way, stroke=palette["teal"], stroke_width=2),
        ]  # fmt: skip
    mean = axis(distribution.mean)
    drawn.append(line(mean, 16, mean, base, stroke=palette["ink"], stroke_dasharray="3 3"))
    shown = number(distribution.mean, language())
    anchor = "start" if mean < _WIDTH * 0.3 else "end" if mean > _WIDTH * 0.7 else "middle"
    drawn.append(label(shown, x=mean, y=8, fill=palette["ink"], text_anchor=anchor, font_weight=600))
    sentence = text("estimating.density", title=title, mean=shown, unit=unit)
    return mark_safe(frame(_WIDTH, _HEIGHT, *drawn, title=title, text=sentence, theme="page"))


def _curve(points: Sequence[tuple[float, float]], unit: str, found: Scored) -> Markup:
    """Probability that a year loses more."""
    palette, base = Palette("page"), _HEIGHT - _BOTTOM
    high = max(points[-1][0], 1e-9)
    axis, up = Axis(0.0, high, 44.0, _WIDTH - _LEFT), Axis(0.0, 1.0, base, 14.0)
    drawn: list[Any] = list(_scale(axis, base, palette, unit=unit))
    for share in (0.0, 0.5, 1.0):
        drawn += [line(44, up(share), _WIDTH - _LEFT, up(share), stroke=palette["line"]),
                  label(f"{share:.0%}", x=38, y=up(share), fill=palette["ink3"], text_anchor="end",
                        font_size=11)]  # fmt: skip
    way: list[tuple[float, float]] = [(axis(0.0), up(1.0))]
    for loss, higher in points:
        way += [(axis(loss), way[-1][1]), (axis(loss), up(higher))]
    limits = found.loss.annual_loss
    drawn.append(
        el("rect", x=axis(limits.low), y=14, width=max(1.0, axis(limits.high) - axis(limits.low)),
           height=base - 14, fill=palette["accent-soft"])
    )  # fmt: skip
    drawn.append(polyline(way, stroke=palette["teal"], stroke_width=2))
    mean = axis(limits.estimate)
    drawn.append(line(mean, 14, mean, base, stroke=palette["ink"], stroke_dasharray="3 3"))
    sentence = text(
        "estimating.curve_sentence", mean=loss_text(limits.estimate, unit), low=loss_text(limits.low, unit),
        high=loss_text(limits.high, unit),
    )  # fmt: skip
    title = text("estimating.curve")
    return mark_safe(frame(_WIDTH, _HEIGHT, *drawn, title=title, text=sentence, theme="page"))


def _scale(axis: Axis, base: float, palette: Palette, *, unit: str = "") -> list[Markup]:
    """Round marks; of losses in the unit that suits the largest, named at the last mark."""
    words = Words(language())
    scaled = loss_unit(unit, largest=axis.high, words=words) if unit else LossUnit("", 1.0)
    marks = [
        value * scaled.divisor
        for value in ticks(axis.low / scaled.divisor, axis.high / scaled.divisor, about=4)
    ]
    inside = [value for value in marks if axis.low <= value <= axis.high * 1.0001]
    parts = [line(axis.start, base, axis.end, base, stroke=palette["line2"])]
    for value in inside:
        near_end = axis(value) > axis.end - 24
        shown = scaled.with_unit(value, words) if value == inside[-1] else scaled.figure(value, words)
        parts.append(
            label(
                shown.strip(), x=axis(value), y=base + 14, fill=palette["ink3"], font_size=11,
                text_anchor="end" if near_end else "start" if axis(value) < axis.start + 12 else "middle",
            )
        )  # fmt: skip
    return parts
