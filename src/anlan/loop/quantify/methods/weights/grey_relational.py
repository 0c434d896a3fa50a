"""Grey relational analysis: alternatives by how near they lie to the best value of every criterion.

Source: Deng (1982), doi:10.1016/S0167-6911(82)80025-X; Kuo, Yang and Huang (2008),
doi:10.1016/j.cie.2007.12.002.
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
from anlan.maths.multi_criteria.grey_relational import grey_coefficients, grey_grades
from anlan.maths.multi_criteria.rank_stability import RankStability, ranks
from anlan.maths.multi_criteria.scaling import Floats


def run(inputs: Mapping[str, Any], *, seed: int = 0) -> Answer:
    """The grade of each alternative; the headline is that of the best one."""
    table = read_table(inputs)
    coefficients = grey_coefficients(table.values, benefit=table.benefit, zeta=inputs["zeta"])
    grades = grey_grades(coefficients, weights_of(table))
    firm = stability_of(table, inputs, lambda w: grey_grades(coefficients, w), seed=seed)
    turned = reversals_of(
        table,
        grades,
        lambda values: grey_grades(
            grey_coefficients(values, benefit=table.benefit, zeta=inputs["zeta"]), weights_of(table)
        ),
    )
    return Answer(
        quantities=(
            _headline(grades, firm),
            Quantity("lead", float(np.ptp(np.sort(grades)[-2:]))),
            share_first(grades, firm),
        ),
        tables=(
            _ranking(table, grades, firm),
            _coefficients(table, coefficients, grades),
            stability_table(table, grades, firm),
            *reversal_table(table.alternatives, turned),
            weights_table(table),
        ),
        charts=(stability_chart(table, grades, firm),),
        assumptions=(Note("grey.reference", {"zeta": inputs["zeta"]}), *stability_notes(inputs)),
        warnings=(
            *constant_note(table),
            *ranking_warnings(table, grades, firm),
            *reversal_notes(table.alternatives, turned),
        ),
    )


def _headline(grades: Floats, firm: RankStability) -> Quantity:
    best = int(np.argmax(grades))
    low, high = float(firm.score_low[best]), float(firm.score_high[best])
    return Quantity("best_grade", float(grades[best]), low=low, high=high, interval="middle_90")


def _ranking(table: DecisionTable, grades: Floats, firm: RankStability) -> AnswerTable:
    ranked = ranks(grades)
    return AnswerTable(
        "ranking",
        ("rank", "alternative", "grey_grade", "low_90", "high_90"),
        tuple(
            (int(ranked[i]), table.alternatives[i],
             float(grades[i]), float(firm.score_low[i]), float(firm.score_high[i]))
            for i in np.argsort(ranked, kind="stable")
        ),
    )  # fmt: skip


def _coefficients(table: DecisionTable, coefficients: Floats, grades: Floats) -> AnswerTable:
    """How near each alternative lies in each criterion, the best alternative first."""
    return AnswerTable(
        "grey_coefficients",
        ("alternative", "criterion", "grey_coefficient"),
        tuple(
            (table.alternatives[i], name, float(coefficients[i, j]))
            for i in np.argsort(ranks(grades), kind="stable")
            for j, name in enumerate(table.criteria)
        ),
    )


METHOD = Method(
    "grey_relational",
    (
        criteria_field(WEIGHT),
        ALTERNATIVES,
        Field("zeta", "number", default=0.5, above=0, high=1),
        *STABILITY_FIELDS,
    ),
    run,
    random=True,
)
