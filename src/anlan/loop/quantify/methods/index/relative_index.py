"""Relative risk index: which unit, shift or flight stands out, by points for what is known of it beforehand.

1. Every factor has levels with scores, and a weight; a unit has one level of each factor.
2. index = sum of weight x score + points of the declared interactions whose two levels meet in the unit.
3. Thresholds turn the index into the lowest, middle or highest of three levels (green, yellow, red).
4. Each factor's contribution is told, and each weight is tried: between which values the first unit stays
   first, and how many units change place or level when the weight is off by `weight_change`.

The index is relative: it orders units scored with the same version of the parameters, and is no probability.

Source: IEC 31010:2019, B.8.6 (risk indices).
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from anlan.domain.method import Answer, AnswerTable, Chart, Field, Method, Note, Quantity
from anlan.loop.quantify.methods.faults import Faults
from anlan.maths.factor_index import FactorIndex, factor_index
from anlan.maths.rank_ties import possible_places, shared_places


@dataclass(frozen=True)
class _Model:
    """The index with its names. interactions: (units, interactions), points where both levels meet."""

    index: FactorIndex
    factors: Sequence[str]
    units: Sequence[str]
    interactions: NDArray[np.float64]
    thresholds: tuple[float, float]

    def levels(self, values: NDArray[np.float64]) -> NDArray[np.int64]:
        """0 below the lower threshold, 1 from it on, 2 from the upper one on."""
        lower, upper = self.thresholds
        places: NDArray[np.int64] = (values >= lower).astype(np.int64) + (values >= upper)
        return places


def run(inputs: Mapping[str, Any], *, seed: int = 0) -> Answer:
    """The units by index, with levels, contributions and what each weight decides."""
    model = _read(inputs)
    values = model.index.values
    low, high = model.index.limits(inputs["weight_change"])
    order = np.argsort(-values, kind="stable")
    places = model.levels(values)
    top = int(order[0])
    return Answer(
        quantities=(
            Quantity("highest_index", float(values[top]), "", float(low[top]), float(high[top]), "bounds"),
            Quantity("units_red", int((places == 2).sum())),
            Quantity("units_yellow", int((places == 1).sum())),
            Quantity("units_green", int((places == 0).sum())),
        ),
        tables=(
            _ranking(inputs, model, order, low, high),
            _contributions(model, order),
            _sensitivity(inputs, model),
        ),
        charts=(Chart("pareto", _drawn(inputs, model, order, low, high)),),
        level=inputs["levels"][int(places[top])],
        assumptions=(
            Note("relative.version", {"version": inputs["version"]}),
            Note("relative.weights", {"change": inputs["weight_change"]}),
            Note("relative.additive", {"n": model.interactions.shape[1]}),
        ),
        warnings=tuple(_warnings(inputs, model, order, low, high)),
    )


def _read(inputs: Mapping[str, Any]) -> _Model:
    """The model of checked inputs. Errors: RefusedInputs with every unknown or repeated name."""
    faults = Faults()
    factors = [row["factor"] for row in inputs["factors"]]
    _once(factors, "factors", "factor", faults)
    _once([row["unit"] for row in inputs["units"]], "units", "unit", faults)
    scores = _level_scores(inputs, factors, faults)
    if not inputs["yellow_from"] < inputs["red_from"]:
        found = (inputs["yellow_from"], inputs["red_from"])
        faults.add("method.not_ascending", where="red_from", found=found)
    _check_units(inputs, factors, scores, faults)
    _check_interactions(inputs, scores, faults)
    faults.raise_any()
    table = [
        [scores[factor][level] for factor, level in zip(factors, row["levels"], strict=True)]
        for row in inputs["units"]
    ]
    points = _points(inputs, factors)
    weights = [row["weight"] for row in inputs["factors"]]
    return _Model(
        factor_index(table, weights, points.sum(axis=1)),
        factors,
        [row["unit"] for row in inputs["units"]],
        points,
        (inputs["yellow_from"], inputs["red_from"]),
    )


def _once(names: Sequence[str], table: str, column: str, faults: Faults) -> None:
    seen: set[str] = set()
    for place, name in enumerate(names, start=1):
        if name in seen:
            faults.add("method.twice", where=f"{table}[{place}].{column}", found=name)
        seen.add(name)


def _level_scores(
    inputs: Mapping[str, Any], factors: Sequence[str], faults: Faults
) -> dict[str, dict[str, float]]:
    """Factor -> level -> score."""
    scores: dict[str, dict[str, float]] = {factor: {} for factor in factors}
    for place, row in enumerate(inputs["factor_levels"], start=1):
        where = f"factor_levels[{place}]"
        if row["factor"] not in scores:
            known = tuple(factors)
            faults.add("method.not_a_choice", where=f"{where}.factor", found=row["factor"], known=known)
        elif row["level"] in scores[row["factor"]]:
            faults.add("method.twice", where=f"{where}.level", found=row["level"])
        else:
            scores[row["factor"]][row["level"]] = row["score"]
    return scores


def _check_units(
    inputs: Mapping[str, Any],
    factors: Sequence[str],
    scores: Mapping[str, Mapping[str, float]],
    faults: Faults,
) -> None:
    n = len(factors)
    for place, row in enumerate(inputs["units"], start=1):
        where = f"units[{place}].levels"
        if len(row["levels"]) != n:
            faults.add("method.length", where=where, found=len(row["levels"]), least=n, most=n)
            continue
        for k, (factor, level) in enumerate(zip(factors, row["levels"], strict=True), start=1):
            if level not in scores[factor]:
                known = tuple(scores[factor])
                faults.add("method.not_a_choice", where=f"{where}[{k}]", found=level, known=known)


def _check_interactions(
    inputs: Mapping[str, Any], scores: Mapping[str, Mapping[str, float]], faults: Faults
) -> None:
    for place, row in enumerate(inputs["interactions"] or (), start=1):
        where = f"interactions[{place}]"
        for end in ("first", "second"):
            if row[end] not in scores:
                known = tuple(scores)
                faults.add("method.not_a_choice", where=f"{where}.{end}", found=row[end], known=known)
            elif row[f"{end}_level"] not in scores[row[end]]:
                known = tuple(scores[row[end]])
                found = row[f"{end}_level"]
                faults.add("method.not_a_choice", where=f"{where}.{end}_level", found=found, known=known)
        if row["first"] == row["second"]:
            faults.add("relative.with_itself", where=f"{where}.second", found=row["second"])


def _points(inputs: Mapping[str, Any], factors: Sequence[str]) -> NDArray[np.float64]:
    """(units, interactions): the points where both levels meet."""
    place = {factor: k for k, factor in enumerate(factors)}
    rows = inputs["interactions"] or ()
    levels = np.array([row["levels"] for row in inputs["units"]], dtype=object)
    points = np.zeros((len(levels), len(rows)))
    for k, row in enumerate(rows):
        first, second = levels[:, place[row["first"]]], levels[:, place[row["second"]]]
        points[(first == row["first_level"]) & (second == row["second_level"]), k] = row["points"]
    return points


def _ranking(
    inputs: Mapping[str, Any],
    model: _Model,
    order: NDArray[np.int64],
    low: NDArray[np.float64],
    high: NDArray[np.float64],
) -> AnswerTable:
    """Units by index: shared places, limits and the places possible within them, level, first reason."""
    values = model.index.values
    first, last = shared_places(np.round(values, 9))
    best, worst = possible_places(low, high)
    levels = model.levels(values)
    parts = model.index.parts
    columns = ("rank", "unit", "relative_index", "index_low", "index_high", "rank_best", "rank_worst", "tied",
               "level", "largest_factor")  # fmt: skip
    return AnswerTable(
        "ranked_units",
        columns,
        tuple(
            (
                int(first[i]),
                model.units[i],
                float(values[i]),
                float(low[i]),
                float(high[i]),
                int(best[i]),
                int(worst[i]),
                bool(first[i] != last[i]),
                inputs["levels"][levels[i]],
                model.factors[int(np.argmax(parts[i]))],
            )
            for i in order
        ),
    )


def _contributions(model: _Model, order: NDArray[np.int64]) -> AnswerTable:
    """What each factor, and the interactions together, add to each unit's index."""
    parts, extra = model.index.parts, model.index.extra
    shown = ("unit", *model.factors, "interactions", "relative_index")
    values = model.index.values
    return AnswerTable(
        "contributions",
        shown,
        tuple(
            (model.units[i], *(float(part) for part in parts[i]), float(extra[i]), float(values[i]))
            for i in order
        ),
    )


