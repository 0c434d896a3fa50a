"""Pairwise comparisons as people write them, a matrix or a list of pairs, turned into one checked matrix."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from anlan.domain.method import Field
from anlan.loop.quantify.methods.faults import Faults
from anlan.loop.quantify.methods.weights.decision_table import check_names
from anlan.maths.multi_criteria.pairwise import linked_parts
from anlan.maths.multi_criteria.scaling import Floats

MOST_ITEMS = 15
_LOW, _HIGH = 0.01, 100.0
_RECIPROCAL = 0.02
"""0.14 stands for 1/7: a product of an entry and its mirror this near to 1 is rounding."""

COMPARISONS = Field(
    "comparisons",
    "table",
    most=200,
    columns=(
        Field("of", "text"),
        Field("items", "texts", least=2, most=MOST_ITEMS),
        Field("matrix", "matrix", default=None, low=_LOW, high=_HIGH, least=2, most=MOST_ITEMS, gaps=True),
        Field(
            "pairs",
            "table",
            default=None,
            most=MOST_ITEMS * (MOST_ITEMS - 1),
            columns=(
                Field("row", "text"),
                Field("column", "text"),
                Field("value", "number", low=_LOW, high=_HIGH),
            ),
        ),
        Field("expert", "text", default=""),
    ),
)


@dataclass(frozen=True)
class Comparison:
    """What one person says of the parts of one criterion. matrix: (n, n), 0 where nothing was said."""

    of: str
    items: tuple[str, ...]
    expert: str
    matrix: Floats


def read_comparisons(rows: Sequence[Mapping[str, Any]], faults: Faults) -> list[Comparison]:
    """Each row as a matrix. Faults are collected: contradicting mirrors, unknown names, gaps that cut the
    items in two."""
    return [_comparison(row, f"comparisons[{place}]", faults) for place, row in enumerate(rows, start=1)]


def _comparison(row: Mapping[str, Any], where: str, faults: Faults) -> Comparison:
    items = row["items"]
    check_names(items, f"{where}.items[{{}}]", faults)
    if (row["matrix"] is None) == (row["pairs"] is None):
        faults.add("ahp.matrix_or_pairs", where=where)
        matrix = np.ones((len(items), len(items)))
    elif row["matrix"] is not None:
        matrix = _from_matrix(row["matrix"], items, f"{where}.matrix", faults)
    else:
        matrix = _from_pairs(row["pairs"], items, f"{where}.pairs", faults)
    parts = linked_parts(matrix)
    if len(parts) > 1:
        groups = " | ".join(", ".join(items[i] for i in part) for part in parts)
        faults.add("ahp.not_connected", where=where, found=groups)
    return Comparison(row["of"], items, row["expert"], matrix)


def _from_matrix(
    given: Sequence[Sequence[float | None]], items: Sequence[str], where: str, faults: Faults
) -> Floats:
    n = len(items)
    if len(given) != n or any(len(row or ()) != n for row in given):
        found = f"{len(given)} × {len(given[0] or ())}"
        faults.add("method.size", where=where, found=found, expected=f"{n} × {n}")
        return np.ones((n, n))
    matrix = np.array([[value or 0.0 for value in row] for row in given])
    for i in range(n):
        if matrix[i, i] not in (0.0, 1.0):
            faults.add("ahp.diagonal", where=f"{where}[{i + 1}][{i + 1}]", found=matrix[i, i])
        for j in range(i + 1, n):
            both = matrix[i, j] * matrix[j, i]
            if both and abs(both - 1.0) > _RECIPROCAL:
                _not_mirrored(matrix[j, i], matrix[i, j], f"{where}[{j + 1}][{i + 1}]", faults)
    return reciprocal(matrix)


def _from_pairs(
    pairs: Sequence[Mapping[str, Any]], items: Sequence[str], where: str, faults: Faults
) -> Floats:
    matrix = np.zeros((len(items), len(items)))
    for place, pair in enumerate(pairs, start=1):
        here = f"{where}[{place}]"
        unknown = [end for end in ("row", "column") if pair[end] not in items]
        for end in unknown:
            faults.add("method.not_a_choice", where=f"{here}.{end}", found=pair[end], known=items)
        if unknown:
            continue
        i, j = items.index(pair["row"]), items.index(pair["column"])
        mirrored = matrix[j, i] * pair["value"]
        if i == j:
            faults.add("ahp.with_itself", where=here, found=pair["row"])
        elif matrix[i, j]:
            faults.add("ahp.pair_twice", where=here, found=f"{pair['row']}, {pair['column']}")
        elif mirrored and abs(mirrored - 1.0) > _RECIPROCAL:
            _not_mirrored(pair["value"], matrix[j, i], here, faults)
        else:
            matrix[i, j] = pair["value"]
    return reciprocal(matrix)


def _not_mirrored(found: float, mirror: float, where: str, faults: Faults) -> None:
    faults.add("ahp.not_reciprocal", where=where, found=f"{found:g}", mirror=f"{mirror:g}")


def reciprocal(matrix: Floats) -> Floats:
    """Exactly reciprocal: an entry alone gives its mirror, two that agree but for rounding their mean."""
    mirror = np.where(matrix.T > 0, 1.0 / np.where(matrix.T > 0, matrix.T, 1.0), 0.0)
    both = np.sqrt(np.where(matrix > 0, matrix, mirror) * np.where(mirror > 0, mirror, matrix))
    np.fill_diagonal(both, 1.0)
    return np.asarray(both)
