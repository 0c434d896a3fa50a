"""Seed and target questions of Cooke's classical model: three quantiles each, asked once, without feedback.

The truth of a seed is known to who prepares the sheet; experts see seeds and targets alike. Only experts who
answered every question can be weighed.
"""

from collections.abc import Mapping
from typing import Any

from anlan.domain.errors import UsageError
from anlan.domain.method import AnswerTable, Field
from anlan.loop.quantify.elicitation.sheet import (
    Answers,
    Content,
    Question,
    Sheet,
    Tally,
    check_lengths,
    known_only,
)
from anlan.loop.quantify.methods.faults import Faults

LEVELS = (0.05, 0.5, 0.95)
LARGEST = 1e9


def _check(content: Content, faults: Faults) -> None:
    named = [(table, row) for table in ("seeds", "targets") for row in content[table]]
    names = [row["question"] for _, row in named]
    check_lengths(names, "question {}", faults)
    for place, name in enumerate(names):
        if name in names[:place]:
            table, row = named[place]
            at = content[table].index(row) + 1
            faults.add("method.twice", where=f"{table}[{at}].question", found=name)
    for place, row in enumerate(content["seeds"], start=1):
        if row["scale"] == "log" and row["truth"] <= 0:
            faults.add("cooke.log", where=f"seeds[{place}]", found=f"{row['truth']:g}")


def questions(content: Content) -> tuple[Question, ...]:
    return tuple(
        Question(row["question"], (row["question"],), {"unit": row["unit"], "scale": row["scale"]})
        for row in (*content["seeds"], *content["targets"])
    )


def _read(content: Content, question: Question, given: Mapping[str, Any]) -> dict[str, Any]:
    """`{"low": 2, "median": 6, "high": 20}`: the 5, 50 and 95 % quantiles; empty or null: left out."""
    names = ("low", "median", "high")
    known_only(given, names, question.part)
    values = [given.get(name) for name in names]
    if values == [None] * 3:
        return {}
    fits = all(isinstance(each, int | float) and not isinstance(each, bool) for each in values)
    if not fits or not -LARGEST <= values[0] < values[1] < values[2] <= LARGEST:  # type: ignore[operator]
        raise UsageError("elicitation.quantiles", where=question.part, found=", ".join(map(str, values))[:60])
    if question.facts["scale"] == "log" and values[0] <= 0:  # type: ignore[operator]
        raise UsageError("elicitation.positive", where=question.part, found=f"{values[0]:g}")
    return {name: float(each) for name, each in zip(names, values, strict=True)}  # type: ignore[arg-type]


def tallies(content: Content, answers: Answers) -> tuple[Tally, ...]:
    n = len(questions(content))
    whole = tuple(expert for expert, said in answers.items() if len(said) == n)
    return (
        Tally("", whole, tuple(expert for expert, said in answers.items() if said and expert not in whole)),
    )


def inputs(content: Content, answers: Answers) -> dict[str, Any]:
    [tally] = tallies(content, answers)
    n = len(content["seeds"])

    def row(number: int, of: Mapping[str, Any]) -> dict[str, Any]:
        given = [answers[expert][number] for expert in tally.counted]
        said = [[each["low"], each["median"], each["high"]] for each in given]
        return {"question": of["question"], "scale": of["scale"], "answers": said}

    return {
        "levels": list(LEVELS),
        "experts": list(tally.counted),
        "seeds": [row(i, each) | {"truth": each["truth"]} for i, each in enumerate(content["seeds"], 1)],
        "targets": [row(n + i, each) for i, each in enumerate(content["targets"], 1)],
    }


def _feedback(content: Content, number: int, answers: Answers) -> dict[str, Any]:
    return {}


def _agreement(content: Content, answers: Answers) -> tuple[AnswerTable, ...]:
    return ()


_QUESTION = (
    Field("question", "text"),
    Field("unit", "text", default=""),
    Field("scale", "choice", default="uniform", choices=("uniform", "log")),
)

SHEET = Sheet(
    "cooke",
    "cooke",
    (
        Field("seeds", "table", most=60,
              columns=(*_QUESTION, Field("truth", "number", low=-LARGEST, high=LARGEST))),
        Field("targets", "table", most=60, columns=_QUESTION),
    ),
    _check,
    questions,
    _read,
    tallies,
    inputs,
    _feedback,
    _agreement,
    shown=("cooke_experts", "cooke_deciders", "cooke_targets"),
    most_experts=40,
    one_round=True,
)  # fmt: skip
