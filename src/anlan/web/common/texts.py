"""Texts of the pages in the language of the request, from the same catalogues as reports and commands."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import get_language

from anlan.domain.errors import AnlanError, Several
from anlan.formats import error_words
from anlan.formats.messages import messages


def language() -> str:
    """`zh` or `en`: the language of the request in progress."""
    return "en" if (get_language() or "zh").startswith("en") else "zh"


def word(key: str, /, **parameters: Any) -> str | None:
    """A text that the pages share with reports and commands, by its whole key; None where there is none."""
    known = messages(language())
    return known.text(key, **parameters) if key in known else None


def text(key: str, /, **parameters: Any) -> str:
    """The text `web.<key>` in the language of the request."""
    return messages(language()).text(f"web.{key}", **parameters)


def unit_word(unit: str) -> str:
    """A unit in this language where it is one of time; any other as it was written."""
    key = f"common.units.{unit.strip()}"
    return text(key) if has_text(key) else unit


def has_text(key: str) -> bool:
    return f"web.{key}" in messages(language())


def of(both: Any) -> str:
    """This language's half of `{"zh": ..., "en": ...}`."""
    return str(both[language()]) if isinstance(both, dict) else str(both)


def in_language(record: Any, field: str = "name") -> str:
    """A record's field in this language: `name_en` in English where it is filled, else `name`."""
    own = getattr(record, f"{field}_en", "") if language() == "en" else ""
    return str(own or getattr(record, field, "") or "")


def error_text(error: AnlanError) -> str:
    """What an error of the core says to the person."""
    return error_words.error_text(error, language(), on_pages=True)


def error_of(kept: Any) -> str:
    """An error kept as `{"code": ..., "parameters": ...}` in words; empty where there is none."""
    return error_text(error_from(kept)) if kept else ""


def error_from(kept: Mapping[str, Any]) -> AnlanError:
    """The error that was kept, with all the faults it stood for."""
    several = tuple(error_from(each) for each in kept.get("several", ()))
    return Several(kept["code"], several) if several else AnlanError(kept["code"], **kept["parameters"])
