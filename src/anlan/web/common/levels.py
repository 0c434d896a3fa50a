"""Levels of risk as the pages show them: the report's marks, under the criteria of the record."""

from functools import cache
from typing import Any

from django.utils.safestring import SafeString, mark_safe

from anlan.formats.criteria_file import load_criteria
from anlan.formats.report.levels import Levels
from anlan.formats.report.levels import chip as drawn_chip
from anlan.formats.report.words import Words
from anlan.studies.quantify import criteria_section
from anlan.web.common.texts import language


@cache
def default_criteria() -> dict[str, Any]:
    """The bundled criteria as a result holds them."""
    return criteria_section(load_criteria())


def level_marks(criteria: dict[str, Any] | None = None) -> Levels:
    """The levels of criteria (as in a result) in the language of the request."""
    return Levels(criteria or default_criteria(), Words(language()))


def chip(
    code: str | None, criteria: dict[str, Any] | None = None, *, provisional: bool = False
) -> SafeString:
    """Shape, word and colour; a dash where no level is known."""
    if not code:
        return mark_safe('<span class="muted">—</span>')
    drawn = str(drawn_chip(level_marks(criteria)[code]))
    if provisional:
        drawn = drawn.replace('class="chip ', 'class="chip provisional ', 1)
    return mark_safe(drawn)
