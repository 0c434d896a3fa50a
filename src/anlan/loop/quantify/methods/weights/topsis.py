"""TOPSIS: alternatives by their closeness to the ideal one, and how firm the order is under other weights.

Source: Hwang and Yoon (1981), doi:10.1007/978-3-642-48318-9.
"""

from collections.abc import Mapping
from typing import Any

from anlan.domain.method import Answer, AnswerTable, Field, Method, Note
from anlan.loop.quantify.methods.weights.decision_table import (
    ALTERNATIVES,
    WEIGHT,
    criteria_field,
    read_table,
)
from anlan.loop.quantify.methods.weights.ranking import (
    STABILITY_FIELDS,
    Ranked,
    ranked,
    ranking_answer,
    weights_of,
)
from anlan.maths.multi_criteria.rank_stability import ranks
from anlan.maths.multi_criteria.scaling import Floats
from anlan.maths.multi_criteria.topsis import Distances, topsis


def run(inputs: Mapping[str, Any], *, seed: int = 0) -> Answer:
    """Closeness of each alternative; the headline is that of the best one."""
    table = read_table(inputs)
    normalisation = inputs["normalisation"]

    def distances(values: Floats) -> Distances:
        return topsis(values, benefit=table.benefit, normalisation=normalisation)

    found = distances(table.values)
    of = ranked(
        table,
        inputs,
        by_weights=found.closeness,
        by_values=lambda values: distances(values).closeness(weights_of(table)),
        seed=seed,
    )
    return ranking_answer(
        of,
        quantities=(of.best("best_closeness"), of.lead()),
        tables=(_ranking(of, found),),
        assumptions=(Note("topsis.normalisation." + normalisation),),
    )


def _ranking(of: Ranked, distances: Distances) -> AnswerTable:
    weights, place = weights_of(of.table), ranks(of.scores)
    near, far = distances.from_best(weights), distances.from_worst(weights)
    columns = (near, far, of.scores, of.firm.score_low, of.firm.score_high)
    return AnswerTable(
        "ranking",
        ("rank", "alternative", "to_ideal", "to_worst", "closeness", "low_90", "high_90"),
        tuple(
            (int(place[i]), of.table.alternatives[i], *(float(column[i]) for column in columns))
            for i in of.order()
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
