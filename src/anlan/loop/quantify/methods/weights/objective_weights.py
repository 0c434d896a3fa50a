"""Weights from the decision table itself: entropy or CRITIC, with how far one alternative moves them.

Source: Hwang and Yoon (1981), doi:10.1007/978-3-642-48318-9; Diakoulaki, Mavrotas and Papayannakis (1995),
doi:10.1016/0305-0548(94)00059-H.
"""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from anlan.domain.errors import NotEnoughData
from anlan.domain.method import Answer, AnswerTable, Chart, Field, Method, Note, Quantity
from anlan.loop.quantify.methods.faults import Faults
from anlan.loop.quantify.methods.weights.decision_table import (
    ALTERNATIVES,
    OPEN_WEIGHT,
    DecisionTable,
    constant_note,
    criteria_field,
    read_table,
)
from anlan.maths.multi_criteria.objective_weights import (
    correlations,
    critic_weights,
    entropies,
    entropy_weights,
)
from anlan.maths.multi_criteria.scaling import Floats, by_range, constant_columns

Rule = Callable[[Floats], Floats | None]
_ALIKE = 0.9
"""Absolute correlation from which two criteria are named as measuring much the same."""


def run(inputs: Mapping[str, Any], *, seed: int = 0) -> Answer:
    """The weights; the headline is the largest of them."""
    table = read_table(inputs)
    entropy = inputs["scheme"] == "entropy"
    if entropy:
        _check_amounts(table)
    rule = entropy_weights if entropy else _critic(table, inputs)
    weights = rule(table.values)
    if weights is None:
        raise NotEnoughData("multi_criteria.nothing_to_weigh", scheme=inputs["scheme"])
    low, high = _left_out(table, rule, weights)
    largest = int(np.argmax(weights))
    return Answer(
        quantities=(
            Quantity("largest_weight", float(weights[largest]), "share",
                     low=float(low[largest]), high=float(high[largest]), interval="left_out"),
            Quantity("effective_criteria", float(1 / np.sum(weights**2))),
        ),
        tables=(
            _weights(table, inputs, weights, low, high),
            *(() if entropy else (_pairs(table, inputs),)),
        ),
        charts=(Chart("weights", _drawn(table, weights, low, high)),),
        assumptions=(Note(f"objective_weights.{inputs['scheme']}"), *_rank_note(inputs)),
        warnings=(Note("objective_weights.not_importance"), *constant_note(table),
                  *(_zeros(table) if entropy else _alike(table, inputs))),
    )  # fmt: skip


def _check_amounts(table: DecisionTable) -> None:
    """Entropy reads each column as shares of a sum: no entry below 0, and not all 0."""
    faults = Faults()
    for i, row in enumerate(table.values, start=1):
        for j, value in enumerate(row, start=1):
            if value < 0:
                where = f"alternatives[{i}].values[{j}]"
                faults.add("multi_criteria.negative", where=where, found=value)
    for j, column in enumerate(table.values.T, start=1):
        if not column.any():
            faults.add("multi_criteria.all_zero", where=f"criteria[{j}]", found=table.criteria[j - 1])
    faults.raise_any()


def _critic(table: DecisionTable, inputs: Mapping[str, Any]) -> Rule:
    return lambda values: critic_weights(values, benefit=table.benefit, correlation=inputs["correlation"])


def _left_out(table: DecisionTable, rule: Rule, weights: Floats) -> tuple[Floats, Floats]:
    """Limits of each weight when each alternative in turn is left out (and when none is)."""
    found = [weights]
    for i in range(len(table.alternatives)):
        rest = np.delete(table.values, i, axis=0)
        weighed = rule(rest) if len(rest) > 1 and rest.any(axis=0).all() else None
        if weighed is not None:
            found.append(weighed)
    return np.min(found, axis=0), np.max(found, axis=0)


def _weights(
    table: DecisionTable, inputs: Mapping[str, Any], weights: Floats, low: Floats, high: Floats
) -> AnswerTable:
    entropy = inputs["scheme"] == "entropy"
    measure = entropies(table.values) if entropy else _spreads(table)
    columns = [measure, weights, low, high]
    names = ["entropy" if entropy else "critic_spread", "weight", "left_out_low", "left_out_high"]
    if table.weights is not None:
        joint = table.weights * weights
        columns += [table.weights, joint / joint.sum()]
        names += ["given_weight", "combined_weight"]
    return AnswerTable(
        "objective_weights",
        ("criterion", *names),
        tuple((name, *(float(column[j]) for column in columns)) for j, name in enumerate(table.criteria)),
    )


def _spreads(table: DecisionTable) -> Floats:
    """Standard deviation of each column on its 0..1 range."""
    flat = constant_columns(table.values)
    return np.asarray(np.where(flat, 0.0, by_range(table.values, benefit=table.benefit).std(axis=0)))


def _correlated(table: DecisionTable, inputs: Mapping[str, Any]) -> list[tuple[str, str, float]]:
    """Pairs of criteria that vary, with the correlation of their scaled columns."""
    vary = np.flatnonzero(~constant_columns(table.values))
    r = correlations(by_range(table.values, benefit=table.benefit)[:, vary], inputs["correlation"])
    return [
        (table.criteria[vary[a]], table.criteria[vary[b]], float(r[a, b]))
        for a in range(len(vary))
        for b in range(a + 1, len(vary))
    ]


def _pairs(table: DecisionTable, inputs: Mapping[str, Any]) -> AnswerTable:
    pairs = tuple(_correlated(table, inputs))
    return AnswerTable("criteria_correlations", ("criterion", "other_criterion", "correlation"), pairs)


def _alike(table: DecisionTable, inputs: Mapping[str, Any]) -> list[Note]:
    return [
        Note("objective_weights.alike", {"criteria": (one, other), "correlation": r})
        for one, other, r in _correlated(table, inputs)
        if r >= _ALIKE
    ]


def _zeros(table: DecisionTable) -> tuple[Note, ...]:
    """Criteria with entries of 0, which count as nothing (0 ln 0 = 0) and weigh much."""
    names = tuple(
        name for name, column in zip(table.criteria, table.values.T, strict=True) if not column.all()
    )
    return (Note("objective_weights.zeros", {"criteria": names}),) if names else ()


def _rank_note(inputs: Mapping[str, Any]) -> tuple[Note, ...]:
    if inputs["scheme"] == "entropy":
        return ()
    return (Note(f"objective_weights.{inputs['correlation']}"),)


def _drawn(table: DecisionTable, weights: Floats, low: Floats, high: Floats) -> dict[str, Any]:
    return {
        "rows": [
            {"name": name, "weight": float(weights[j]), "low": float(low[j]), "high": float(high[j])}
            for j, name in enumerate(table.criteria)
        ]
    }


METHOD = Method(
    "objective_weights",
    (
        Field("scheme", "choice", default="entropy", choices=("entropy", "critic")),
        criteria_field(OPEN_WEIGHT),
        ALTERNATIVES,
        Field("correlation", "choice", default="pearson", choices=("pearson", "spearman")),
    ),
    run,
)
