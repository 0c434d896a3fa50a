"""One assessment by a chosen method: its numbers, charts, tables, what it rests on, what was given."""

from collections.abc import Mapping, Sequence
from typing import Any

from anlan.formats.report.charts.answer_drawings import Drawn, drawings_of
from anlan.formats.report.levels import chip, levels_named
from anlan.formats.report.markup import Markup, el
from anlan.formats.report.page import Section
from anlan.formats.report.sections.assessment_inputs import inputs_of, scrolled
from anlan.formats.report.words import NO_VALUE, Words

ASSESSMENT = "anlan.assessment/1"
_FIRST_ROWS, _PHONE = 20, 400.0


def assessment_sections(result: Mapping[str, Any], words: Words) -> list[Section]:
    """Sections in the order a reader asks: what comes out, how it looks, in detail, how far to trust it."""
    drawn = drawings_of(result, language=words.language, theme="page")
    figures = el("div", [_figure(each, words) for each in drawn])
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
    limits = _limits(headline, words)
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
    """The level as a chip where the bands tell its rank, else in words."""
    names = (result["bands"] or {}).get("levels") or []
    if result["level"] not in names:
        return el("b", words.plain("cli.method_level", level=result["level"]))
    return chip(levels_named(names, words)[result["level"]])


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


def _figure(drawn: Drawn, words: Words) -> Markup:
    """The drawing under its title, with the sentence that stands for it below."""
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
        class_="drawn",
        style=f"--natural:{drawn.width:g}px",
    )


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
    numeric = [
        all(
            (isinstance(row[at], int | float) and not isinstance(row[at], bool)) or row[at] is None
            for row in rows
        )
        for at in range(len(of["columns"]))
    ]
    head = [
        el("th", words.of(column["title"]), scope="col", class_="number" if number else None)
        for column, number in zip(of["columns"], numeric, strict=True)
    ]
    body = [
        el(
            "tr",
            [
                el("td", cell(v, words), class_="number" if n else None)
                for v, n in zip(row, numeric, strict=True)
            ],
        )
        for row in rows
    ]
    return scrolled(el("table", el("thead", el("tr", head)), el("tbody", body)), name=words.of(of["title"]))


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
    return f"{words.number(quantity['value'])}{blank}{unit}".strip(), _limits(quantity, words) or NO_VALUE


def _limits(quantity: Mapping[str, Any], words: Words) -> str:
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
