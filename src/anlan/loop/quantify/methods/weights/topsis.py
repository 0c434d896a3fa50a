"""TOPSIS: alternatives by their closeness to the ideal one, and how firm the order is under other weights.

Source: Hwang and Yoon (1981), doi:10.1007/978-3-642-48318-9.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np

from anlan.domain.method import Answer, AnswerTable, Field, Method, Note, Quantity
from anlan.loop.quantify.methods.weights.decision_table import (
    ALTERNATIVES,
    WEIGHT,
    DecisionTable,
    constant_note,
    criteria_field,
    read_table,
)
from anlan.loop.quantify.methods.weights.ranking import (
    STABILITY_FIELDS,
    ranking_warnings,
    reversal_notes,
    reversal_table,
    reversals_of,
    share_first,
    stability_chart,
    stability_notes,
    stability_of,
    stability_table,
    weights_of,
    weights_table,
)
from anlan.maths.multi_criteria.rank_stability import RankStability, ranks
from anlan.maths.multi_criteria.scaling import Floats
from anlan.maths.multi_criteria.topsis import Distances, topsis


def run(inputs: Mapping[str, Any], *, seed: int = 0) -> Answer:
    """Closeness of each alternative; the headline is that of the best one."""
    table = read_table(inputs)
    distances = topsis(table.values, benefit=table.benefit, normalisation=inputs["normalisation"])
    closeness = distances.closeness(weights_of(table))
    firm = stability_of(table, inputs, distances.closeness, seed=seed)
    turned = reversals_of(
        table,
        closeness,
        lambda values: topsis(values, benefit=table.benefit, normalisation=inputs["normalisation"]).closeness(
            weights_of(table)
        ),
    )
    return Answer(
        quantities=(
            _headline(closeness, firm),
            Quantity("lead", _lead(closeness)),
            share_first(closeness, firm),
        ),
        tables=(
            _ranking(table, distances, closeness, firm),
            stability_table(table, closeness, firm),
            *reversal_table(table.alternatives, turned),
            weights_table(table),
        ),
        charts=(stability_chart(table, closeness, firm),),
        assumptions=(Note("topsis.normalisation." + inputs["normalisation"]), *stability_notes(inputs)),
        warnings=(
            *constant_note(table),
            *ranking_warnings(table, closeness, firm),
            *reversal_notes(table.alternatives, turned),
        ),
    )


def _headline(closeness: Floats, firm: RankStability) -> Quantity:
    best = int(np.argmax(closeness))
    low, high = float(firm.score_low[best]), float(firm.score_high[best])
    return Quantity("best_closeness", float(closeness[best]), low=low, high=high, interval="middle_90")


def _lead(scores: Floats) -> float:
    """Distance of the best score to the second."""
    second, best = np.sort(scores)[-2:]
    return float(best - second)


def _ranking(
    table: DecisionTable, distances: Distances, closeness: Floats, firm: RankStability
) -> AnswerTable:
    weights, ranked = weights_of(table), ranks(closeness)
    near, far = distances.from_best(weights), distances.from_worst(weights)
    columns = (near, far, closeness, firm.score_low, firm.score_high)
    return AnswerTable(
        "ranking",
        ("rank", "alternative", "to_ideal", "to_worst", "closeness", "low_90", "high_90"),
        tuple(
            (int(ranked[i]), table.alternatives[i], *(float(column[i]) for column in columns))
            for i in np.argsort(ranked, kind="stable")
        ),
    )


METHOD = Method(
    "topsis",
    (
        criteria_field(WEIGHT),
        ALTERNATIVES,
        Field("normalisation", "choice", default="vector", choices=("vector", "range")),
        *STABILITY_FIELDS,
    ),
    run,
    random=True,
)
