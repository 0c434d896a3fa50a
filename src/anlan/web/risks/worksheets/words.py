"""Words of worksheets in either language: kinds, columns, choices, numbers beside the rows."""

from collections.abc import Mapping
from typing import Any

from anlan.formats.messages import messages
from anlan.loop.identify.worksheets import NODE, Column, WorksheetKind
from anlan.web.common.texts import language as spoken
from anlan.web.risks.exchange.values import text_of
from anlan.web.risks.worksheets.nodes import NodeNames

LANGUAGES = ("zh", "en")


def kind_word(kind: str, language: str = "") -> str:
    return _text(f"kinds.{kind}", language)


def kind_about(kind: str, language: str = "") -> str:
    return _text(f"about.{kind}", language)


def heading(column: str, language: str = "") -> str:
    """Of a column, or of a number beside the rows."""
    return _text(f"columns.{column}", language)


def choice_word(column: str, choice: str, language: str = "") -> str:
    return _text(f"choices.{column}.{choice}", language)


def help_of(column: Column, language: str = "") -> str:
    """What a cell takes, and what it is for where that is said."""
    tongue = language or spoken()
    required = [_text("takes.required", tongue)] if column.required else []
    return _joined((*required, _takes(column, tongue), *_about(column, tongue)), tongue)


def hint_of(column: Column) -> str:
    """The same beside an input that itself shows its choices and ends where the text must end."""
    tongue = spoken()
    takes = [_takes(column, tongue)] if column.kind in ("integer", "number") else []
    return _joined((*takes, *_about(column, tongue)), tongue)


def _takes(column: Column, language: str) -> str:
    limits = limits_of(column)
    key = f"takes.{column.kind}{'_within' if limits else ''}"
    return _text(key, language, limits=limits, n=column.longest)


def _about(column: Column, language: str) -> tuple[str, ...]:
    own, key = messages(language), f"worksheets.help.{column.code}"
    return (own.text(key),) if key in own else ()


def _joined(parts: tuple[str, ...], language: str) -> str:
    return ("" if language == "zh" else " ").join(parts)


def limits_of(column: Column) -> str:
    """`1–10`, `≥ 0`; empty without limits."""
    low, high = ("" if end is None else f"{end:g}" for end in (column.low, column.high))
    if low and high:
        return f"{low}–{high}"
    return f"≥ {low}" if low else f"≤ {high}" if high else ""


def cell_words(column: Column, value: Any, nodes: NodeNames, language: str = "") -> str:
    """A value as a person reads it."""
    if value is None or value == "":
        return ""
    if column.code == NODE:
        return nodes.shown(str(value), language or spoken())
    if column.kind == "choice":
        return choice_word(column.code, str(value), language)
    return text_of(value)


def words_of(kind: WorksheetKind, values: Mapping[str, Any], codes: tuple[str, ...], language: str) -> str:
    """The words of these columns in a row, one after the other, as a risk's title or cause has them."""
    said = [_plain(kind.column(code), values.get(code), language) for code in codes]
    return ("；" if language == "zh" else "; ").join(word for word in said if word)


def _plain(column: Column, value: Any, language: str) -> str:
    if value is None or value == "":
        return ""
    return choice_word(column.code, value, language) if column.kind == "choice" else text_of(value)


def _text(key: str, language: str, **parameters: Any) -> str:
    return messages(language or spoken()).text(f"worksheets.{key}", **parameters)
