"""VIKOR: a compromise set of alternatives, with both conditions of acceptance.

Source: Opricovic and Tzeng (2004), doi:10.1016/S0377-2217(03)00020-1.
"""

from collections.abc import Mapping
from typing import Any

from anlan.domain.method import Answer, AnswerTable, Field, Method, Note, Quantity
from anlan.loop.quantify.methods.weights.decision_table import (
    ALTERNATIVES,
    WEIGHT,
    DecisionTable,
    criteria_field,
    read_table,
)
from anlan.loop.quantify.methods.weights.ranking import (
    STABILITY_FIELDS,
    ranked,
    ranking_answer,
    weights_of,
)
from anlan.maths.multi_criteria.rank_stability import ranks
from anlan.maths.multi_criteria.scaling import Floats
from anlan.maths.multi_criteria.vikor import (
    Compromise,
    compromise,
    compromise_measure,
    group_and_individual,
    regrets,
)


def run(inputs: Mapping[str, Any], *, seed: int = 0) -> Answer:
    """The compromise set; the headline is the lead of the first by Q, which bands may judge."""
    table, v = read_table(inputs), inputs["v"]
    regret = regrets(table.values, benefit=table.benefit)

    def score(regret: Floats, weights: Floats) -> Floats:
        return -compromise_measure(*group_and_individual(regret, weights), v=v)

    of = ranked(
        table,
        inputs,
        by_weights=lambda weights: score(regret, weights),
        by_values=lambda values: score(regrets(values, benefit=table.benefit), weights_of(table)),
        seed=seed,
    )
    group, individual = group_and_individual(regret, weights_of(table))
    q = -of.scores
    found = compromise(q, group, individual)
    return ranking_answer(
        of,
        quantities=(
            Quantity("advantage", found.advantage),
            Quantity("advantage_needed", found.threshold),
            Quantity("compromise_size", len(found.members)),
        ),
        tables=(_ranking(table, q, group, individual, found), _conditions(found, group, individual)),
        assumptions=(Note("vikor.strategy", {"v": v}),),
        warnings=_not_alone(table, found),
    )


def _ranking(
    table: DecisionTable, q: Floats, group: Floats, individual: Floats, found: Compromise
) -> AnswerTable:
    by_q, by_group, by_individual = ranks(-q), ranks(-group), ranks(-individual)
    return AnswerTable(
        "ranking",
        (
            "rank", "alternative", "vikor_q", "vikor_s", "rank_by_s", "vikor_r", "rank_by_r", "in_compromise",
        ),
        tuple(
            (
                int(by_q[i]), table.alternatives[i], float(q[i]), float(group[i]), int(by_group[i]),
                float(individual[i]), int(by_individual[i]), i in found.members,
            )
            for i in found.order
        ),
    )  # fmt: skip


def _conditions(found: Compromise, group: Floats, individual: Floats) -> AnswerTable:
    """Both conditions under which the first stands alone."""
    first = found.order[0]
    place = int(min(ranks(-group)[first], ranks(-individual)[first]))
    return AnswerTable(
        "vikor_conditions",
        ("condition", "found", "needed", "holds"),
        (
            (Note("vikor.advantage"), found.advantage, found.threshold, found.acceptable_advantage),
            (Note("vikor.stability"), place, 1, found.acceptable_stability),
        ),
    )


def _not_alone(table: DecisionTable, found: Compromise) -> tuple[Note, ...]:
    """Says that the answer is a set, where it is one."""
    if len(found.members) == 1:
        return ()
    return (Note("vikor.several", {"alternatives": tuple(table.alternatives[i] for i in found.members)}),)


METHOD = Method(
    "vikor",
    (
        criteria_field(WEIGHT),
        ALTERNATIVES,
        Field("v", "number", default=0.5, low=0, high=1),
        *STABILITY_FIELDS,
    ),
    run,
    random=True,
)
