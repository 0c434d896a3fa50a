"""One assessment by a chosen method: its numbers, charts, tables, what it rests on, what was given."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from anlan.formats.report.charts.answer_drawings import Drawn, drawings_of
from anlan.formats.report.charts.tables import chart_table
from anlan.formats.report.levels import LevelMark, chip, levels_named
from anlan.formats.report.markup import Markup, el
from anlan.formats.report.page import Section
from anlan.formats.report.sections.assessment_inputs import inputs_of, scrolled
from anlan.formats.report.words import NO_VALUE, Words

ASSESSMENT = "anlan.assessment/1"
_MOMENT = re.compile(r"(\d{4}-)?\d\d-\d\d( \d\d:\d\d)?|(\d+·)?\d\d:\d\d")
_FIRST_ROWS, _PHONE, _MOST_POINTS = 20, 400.0, 200


def assessment_sections(result: Mapping[str, Any], words: Words) -> list[Section]:
    """Sections in the order a reader asks: what comes out, how it looks, in detail, how far to trust it."""
    drawn = drawings_of(result, language=words.language, theme="page")
    charts = result["charts"]
    figures = el("div", [_figure(each, charts[each.number - 1], words) for each in drawn])
    return [
        Section("answer", words.plain("method_parts.answer"), _answer(result, words)),
        *([Section("charts", words.plain("method_parts.charts"), figures)] if drawn else []),
        *(_table_section(each, words) for each in result["tables"]),
        Section("trust", words.plain("method_parts.trust"), _trust(result, words)),
        Section("given", words.plain("method_parts.given"), inputs_of(result, words)),
    ]


def _answer(result: Mapping[str, Any], words: Words) -> Markup:
    """The headline large with its interval and level, what warns of it, then the other numbers."""
    headline, *others = result["quantities"]
    return el("div", _headline(headline, result, words), _warnings(result, words), _others(others, words))


def _headline(headline: Mapping[str, Any], result: Mapping[str, Any], words: Words) -> Markup:
    limits = limits_of(headline, words)
    return el(
        "div",
        el("p", words.of(headline["title"]), class_="term"),
        el(
            "p",
            el("b", words.number(headline["value"])),
            " ",
            el("span", words.of(headline["unit_title"]), class_="unit"),
            class_="value",
        ),
        el("p", limits, class_="limits") if limits else None,
        el("p", _level(result, words), class_="level") if result["level"] else None,
        class_="headline",
    )


def _level(result: Mapping[str, Any], words: Words) -> Markup:
    """The level as a chip where its rank is known, else in words."""
    mark = level_mark(result, words)
    return chip(mark) if mark else el("b", words.plain("cli.method_level", level=result["level"]))


def level_mark(result: Mapping[str, Any], words: Words) -> LevelMark | None:
    """The level among those of the bands, or of what is drawn (a matrix, an index); None where no list tells
    its rank."""
    lists = [(result["bands"] or {}).get("levels"), *(c["data"].get("levels") for c in result["charts"])]
    names = next((each for each in lists if each and result["level"] in each), None)
    return levels_named(names, words)[result["level"]] if names else None


def _warnings(result: Mapping[str, Any], words: Words) -> Markup | None:
    if not result["warnings"]:
        return None
    said = [el("li", words.of(each["text"])) for each in result["warnings"]]
    return el("div", el("ul", said), class_="message warn", role="note")


def _others(quantities: Sequence[Mapping[str, Any]], words: Words) -> Markup | None:
    if not quantities:
        return None
    rows = []
    for each in quantities:
        value, limits = figure(each, words)
        title = el("th", words.of(each["title"]), scope="row")
        rows.append(el("tr", title, el("td", value, class_="number"), el("td", limits)))
    name, value, limits = words.plain("cli.headings.quantities").split("|")
    head = el(
        "tr",
        el("th", name, scope="col"),
        el("th", value, scope="col", class_="number"),
        el("th", limits, scope="col"),
    )
    return scrolled(el("table", el("thead", head), el("tbody", rows)), name=name)


def _figure(drawn: Drawn, chart: Mapping[str, Any], words: Words) -> Markup:
    """The drawing under its title, the sentence that stands for it below, and its table behind a switch."""
    return el(
        "figure",
        el("h3", Markup(drawn.title)),
        el("p", words("swipe"), class_="swipe") if drawn.width > _PHONE else None,
        el(
            "div",
            Markup(drawn.svg),
            class_="drawing",
            tabindex="0",
            role="group",
            aria_label=Markup(drawn.title),
        ),
        el("figcaption", Markup(drawn.sentence)),
        el("details", el("summary", words("chart_table.show")), _chart_table(drawn, chart, words)),
        class_="drawn",
        style=f"--natural:{drawn.width:g}px",
    )


def _chart_table(drawn: Drawn, chart: Mapping[str, Any], words: Words) -> Markup:
    made = chart_table(chart["kind"], chart["data"], words)
    return _grid(made.headings, made.rows[:_MOST_POINTS], words, name=drawn.shown_title)


def _table_section(of: Mapping[str, Any], words: Words) -> Section:
    return Section(f"table-{of['name']}", words.of(of["title"]), table_of(of, words))


def table_of(of: Mapping[str, Any], words: Words, *, whole: bool = False) -> Markup:
    """A table of the answer; rows beyond the first are folded behind their number, or else it is whole."""
    if not of["rows"]:
        return el("p", NO_VALUE, class_="empty")
    first, rest = (of["rows"], []) if whole else (of["rows"][:_FIRST_ROWS], of["rows"][_FIRST_ROWS:])
    shown_first = _rows(of, first, words)
    if not rest:
        return shown_first
    more = words.plain("method_parts.more_rows", n=len(rest))
    return el("div", shown_first, el("details", el("summary", more), _rows(of, rest, words)))


def _rows(of: Mapping[str, Any], rows: Sequence[Sequence[Any]], words: Words) -> Markup:
    headings = [words.of(column["title"]) for column in of["columns"]]
    return _grid(headings, rows, words, name=words.of(of["title"]))


def _grid(headings: Sequence[str], rows: Sequence[Sequence[Any]], words: Words, *, name: str) -> Markup:
    numeric = [
        all(
            (isinstance(row[at], int | float) and not isinstance(row[at], bool)) or row[at] is None
            for row in rows
        )
        for at in range(len(headings))
    ]
    head = [
        el("th", heading, scope="col", class_="number" if number else None)
        for heading, number in zip(headings, numeric, strict=True)
    ]
    body = [
        el(
            "tr",
            [
                el("td", cell(v, words), class_="number" if n else _css(v))
                for v, n in zip(row, numeric, strict=True)
            ],
        )
        for row in rows
    ]
    return scrolled(el("table", el("thead", el("tr", head)), el("tbody", body)), name=name)


def _css(value: Any) -> str | None:
    """Days and times of day stay on their line."""
    return "code" if isinstance(value, str) and _MOMENT.fullmatch(value) else None


def _trust(result: Mapping[str, Any], words: Words) -> Markup:
    """Assumptions, then how it is computed, what it cannot say and where it comes from."""
    code = result["method"]
    assumed = [el("li", words.of(each["text"])) for each in result["assumptions"]]
    said = [
        el(
            "div",
            el("h3", words.plain(f"method_parts.{part}")),
            el("p", words.plain(f"methods.{code}.{part}")),
        )
        for part in ("formula", "limits", "source")
    ]
    heading = el("h3", words.plain("method_parts.assumptions"))
    return el("div", [heading, el("ul", assumed)] if assumed else None, said)


def figure(quantity: Mapping[str, Any], words: Words) -> tuple[str, str]:
    """The value with its unit, and its interval with what it is."""
    unit = words.of(quantity["unit_title"])
    blank = "" if unit.startswith("（") else " "
    return f"{words.number(quantity['value'])}{blank}{unit}".strip(), limits_of(quantity, words) or NO_VALUE


def limits_of(quantity: Mapping[str, Any], words: Words) -> str:
    """What the interval is and its ends; empty without one."""
    limits = quantity["interval"]
    if limits is None:
        return ""
    kind = words.plain(f"method_intervals.{limits['kind']}")
    return f"{kind} [{words.number(limits['low'])}, {words.number(limits['high'])}]"


def cell(value: Any, words: Words) -> str:
    """A cell of a table: text, number, flag, or a sentence in both languages."""
    if value is None:
        return NO_VALUE
    if isinstance(value, bool):
        return words.plain(f"method_flags.{str(value).lower()}")
    if isinstance(value, Mapping):
        return words.of(value)
    return words.number(value) if isinstance(value, int | float) else str(value)
