"""What can be done: measures, redesign ideas, indicators to watch, plans to keep ready."""

from collections.abc import Mapping
from typing import Any

from anlan.formats.report.charts.control import UnitScale, control_chart, shared_unit, unit_scale
from anlan.formats.report.charts.frontier import treatment_frontier
from anlan.formats.report.drawing import Axis
from anlan.formats.report.markup import Markup, el
from anlan.formats.report.page import Column, Page, Section
from anlan.formats.report.tokens import Palette
from anlan.formats.report.words import NO_VALUE, loss_unit, plain_unit
from anlan.formats.wording import DurationUnit

_CHARTS = 24


def action_sections(page: Page) -> list[Section]:
    words = page.words
    return [
        Section("treatments", words("treat.heading"), _treatments(page)),
        Section("ideas", words("improve.heading"), _ideas(page)),
        Section("indicators", words("monitor.heading"), _indicators(page)),
        Section("plans", words("respond.heading"), _plans(page)),
    ]


def _treatments(page: Page) -> Markup:
    treatments, words = page.result["treatments"], page.words
    if not treatments["candidates"]:
        return el("div", page.empty("treatments", "treat.none"), _to_examine(page))
    unit = plain_unit(treatments["cost_unit"], words)
    if treatments["budget"] is None:
        intro = words("treat.no_budget")
    else:
        proof = (
            words("treat.proven")
            if treatments["proven_optimal"]
            else words("treat.gap", gap=treatments["gap"])
        )
        intro = words.sentences(
            [words("treat.budget", budget=f"{words.number(treatments['budget'])} {unit}"), proof, *_set(page)]
        )
    return el(
        "div",
        el("p", intro, class_="intro"),
        _frontier(page),
        _candidates(page),
        _to_examine(page),
        page.remarks("treatments"),
    )


def _set(page: Page) -> list[str]:
    """What the chosen measures do together, and how sure it is that they are the best."""
    chosen, words = page.result["treatments"]["chosen_set"], page.words
    if not page.has_measures():
        return []
    joint, mean = chosen["reduction"], page.result["portfolio"]["mean"] or 0.0
    together = words(
        "treat.together",
        reduction=page.loss.with_unit(joint["estimate"], words),
        limits=words.limits(joint, divisor=page.loss.divisor),
        level=joint["level"],
        share=joint["estimate"] / mean if mean > 0 else 0.0,
    )
    regret = page.loss.with_unit(chosen["regret"], words)
    return [together, words("treat.rivals", share=chosen["rival_share"], regret=regret)]


def _frontier(page: Page) -> Markup:
    treatments, words = page.result["treatments"], page.words
    if len(treatments["frontier"]) < 2:
        return page.empty("treatments.frontier", "frontier.none")
    unit = plain_unit(treatments["cost_unit"], words)
    columns = (
        Column(words("frontier.x", unit=unit), "number"),
        Column(words("frontier.y", unit=page.loss.label), "number"),
        Column(words("frontier.range"), "number"),
    )
    rows = [
        (
            words.number(cost),
            page.loss.figure(loss, words),
            words.limits(interval, divisor=page.loss.divisor),
        )
        for (cost, loss), interval in zip(
            treatments["frontier"], treatments["frontier_intervals"], strict=True
        )
    ]
    drawing = treatment_frontier(page.result, language=words.language, theme="page")
    return page.figure(drawing, words("frontier.caption"), kind="middle", data=page.numbers(columns, rows))


def _candidates(page: Page) -> Markup:
    """Every candidate with its range; the chosen ones first, with their share in the joint effect."""
    treatments, words = page.result["treatments"], page.words
    chosen = {m["code"]: m for m in treatments["chosen"]}
    ordered = sorted(
        treatments["candidates"], key=lambda c: (c["code"] not in chosen, -_estimate(c), c["code"])
    )
    top = max((c["reduction"]["high"] for c in ordered if c["reduction"]), default=0.0)
    unit = plain_unit(treatments["cost_unit"], words)
    columns = (
        Column(words("treat.chosen")),
        Column(words("fields.measure"), "wide"),
        Column(words("fields.risks")),
        Column(words("treat.cost", unit=unit), "number"),
        Column(words("treat.reduction", unit=page.loss.label), "number"),
        Column(words("treat.range")),
        Column(words("treat.share", unit=page.loss.label), "number"),
    )
    rows = [
        (
            el("span", "✓", class_="tick", title=words("treat.chosen")) if c["code"] in chosen else "",
            _measure(c, page),
            page.risk_links(c["risks"], most=3),
            _estimated(c["cost"], 1.0, page),
            _estimated(c["reduction"], page.loss.divisor, page),
            _range(c["reduction"], top, solid=c["code"] in chosen),
            _estimated(chosen[c["code"]]["interval"], page.loss.divisor, page)
            if c["code"] in chosen
            else NO_VALUE,
        )
        for c in ordered
    ]
    levels = [c["reduction"]["level"] for c in ordered if c["reduction"]]
    return page.table(
        columns,
        rows,
        caption=words("treat.caption", level=words.axis_percent(max(levels, default=0.0))),
        most=20,
    )


