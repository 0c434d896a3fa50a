"""Sobol indices: the share of the result's variance that each input explains, alone and with the others.

First order: what would go if the input were known. Total: what would stay if all others were known; the part
above the first order is interaction. Second order, where asked: what two inputs explain only together.
See `maths.sensitivity.sobol` for the estimators.

Source: Saltelli et al. (2010), doi:10.1016/j.cpc.2009.09.018; for pairs Saltelli (2002),
doi:10.1016/S0010-4655(02)00280-1;
Jansen (1999), doi:10.1016/S0010-4655(98)00154-4.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np

from anlan.domain.errors import RefusedInput
from anlan.domain.method import Answer, AnswerTable, Chart, Field, Method, Note, Quantity
from anlan.loop.quantify.methods.sensitivity.models import MODEL_FIELDS, Model, check_runs, read_model
from anlan.maths.sensitivity.sobol import SobolIndices, sobol_indices, sobol_points

_REACH = 1.959963984540054
_WIDE = 0.1


def run(inputs: Mapping[str, Any], *, seed: int = 0) -> Answer:
    """First and total indices with 95 % intervals."""
    n = inputs["points"]
    if n & (n - 1):
        lower = 2 ** (n.bit_length() - 1)
        raise RefusedInput("sensitivity.power_of_two", where="points", found=n, near=(lower, 2 * lower))
    model = read_model(inputs, seed=seed)
    d = len(model.names)
    pairs = inputs["pairs"]
    runs = n * ((2 if pairs else 1) * d + 2)
    check_runs(model, runs, where="points")
    values = model.at_shares(sobol_points(n, d, seed=seed, pairs=pairs))
    found = sobol_indices(values, d, pairs=pairs)
    order = np.argsort(-found.total, kind="stable").tolist()
    return Answer(
        quantities=_quantities(found, values[: 2 * n]),
        tables=(_table(model, found, order), *([_pair_table(model, found)] if pairs else [])),
        charts=(Chart("index_bars", _drawn(model, found, order)),),
        assumptions=(Note("sobol.independent"), Note("sobol.runs", {"n": n, "runs": runs})),
        warnings=tuple(_warnings(model, found)),
    )


def _quantities(found: SobolIndices, values: Any) -> tuple[Quantity, ...]:
    low, high = np.quantile(values, [0.05, 0.95])
    together = float(found.first.sum())
    error = _REACH * float(np.sqrt((found.first_error**2).sum()))
    return (
        Quantity("result_mean", found.mean, "", float(low), float(high), "middle_90"),
        Quantity("result_sd", float(np.sqrt(found.variance))),
        Quantity("explained_alone", together, "share", together - error, together + error, "confidence_95"),
    )


def _rows(model: Model, found: SobolIndices, order: list[int]) -> list[tuple[Any, ...]]:
    def with_limits(value: float, error: float) -> tuple[float, float, float]:
        return value, value - _REACH * error, value + _REACH * error

    return [
        (
            model.names[i],
            *with_limits(float(found.first[i]), float(found.first_error[i])),
            *with_limits(float(found.total[i]), float(found.total_error[i])),
        )
        for i in order
    ]


def _table(model: Model, found: SobolIndices, order: list[int]) -> AnswerTable:
    columns = (
        "input", "first_index", "first_low", "first_high", "total_index", "total_low", "total_high",
    )  # fmt: skip
    return AnswerTable("sobol_indices", columns, tuple(_rows(model, found, order)))


def _pair_table(model: Model, found: SobolIndices) -> AnswerTable:
    """Second order of every pair with its interval, the largest first."""
    assert found.pair is not None
    assert found.pair_error is not None
    rows = []
    for i, j in zip(*np.triu_indices(len(model.names), k=1), strict=True):
        value, half = float(found.pair[i, j]), _REACH * float(found.pair_error[i, j])
        rows.append((model.names[i], model.names[j], value, value - half, value + half))
    rows.sort(key=lambda row: -row[2])
    columns = ("input", "second_input", "second_index", "second_low", "second_high")
    return AnswerTable("sobol_pairs", columns, tuple(rows))


def _drawn(model: Model, found: SobolIndices, order: list[int]) -> dict[str, Any]:
    names = ("name", "first", "first_low", "first_high", "total", "total_low", "total_high")
    return {"bars": [dict(zip(names, row, strict=True)) for row in _rows(model, found, order)]}


def _warnings(model: Model, found: SobolIndices) -> list[Note]:
    warnings = []
    negative = tuple(
        n for n, s in zip(model.names, np.minimum(found.first, found.total).tolist(), strict=True) if s < 0
    )
    if negative:
        warnings.append(Note("sobol.negative", {"names": negative}))
    widest = _REACH * float(max(found.first_error.max(), found.total_error.max()))
    if widest > _WIDE:
        warnings.append(Note("sobol.wide", {"half": widest}))
    return warnings


METHOD = Method(
    "sobol",
    (
        *MODEL_FIELDS,
        Field("points", "integer", default=1_024, low=8, high=2**20),
        Field("pairs", "flag", default=False),
    ),
    run,
    random=True,
)
