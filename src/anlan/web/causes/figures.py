"""Figures of what is on the board, in words: the method's own at the means, kept while nothing changes."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.core.cache import cache

from anlan.domain.errors import AnlanError
from anlan.domain.method import Answer, AnswerTable, Method, Note
from anlan.formats import wording
from anlan.loop.quantify.cause_models.quick import quick_answer
from anlan.web.common.texts import error_text, language, word

_KEPT_S = 900
_SHOWN: Mapping[str, tuple[str, ...]] = {
    "tree_cut_sets": ("tree_events", "tree_probability", "tree_share"),
    "tree_importance": ("tree_event", "tree_birnbaum", "tree_criticality"),
    "end_states": ("end_state", "given_initiator", "yearly_frequency"),
    "bow_tie_consequences": ("tie_consequence", "yearly_frequency", "yearly_loss"),
    "bow_tie_causes": ("tie_cause", "event_frequency", "share_of_event"),
    "bow_tie_barriers": ("tie_barrier", "failure_on_demand", "loss_kept_off"),
}
"""Tables of an answer that are shown beside the drawing -> their columns there."""
MOST_ROWS = 8


@dataclass(frozen=True)
class TableShown:
    """rows: cells in words, the first is a name. left: rows that are not shown."""

    title: str
    columns: list[str]
    rows: list[list[str]]
    left: int


@dataclass(frozen=True)
class Figures:
    """quantities: (title, value, unit). held: why there are none though nothing is wrong with the model."""

    quantities: list[tuple[str, str, str]]
    tables: list[TableShown]
    warnings: list[str]
    held: str = ""


def answer_of(method: Method, inputs: Mapping[str, Any]) -> Answer | AnlanError:
    """The method's answer for a model without faults, or why it cannot be had at once."""
    written = json.dumps([method.code, method.version, inputs], sort_keys=True).encode()
    key = f"cause-model:{hashlib.sha256(written).hexdigest()}"
    found: Answer | AnlanError | None = cache.get(key)
    if found is None:
        try:
            found = quick_answer(method, inputs)
        except AnlanError as held:
            found = held
        cache.set(key, found, _KEPT_S)
    return found


def figures_of(answer: Answer | AnlanError) -> Figures:
    """The answer in the language of the request."""
    if isinstance(answer, AnlanError):
        return Figures([], [], [], held=error_text(answer))
    return Figures(
        [(word(f"method_quantities.{q.name}") or q.name, wording.number(q.value, language()),
          _unit(q.unit)) for q in answer.quantities],
        [_table(each) for each in answer.tables if each.name in _SHOWN],
        [word(f"method_notes.{note.code}", **note.parameters) or note.code for note in answer.warnings],
    )  # fmt: skip


def _unit(code: str) -> str:
    """A probability is told without a word beside it."""
    return "" if code in ("", "probability") else word(f"method_units.{code}") or code


def _table(of: AnswerTable) -> TableShown:
    columns = [of.columns.index(name) for name in _SHOWN[of.name]]
    rows = [[_cell(row[column]) for column in columns] for row in of.rows[:MOST_ROWS]]
    titles = [word(f"method_columns.{name}") or name for name in _SHOWN[of.name]]
    return TableShown(
        word(f"method_tables.{of.name}") or of.name, titles, rows, max(len(of.rows) - MOST_ROWS, 0)
    )


def _cell(value: Any) -> str:
    if isinstance(value, Note):
        return word(f"method_notes.{value.code}", **value.parameters) or value.code
    if isinstance(value, bool) or not isinstance(value, int | float):
        return "—" if value is None else str(value)
    return wording.number(value, language())
