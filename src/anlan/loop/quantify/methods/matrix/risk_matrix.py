"""Risk matrix: the level of a cell, looked up in a table the user decides, never computed.

1. Every consequence is scored in its own dimension; the gravest one counts (`highest`), or a weighted mean of
   the scores, rounded up (`weighted`): ordinal scores have no true mean, so `weighted` comes with a warning.
2. The level is the cell of (likelihood, severity). Where scores are given as ranges, it lies between the
   lowest and the highest level of all cells in the range.
3. The matrix itself is checked (`quality`): what Cox (2008) asks of its colours, and how often two risks
   come out in the wrong order.

Source: MIL-STD-882E (2012) for a matrix defined by cells; Cox (2008), doi:10.1111/j.1539-6924.2008.01030.x.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from anlan.domain.method import Answer, AnswerTable, Chart, Field, Method, Note, Quantity
from anlan.loop.quantify.methods.faults import Faults
from anlan.loop.quantify.methods.matrix.grid import Grid, read_grid
from anlan.loop.quantify.methods.matrix.presets import PRESETS
from anlan.loop.quantify.methods.matrix.quality import matrix_quality


@dataclass(frozen=True)
class _Score:
    """A score 1..n with the range it may lie in; `given`: a range was given."""

    low: int
    likely: int
    high: int
    given: bool


def run(inputs: Mapping[str, Any], *, seed: int = 0) -> Answer:
    """The level of the risk and of each of its consequences, and what the matrix is worth."""
    faults = Faults()
    grid = read_grid(inputs, faults)
    likelihood = _score(inputs, "likelihood", grid.likelihoods, "", faults)
    scores = [
        _score(row, "severity", grid.severities, f"consequences[{number}].", faults)
        for number, row in enumerate(inputs["consequences"], start=1)
    ]
    faults.raise_any()
    severity = _combined(scores, inputs)
    quality = matrix_quality(grid, spread=inputs["spread"])
    return Answer(
        quantities=(*_numbers(grid, likelihood, severity), *quality.quantities),
        tables=(_by_dimension(inputs, scores, likelihood, grid), *quality.tables),
        charts=(Chart("matrix", _drawn(grid, likelihood, severity)),),
        level=grid.cells[likelihood.likely - 1][severity.likely - 1],
        scores=(likelihood.likely, severity.likely),
        assumptions=quality.assumptions,
        warnings=(*_combination_warnings(inputs), *quality.warnings),
    )


def _score(row: Mapping[str, Any], name: str, labels: Sequence[str], inside: str, faults: Faults) -> _Score:
    """The score of a label or number, with its range; without a range it is its own."""
    likely = _place(row[name], labels, f"{inside}{name}", faults)
    low, high = (
        likely if row[end] is None else _place(row[end], labels, f"{inside}{end}", faults)
        for end in (f"{name}_low", f"{name}_high")
    )
    if low is None or likely is None or high is None:
        return _Score(1, 1, 1, False)
    if not low <= likely <= high:
        faults.add("matrix.range_order", where=f"{inside}{name}", found=f"{low}, {likely}, {high}")
    given = row[f"{name}_low"] is not None or row[f"{name}_high"] is not None
    return _Score(low, likely, high, given)


def _place(given: str, labels: Sequence[str], where: str, faults: Faults) -> int | None:
    """Score 1..n of a label, or of the number itself; None with a fault where it is neither."""
    if given in labels:
        return labels.index(given) + 1
    if given.isdecimal() and 1 <= int(given) <= len(labels):
        return int(given)
    faults.add("method.not_a_choice", where=where, found=given, known=labels)
    return None


def _combined(scores: Sequence[_Score], inputs: Mapping[str, Any]) -> _Score:
    """The severity of all consequences together, and its range end by end."""
    weights = [row["weight"] for row in inputs["consequences"]]

    def joined(values: Sequence[int]) -> int:
        if inputs["combination"] == "highest":
            return max(values)
        total = math.fsum(weights)
        mean = math.fsum(w / total * s for w, s in zip(weights, values, strict=True))
        return math.ceil(mean - 1e-9)

    low, likely, high = (joined([getattr(s, end) for s in scores]) for end in ("low", "likely", "high"))
    return _Score(low, likely, high, any(score.given for score in scores))


def _numbers(grid: Grid, likelihood: _Score, severity: _Score) -> list[Quantity]:
    """Place of the level (1 = lowest) and both scores, with the limits the ranges leave."""
    ranks = grid.ranks + 1
    inside = ranks[likelihood.low - 1 : likelihood.high, severity.low - 1 : severity.high]
    ranged = likelihood.given or severity.given
    level = int(ranks[likelihood.likely - 1, severity.likely - 1])
    return [
        _bounded("level_rank", level, int(inside.min()), int(inside.max()), ranged),
        _bounded("likelihood_score", likelihood.likely, likelihood.low, likelihood.high, likelihood.given),
        _bounded("severity_score", severity.likely, severity.low, severity.high, severity.given),
    ]


def _bounded(name: str, value: int, low: int, high: int, ranged: bool) -> Quantity:
    return Quantity(name, value, "", low, high, "bounds") if ranged else Quantity(name, value)


def _by_dimension(
    inputs: Mapping[str, Any], scores: Sequence[_Score], likelihood: _Score, grid: Grid
) -> AnswerTable:
    """The level of each consequence on its own, at the likeliest scores and over their range."""
    ranks = grid.ranks

    def row(given: Mapping[str, Any], score: _Score) -> tuple[Any, ...]:
        inside = ranks[likelihood.low - 1 : likelihood.high, score.low - 1 : score.high]
        at = grid.cells[likelihood.likely - 1][score.likely - 1]
        return given["dimension"], score.likely, at, grid.levels[inside.min()], grid.levels[inside.max()]

    return AnswerTable(
        "consequences",
        ("dimension", "severity_score", "level", "level_low", "level_high"),
        tuple(row(given, score) for given, score in zip(inputs["consequences"], scores, strict=True)),
    )


def _drawn(grid: Grid, likelihood: _Score, severity: _Score) -> dict[str, Any]:
    return {
        "likelihood_labels": grid.likelihoods,
        "severity_labels": grid.severities,
        "levels": grid.levels,
        "cells": grid.cells,
        "at": (likelihood.likely, severity.likely),
        "low": (likelihood.low, severity.low),
        "high": (likelihood.high, severity.high),
    }


def _combination_warnings(inputs: Mapping[str, Any]) -> tuple[Note, ...]:
    averaged = inputs["combination"] == "weighted" and len(inputs["consequences"]) > 1
    return (Note("matrix.mean_of_scores"),) if averaged else ()


def _labels(name: str) -> Field:
    return Field(name, "texts", default=None, least=2, most=10)


def _bounds(name: str) -> Field:
    return Field(name, "numbers", default=None, least=3, most=11, low=0, high=1e12)


METHOD = Method(
    "risk_matrix",
    (
        Field("preset", "choice", default=None, choices=tuple(PRESETS)),
        _labels("likelihood_labels"),
        _labels("severity_labels"),
        _labels("levels"),
        Field("cells", "grid", default=None, least=2, most=10),
        Field("likelihood", "text"),
        Field("likelihood_low", "text", default=None),
        Field("likelihood_high", "text", default=None),
        Field(
            "consequences",
            "table",
            most=20,
            columns=(
                Field("dimension", "text"),
                Field("severity", "text"),
                Field("severity_low", "text", default=None),
                Field("severity_high", "text", default=None),
                Field("weight", "number", default=1.0, above=0, high=1e9),
            ),
        ),
        Field("combination", "choice", default="highest", choices=("highest", "weighted")),
        _bounds("likelihood_bounds"),
        _bounds("severity_bounds"),
        Field("spread", "choice", default="uniform", choices=("uniform", "log_uniform")),
    ),
    run,
)