def _to_examine(page: Page) -> Markup | None:
    """Controls whose links are too weak to be counted, for people to judge."""
    links, words = page.result["treatments"]["to_examine"], page.words
    if not links:
        return None
    columns = (
        Column(words("fields.measure"), "wide"),
        Column(words("fields.risks")),
        Column(words("treat.strength"), "number"),
        Column(words("treat.link"), "wide"),
    )
    rows = [
        (
            el("span", words.of(link["title"]), el("small", link["code"])),
            page.risk_links(link["risks"], most=3),
            words.number(max(link["strengths"])),
            words.of(link["reason"]),
        )
        for link in links
    ]
    return page.table(columns, rows, caption=words("treat.to_examine", n=len(links)), most=8)


def _estimated(interval: Mapping[str, float] | None, divisor: float, page: Page) -> Markup | str:
    """Estimate above its limits, so that the column stays narrow."""
    if interval is None:
        return NO_VALUE
    figure = page.words.number(interval["estimate"] / divisor)
    return el("span", figure, el("small", page.words.limits(interval, divisor=divisor)))


def _estimate(candidate: Mapping[str, Any]) -> float:
    return float(candidate["reduction"]["estimate"]) if candidate["reduction"] else 0.0


def _measure(candidate: Mapping[str, Any], page: Page) -> Markup:
    words = page.words
    links = []
    if candidate["requires"]:
        links.append(words("treat.requires", codes=words.listed(candidate["requires"])))
    if candidate["excludes"]:
        links.append(words("treat.excludes", codes=words.listed(candidate["excludes"])))
    if candidate["assumed"]:
        links.append(words("treat.assumed"))
    note = " · ".join([candidate["code"], *links])
    return el("span", words.of(candidate["title"]), el("small", note))


def _range(interval: Mapping[str, float] | None, top: float, *, solid: bool) -> Markup | str:
    """Dot and whisker on a scale that all rows share."""
    if interval is None or top <= 0:
        return NO_VALUE
    palette, axis = Palette("page"), Axis(min(0.0, interval["low"]), top, 4, 96)
    low, high, x = axis(interval["low"]), axis(interval["high"]), axis(interval["estimate"])
    colour = palette["teal" if solid else "slate"]
    return el(
        "svg",
        el("path", d="M4 2V16", stroke=palette["line2"]),
        el("path", d=f"M{low:.1f} 9H{high:.1f}", stroke=colour, stroke_width=1.8),
        el(
            "circle",
            cx=x,
            cy=9,
            r=4,
            fill=colour if solid else palette["surface"],
            stroke=colour,
            stroke_width=1.5,
        ),
        class_="range",
        viewBox="0 0 100 18",
        aria_hidden="true",
    )


def _ideas(page: Page) -> Markup:
    ideas, words = page.result["improve"], page.words
    if not ideas:
        return page.empty("improve", "improve.none")
    return el(
        "div",
        [
            el(
                "article",
                el(
                    "header",
                    el("h3", words.of(idea["title"])),
                    el("code", idea["operator"]),
                    page.risk_link(idea["risk"]),
                ),
                el("p", words.of(idea["statement"])),
                page.pairs(
                    [
                        (words("fields.nodes"), page.names(idea["nodes"], limit=32)),
                        (
                            words("improve.touched"),
                            _touched(idea, page),
                        ),
                        (words("improve.check"), words.of(idea["check"])),
                    ],
                    kind="pairs sheet",
                ),
                class_="risk",
            )
            for idea in ideas
        ],
    )


def _touched(idea: Mapping[str, Any], page: Page) -> str:
    unit = loss_unit("customer_min", largest=idea["delay_min"], words=page.words)
    time = unit.with_unit(idea["delay_min"], page.words)
    return page.words("improve.share", share=idea["delay_share"], time=time)


