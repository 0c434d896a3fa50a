"""Grey relational analysis: alternatives by how near they lie to the best value of every criterion.

Source: Deng (1982), doi:10.1016/S0167-6911(82)80025-X; Kuo, Yang and Huang (2008),
doi:10.1016/j.cie.2007.12.002.
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
from anlan.maths.multi_criteria.grey_relational import grey_coefficients, grey_grades
from anlan.maths.multi_criteria.rank_stability import ranks
from anlan.maths.multi_criteria.scaling import Floats


def run(inputs: Mapping[str, Any], *, seed: int = 0) -> Answer:
    """The grade of each alternative; the headline is that of the best one."""
    table, zeta = read_table(inputs), inputs["zeta"]

    def coefficients(values: Floats) -> Floats:
        return grey_coefficients(values, benefit=table.benefit, zeta=zeta)

    found = coefficients(table.values)
    of = ranked(
        table,
        inputs,
        by_weights=lambda weights: grey_grades(found, weights),
        by_values=lambda values: grey_grades(coefficients(values), weights_of(table)),
        seed=seed,
    )
    return ranking_answer(
        of,
        quantities=(of.best("best_grade"), of.lead()),
        tables=(_ranking(of), _coefficients(of, found)),
        assumptions=(Note("grey.reference", {"zeta": zeta}),),
    )


def _ranking(of: Ranked) -> AnswerTable:
    place, columns = ranks(of.scores), (of.scores, of.firm.score_low, of.firm.score_high)
    return AnswerTable(
        "ranking",
        ("rank", "alternative", "grey_grade", "low_90", "high_90"),
        tuple(
            (int(place[i]), of.table.alternatives[i], *(float(column[i]) for column in columns))
            for i in of.order()
        ),
    )


def _coefficients(of: Ranked, coefficients: Floats) -> AnswerTable:
    """How near each alternative lies in each criterion, the best alternative first."""
    return AnswerTable(
        "grey_coefficients",
        ("alternative", "criterion", "grey_coefficient"),
        tuple(
            (of.table.alternatives[i], name, float(coefficients[i, j]))
            for i in of.order()
            for j, name in enumerate(of.table.criteria)
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