def _sensitivity(inputs: Mapping[str, Any], model: _Model) -> AnswerTable:
    """One row for each weight: what keeps the first unit first, and what the change asked for moves."""
    change, before = inputs["weight_change"], model.levels(model.index.values)

    def row(k: int, factor: str) -> tuple[Any, ...]:
        weight = float(model.index.weights[k])
        low, high = model.index.weights_that_keep_the_first(k)
        tried = (weight * (1 - change), weight * (1 + change))
        moved = [model.index.moved(k, w) for w in tried]
        levels = [int((model.levels(model.index.with_weight(k, w)) != before).sum()) for w in tried]
        kept = low, high if math.isfinite(high) else None
        return factor, weight, *kept, max(m[0] for m in moved), max(m[1] for m in moved), max(levels)

    return AnswerTable(
        "weight_sensitivity",
        ("factor", "weight", "first_kept_from", "first_kept_to", "units_moved", "largest_move",
         "levels_changed"),
        tuple(row(k, factor) for k, factor in enumerate(model.factors)),
    )  # fmt: skip


def _drawn(
    inputs: Mapping[str, Any],
    model: _Model,
    order: NDArray[np.int64],
    low: NDArray[np.float64],
    high: NDArray[np.float64],
) -> dict[str, Any]:
    return {
        "measure": "index",
        "names": [model.units[i] for i in order],
        "values": model.index.values[order],
        "low": low[order],
        "high": high[order],
        "bounds": model.thresholds,
        "levels": inputs["levels"],
    }


