"""The register's columns in a workbook: which there are, and what a risk holds in each.

What a word names stands twice, as the word and as its stable code (`category`, `category_code`); a
person may change either. Levels and losses follow from assessments: they are shown, never read.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.utils import timezone

from anlan.formats.messages import messages
from anlan.formats.record_sheet import Kind, SheetColumn
from anlan.web.common.levels import default_criteria
from anlan.web.risks.columns import CUSTOM
from anlan.web.risks.models import CATEGORIES, PHASES, SOURCES, STAGES, CustomField, Risk

_Kind = CustomField.Kind

PAIRS = {"unit": "unit_code", "category": "category_code", "source": "source_code", "phase": "phase_code",
         "process": "process_code", "owner": "owner_user"}  # fmt: skip
"""Column of the word -> column of its code."""

TEXTS = {"title": 200, "title_en": 200, "cause": 4000, "event": 4000, "consequence": 4000}
"""Plain text columns and the characters each takes."""

CHOICES = {"category": CATEGORIES, "source": SOURCES, "phase": PHASES}
_GROUPS = {"category": "categories", "source": "sources", "phase": "phases"}
_WHOLE, _DATES = ("version", "review_cycle_days"), ("next_review_on",)
_NUMBERS = ("annual_loss", "annual_loss_low", "annual_loss_high")

READ = (
    "code", "version", "title", "title_en", "unit", "unit_code", "process", "process_code", "nodes",
    "category", "category_code", "phase", "phase_code", "owner", "owner_user", "next_review_on",
    "review_cycle_days", "cause", "event", "consequence", "source", "source_code", "tags",
)  # fmt: skip
SHOWN = (
    *(f"level_{stage}{end}" for stage in STAGES for end in ("", "_code")), "provisional", "beyond_appetite",
    *_NUMBERS, "loss_unit", "created_at", "created_by", "updated_at", "updated_by",
)  # fmt: skip


def columns(language: str, fields: Iterable[CustomField] = ()) -> list[SheetColumn]:
    """All columns in order, own fields after those read; help and choices in the language asked for."""
    own = [_own_column(field, language) for field in fields]
    return [*(_column(code, language) for code in READ), *own, *(_column(code, language) for code in SHOWN)]


def _own_column(field: CustomField, language: str) -> SheetColumn:
    """The column of an own field; a retired one is shown, not read."""
    kinds: dict[str, Kind] = {_Kind.NUMBER: "number", _Kind.DATE: "date"}
    own, choices = messages(language), tuple(_choice(choice, language) for choice in field.choices)
    if field.kind == _Kind.YES_NO:
        choices = (own.text("web.register.yes"), own.text("web.register.no"))
    measure = f" ({field.measure})" if field.measure else ""
    help_text = own.text(f"web.register.kinds.{field.kind}")
    if field.kind == _Kind.CHOICES:
        help_text, choices = f"{help_text}: {' / '.join(choices)}", ()
    return SheetColumn(
        f"{CUSTOM}{field.key}", field.label + measure, (field.label_en or field.label) + measure,
        kind=kinds.get(field.kind, "text"), read=not field.retired, choices=choices, help=help_text,
    )  # fmt: skip


def _choice(choice: Mapping[str, str], language: str) -> str:
    return (choice["en"] if language == "en" else "") or choice["zh"]


def own_cell(field: CustomField, value: Any, language: str) -> Any:
    """What the cell of an own field holds: words for choices, the user name of a person."""
    if value is None:
        return None if field.kind in (_Kind.NUMBER, _Kind.DATE) else ""
    if field.kind == _Kind.DATE:
        return date.fromisoformat(value)
    if field.kind == _Kind.YES_NO:
        return messages(language).text(f"web.register.{'yes' if value else 'no'}")
    words = {choice["code"]: _choice(choice, language) for choice in field.choices}
    if isinstance(value, list):
        return "\n".join(words.get(code, code) for code in value)
    return words.get(value, value) if field.kind == _Kind.CHOICE else value


def _column(code: str, language: str) -> SheetColumn:
    zh, en, own = messages("zh"), messages("en"), messages(language)
    kind: Kind = "whole" if code in _WHOLE else "date" if code in _DATES else "text"
    kind = "number" if code in _NUMBERS else kind
    key = f"web.exchange.help.{code}"
    choices = tuple(word(code, choice, language) for choice in CHOICES.get(code, ()))
    return SheetColumn(
        code, zh.text(f"web.exchange.columns.{code}"), en.text(f"web.exchange.columns.{code}"), kind=kind,
        read=code in READ, choices=choices, help=own.text(key) if key in own else "",
    )  # fmt: skip


def word(field: str, code: str, language: str) -> str:
    """The word of a category, source or phase."""
    return messages(language).text(f"web.risks.{_GROUPS[field]}.{code}")


def cells_of(risk: Risk, language: str, fields: Iterable[CustomField] = ()) -> dict[str, Any]:
    """What a risk holds in each column. `risk` with unit, process, owner, created_by and updated_by."""
    cells: dict[str, Any] = {name: getattr(risk, name) for name in TEXTS}
    for name in CHOICES:
        code = getattr(risk, name)
        cells |= {name: word(name, code, language), f"{name}_code": code}
    for stage in STAGES:
        code = getattr(risk, f"level_{stage}")
        cells |= {f"level_{stage}": _level(code, language), f"level_{stage}_code": code}
    for field in fields:
        cells[f"{CUSTOM}{field.key}"] = own_cell(field, risk.custom.get(field.key), language)
    for name in ("provisional", "beyond_appetite"):
        cells[name] = messages(language).text(f"web.exchange.{'yes' if getattr(risk, name) else 'no'}")
    return cells | {
        "code": risk.code, "version": risk.version,
        "unit": _name(risk.unit, language), "unit_code": risk.unit.code,
        "process": _name(risk.process, language), "process_code": risk.process.code if risk.process else "",
        "owner": risk.owner.name if risk.owner else "",
        "owner_user": risk.owner.username if risk.owner else "",
        "nodes": "\n".join(risk.nodes), "tags": "\n".join(risk.tags),
        "next_review_on": risk.next_review_on, "review_cycle_days": risk.review_cycle_days,
        "annual_loss": risk.annual_loss, "annual_loss_low": risk.annual_loss_low,
        "annual_loss_high": risk.annual_loss_high, "loss_unit": risk.loss_unit,
        "created_at": _moment(risk.created_at), "updated_at": _moment(risk.updated_at),
        "created_by": str(risk.created_by or ""), "updated_by": str(risk.updated_by or ""),
    }  # fmt: skip


def _name(record: Any, language: str) -> str:
    if record is None:
        return ""
    return str((record.name_en if language == "en" else "") or record.name)


def _level(code: str, language: str) -> str:
    """The level's word under the bundled criteria; the code where they do not know it."""
    names = {level["code"]: level["name"][language] for level in default_criteria()["levels"]}
    return names.get(code, code)


def _moment(value: Any) -> str:
    return timezone.localtime(value).strftime("%Y-%m-%d %H:%M")
