"""Memberships for a fuzzy evaluation, asked indicator by indicator.

1. Every indicator without parts is a question: which grade is it in?
2. An answer spreads 100 % over the grades; one grade alone has all of it.
3. The membership of an indicator in a grade is the mean share that the experts gave it: with one grade each,
   the share of experts who chose it.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np

from anlan.domain.errors import UsageError
from anlan.domain.method import AnswerTable, Field
from anlan.loop.quantify.elicitation.sheet import (
    Answers,
    Content,
    Question,
    Sheet,
    Tally,
    check_lengths,
    fields_of_method,
    known_only,
    taken_over,
)
from anlan.loop.quantify.elicitation.tree import check_tree, children_of, leaves_of
from anlan.loop.quantify.methods.faults import Faults
from anlan.maths.agreement import kendall_w
from anlan.maths.multi_criteria.scaling import Floats

_SETTINGS = ("grades", "grade_scores", "operator", "principle", "share", "power", "carried")
_TOLERANCE = 1e-6


def _check(content: Content, faults: Faults) -> None:
    grades, scores = content["grades"], content["grade_scores"]
    check_lengths(grades, "grades[{}]", faults)
    for place, grade in enumerate(grades, start=1):
        if grade in grades[: place - 1]:
            faults.add("method.twice", where=f"grades[{place}]", found=grade)
    if scores is not None and len(scores) != len(grades):
        n = len(grades)
        faults.add("method.length", where="grade_scores", found=len(scores), least=n, most=n)
    check_tree(content["factors"], "factors", faults, fewest=1)
    if not faults:
        _check_weights(content, faults)


def _check_weights(content: Content, faults: Faults) -> None:
    weight = {row["name"]: row["weight"] for row in content["factors"]}
    places = {row["name"]: place for place, row in enumerate(content["factors"], start=1)}
    for below in children_of(content["factors"]).values():
        total = sum(weight[name] for name in below)
        if abs(total - 1.0) > _TOLERANCE:
            where, found = f"factors[{places[below[0]]}].weight", f"{total:.6g}"
            faults.add("fuzzy.weights", where=where, found=found, names=list(below))


def questions(content: Content) -> tuple[Question, ...]:
    above = {row["name"]: row["parent"] for row in content["factors"]}
    return tuple(Question(name, (name,), {"under": above[name]}) for name in leaves_of(content["factors"]))


def _read(content: Content, question: Question, given: Mapping[str, Any]) -> dict[str, Any]:
    """`{"grade": "高"}`, or `{"shares": [0, 30, 70]}` in per cent by grade; empty or null: left out."""
    grades = content["grades"]
    known_only(given, ("grade", "shares"), question.part)
    grade, shares = given.get("grade"), given.get("shares")
    if grade is None and shares is None:
        return {}
    if shares is None:
        if grade not in grades:
            accepted = ", ".join(grades)
            raise UsageError(
                "elicitation.grade", where=question.part, found=str(grade)[:40], accepted=accepted
            )
        return {"shares": [100.0 if each == grade else 0.0 for each in grades]}
    return {"shares": _shares(shares, len(grades), question.part)}


def _shares(given: Any, n: int, part: str) -> list[float]:
    fits = isinstance(given, list | tuple) and all(
        isinstance(each, int | float) and not isinstance(each, bool) and 0 <= each <= 100 for each in given
    )
    if not fits or len(given) != n:
        raise UsageError("elicitation.shares", where=part, found=str(given)[:60], n=n)
    total = float(sum(given))
    if abs(total - 100.0) > _TOLERANCE:
        raise UsageError("elicitation.shares_sum", where=part, found=f"{total:g}")
    return [float(each) for each in given]


def _given(number: int, answers: Answers) -> dict[str, Floats]:
    """Expert -> shares of 1 by grade, of those who answered."""
    return {
        expert: np.array(said[number]["shares"]) / 100 for expert, said in answers.items() if number in said
    }


def tallies(content: Content, answers: Answers) -> tuple[Tally, ...]:
    asked = enumerate(questions(content), start=1)
    return tuple(Tally(each.part, tuple(_given(number, answers))) for number, each in asked)


def inputs(content: Content, answers: Answers) -> dict[str, Any]:
    """Indicators with their weights; memberships of those without parts are the experts' mean shares."""
    asked = enumerate(questions(content), start=1)
    means = {each.part: _mean(number, answers) for number, each in asked}
    factors = [
        {"factor": row["name"], "weight": row["weight"]}
        | ({"parent": row["parent"]} if row["parent"] else {})
        | ({"memberships": means[row["name"]]} if means.get(row["name"]) else {})
        for row in content["factors"]
    ]
    return {"factors": factors} | taken_over(content, _SETTINGS)


def _mean(number: int, answers: Answers) -> list[float]:
    given = list(_given(number, answers).values())
    return [float(share) for share in np.mean(given, axis=0)] if given else []


def _feedback(content: Content, number: int, answers: Answers) -> dict[str, Any]:
    """Of the indicator: the experts' mean share of each grade."""
    given = _given(number, answers)
    if not given:
        return {}
    return {"n": len(given), "shares": dict(zip(content["grades"], _mean(number, answers), strict=True))}


def _agreement(content: Content, answers: Answers) -> tuple[AnswerTable, ...]:
    """Shares by indicator, and Kendall's W over the experts who judged all: each one's mean grade, 1 for the
    first."""
    asked = list(enumerate(questions(content), start=1))
    rows = [(each.part, len(_given(number, answers)), *_mean(number, answers)) for number, each in asked]
    shares = AnswerTable("shares_of_experts", ("factor", "answers", *content["grades"]), tuple(rows))
    whole = [expert for expert, said in answers.items() if all(number in said for number, _ in asked)]
    if len(whole) < 2:
        return (shares,)
    place = np.arange(1, len(content["grades"]) + 1)
    means = np.array([[_given(number, answers)[e] @ place for e in whole] for number, _ in asked])
    w = kendall_w(means.round(9))
    table = AnswerTable("grades_agreement", ("experts", "w"), ((len(whole), w.w),)) if w else None
    return (shares, table) if table else (shares,)


SHEET = Sheet(
    "fuzzy_sheet",
    "fuzzy_evaluation",
    (
        Field("factors", "table", most=120,
              columns=(Field("name", "text"), Field("parent", "text", default=""),
                       Field("weight", "number", above=0, high=1))),
        *fields_of_method("fuzzy_evaluation", _SETTINGS),
    ),
    _check,
    questions,
    _read,
    tallies,
    inputs,
    _feedback,
    _agreement,
    shown=("grade_vectors", "principles"),
    most_experts=100,
)  # fmt: skip
