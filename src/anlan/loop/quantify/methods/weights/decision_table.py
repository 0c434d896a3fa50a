"""A decision table as a user writes it: criteria with their direction, alternatives with a value of each."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from anlan.domain.method import Field, Note
from anlan.loop.quantify.methods.faults import Faults
from anlan.maths.multi_criteria.scaling import Flags, Floats, constant_columns

LARGEST = 1e15
DIRECTIONS = ("benefit", "cost")

ALTERNATIVES = Field(
    "alternatives",
    "table",
    least=2,
    most=200,
    columns=(Field("name", "text"), Field("values", "numbers", low=-LARGEST, high=LARGEST, most=30)),
)


def criteria_field(weight: Field) -> Field:
    """The question for the criteria; `weight` may be required or open."""
    direction = Field("direction", "choice", default="benefit", choices=DIRECTIONS)
    return Field("criteria", "table", least=2, most=30, columns=(Field("name", "text"), direction, weight))


WEIGHT = Field("weight", "number", above=0, high=1e6)
OPEN_WEIGHT = Field("weight", "number", default=None, above=0, high=1e6)


@dataclass(frozen=True)
class DecisionTable:
    """values: (m, n); benefit: (n,); weights: (n,) sum 1, or None where none were asked for.

    places: the criteria's places in the order of their names, which decide their random draws.
    """

    criteria: tuple[str, ...]
    alternatives: tuple[str, ...]
    values: Floats
    benefit: Flags
    weights: Floats | None

    @property
    def places(self) -> list[int]:
        order = sorted(self.criteria)
        return [order.index(name) for name in self.criteria]

    @property
    def constant(self) -> tuple[str, ...]:
        """Names of the criteria in which all alternatives are alike."""
        flat = constant_columns(self.values)
        return tuple(name for name, same in zip(self.criteria, flat, strict=True) if same)


def read_table(inputs: Mapping[str, Any]) -> DecisionTable:
    """The table, checked. Errors: RefusedInputs for names given twice, rows of another length, weights
    given for some criteria only, and for a table whose alternatives are all alike."""
    faults = Faults()
    criteria, alternatives = inputs["criteria"], inputs["alternatives"]
    check_names([row["name"] for row in criteria], "criteria[{}].name", faults)
    check_names([row["name"] for row in alternatives], "alternatives[{}].name", faults)
    for place, row in enumerate(alternatives, start=1):
        if len(row["values"]) != len(criteria):
            where, expected = f"alternatives[{place}].values", len(criteria)
            faults.add("multi_criteria.values", where=where, found=len(row["values"]), expected=expected)
    given = [row["weight"] for row in criteria]
    if None in given and any(weight is not None for weight in given):
        faults.add("multi_criteria.some_weights", where=f"criteria[{given.index(None) + 1}].weight")
    faults.raise_any()
    table = DecisionTable(
        tuple(row["name"] for row in criteria),
        tuple(row["name"] for row in alternatives),
        np.array([row["values"] for row in alternatives], dtype=np.float64),
        np.array([row["direction"] == "benefit" for row in criteria]),
        None if None in given else _shares(given),
    )
    if len(table.constant) == len(criteria):
        faults.add("multi_criteria.all_alike", where="alternatives")
    faults.raise_any()
    return table


def check_names(names: Sequence[str], where: str, faults: Faults) -> None:
    """Each name once. where: the place with `{}` for the number of the entry."""
    counts = Counter(names)
    for place, name in enumerate(names, start=1):
        if counts[name] > 1 and names.index(name) < place - 1:
            faults.add("multi_criteria.name_twice", where=where.format(place), found=name)


def constant_note(table: DecisionTable) -> tuple[Note, ...]:
    """Says which criteria tell nothing."""
    return (Note("multi_criteria.constant", {"criteria": table.constant}),) if table.constant else ()


def _shares(weights: Sequence[float]) -> Floats:
    total = np.array(weights, dtype=np.float64)
    return np.asarray(total / total.sum())
