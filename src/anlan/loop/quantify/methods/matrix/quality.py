"""What a matrix itself does to risks: Cox's conditions, range compression, wrong orders; tables and warnings.

Without numeric bounds of both axes only the conditions that need none are checked.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from anlan.domain.method import AnswerTable, Note, Quantity
from anlan.loop.quantify.methods.matrix.grid import Grid
from anlan.maths.risk_matrices.axioms import (
    betweenness_breaches,
    colouring_breaches,
    falling_cells,
    weakly_consistent,
)
from anlan.maths.risk_matrices.cells import CellRanges, cell_ranges, level_ranges
from anlan.maths.risk_matrices.misordering import Misordering, Spread, misordering

_MOST_PLACES = 8


@dataclass(frozen=True)
class Quality:
    """Findings about a matrix, ready for an answer."""

    quantities: tuple[Quantity, ...]
    tables: tuple[AnswerTable, ...]
    assumptions: tuple[Note, ...]
    warnings: tuple[Note, ...]


def matrix_quality(grid: Grid, *, spread: Spread) -> Quality:
    """Everything that can be said of the matrix."""
    if grid.likelihood_bounds is None or grid.severity_bounds is None:
        conditions = _conditions(grid, None)
        return Quality(
            (), (_condition_table(conditions),), (Note("matrix.no_bounds"),), _condition_warnings(conditions)
        )
    ranges = cell_ranges(grid.likelihood_bounds, grid.severity_bounds)
    conditions = _conditions(grid, ranges)
    wrong = misordering(grid.ranks, grid.likelihood_bounds, grid.severity_bounds, spread=spread)
    return Quality(
        tuple(_shares(wrong)),
        (_condition_table(conditions), _level_table(grid, ranges), _cell_table(grid, ranges)),
        (Note(f"matrix.spread_{spread}"),),
        (*_condition_warnings(conditions), *_order_warnings(wrong)),
    )


@dataclass(frozen=True)
class _Condition:
    """One condition: whether it is met, None where it could not be checked, and where it is broken."""

    code: str
    met: bool | None
    places: Sequence[str] = ()

    @property
    def listed(self) -> str:
        more = len(self.places) - _MOST_PLACES
        return " ".join(self.places[:_MOST_PLACES]) + (f" … +{more}" if more > 0 else "")


def _conditions(grid: Grid, ranges: CellRanges | None) -> tuple[_Condition, ...]:
    falls = [grid.place(cell) for cell in falling_cells(grid.ranks)]
    steps = [f"{grid.place(a)}→{grid.place(b)}" for a, b in betweenness_breaches(grid.ranks)]
    found = [_Condition("falls", not falls, falls), _Condition("betweenness", not steps, steps)]
    if ranges is None:
        return (*found, _Condition("weak", None), _Condition("colouring", None))
    odd = [grid.place(cell) for cell in colouring_breaches(grid.ranks, ranges)]
    return (
        *found,
        _Condition("weak", weakly_consistent(grid.ranks, ranges)),
        _Condition("colouring", not odd, odd),
    )


def _condition_table(conditions: Sequence[_Condition]) -> AnswerTable:
    return AnswerTable(
        "matrix_conditions",
        ("condition", "holds", "places"),
        tuple((Note(f"matrix.condition_{each.code}"), each.met, each.listed or None) for each in conditions),
    )


def _condition_warnings(conditions: Sequence[_Condition]) -> tuple[Note, ...]:
    return tuple(
        Note(f"matrix.{each.code}", {"places": each.listed} if each.places else {})
        for each in conditions
        if each.met is False
    )


def _level_table(grid: Grid, ranges: CellRanges) -> AnswerTable:
    found = level_ranges(grid.ranks, ranges, count=len(grid.levels))
    return AnswerTable(
        "matrix_levels",
        ("level", "cells", "product_low", "product_high", "compression"),
        tuple(
            (level, 0, None, None, None)
            if each is None
            else (level, each.cells, each.low, each.high, finite(each.compression))
            for level, each in zip(grid.levels, found, strict=True)
        ),
    )


def _cell_table(grid: Grid, ranges: CellRanges) -> AnswerTable:
    compression = ranges.compression
    return AnswerTable(
        "matrix_cells",
        ("likelihood", "severity", "level", "product_low", "product_high", "compression"),
        tuple(
            (
                likelihood,
                severity,
                grid.cells[i][j],
                float(ranges.low[i, j]),
                float(ranges.high[i, j]),
                finite(compression[i, j]),
            )
            for i, likelihood in enumerate(grid.likelihoods)
            for j, severity in enumerate(grid.severities)
        ),
    )


def _shares(wrong: Misordering | None) -> Iterator[Quantity]:
    if wrong is None:
        return
    yield Quantity("misordered", wrong.misordered, "probability")
    if wrong.opposed is not None:
        yield Quantity("misordered_opposed", wrong.opposed, "probability")
    yield Quantity("reversible_pairs", wrong.reversible, "share")
    yield Quantity("same_level", wrong.same_level, "probability")


def _order_warnings(wrong: Misordering | None) -> Iterator[Note]:
    if wrong is None:
        yield Note("matrix.one_level")
    elif wrong.opposed is not None and wrong.opposed > 0.5:
        yield Note("matrix.worse_than_chance", {"share": wrong.opposed})


def finite(value: float) -> float | None:
    """A ratio, None where it has no limit."""
    return float(value) if math.isfinite(value) else None
