"""Weights and multi-criteria decisions, each through its method."""

from collections.abc import Mapping, Sequence
from typing import Any

from anlan.domain.method import Answer
from anlan.loop.quantify.methods import method
from anlan.loop.quantify.methods.reading import read_inputs
from anlan.maths.multi_criteria.random_index import random_index
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


@golden("ahp_saaty_drinks", method="ahp")
def ahp_drinks(case: Case) -> Sequence[Check]:
    given, expected, tolerance = case["inputs"], case["expected"], case["tolerance"]
    compared = {"of": "goal", "items": given["items"], "matrix": given["matrix"]}
    answer = _answer("ahp", comparisons=[compared], random_index="saaty_1980")
    local = next(each for each in answer.tables if each.name == "local_weights")
    return [
        Check("weights", expected["weights"], [row[2] for row in local.rows], tolerance["weights"]),
        Check("CR", expected["CR"], answer.quantities[1].value, tolerance["CR"]),
    ]


@golden("ahp_leader_hierarchy", method="ahp")
def ahp_leader(case: Case) -> Sequence[Check]:
    given, expected, tolerance = case["inputs"], case["expected"], case["tolerance"]
    names = given["alternatives"]
    matrices = {"goal": given["criteria_matrix"], **given["alternative_matrices"]}
    compared = [
        {"of": of, "items": given["criteria"] if of == "goal" else names, "matrix": matrix}
        for of, matrix in matrices.items()
    ]
    answer = _answer("ahp", comparisons=compared, alternatives=names)
    tables = {table.name: table for table in answer.tables}
    local = {row[:2]: row[2] for row in tables["local_weights"].rows}
    ratio = {row[0]: row[6] for row in tables["consistency"].rows}
    scores = {row[1]: row[2] for row in tables["priorities"].rows}
    experience = [local["Experience", name] for name in names]
    weights = {name: local["goal", name] for name in expected["criteria_weights"]}
    return [
        Check("criteria", expected["criteria_weights"], weights, tolerance["weights"]),
        Check("local", expected["experience_local"], experience, tolerance["weights"]),
        Check("CR experience", expected["experience_CR"], ratio["Experience"], tolerance["CR"]),
        Check("CR education", expected["education_CR"], ratio["Education"], tolerance["CR"]),
        Check("global", expected["global_scores"], scores, tolerance["weights"]),
    ]


@golden("ahp_random_index_tables", method="ahp")
def ahp_random_indices(case: Case) -> Sequence[Check]:
    """The tables as shipped, and as near to the simulation as the case says."""
    expected, orders = case["expected"], case["inputs"]["n"]
    simulated, checks = expected["simulated_20000"], []
    for table, reach in (("saaty_1980", "saaty"), ("alonso_lamata_2006", "alonso")):
        found = {str(n): random_index(n, table) for n in orders}
        checks.append(Check(table, expected[table], found))
        checks.append(Check("simulation", simulated, found, case["tolerance"][f"{reach}_vs_simulation"]))
    return checks


@golden("fuzzy_ahp_buckley_pydecision", method="fuzzy_ahp")
def fuzzy_ahp_buckley(case: Case) -> Sequence[Check]:
    matrix, tolerance = case["inputs"]["tfn_matrix"], case["tolerance"]
    items = [f"c{i}" for i in range(len(matrix))]
    pairs = [
        {"row": row, "column": column, **dict(zip(("low", "likely", "high"), matrix[i][j], strict=True))}
        for i, row in enumerate(items)
        for j, column in enumerate(items)
        if i != j
    ]
    answer = _answer("fuzzy_ahp", items=items, pairs=pairs, defuzzification="centroid")
    rows = sorted(answer.tables[0].rows, key=lambda row: row[1])
    return [
        Check("fuzzy", case["expected"]["fuzzy_weights"], [row[2:5] for row in rows], tolerance),
        Check("crisp", case["expected"]["crisp_normalised"], [row[5] for row in rows], tolerance),
    ]
