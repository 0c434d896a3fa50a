"""Tornado: how far the result moves when each input alone moves through the same share of its distribution.

1. Base: every input at its median.
2. Each input at its low and its high quantile, the same two for all, the others at their medians.
3. Inputs by the size of the swing. What-if: named inputs set to given values, each alone and all together.

Source: Howard (1988), doi:10.1287/mnsc.34.6.679; Eschenbach (1992), doi:10.1287/inte.22.6.40.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from anlan.domain.method import Answer, AnswerTable, Chart, Field, Method, Note, Quantity
from anlan.loop.quantify.methods.faults import Faults
from anlan.loop.quantify.methods.sensitivity.models import (
    MODEL_FIELDS,
    MOST_SPEC_RUNS,
    Model,
    check_runs,
    plain_name,
    read_model,
)
from anlan.maths.sensitivity.one_at_a_time import Swings, swings
from anlan.maths.sensitivity.sobol import sobol_points

_POINTS, _POINTS_OF_A_SPEC = 1_024, 128


def run(inputs: Mapping[str, Any], *, seed: int = 0) -> Answer:
    """The swing of each input, and what the result would be with named inputs changed."""
    model = read_model(inputs, seed=seed)
    changes = _changes(inputs["what_if"], model)
    together = _POINTS_OF_A_SPEC if inputs["together"] else 0
    check_runs(model, 2 * len(model.names) + 1 + together, where="inputs")
    found = swings(model.evaluate, model.estimates, share=inputs["share"])
    what_if = _what_if(changes, model, found) if changes else None
    return Answer(
        quantities=_quantities(model, found, seed, together=inputs["together"]),
        tables=(_swing_table(model, found), *([what_if] if what_if else [])),
        charts=(Chart("tornado", _drawn(model, found, inputs["share"])),),
        assumptions=(
            Note("tornado.same_quantiles", {"share": inputs["share"]}),
            Note("tornado.one_at_a_time"),
        ),
        warnings=tuple(_warnings(model, found)),
    )


def _quantities(model: Model, found: Swings, seed: int, *, together: bool) -> tuple[Quantity, ...]:
    """The base and, around it where asked for, the middle of the results when all inputs vary at once and
    independently."""
    swing = Quantity("largest_swing", float(found.swing[int(found.order[0])]))
    if not together:
        return Quantity("result_at_medians", found.base), swing
    n = _POINTS if model.most_runs > MOST_SPEC_RUNS else _POINTS_OF_A_SPEC
    results = model.at_shares(sobol_points(n, len(model.names), seed=seed)[:n])
    low, high = np.quantile(results, [0.05, 0.95])
    return (
        Quantity("result_at_medians", found.base, "", float(low), float(high), "middle_90"),
        swing,
    )


def _swing_table(model: Model, found: Swings) -> AnswerTable:
    columns = ("input", "low_value", "high_value", "result_at_low", "result_at_high", "swing")
    parts = (found.lows, found.highs, found.at_low, found.at_high, found.swing)
    rows = tuple((model.names[i], *(float(part[i]) for part in parts)) for i in found.order.tolist())
    return AnswerTable("swings", columns, rows)


def _changes(rows: Sequence[Mapping[str, Any]], model: Model) -> list[tuple[int, float]]:
    faults = Faults()
    for place, row in enumerate(rows, start=1):
        if plain_name(row["name"]) not in model.names:
            where = f"what_if[{place}].name"
            faults.add("method.not_a_choice", where=where, found=row["name"], known=model.names)
    faults.raise_any()
    return [(model.names.index(plain_name(row["name"])), row["value"]) for row in rows]


def _what_if(changes: Sequence[tuple[int, float]], model: Model, found: Swings) -> AnswerTable:
    points = np.tile(found.medians, (len(changes) + 1, 1))
    for row, (column, value) in enumerate(changes):
        points[row, column] = value
        points[-1, column] = value
    results = model.evaluate(points).tolist()
    names: list[Any] = [model.names[column] for column, _ in changes]
    values: list[float | None] = [value for _, value in changes]
    if len(changes) > 1:
        names.append(Note("tornado.together"))
        values.append(None)
    rows = tuple(
        (name, value, result, result - found.base)
        for name, value, result in zip(names, values, results, strict=False)
    )
    return AnswerTable("what_if", ("input", "value", "result", "change"), rows)


def _drawn(model: Model, found: Swings, share: float) -> dict[str, Any]:
    bars = [
        {
            "name": model.names[i],
            "low": found.lows[i],
            "high": found.highs[i],
            "at_low": found.at_low[i],
            "at_high": found.at_high[i],
        }
        for i in found.order.tolist()
    ]
    return {"base": found.base, "share": share, "bars": bars}


def _warnings(model: Model, found: Swings) -> list[Note]:
    """Inputs whose two ends lie on one side of the base: the result does not rise or fall throughout."""
    one_side = (found.at_low - found.base) * (found.at_high - found.base) > 0
    names = tuple(name for name, bent in zip(model.names, one_side.tolist(), strict=True) if bent)
    return [Note("tornado.bent", {"names": names})] if names else []


METHOD = Method(
    "tornado",
    (
        *MODEL_FIELDS,
        Field("share", "number", default=0.8, above=0, below=1),
        Field("together", "flag", default=True),
        Field(
            "what_if",
            "table",
            default=(),
            least=0,
            most=100,
            columns=(Field("name", "text"), Field("value", "number")),
        ),
    ),
    run,
    random=True,
)