def _warnings(
    inputs: Mapping[str, Any],
    model: _Model,
    order: NDArray[np.int64],
    low: NDArray[np.float64],
    high: NDArray[np.float64],
) -> Iterator[Note]:
    sides = model.levels(low) != model.levels(high)
    if sides.any():
        yield Note("relative.level_open", {"n": int(sides.sum()), "change": inputs["weight_change"]})
    _, worst = possible_places(low, high)
    if len(order) > 1 and worst[order[0]] > 1:
        yield Note("relative.first_open", {"unit": model.units[order[0]], "change": inputs["weight_change"]})
    flat = [
        factor for factor, column in zip(model.factors, model.index.scores.T, strict=True)
        if len(column) > 1 and np.ptp(column) == 0
    ]  # fmt: skip
    if flat:
        yield Note("relative.no_difference", {"factors": flat})


def _number(name: str) -> Field:
    return Field(name, "number", low=-1e9, high=1e9)


METHOD = Method(
    "relative_index",
    (
        Field("version", "text"),
        Field(
            "factors",
            "table",
            most=100,
            columns=(Field("factor", "text"), Field("weight", "number", default=1.0, above=0, high=1e6)),
        ),
        Field(
            "factor_levels",
            "table",
            most=2000,
            columns=(Field("factor", "text"), Field("level", "text"), _number("score")),
        ),
        Field(
            "interactions",
            "table",
            default=None,
            most=1000,
            columns=(
                Field("first", "text"),
                Field("first_level", "text"),
                Field("second", "text"),
                Field("second_level", "text"),
                _number("points"),
            ),
        ),
        Field("units", "table", columns=(Field("unit", "text"), Field("levels", "texts", most=100))),
        _number("yellow_from"),
        _number("red_from"),
        Field("levels", "texts", default=("green", "yellow", "red"), least=3, most=3),
        Field("weight_change", "number", default=0.2, low=0, below=1, unit="share"),
    ),
    run,
)
