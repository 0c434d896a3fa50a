"""An error in words: its text, and for a misspelt name the known one it most likely stands for."""

from collections.abc import Iterable
from typing import Any

from anlan.domain.errors import AnlanError
from anlan.formats.messages import messages
from anlan.formats.nearest import nearest

_NAMES = {
    "columns.no_such_column": ("column", "columns"),
    "columns.unknown_role": ("role", "roles"),
    "method.unknown": ("found", "known"),
    "method.not_a_choice": ("found", "known"),
    "identify.reference_path": ("names", "accepted"),
    "option.closing_activity": ("found", "known"),
    "option.map_role": ("found", "known"),
    "option.packs": ("found", "known"),
    "option.sla_activity": ("found", "known"),
    "option.sla_column": ("found", "known"),
    "packs.unknown": ("found", "accepted"),
    "sla.unknown_activity": ("names", "accepted"),
    "sla.unknown_column": ("name", "accepted"),
    "workbook.no_such_sheet": ("sheet", "sheets"),
}
"""Code of an error about an unknown name -> its parameters with the name given and the names known."""


def error_text(error: AnlanError, language: str, *, on_pages: bool = False) -> str:
    """The error in words, or its code and parameters where no text exists.

    on_pages: for readers of a page, who have its fields instead of the options of a command.
    """
    words = messages(language)
    own = f"errors_on_pages.{error.code}"
    key = own if on_pages and own in words else f"errors.{error.code}"
    if key not in words:
        return str(error)
    if error.several:
        return "\n  ".join(
            [words.text(key), *(error_text(each, language, on_pages=on_pages) for each in error.several)]
        )
    parameters = {
        name: error_text(value, language, on_pages=on_pages) if isinstance(value, AnlanError) else value
        for name, value in error.parameters.items()
    }
    said = words.text(key, **parameters)
    near = _meant(error)
    if near is None:
        return said
    hint = words.text("errors.did_you_mean", name=near)
    return said + hint if language == "zh" else f"{said} {hint}"


def _meant(error: AnlanError) -> str | None:
    if error.code not in _NAMES:
        return None
    given, known = (error.parameters.get(name) for name in _NAMES[error.code])
    found = given if isinstance(given, str) else next(iter(_texts(given)), "")
    return nearest(found, _texts(known))


def _texts(value: Any) -> Iterable[str]:
    if isinstance(value, str):
        return (value,)
    return tuple(str(each) for each in value or ())
