"""Answers of a twin in words: times, shares, choices, and what an answer is called."""

from collections.abc import Callable, Collection, Mapping
from typing import Any

from anlan.domain.method import Field, Required
from anlan.formats import wording
from anlan.loop.improve.twin.differences import people_hours
from anlan.loop.quantify.methods.process.process_appointments import by_hour
from anlan.loop.quantify.methods.process.process_fields import ENOUGH, FIELDS
from anlan.studies.methods.explaining import choice_word
from anlan.studies.methods.one_line import line_of
from anlan.web.common.texts import has_text, language, text, word
from anlan.web.studio.maps import minutes_said
from anlan.web.studio.names_said import is_unlimited, name_said, names_said
from anlan.web.studio.services.checking import METHOD

MOST_LINE = 90
_TIMES = ("time", "delay")
_MINUTES = ("promise", "patience", "batch_wait")
_SHARES = ("share", "chance")
_PLACES = ("pool", "step", "steps", "joins", "gives_up_to", "leads_to", "found_at", "from", "to")
_CHOSEN = {"kind": "steps", "assign": "steps", "effect": "risks", "load": "risks", "order": "pools"}
"""Answers that are a choice, and the table they stand in."""
TABLES = {each.name: each for each in FIELDS if each.kind == "table"}


def value_said(field: str, value: Any) -> str:
    """An answer in words; a dash for none."""
    lang = language()
    if value is None or value == "":
        return "—"
    if field in _TIMES:
        return estimate_said(value)
    if field in _MINUTES:
        return minutes_said(float(value))
    if field in _SHARES:
        return wording.percent(value, lang)
    if field in _WAYS:
        return _WAYS[field](value)
    if field in _CHOSEN:
        return choice_word(value, code=METHOD, name=f"{_CHOSEN[field]}.{field}", language=lang)
    if field in _PLACES:
        return names_said(str(value))
    if isinstance(value, list | tuple):
        return " ".join(wording.number(each, lang) for each in value) or "—"
    if isinstance(value, bool):
        return text("studio.yes" if value else "studio.no")
    return wording.number(value, lang) if isinstance(value, int | float) else str(value)


def people_said(value: Any) -> str:
    """So many people, or that there is no limit."""
    return text("studio.unlimited") if is_unlimited(value) else wording.count(value, language())


def _shifts_said(rows: Any) -> str:
    if any(is_unlimited(row.get("people")) for row in rows):
        return text("studio.open_hours", n=people_hours(rows) / ENOUGH)
    return text("studio.people_hours", n=people_hours(rows))


def _appointments_said(value: Any) -> str:
    return text("studio.cases_a_week", n=float(by_hour(value).sum()))


def arrivals_said(rates: Any) -> str:
    """How many come a week, and in the busiest hour."""
    return text("studio.facts.arrivals_said", n=sum(rates) * 168 / len(rates), peak=max(rates))


def complaints_said(value: Mapping[str, Any]) -> str:
    """Each answer about complaints that was given."""
    lang = language()
    said = (text("studio.changed.answer", name=word(f"method_inputs.{METHOD}.complaints.{name}"),
                 value=wording.number(each, lang)) for name, each in value.items())  # fmt: skip
    return text("common.comma").join(said) or "—"


_WAYS: Mapping[str, Callable[[Any], str]] = {
    "people": people_said,
    "shifts": _shifts_said,
    "appointments": _appointments_said,
    "arrivals": arrivals_said,
    "complaints": complaints_said,
}


def estimate_said(value: Any) -> str:
    """A time on one line; a long list of values is cut."""
    if value in (None, ""):
        return "—"
    if isinstance(value, Mapping) and value.get("kind") == "quantiles":
        values = [float(each) for each in value["values"]]
        middle = values[len(values) // 2]
        return text("studio.quantiles", n=len(values), middle=middle, most=max(values))
    if isinstance(value, int | float):
        return minutes_said(float(value))
    return line_of(value, language=language())[:MOST_LINE]


def field_word(name: str) -> str:
    """What an answer of the inputs is called."""
    key = f"studio.fields.{name}"
    return text(key) if has_text(key) else name


def column_word(table: str, name: str) -> str:
    """What a column of a table is called, as in the workbook of the twin."""
    return word(f"twin_book.{table}.{name}") or field_word(name)


def rest_said(table: str, row: Mapping[str, Any], shown: Collection[str]) -> str:
    """Answers of a row that have no column of their own, those alone that are other than usual."""
    told = [
        text("studio.changed.answer", name=column_word(table, each.name),
             value=value_said(each.name, row[each.name]))
        for each in TABLES[table].columns
        if each.name not in shown and _says_something(each, row.get(each.name))
    ]  # fmt: skip
    return text("common.comma").join(told) or "—"


def _says_something(asked: Field, value: Any) -> bool:
    if value in (None, "", (), []):
        return False
    return isinstance(asked.default, Required) or value != asked.default


def row_named(row: Mapping[str, Any]) -> str:
    """The name of a row, in words."""
    return name_said(str(row["name"]))
