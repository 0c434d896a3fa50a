"""Risk matrix: the level of a cell, looked up in a table the user decides, never computed.

1. Every consequence is scored in its own dimension; the gravest one counts (`highest`), or a weighted mean of
   the scores, rounded up (`weighted`): ordinal scores have no true mean, so `weighted` comes with a warning.
2. The level is the cell of (likelihood, severity).
3. The matrix itself is checked: a level must never fall where likelihood or severity rises.

Source: MIL-STD-882E (2012) for a matrix defined by cells; Cox (2008), doi:10.1111/j.1539-6924.2008.01030.x.
"""

import math
from collections.abc import Mapping, Sequence
from typing import Any

from anlan.domain.method import Answer, AnswerTable, Chart, Field, Method, Note, Quantity
from anlan.loop.quantify.methods.faults import Faults


def run(inputs: Mapping[str, Any], *, seed: int = 0) -> Answer:
    """The level of the risk and of each of its consequences."""
    faults = Faults()
    likelihoods, severities = inputs["likelihood_labels"], inputs["severity_labels"]
    cells = _cells(inputs, faults)
    likelihood = _place(inputs["likelihood"], likelihoods, "likelihood", faults)
    scores = [
        _place(row["severity"], severities, f"consequences[{number}].severity", faults)
        for number, row in enumerate(inputs["consequences"], start=1)
    ]
    faults.raise_any()
    severity = _combined(scores, inputs)
    level = cells[likelihood - 1][severity - 1]
    return Answer(
        quantities=(
            Quantity("severity_score", severity),
            Quantity("likelihood_score", likelihood),
        ),
        tables=(_by_dimension(inputs, scores, cells[likelihood - 1]),),
        charts=(Chart("matrix", _drawn(inputs, likelihood, severity)),),
        level=level,
        scores=(likelihood, severity),
        warnings=_warnings(inputs, cells),
    )


def _cells(inputs: Mapping[str, Any], faults: Faults) -> Sequence[Sequence[str]]:
    """The grid, checked for its size and the names in it."""
    rows, columns = len(inputs["likelihood_labels"]), len(inputs["severity_labels"])
    cells: Sequence[Sequence[str]] = inputs["cells"]
    if len(cells) != rows or len(cells[0]) != columns:
        found = f"{len(cells)} × {len(cells[0])}"
        faults.add("method.size", where="cells", found=found, expected=f"{rows} × {columns}")
    for i, row in enumerate(cells, start=1):
        for j, level in enumerate(row, start=1):
            if level not in inputs["levels"]:
                known = inputs["levels"]
                faults.add("method.not_a_choice", where=f"cells[{i}][{j}]", found=level, known=known)
    return cells


def _place(given: str, labels: Sequence[str], where: str, faults: Faults) -> int:
    """Score 1..n of a label, or of the number itself."""
    if given in labels:
        return labels.index(given) + 1
    if given.isdecimal() and 1 <= int(given) <= len(labels):
        return int(given)
    faults.add("method.not_a_choice", where=where, found=given, known=labels)
    return 1


def _combined(scores: Sequence[int], inputs: Mapping[str, Any]) -> int:
    if inputs["combination"] == "highest":
        return max(scores)
    weights = [row["weight"] for row in inputs["consequences"]]
    mean: float = sum(w * s for w, s in zip(weights, scores, strict=True)) / sum(weights)
    return math.ceil(mean - 1e-9)


def _by_dimension(inputs: Mapping[str, Any], scores: Sequence[int], row: Sequence[str]) -> AnswerTable:
    return AnswerTable(
        "consequences",
        ("dimension", "severity_score", "level"),
        tuple(
            (given["dimension"], score, row[score - 1])
            for given, score in zip(inputs["consequences"], scores, strict=True)
        ),
    )


def _drawn(inputs: Mapping[str, Any], likelihood: int, severity: int) -> dict[str, Any]:
    names = ("likelihood_labels", "severity_labels", "levels", "cells")
    return {**{name: inputs[name] for name in names}, "at": (likelihood, severity)}


def _warnings(inputs: Mapping[str, Any], cells: Sequence[Sequence[str]]) -> tuple[Note, ...]:
    rank = {level: place for place, level in enumerate(inputs["levels"])}
    found = [Note("matrix.falls", {"place": place}) for place in _falls(cells, rank)]
    if inputs["combination"] == "weighted" and len(inputs["consequences"]) > 1:
        found.append(Note("matrix.mean_of_scores"))
    return tuple(found)


def _falls(cells: Sequence[Sequence[str]], rank: Mapping[str, int]) -> list[str]:
    """Cells (likelihood, severity) whose level is below a neighbour with a smaller score."""
    return [
        f"({i + 1}, {j + 1})"
        for i, row in enumerate(cells)
        for j, level in enumerate(row)
        if (i and rank[level] < rank[cells[i - 1][j]]) or (j and rank[level] < rank[row[j - 1]])
    ]


METHOD = Method(
    "risk_matrix",
    (
        Field("likelihood_labels", "texts", least=2, most=10),
        Field("severity_labels", "texts", least=2, most=10),
        Field("levels", "texts", least=2, most=10),
        Field("cells", "grid", least=2, most=10),
        Field("likelihood", "text"),
        Field(
            "consequences",
            "table",
            most=20,
            columns=(
                Field("dimension", "text"),
                Field("severity", "text"),
                Field("weight", "number", default=1.0, above=0),
            ),
        ),
        Field("combination", "choice", default="highest", choices=("highest", "weighted")),
    ),
    run,
)
