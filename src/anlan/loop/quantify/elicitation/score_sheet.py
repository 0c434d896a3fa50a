"""Scores of several indicators on one scale, asked indicator by indicator; each indicator has a weight."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from anlan.domain.method import AnswerTable, Field
from anlan.loop.quantify.elicitation.sheet import (
    Answers,
    Content,
    Question,
    Sheet,
    Tally,
    check_lengths,
    known_only,
    number_of,
)
from anlan.loop.quantify.methods.faults import Faults
from anlan.maths.agreement import middle_half

LARGEST = 1e6


def _check(content: Content, faults: Faults) -> None:
    names = [row["name"] for row in content["indicators"]]
    check_lengths(names, "indicators[{}].name", faults)
    for place, name in enumerate(names, start=1):
        if name in names[: place - 1]:
            faults.add("method.twice", where=f"indicators[{place}].name", found=name)
    if content["low"] >= content["high"]:
        faults.add("method.not_ascending", where="low", found=f"{content['low']:g}, {content['high']:g}")


def questions(content: Content) -> tuple[Question, ...]:
    return tuple(Question(row["name"], (row["name"],)) for row in content["indicators"])


def _read(content: Content, question: Question, given: Mapping[str, Any]) -> dict[str, Any]:
    """`{"score": 4}`; empty or null: left out."""
    known_only(given, ("score",), question.part)
    if given.get("score") is None:
        return {}
    return {"score": number_of(given, "score", low=content["low"], high=content["high"], part=question.part)}


def _scores(number: int, answers: Answers) -> dict[str, float]:
    return {expert: float(said[number]["score"]) for expert, said in answers.items() if number in said}


def tallies(content: Content, answers: Answers) -> tuple[Tally, ...]:
    asked = enumerate(questions(content), start=1)
    return tuple(Tally(each.part, tuple(_scores(number, answers))) for number, each in asked)


def inputs(content: Content, answers: Answers) -> dict[str, Any]:
    experts = [expert for expert, said in answers.items() if said]
    asked = range(1, len(content["indicators"]) + 1)
    return {
        "questions": [row["name"] for row in content["indicators"]],
        "question_weights": [row["weight"] for row in content["indicators"]],
        "experts": experts,
        "scores": [[_scores(number, answers).get(expert) for expert in experts] for number in asked],
        "scale": {"low": content["low"], "high": content["high"]},
    }


def _feedback(content: Content, number: int, answers: Answers) -> dict[str, Any]:
    """Of the indicator: median and quartiles."""
    given = list(_scores(number, answers).values())
    if not given:
        return {}
    half = middle_half(given)
    return {"n": half.n, "median": half.median, "q1": half.q1, "q3": half.q3, "mean": float(np.mean(given))}


def _agreement(content: Content, answers: Answers) -> tuple[AnswerTable, ...]:
    return ()


SHEET = Sheet(
    "score_sheet",
    "score_sheet",
    (
        Field("indicators", "table", most=120,
              columns=(Field("name", "text"), Field("weight", "number", default=1.0, above=0, high=1e6))),
        Field("low", "number", default=1.0, low=-LARGEST, high=LARGEST),
        Field("high", "number", default=5.0, low=-LARGEST, high=LARGEST),
    ),
    _check,
    questions,
    _read,
    tallies,
    inputs,
    _feedback,
    _agreement,
    shown=("by_question", "by_expert"),
    most_experts=100,
)  # fmt: skip
