"""One model seen as another method would draw it: the views of a bow-tie and of a fault tree."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from anlan.domain.errors import NotEnoughData, RefusedInput
from anlan.loop.quantify.cause_models.parts import name_of, rows_of
from anlan.loop.quantify.cause_models.quick import MOST_PARTS
from anlan.loop.quantify.cause_models.seen_as import (
    bayes_net_of_fault_tree,
    event_tree_of_bow_tie,
    fault_tree_of_bow_tie,
)
from anlan.web.causes.models import CauseModel
from anlan.web.common.texts import text

VIEWS: Mapping[str, tuple[str, ...]] = {
    "bow_tie": ("fault_tree", "event_tree", "bayes_net"),
    "fault_tree": ("bayes_net",),
    "event_tree": (),
}
"""Method of a model -> the methods it can be seen as."""


@dataclass(frozen=True)
class Asked:
    """cause, consequence: of a bow-tie that is followed; empty: all causes, the first consequence."""

    cause: str = ""
    consequence: str = ""


def names_in(model: CauseModel, table: str) -> list[str]:
    return [name_of(row) for row in rows_of(model.inputs, table)]


def seen_as(model: CauseModel, seen: str, asked: Asked) -> dict[str, Any]:
    """The inputs of the other method. The model must be finished.

    Errors: RefusedInput `cause_model.unfinished`, `.not_plain`, `.not_carried`, `.no_part`.
    """
    if seen not in VIEWS[model.method]:
        raise RefusedInput("cause_model.no_part", found=seen[:40])
    if model.faults:
        raise RefusedInput("cause_model.unfinished", n=model.faults)
    causes, consequences = names_in(model, "causes"), names_in(model, "consequences")
    for name, known in ((asked.cause, causes), (asked.consequence, consequences)):
        if name and name not in known:
            raise RefusedInput("method.not_a_choice", where="causes", found=name[:60], known=tuple(known))
    n = sum(len(rows_of(model.inputs, table)) for table in ("events", "gates", "barriers"))
    if seen == "bayes_net" and n > MOST_PARTS:
        raise NotEnoughData("cause_model.too_long", found=n, most=MOST_PARTS)
    if model.method == "fault_tree":
        return bayes_net_of_fault_tree(model.inputs, called=_called)
    if seen == "event_tree":
        cause, consequence = asked.cause or causes[0], asked.consequence or consequences[0]
        return event_tree_of_bow_tie(model.inputs, cause=cause, consequence=consequence, called=_called)
    tree = fault_tree_of_bow_tie(model.inputs, cause=asked.cause or None, called=_called)
    return bayes_net_of_fault_tree(tree, called=_called) if seen == "bayes_net" else tree


def _called(what: str, name: str) -> str:
    """What a view makes of a part, in the language of the request."""
    return text(f"causes.made.{what.replace(' ', '_')}", name=name)


def first_asked(model: CauseModel) -> Asked:
    """What a view begins with: all causes where their frequencies are plain numbers, else the first one."""
    rows = rows_of(model.inputs, "causes")
    plain = all(isinstance(row.get("frequency"), int | float) for row in rows)
    return Asked() if plain or not rows else Asked(cause=name_of(rows[0]))
