"""Figures of an assessment as a terminal or a page writes them."""

from collections.abc import Mapping
from typing import Any

from anlan.formats.report.words import NO_VALUE, Words


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
