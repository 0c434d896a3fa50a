"""One assessment by a chosen method: its numbers, charts, tables, what it rests on, what was given."""

from collections.abc import Mapping, Sequence
from typing import Any

from anlan.formats.report.charts.methods import draw
from anlan.formats.report.generic import shown
from anlan.formats.report.markup import Markup, el
from anlan.formats.report.page import Section
from anlan.formats.report.words import NO_VALUE, Words

ASSESSMENT = "anlan.assessment/1"
_FIRST_ROWS = 20


def assessment_sections(result: Mapping[str, Any], words: Words) -> list[Section]:
    """Sections in the order a reader asks: what comes out, how it looks, in detail, how far to trust it."""
    drawn = [drawing for chart in result["charts"] if (drawing := _chart(chart, words))]
    return [
        Section("answer", words.plain("method_parts.answer"), _answer(result, words)),
        *([Section("charts", words.plain("method_parts.charts"), el("div", drawn))] if drawn else []),
        *(_table_section(each, words) for each in result["tables"]),
        Section("trust", words.plain("method_parts.trust"), _trust(result, words)),
        Section("given", words.plain("method_parts.inputs"), shown(result["inputs"], words)),
    ]


def _answer(result: Mapping[str, Any], words: Words) -> Markup:
    """The headline large, every number with its interval."""
    rows = [
        el("tr", el("th", words.of(q["title"]), scope="row"), *(el("td", text) for text in figure(q, words)))
        for q in result["quantities"]
    ]
    headings = words.plain("cli.headings.quantities").split("|")
    head = el("tr", [el("th", text, scope="col") for text in headings])
    level = el("p", words.plain("cli.method_level", level=result["level"])) if result["level"] else None
    return el("div", level, el("div", el("table", el("thead", head), el("tbody", rows)), class_="scroll"))


def _chart(chart: Mapping[str, Any], words: Words) -> Markup | None:
    drawing = draw(chart["kind"], chart["data"], language=words.language, theme="page")
    return None if drawing is None else el("figure", Markup(drawing))


def _table_section(of: Mapping[str, Any], words: Words) -> Section:
    return Section(f"table-{of['name']}", words.of(of["title"]), table_of(of, words))


def table_of(of: Mapping[str, Any], words: Words) -> Markup:
    """A table of the answer; rows beyond the first are folded behind their number."""
    if not of["rows"]:
        return el("p", NO_VALUE, class_="empty")
    first, rest = of["rows"][:_FIRST_ROWS], of["rows"][_FIRST_ROWS:]
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
        el("th", words.of(column["title"]), scope="col", class_="num" if number else None)
        for column, number in zip(of["columns"], numeric, strict=True)
    ]
    body = [
        el(
            "tr",
            [
                el("td", cell(v, words), class_="num" if n else None)
                for v, n in zip(row, numeric, strict=True)
            ],
        )
        for row in rows
    ]
    return el("div", el("table", el("thead", el("tr", head)), el("tbody", body)), class_="scroll")


def _trust(result: Mapping[str, Any], words: Words) -> Markup:
    """Warnings first, then assumptions, then where the numbers come from."""
    parts = [
        el(
            "ul",
            [el("li", words.plain(f"cli.method_{kind}", text=words.of(n["text"]))) for n in result[kind]],
        )
        for kind in ("warnings", "assumptions")
        if result[kind]
    ]
    code = result["method"]
    said = [el("p", words.plain(f"methods.{code}.{part}")) for part in ("formula", "limits", "source")]
    return el("div", parts, said)


def figure(quantity: Mapping[str, Any], words: Words) -> tuple[str, str]:
    """The value with its unit, and its interval with what it is."""
    unit, limits = words.of(quantity["unit_title"]), quantity["interval"]
    value = f"{words.number(quantity['value'])} {unit}".strip()
    if limits is None:
        return value, NO_VALUE
    kind = words.plain(f"method_intervals.{limits['kind']}")
    return value, f"{words.number(limits['low'])} – {words.number(limits['high'])} ({kind})"


def cell(value: Any, words: Words) -> str:
    """A cell of a table: text, number, flag, or a sentence in both languages."""
    if value is None:
        return NO_VALUE
    if isinstance(value, bool):
        return words.plain(f"method_flags.{str(value).lower()}")
    if isinstance(value, Mapping):
        return words.of(value)
    return words.number(value) if isinstance(value, int | float) else str(value)
