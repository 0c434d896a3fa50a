"""A notice in words, in the language of the reader."""

from typing import Any

from anlan.web.common.texts import has_text, of, text
from anlan.web.notices.models import Notice

_CODES = {"what": "notices.what", "state": "runs.states", "import_state": "catalog.import_states"}
"""Parameters that are codes, and the group of their words."""


def words_of(notice: Notice) -> str:
    """What happened, as one sentence."""
    return text(f"notices.kinds.{notice.kind}", **{k: _shown(k, v) for k, v in notice.parameters.items()})


def _shown(name: str, value: Any) -> Any:
    if name in _CODES and has_text(f"{_CODES[name]}.{value}"):
        return text(f"{_CODES[name]}.{value}")
    return of(value) if isinstance(value, dict) else value
