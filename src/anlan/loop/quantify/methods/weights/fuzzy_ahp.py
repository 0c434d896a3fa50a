"""Fuzzy AHP: weights from comparisons given as (low, likely, high), after Buckley or Chang.

Source: Buckley (1985), doi:10.1016/0165-0114(85)90090-9; Chang (1996), doi:10.1016/0377-2217(95)00300-2. On
Chang's zero weights: Wang, Luo and Hua (2008), doi:10.1016/j.ejor.2007.01.050.
"""

from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import Any

import numpy as np

from anlan.domain.method import Answer, AnswerTable, Chart, Field, Method, Note, Quantity
from anlan.loop.quantify.methods.faults import Faults
from anlan.loop.quantify.methods.weights.ahp_tables import LIMIT
from anlan.loop.quantify.methods.weights.decision_table import check_names
from anlan.maths.multi_criteria.fuzzy_pairwise import (
    buckley_weights,
    chang_degrees,
    chang_weights,
    crisp_weights,
    mirrored,
)
from anlan.maths.multi_criteria.pairwise import consistency_index
from anlan.maths.multi_criteria.random_index import RandomIndexTable, random_index
from anlan.maths.multi_criteria.rank_stability import ranks
from anlan.maths.multi_criteria.scaling import Floats

_PARTS = ("low", "likely", "high")
_MIRROR = 0.02
"""Relative distance up to which a mirror given too is rounding."""
_TABLE: RandomIndexTable = "alonso_lamata_2006"


def run(inputs: Mapping[str, Any], *, seed: int = 0) -> Answer:
    """The weights by the chosen way, the other beside; the headline is the largest."""
    items = inputs["items"]
    matrix = read_fuzzy_matrix(items, inputs["pairs"])
    fuzzy = buckley_weights(matrix)
    crisp, extent = crisp_weights(fuzzy, inputs["defuzzification"]), chang_weights(matrix)
    chosen = crisp if inputs["weights_by"] == "buckley" else extent
    ratio = _ratio(matrix[..., 1])
    return Answer(
        quantities=(_headline(chosen, fuzzy, inputs), Quantity("likely_cr", ratio)),
        tables=(_weights(items, fuzzy, crisp, extent, chang_degrees(matrix), chosen),),
        charts=(Chart("weights", _drawn(items, chosen, fuzzy, inputs)),),
        assumptions=(
            Note(f"fuzzy_ahp.weights_by.{inputs['weights_by']}"),
            Note(f"fuzzy_ahp.defuzzification.{inputs['defuzzification']}"),
            Note("fuzzy_ahp.consistency"),
        ),
        warnings=_warnings(items, extent, ratio, inputs),
    )


def read_fuzzy_matrix(items: Sequence[str], pairs: Sequence[Mapping[str, Any]]) -> Floats:
    """(n, n, 3), each pair once or both ways. Errors: RefusedInputs with unknown names, numbers out of
    order, mirrors that contradict, and pairs nobody compared."""
    faults = Faults()
    check_names(items, "items[{}]", faults)
    n = len(items)
    matrix = np.zeros((n, n, 3))
    for place, pair in enumerate(pairs, start=1):
        _enter(matrix, items, pair, f"pairs[{place}]", faults)
    faults.raise_any()
    for i, j in combinations(range(n), 2):
        if not matrix[i, j].any():
            faults.add("fuzzy_ahp.pair_missing", where="pairs", row=items[i], column=items[j])
    faults.raise_any()
    matrix[range(n), range(n)] = 1.0
    return matrix


