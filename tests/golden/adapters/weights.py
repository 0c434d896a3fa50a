"""Weights and multi-criteria decisions, each through its method."""

from collections.abc import Mapping, Sequence
from typing import Any

from anlan.domain.method import Answer
from anlan.loop.quantify.methods import method
from anlan.loop.quantify.methods.reading import read_inputs
from golden.adapters import Case, Check, golden


def _answer(code: str, **given: Any) -> Answer:
    chosen = method(code)
    return chosen.run(read_inputs(chosen.fields, given), seed=0)


def _decision(inputs: Mapping[str, Any], *, weights: bool = True) -> dict[str, Any]:
    """The golden matrix as criteria c0, c1 ... and alternatives a0, a1 ..."""
    matrix = inputs["matrix"]
    criteria: list[dict[str, Any]] = [{"name": f"c{j}"} for j in range(len(matrix[0]))]
    for j, goal in enumerate(inputs.get("objectives", ())):
        criteria[j]["direction"] = "benefit" if goal == "max" else "cost"
    if weights:
        for row, weight in zip(criteria, inputs["weights"], strict=True):
            row["weight"] = weight
    alternatives = [{"name": f"a{i}", "values": row} for i, row in enumerate(matrix)]
    return {"criteria": criteria, "alternatives": alternatives}


def _column(answer: Answer, table: str, name: str, *, by: str) -> list[Any]:
    """A column of a table, ordered by the names in column `by`."""
    found = next(each for each in answer.tables if each.name == table)
    key, value = found.columns.index(by), found.columns.index(name)
    return [row[value] for row in sorted(found.rows, key=lambda row: row[key])]


@golden("entropy_weights_hwang_yoon_fighter", method="objective_weights")
def entropy_fighter(case: Case) -> Sequence[Check]:
    answer = _answer("objective_weights", **_decision(case["inputs"], weights=False))
    expected, tolerance = case["expected"], case["tolerance"]
    entropy, weight = (_column(answer, "objective_weights", n, by="criterion") for n in ("entropy", "weight"))
    return [
        Check("entropy as published", expected["entropy_published"], entropy, tolerance["published_entropy"]),
        Check("weights as published", expected["weights_published"], weight, tolerance["published_weights"]),
        Check("entropy", expected["entropy_exact"], entropy, tolerance["exact"]),
        Check("weights", expected["weights_exact"], weight, tolerance["exact"]),
    ]


@golden("topsis_tzeng_huang_2011", method="topsis")
def topsis_tzeng_huang(case: Case) -> Sequence[Check]:
    answer = _answer("topsis", **_decision(case["inputs"]))
    closeness, rank = (_column(answer, "ranking", n, by="alternative") for n in ("closeness", "rank"))
    return [
        Check("closeness", case["expected"]["closeness"], closeness, case["tolerance"]),
        Check("rank", case["expected"]["ranking"], rank),
    ]


@golden("vikor_opricovic_tzeng_2004_mountain", method="vikor")
def vikor_mountain(case: Case) -> Sequence[Check]:
    answer = _answer("vikor", **_decision(case["inputs"]), v=case["inputs"]["v"])
    expected, tolerance = case["expected"], case["tolerance"]
    member = _column(answer, "ranking", "in_compromise", by="alternative")
    holds = next(table for table in answer.tables if table.name == "vikor_conditions").rows
    return [
        *(
            Check(name, expected[name], _column(answer, "ranking", column, by="alternative"), tolerance)
            for name, column in (("S", "vikor_s"), ("R", "vikor_r"), ("Q", "vikor_q"))
        ),
        Check("set", expected["compromise_set"], [i for i, each in enumerate(member) if each]),
        Check("advantage", expected["acceptable_advantage"], holds[0][-1]),
        Check("stability", expected["acceptable_stability"], holds[1][-1]),
    ]


@golden("gra_weighted_grade", method="grey_relational")
def grey_grade(case: Case) -> Sequence[Check]:
    answer = _answer("grey_relational", **_decision(case["inputs"]), zeta=case["inputs"]["zeta"])
    expected, tolerance = case["expected"], case["tolerance"]
    table = next(each for each in answer.tables if each.name == "grey_coefficients")
    cells = {(alternative, criterion): value for alternative, criterion, value in table.rows}
    coefficients = [[cells[f"a{i}", f"c{j}"] for j in range(4)] for i in range(4)]
    grades = _column(answer, "ranking", "grey_grade", by="alternative")
    return [
        Check("coefficients", expected["coefficients"], coefficients, tolerance),
        Check("grade", expected["grade_weighted"], grades, tolerance),
    ]
