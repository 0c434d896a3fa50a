"""Answers in words, as pages of runs show them."""

from collections.abc import Callable, Mapping

from anlan.domain.errors import AnlanError
from anlan.web.runs.asking.budgets import budget_said
from anlan.web.runs.asking.choices import closing_said, packs_said, path_said
from anlan.web.runs.asking.hours import calendar_said
from anlan.web.runs.asking.limits import limit_said
from anlan.web.runs.asking.rates import costs_said

_SAID: Mapping[str, Callable[[str], str]] = {
    "sla": limit_said, "calendar": calendar_said, "costs": costs_said, "packs": packs_said,
    "reference": path_said, "closing": closing_said, "budget": budget_said,
}  # fmt: skip


def said(name: str, value: str) -> str:
    """An answer in words; as it was given where it is no longer understood, or is the hash of a file."""
    if name not in _SAID or value.startswith("sha256:"):
        return value
    try:
        return _SAID[name](value)
    except AnlanError:
        return value