def _enter(matrix: Floats, items: Sequence[str], pair: Mapping[str, Any], where: str, faults: Faults) -> None:
    """Puts a pair and its mirror into the matrix, or says why not."""
    number = np.array([pair[part] for part in _PARTS])
    known = [end for end in ("row", "column") if pair[end] in items]
    for end in ("row", "column"):
        if end not in known:
            faults.add("method.not_a_choice", where=f"{where}.{end}", found=pair[end], known=items)
    if (np.diff(number) < 0).any():
        faults.add("fuzzy_ahp.order", where=where, found=", ".join(f"{each:g}" for each in number))
    elif len(known) == 2:
        i, j = items.index(pair["row"]), items.index(pair["column"])
        there = matrix[i, j]
        if i == j:
            faults.add("ahp.with_itself", where=where, found=pair["row"])
        elif not there.any():
            matrix[i, j], matrix[j, i] = number, mirrored(number)
        elif (np.abs(number / there - 1) > _MIRROR).any():
            expected = ", ".join(f"{each:.4g}" for each in there)
            faults.add("fuzzy_ahp.not_reciprocal", where=where, expected=expected,
                       found=", ".join(f"{each:g}" for each in number))  # fmt: skip


def _ratio(likely: Floats) -> float:
    """Consistency ratio of the likely values."""
    scale = random_index(len(likely), _TABLE)
    return consistency_index(likely) / scale if scale else 0.0


def _headline(chosen: Floats, fuzzy: Floats, inputs: Mapping[str, Any]) -> Quantity:
    """Chang's way has no fuzzy weight, so no limits."""
    first = int(np.argmax(chosen))
    value = float(chosen[first])
    if inputs["weights_by"] == "chang":
        return Quantity("largest_weight", value, "share")
    low, high = float(fuzzy[first, 0]), float(fuzzy[first, 2])
    return Quantity("largest_weight", value, "share", low=low, high=high, interval="fuzzy_support")


def _weights(
    items: Sequence[str], fuzzy: Floats, crisp: Floats, extent: Floats, degrees: Floats, chosen: Floats
) -> AnswerTable:
    ranked = ranks(chosen)
    return AnswerTable(
        "fuzzy_weights",
        (
            "rank", "part", "weight_low", "weight_likely", "weight_high", "buckley_weight", "chang_degree",
            "chang_weight",
        ),
        tuple(
            (int(ranked[i]), items[i], *(float(each) for each in fuzzy[i]), float(crisp[i]),
             float(degrees[i]), float(extent[i]))
            for i in np.argsort(ranked, kind="stable")
        ),
    )  # fmt: skip


def _warnings(
    items: Sequence[str], extent: Floats, ratio: float, inputs: Mapping[str, Any]
) -> tuple[Note, ...]:
    zero = tuple(name for name, weight in zip(items, extent, strict=True) if weight == 0)
    chang = inputs["weights_by"] == "chang"
    return (
        *((Note("fuzzy_ahp.chang_measures"),) if chang else ()),
        *((Note("fuzzy_ahp.zero_weight", {"items": zero}),) if zero else ()),
        *((Note("fuzzy_ahp.inconsistent", {"ratio": ratio, "limit": LIMIT}),) if ratio >= LIMIT else ()),
    )


def _drawn(items: Sequence[str], chosen: Floats, fuzzy: Floats, inputs: Mapping[str, Any]) -> dict[str, Any]:
    limits = inputs["weights_by"] == "buckley"
    return {
        "rows": [
            {"name": name, "weight": float(chosen[i]),
             "low": float(fuzzy[i, 0]) if limits else None, "high": float(fuzzy[i, 2]) if limits else None}
            for i, name in enumerate(items)
        ]
    }  # fmt: skip


METHOD = Method(
    "fuzzy_ahp",
    (
        Field("items", "texts", least=2, most=15),
        Field(
            "pairs",
            "table",
            most=210,
            columns=(
                Field("row", "text"),
                Field("column", "text"),
                *(Field(part, "number", low=0.01, high=100) for part in _PARTS),
            ),
        ),
        Field("weights_by", "choice", default="buckley", choices=("buckley", "chang")),
        Field("defuzzification", "choice", default="centroid", choices=("centroid", "graded_mean")),
    ),
    run,
)
