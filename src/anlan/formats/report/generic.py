"""Any value of a result as terms and tables, where no section of the report knows it better."""

from collections.abc import Mapping, Sequence
from typing import Any

from anlan.formats.messages import messages
from anlan.formats.report.markup import Markup, el, escape
from anlan.formats.report.page import MOST_ROWS, Section, name_of
from anlan.formats.report.words import NO_VALUE, Words

_MOST_ROWS = 200
_MOST_COLUMNS = 9
_DEEPEST = 3


def generic_section(name: str, value: Any, words: Words) -> Section:
    """A section that shows `value` under its name."""
    return Section(name.replace("_", "-"), heading(name, words), shown(value, words))


def heading(name: str, words: Words) -> str:
    """The report's word for a field; the name itself where it has none."""
    known = messages(words.language)
    for group in ("fields", "workbook_fields", "parts"):
        if f"report.{group}.{name}" in known:
            return known.text(f"report.{group}.{name}")
    return name.replace("_", " ")


def shown(value: Any, words: Words, *, depth: int = 0) -> Markup:
    """A list of records as a table, other records as terms, anything else as one line."""
    if _is_records(value):
        return _records(value, words, depth)
    if isinstance(value, Mapping) and not _is_cell(value):
        return _terms(value, words, depth)
    return el("p", _cell(value, words))


def _terms(values: Mapping[str, Any], words: Words, depth: int) -> Markup:
    """Short values first as pairs, then what needs room of its own."""
    short = {name: value for name, value in values.items() if _is_cell(value)}
    pairs = [
        el("div", el("dt", heading(name, words)), el("dd", _cell(value, words)))
        for name, value in short.items()
    ]
    long = [
        el("div", el("h3", heading(name, words)), shown(value, words, depth=depth + 1))
        for name, value in values.items()
        if name not in short and depth < _DEEPEST
    ]
    return el("div", el("dl", pairs, class_="pairs") if pairs else None, long)


def _records(rows: Sequence[Any], words: Words, depth: int) -> Markup:
    """One row per record; entries that do not fit a cell are left to the result file."""
    if not rows:
        return el("p", NO_VALUE, class_="empty")
    flat = [_flat(row) for row in rows]
    names = list(dict.fromkeys(name for row in flat for name in row))[:_MOST_COLUMNS]
    numeric = {name: all(isinstance(row.get(name), int | float | None) for row in flat) for name in names}
    head = el("tr", [el("th", heading(n, words), scope="col", class_=_css(numeric[n])) for n in names])
    body = [
        el("tr", [el("td", _cell(row.get(n), words), class_=_css(numeric[n])) for n in names])
        for row in flat[:_MOST_ROWS]
    ]
    first, rest, more = body[:MOST_ROWS], body[MOST_ROWS:], len(rows) - _MOST_ROWS
    return el(
        "div",
        _table(head, first),
        el("details", el("summary", words("show_rows", n=len(rest))), _table(head, rest), class_="rest")
        if rest
        else None,
        el("p", words("more_rows", n=more), class_="caption") if more > 0 else None,
        class_="tabled",
    )


def _table(head: Markup, body: Sequence[Markup]) -> Markup:
    return el("div", el("table", el("thead", head), el("tbody", body)), class_="scroll")


def _flat(row: Any) -> dict[str, Any]:
    """The cells of a record, those of a record inside it by their own names."""
    if not isinstance(row, Mapping):
        return {str(i + 1): value for i, value in enumerate(row)}
    cells: dict[str, Any] = {}
    for name, value in row.items():
        if _is_cell(value):
            cells[name] = value
        elif isinstance(value, Mapping):
            cells |= {inner: v for inner, v in value.items() if _is_cell(v) and inner not in row}
    return cells


def _is_records(value: Any) -> bool:
    return (
        isinstance(value, list)
        and bool(value)
        and all(isinstance(item, Mapping) or (isinstance(item, list) and item) for item in value)
    )


def _is_cell(value: Any) -> bool:
    """Whether the value fits a cell: a scalar, a text in both languages, an interval, a list of scalars."""
    if isinstance(value, Mapping):
        return set(value) >= {"zh", "en"} or set(value) >= {"estimate", "low", "high"}
    if isinstance(value, list):
        return all(isinstance(item, str | int | float | bool | None) for item in value)
    return True


def _cell(value: Any, words: Words) -> Markup | str:
    if value is None or value == []:
        return NO_VALUE
    if isinstance(value, Mapping):
        return words.of(value) if "zh" in value else words.with_limits(value)
    if isinstance(value, list):
        return Markup(words.listed(escape(_cell(item, words)) for item in value))
    if isinstance(value, bool):
        return words("yes") if value else words("no")
    if isinstance(value, int | float):
        return words.number(value)
    return name_of(str(value), limit=120)


def _css(numeric: bool) -> str | None:
    return "number" if numeric else None
