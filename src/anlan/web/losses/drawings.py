"""The pictures of a loss year, drawn from its results in the page's colours and the reader's words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.safestring import SafeString, mark_safe

from anlan.formats.report.charts.loss_stages import loss_stages
from anlan.formats.report.charts.method_points import convergence_chart
from anlan.formats.report.charts.sensitivity_bars import tornado_chart
from anlan.formats.report.charts.tail_parts import MOST, tail_parts
from anlan.formats.report.tokens import Theme
from anlan.formats.report.words import Language, LossUnit, Words, loss_unit
from anlan.loop.quantify.loss_year.asking import MAIN_LEVEL
from anlan.loop.quantify.loss_year.parts import NodePart
from anlan.web.common.texts import language, text
from anlan.web.losses.figures import Part, Result, Row, chart_of, ranges_beyond, table_of
from anlan.web.losses.known import STAGES
from anlan.web.losses.models import LossYear
from anlan.web.losses.selectors import names_of, nodes_of


@dataclass(frozen=True)
class Told:
    """Losses in one unit for a page, in the language of the request."""

    unit: LossUnit
    words: Words
    language: Language

    def figure(self, value: float | None) -> str:
        return self.unit.figure(value, self.words)

    def with_unit(self, value: float | None) -> str:
        return self.unit.with_unit(value, self.words)


def told_of(year: LossYear, rows: Sequence[Row]) -> Told:
    """The unit that suits the value at risk of the current stage."""
    lang: Language = "en" if language() == "en" else "zh"
    current = [row.stages["current"].value for row in rows if "current" in row.stages]
    words = Words(lang)
    return Told(loss_unit(year.loss_unit, largest=max(current, default=0.0), words=words), words, lang)


def beyond_words(year: LossYear, result: Result, told: Told) -> str:
    """Where the current curve lies above the tolerance, in a sentence."""
    if not year.tolerance:
        return text("losses.curve.no_tolerance")
    ranges = ranges_beyond(year, result)
    if not ranges:
        return text("losses.curve.within")
    low, high = ranges[0][0], ranges[-1][1]
    if low == high:
        return text("losses.curve.beyond_at", loss=told.with_unit(low))
    return text("losses.curve.beyond", low=told.figure(low), high=told.with_unit(high))


def curve(
    year: LossYear, found: Mapping[str, Result], rows: Sequence[Row], told: Told, *, theme: Theme = "page"
) -> SafeString:
    """All stages against the tolerance."""
    stages = {s: chart["points"] for s in STAGES if s in found
              and (chart := chart_of(found[s], "loss_exceedance"))}  # fmt: skip
    at = {row.name: row.stages["current"].value for row in rows}
    tail = {row["probability_within"]: row["value_at_risk"] for row in table_of(found["current"], "tail")}
    marks = [
        {"name": "p90", "chance": 0.1, "value": at["p90"]},
        {"name": "var95", "chance": 0.05, "value": at["var95"]},
        {"name": "p99", "chance": 0.01, "value": tail[0.99]},
    ]
    sentence = text(
        "losses.curve.sentence", mean=told.with_unit(at["mean"]), var=told.with_unit(at["var95"]),
        cvar=told.with_unit(at["cvar95"]), against=beyond_words(year, found["current"], told),
    )  # fmt: skip
    data = {
        "stages": stages, "tolerance": year.tolerance, "unit": year.loss_unit, "sentence": sentence,
        "marks": [mark for mark in marks if mark["value"] > 0], "open": open_band(found["current"]),
    }  # fmt: skip
    return mark_safe(loss_stages(data, language=told.language, theme=theme))


def open_band(result: Result) -> list[Mapping[str, float]]:
    """Points of what open frequencies and sizes leave the curve; none of a run that did not ask."""
    chart = chart_of(result, "loss_exceedance")
    return list((chart or {}).get("open", ()))


def open_words(result: Result, told: Told) -> dict[str, str]:
    """Mean and tail over the draws of open parameters, each `low – high`; empty where there are none."""
    return {
        name: f"{told.figure(row['lower_limit'])} – {told.figure(row['upper_limit'])}"
        for name, row in zip(("mean", "var95", "cvar95"), table_of(result, "open_parameters"), strict=False)
    }


def curve_points(result: Result) -> list[Mapping[str, Any]]:
    """Points of the curve for its table, from where nearly all years lose more down to 0.1 %."""
    chart = chart_of(result, "loss_exceedance")
    points = [p for p in (chart or {"points": []})["points"] if 0.001 <= p["probability"] <= 0.995]
    return points[:: max(1, len(points) // 24)]


def drivers(year: LossYear, result: Result, told: Told) -> SafeString:
    """What moves the value at risk most, in the unit of the page."""
    chart = chart_of(result, "tornado")
    if chart is None:
        return mark_safe("")
    by = told.unit.divisor
    bars = [
        {**bar, "name": driver_name(year, bar["name"], told), "at_low": bar["at_low"] / by,
         "at_high": bar["at_high"] / by}
        for bar in chart["bars"][:MOST]
    ]  # fmt: skip
    data = {"base": chart["base"] / by, "share": chart["share"], "bars": bars}
    axis = text("losses.drivers.axis", unit=told.unit.label)
    return mark_safe(tornado_chart(data, language=told.language, theme="page", axis=axis))


def driver_name(year: LossYear, name: str, told: Told) -> str:
    """`R-0001 frequency` as the risk's title and which of its numbers."""
    code, _, which = name.rpartition(" ")
    return text(f"losses.drivers.{which}", risk=names_of(year, told.language).get(code, code))


def by_risk(year: LossYear, parts: Sequence[Part], told: Told) -> SafeString:
    names = names_of(year, told.language)
    bars = [
        {"name": names.get(part.code, part.code), "part": part.part, "share": part.share,
         "pieces": [part.part]}
        for part in parts
    ]  # fmt: skip
    return _parts(year, bars, told)


def by_node(year: LossYear, nodes: Sequence[NodePart], told: Told) -> SafeString:
    called = nodes_of(year, told.language)
    bars = [
        {
            "name": called.get(node.node, node.node),
            "part": node.part,
            "share": node.share,
            "pieces": [p for _, p in node.pieces],
        }
        for node in nodes
    ]
    return _parts(year, bars, told)


def _parts(year: LossYear, bars: list[dict[str, Any]], told: Told) -> SafeString:
    total = sum(bar["part"] for bar in bars)
    sentence = text("losses.parts.sentence", cvar=told.with_unit(total), level=MAIN_LEVEL)
    data = {"bars": bars, "unit": year.loss_unit, "sentence": sentence}
    return mark_safe(tail_parts(data, language=told.language, theme="page"))


def settling(result: Result, told: Told) -> SafeString:
    """How mean and CVaR settled as years were added, in the unit of the page."""
    chart = chart_of(result, "convergence")
    if chart is None:
        return mark_safe("")
    at = [
        {name: value if name == "years" else value / told.unit.divisor for name, value in each.items()}
        for each in chart["checkpoints"]
    ]
    data = {"checkpoints": at, "level": chart["level"]}
    return mark_safe(convergence_chart(data, language=told.language, theme="page"))
