"""A fault of a cell in the words of the person who reads it."""

from collections.abc import Mapping
from typing import Any

from anlan.domain.errors import UsageError
from anlan.web.common.texts import error_text, language, of


def fault_text(code: str, parameters: Mapping[str, Any]) -> str:
    """parameters: headings and what is accepted may be given in both languages."""
    return error_text(fault_error(code, parameters))


def fault_error(code: str, parameters: Mapping[str, Any]) -> UsageError:
    """The fault as an error, in the language of the request."""
    return UsageError(code, **{name: _said(value) for name, value in parameters.items()})


def _said(value: Any) -> Any:
    """This language's half of what is given in both."""
    if not isinstance(value, Mapping):
        return value
    half = value[language()]
    return half if isinstance(half, list) else of(half)
