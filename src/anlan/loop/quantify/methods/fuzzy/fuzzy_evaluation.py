"""Fuzzy comprehensive evaluation: a grade for something judged by many factors, each by degrees.

1. Every leaf has a membership in each grade: given (a row that sums to 1), or read from triangles and
   trapezoids at a measured value.
2. Weights and memberships are composed upwards through the indicator tree, by four operators side by side.
   A factor's vector is carried upwards as the operator gives it, unless `carried` asks for normalised ones.
3. The vector of the whole is read by three principles: largest membership with its validity, weighted mean of
   the grades' scores, cumulative membership.
4. Where the operators disagree on the grade, the answer warns.

Source: textbooks of fuzzy mathematics; see `maths.fuzzy_evaluation` for the formulas.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from anlan.domain.errors import NotEnoughData
from anlan.domain.method import Answer, AnswerTable, Chart, Field, Method, Note, Quantity
from anlan.loop.quantify.methods.faults import Faults
from anlan.loop.quantify.methods.fuzzy.tree import Floats, Tree, read_tree
from anlan.maths.fuzzy_evaluation import OPERATORS, Reading, reading

PRINCIPLES = ("largest", "mean", "cumulative")


def run(inputs: Mapping[str, Any], *, seed: int = 0) -> Answer:
    """The grade by the chosen operator and principle, beside all others."""
    faults = Faults()
    grades = inputs["grades"]
    scores = inputs["grade_scores"] or tuple(float(len(grades) - k) for k in range(len(grades)))
    if len(scores) != len(grades):
        n = len(grades)
        faults.add("method.length", where="grade_scores", found=len(scores), least=n, most=n)
    for place, grade in enumerate(grades, start=1):
        if grade in grades[: place - 1]:
            faults.add("method.twice", where=f"grades[{place}]", found=grade)
    tree = read_tree(inputs, faults)
    carried = inputs["carried"] == "normalised"
    vectors = {name: tree.vectors(operator=name, carried_normalised=carried) for name in OPERATORS}
    read = {name: _read(vectors[name][""], scores, inputs) for name in OPERATORS}
    chosen = inputs["operator"]
    return Answer(
        quantities=tuple(_numbers(inputs, read)),
        tables=(
            _by_operator(grades, vectors),
            _by_principle(grades, read),
            *_by_factor(grades, vectors[chosen], tree),
        ),
        charts=(Chart("memberships", _drawn(grades, vectors)), *_functions_drawn(inputs)),
        level=grades[_grade(read[chosen], inputs["principle"])],
        assumptions=tuple(_assumptions(inputs, tree)),
        warnings=tuple(_warnings(inputs, read)),
    )


def _read(vector: Floats, scores: tuple[float, ...], inputs: Mapping[str, Any]) -> Reading:
    if not vector.max() > 0:
        raise NotEnoughData("fuzzy.nothing")
    return reading(vector, scores, share=inputs["share"], power=inputs["power"])


def _grade(found: Reading, principle: str) -> int:
    """Place of the grade a principle reads; the first of equal ones."""
    by_name = {"largest": found.largest[0], "mean": found.nearest, "cumulative": found.cumulative}
    return by_name[principle]


def _grades(found: Reading, principle: str) -> set[int]:
    """All grades a principle accepts: several where memberships are equally large."""
    return set(found.largest) if principle == "largest" else {_grade(found, principle)}


def _numbers(inputs: Mapping[str, Any], read: Mapping[str, Reading]) -> Iterator[Quantity]:
    """The mean score with its span over the four operators, then how valid the largest membership is."""
    chosen = read[inputs["operator"]]
    means = [each.mean for each in read.values()]
    yield Quantity("mean_score", chosen.mean, "", min(means), max(means), "operators")
    if chosen.validity is not None:
        yield Quantity("largest_validity", chosen.validity)


def _by_operator(grades: tuple[str, ...], vectors: Mapping[str, Mapping[str, Floats]]) -> AnswerTable:
    """The vector of the whole by each operator, as it is and normalised."""
    rows: list[tuple[Any, ...]] = []
    for name, found in vectors.items():
        vector = found[""]
        for code, values in (("raw", vector), ("normalised", vector / vector.sum())):
            rows.append((Note(f"fuzzy.{name}"), Note(f"fuzzy.{code}"), *(float(v) for v in values)))
    return AnswerTable("grade_vectors", ("operator", "form", *grades), tuple(rows))


def _by_principle(grades: tuple[str, ...], read: Mapping[str, Reading]) -> AnswerTable:
    return AnswerTable(
        "principles",
        ("operator", "largest_membership", "validity", "mean_score", "nearest_grade", "cumulative_grade"),
        tuple(
            (
                Note(f"fuzzy.{name}"),
                " = ".join(grades[k] for k in found.largest),
                found.validity,
                found.mean,
                grades[found.nearest],
                grades[found.cumulative],
            )
            for name, found in read.items()
        ),
    )


def _by_factor(grades: tuple[str, ...], vectors: Mapping[str, Floats], tree: Tree) -> Iterator[AnswerTable]:
    """Weight and vector of every factor under the chosen operator."""
    rows = []
    for factor in tree.by_name.values():
        vector = factor.memberships if factor.memberships is not None else vectors[factor.name]
        rows.append((factor.name, factor.parent or None, factor.weight, *(float(v) for v in vector)))
    yield AnswerTable("factors", ("factor", "parent", "weight", *grades), tuple(rows))


def _drawn(grades: tuple[str, ...], vectors: Mapping[str, Mapping[str, Floats]]) -> dict[str, Any]:
    series = [{"name": name, "values": found[""]} for name, found in vectors.items()]
    return {"grades": grades, "series": series}


def _functions_drawn(inputs: Mapping[str, Any]) -> Iterator[Chart]:
    for row in inputs["factors"]:
        mine = [each for each in inputs["functions"] or () if each["factor"] == row["factor"]]
        if row["value"] is not None and mine:
            functions = [{"grade": each["grade"], "points": each["points"]} for each in mine]
            drawn = {"factor": row["factor"], "value": row["value"], "functions": functions}
            yield Chart("membership_functions", drawn)


def _assumptions(inputs: Mapping[str, Any], tree: Tree) -> Iterator[Note]:
    yield Note(f"fuzzy.chosen_{inputs['principle']}", {"share": inputs["share"]})
    if any(factor.children for factor in tree.by_name.values()):
        yield Note(f"fuzzy.carried_{inputs['carried']}")
    if inputs["grade_scores"] is None:
        yield Note("fuzzy.even_scores", {"n": len(inputs["grades"])})
    if tree.normalised:
        yield Note("fuzzy.made_to_sum")


def _warnings(inputs: Mapping[str, Any], read: Mapping[str, Reading]) -> Iterator[Note]:
    grades = inputs["grades"]
    chosen = read[inputs["operator"]]
    by_operator = [_grades(each, inputs["principle"]) for each in read.values()]
    if not set.intersection(*by_operator):
        named = tuple(grades[k] for k in sorted(set.union(*by_operator)))
        yield Note("fuzzy.operators_disagree", {"grades": named})
    by_principle = {grades[_grade(chosen, each)]: None for each in PRINCIPLES}
    if len(by_principle) > 1:
        yield Note("fuzzy.principles_disagree", {"grades": tuple(by_principle)})
    if len(chosen.largest) > 1:
        yield Note("fuzzy.equal_memberships", {"grades": tuple(grades[k] for k in chosen.largest)})
    if inputs["principle"] == "largest" and chosen.validity is not None and chosen.validity < 0.5:
        yield Note("fuzzy.weak_validity", {"validity": chosen.validity})


METHOD = Method(
    "fuzzy_evaluation",
    (
        Field("grades", "texts", least=2, most=10),
        Field("grade_scores", "numbers", default=None, least=2, most=10, low=-1e6, high=1e6),
        Field(
            "factors",
            "table",
            most=500,
            columns=(
                Field("factor", "text"),
                Field("parent", "text", default=""),
                Field("weight", "number", above=0, high=1e6),
                Field("memberships", "numbers", default=None, least=2, most=10, low=0, high=1e6),
                Field("value", "number", default=None, low=-1e12, high=1e12),
            ),
        ),
        Field(
            "functions",
            "table",
            default=None,
            most=5000,
            columns=(
                Field("factor", "text"),
                Field("grade", "text"),
                Field("points", "numbers", least=3, most=4, low=-1e12, high=1e12),
            ),
        ),
        Field("operator", "choice", default="product_sum", choices=tuple(OPERATORS)),
        Field("principle", "choice", default="largest", choices=PRINCIPLES),
        Field("share", "number", default=0.5, above=0, high=1, unit="share"),
        Field("power", "number", default=1.0, above=0, high=10),
        Field("carried", "choice", default="raw", choices=("raw", "normalised")),
        Field("normalise", "flag", default=False),
    ),
    run,
)