def _indicators(page: Page) -> Markup:
    indicators, words = page.result["monitor"], page.words
    if not indicators:
        return page.empty("monitor", "monitor.none")
    charts = [_chart(indicator, page) for indicator in indicators[:_CHARTS]]
    columns = (
        Column(words("fields.indicator"), "wide"),
        Column(words("fields.baseline"), "number"),
        Column(words("fields.limits"), "number"),
        Column(words("fields.fire_clear"), "number"),
        Column(words("fields.risk")),
    )
    notes = _Notes()
    unit = shared_unit(indicators, words)
    rows = [_indicator_row(indicator, unit, notes, page) for indicator in indicators]
    return el(
        "div",
        el("p", words("monitor.intro"), class_="intro"),
        el("div", charts, class_="multiples"),
        page.table(columns, rows, caption=words("monitor.caption"), most=24),
        el("ol", [el("li", note) for note in notes.texts], class_="notes") if notes.texts else None,
        page.remarks("monitor"),
    )


def _chart(indicator: Mapping[str, Any], page: Page) -> Markup:
    words, scale = page.words, unit_scale(indicator, page.words)
    heading = el(
        "span", el("b", words.of(indicator["title"])), el("span", scale.label, class_="unit"), class_="head"
    )
    drawing = control_chart(indicator, language=words.language, theme="page", working=words.working)
    return page.figure(
        drawing,
        words(
            "monitor.chart",
            kind=words.term("charts", indicator["chart"]),
            grain=words(f"grains.{indicator['grain']}"),
            n=indicator["points"],
        ),
        data=heading,
        kind="small",
    )


class _Notes:
    """Notes that many rows share, each written once under the table and numbered."""

    def __init__(self) -> None:
        self.texts: list[str] = []

    def number(self, text: str) -> int:
        if text not in self.texts:
            self.texts.append(text)
        return self.texts.index(text) + 1


def _indicator_row(
    indicator: Mapping[str, Any], unit: DurationUnit, notes: _Notes, page: Page
) -> tuple[Any, ...]:
    """`unit`: of all durations in the table."""
    words, scale = page.words, unit_scale(indicator, page.words, unit)
    kind = [words(f"directions.{indicator['direction']}"), words(f"grains.{indicator['grain']}")]
    marks = [str(notes.number(words.of(note))) for note in indicator["notes"]]
    if marks:
        kind.append(words("monitor.see_notes", numbers=words.listed(marks)))
    name = el(
        "span",
        words.of(indicator["title"]),
        el("small", " · ".join(kind)),
        el("small", words.of(indicator["definition"])),
    )
    return (
        name,
        scale.with_unit(indicator["baseline"]),
        _pair(indicator, "lower_limit", "upper_limit", scale),
        _pair(indicator, "fire", "clear", scale),
        page.risk_link(indicator["risk"]) if indicator["risk"] else NO_VALUE,
    )


def _pair(indicator: Mapping[str, Any], first: str, second: str, scale: UnitScale) -> Markup | str:
    """Two values one below the other; one dash where neither is known."""
    if indicator[first] is None and indicator[second] is None:
        return NO_VALUE
    shown = (scale.with_unit(indicator[first]), scale.with_unit(indicator[second]))
    return el("span", shown[0], el("br"), shown[1], class_="pair")


def _plans(page: Page) -> Markup:
    plans, _words = page.result["respond"], page.words
    if not plans:
        return page.empty("respond", "respond.none")
    ordered = sorted(plans, key=lambda plan: (plan["status"] != "applies", plan["plan"]))
    return el("div", [_plan(plan, page) for plan in ordered])


def _plan(plan: Mapping[str, Any], page: Page) -> Markup:
    words = page.words
    columns = (
        Column("", "number"),
        Column(words("respond.step"), "wide"),
        Column(words("respond.role")),
        Column(words("respond.minutes"), "number"),
    )
    rows = [
        (i, words.of(step["text"]), words.roles(step["role"]), _minutes(step, page))
        for i, step in enumerate(plan["steps"], start=1)
    ]
    state = el("span", words(f"respond.{plan['status']}"), class_=f"state {plan['status']}")
    return el(
        "article",
        el("header", state, el("h3", words.of(plan["title"])), el("code", plan["plan"])),
        el("p", words.of(plan["reason"])),
        page.pairs(
            [
                (words("respond.start"), words.of(plan["start_condition"])),
                (words("fields.risks"), page.risk_links(plan["risks"])),
                (words("fields.source"), words.source(plan["source"])),
            ],
            kind="pairs sheet",
        ),
        page.table(columns, rows, kind="steps"),
        class_="risk",
    )


def _minutes(step: Mapping[str, Any], page: Page) -> str:
    return (
        page.words.number(step["minutes"])
        if step["minutes"] is not None
        else step["minutes_text"] or NO_VALUE
    )
