"""Cooke's classical model: experts weighed by seed questions, their answers to the targets combined.

Mathematics and sources in `maths.judgement.cooke`. Global weights, item weights and equal weights are all
computed; the chosen ones lead. Robustness: the whole computation without each seed and without each expert.
"""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from anlan.domain.errors import NotEnoughData
from anlan.domain.method import Answer, AnswerTable, Chart, Field, Method, Note, Quantity
from anlan.loop.quantify.methods.experts.answers import LARGEST, check_names, check_size
from anlan.loop.quantify.methods.faults import Faults
from anlan.maths.judgement.cooke import DecisionMaker, Elicited, Scores, Weighing, decide, left_out, scores

USUAL_SEEDS = 10
POOR = 0.05
WEIGHINGS: tuple[Weighing, ...] = ("global", "item", "equal")
Inputs = Mapping[str, Any]


def run(inputs: Inputs, *, seed: int = 0) -> Answer:
    """The decision maker's median of the target asked for, with its outer quantiles."""
    elicited = _read(inputs)
    how = scores(elicited)
    deciders = _deciders(elicited, inputs)
    chosen = deciders[inputs["weighing"]]
    questions = [*inputs["seeds"], *inputs["targets"]]
    asked = inputs["headline"] or inputs["targets"][0]["question"]
    place = next(i for i, each in enumerate(questions) if each["question"] == asked)
    said = _on_scale(chosen.quantiles[place], questions[place])
    return Answer(
        quantities=(
            Quantity("decision_median", _median(said, inputs), "", said[0], said[-1], _interval(inputs)),
            Quantity("calibration_score", chosen.calibration),
            Quantity("information_score", chosen.information),
            Quantity("combined_score", chosen.score),
            Quantity("threshold", chosen.threshold),
        ),
        tables=(
            _experts(inputs, how, chosen, place),
            _compared(deciders),
            _targets(inputs, deciders, questions),
            *_robustness(inputs, elicited, place, questions[place]),
        ),
        charts=(Chart("intervals", _drawn(inputs, deciders, place, questions[place])),),
        assumptions=(
            Note(f"cooke.{inputs['weighing']}"),
            Note("cooke.background", {"overshoot": inputs["overshoot"], "power": inputs["power"]}),
            Note("cooke.optimised" if inputs["threshold"] is None else "cooke.given"),
        ),
        warnings=_warnings(inputs, how, chosen),
    )


def _read(inputs: Inputs) -> Elicited:
    """All answers on the scale where their densities are even; seeds first, then targets."""
    faults = Faults()
    levels, experts = inputs["levels"], inputs["experts"]
    check_names(experts, "experts", faults)
    named = [("seeds", inputs["seeds"]), ("targets", inputs["targets"])]
    check_names([each["question"] for _, rows in named for each in rows], "questions", faults)
    if list(levels) != sorted(set(levels)):
        faults.add("method.not_ascending", where="levels", found=levels)
    for name, rows in named:
        for place, each in enumerate(rows, start=1):
            _check_question(each, f"{name}[{place}]", len(experts), len(levels), faults)
    targets = [each["question"] for each in inputs["targets"]]
    if inputs["headline"] and inputs["headline"] not in targets:
        faults.add("method.not_a_choice", where="headline", found=inputs["headline"], known=targets)
    faults.raise_any()
    questions = [*inputs["seeds"], *inputs["targets"]]
    quantiles = np.stack([_scaled(each["answers"], each) for each in questions], axis=1)
    truth = [_scaled(each["truth"], each) if "truth" in each else np.nan for each in questions]
    return Elicited(
        np.array(levels), quantiles, np.array(truth, dtype=np.float64), inputs["overshoot"], inputs["power"]
    )


def _check_question(
    each: Mapping[str, Any], where: str, n_experts: int, n_levels: int, faults: Faults
) -> None:
    rows = each["answers"]
    check_size(rows, f"{where}.answers", faults, n_rows=n_experts, n_columns=n_levels)
    for place, row in enumerate(rows, start=1):
        if any(b - a <= 1e-9 * max(abs(a), abs(b)) for a, b in pairwise(row)):
            faults.add("method.not_ascending", where=f"{where}.answers[{place}]", found=row)
    if each["scale"] == "log":
        lowest = min([*(value for row in rows for value in row), each.get("truth", 1.0)])
        if lowest <= 0:
            faults.add("cooke.log", where=where, found=f"{lowest:g}")


def _scaled(value: Any, question: Mapping[str, Any]) -> NDArray[np.float64]:
    numbers = np.asarray(value, dtype=np.float64)
    return np.asarray(np.log(numbers)) if question["scale"] == "log" else numbers


def _on_scale(quantiles: NDArray[np.float64], question: Mapping[str, Any]) -> list[float]:
    """Back in the question's own unit."""
    return [float(q) for q in (np.exp(quantiles) if question["scale"] == "log" else quantiles)]


def _median(said: Sequence[float], inputs: Inputs) -> float:
    """At level 0.5; between the neighbouring levels where it was not asked."""
    return float(np.interp(0.5, inputs["levels"], said))


def _interval(inputs: Inputs) -> str:
    low, high = inputs["levels"][0], inputs["levels"][-1]
    return "middle_90" if abs(low - 0.05) < 1e-9 and abs(high - 0.95) < 1e-9 else "outer_quantiles"


def _deciders(elicited: Elicited, inputs: Inputs) -> dict[str, DecisionMaker]:
    """Every way of weighing that has an answer. Errors: NotEnoughData where the chosen one has none."""
    found = {}
    for weighing in WEIGHINGS:
        try:
            found[str(weighing)] = decide(elicited, weighing=weighing, threshold=inputs["threshold"])
        except NotEnoughData:
            if weighing == inputs["weighing"]:
                raise
    return found


def _experts(inputs: Inputs, how: Scores, chosen: DecisionMaker, place: int) -> AnswerTable:
    rows = tuple(
        (
            name,
            how.calibration[i],
            how.of_seeds[i],
            float(how.information[i].mean()),
            how.combined[i],
            chosen.weights[i, place],
        )
        for i, name in enumerate(inputs["experts"])
    )
    columns = (
        "expert",
        "calibration",
        "information_seeds",
        "information_all",
        "combined",
        "weight_of_target",
    )
    return AnswerTable("cooke_experts", columns, rows)


def _compared(deciders: Mapping[str, DecisionMaker]) -> AnswerTable:
    rows = tuple(
        (Note(f"cooke.name_{name}"), each.calibration, each.information, each.score, each.threshold)
        for name, each in deciders.items()
    )
    columns = ("weighing", "calibration", "information_seeds", "combined", "threshold")
    return AnswerTable("cooke_deciders", columns, rows)


def _targets(
    inputs: Inputs, deciders: Mapping[str, DecisionMaker], questions: Sequence[Mapping[str, Any]]
) -> AnswerTable:
    n = len(inputs["seeds"])
    rows = tuple(
        (question["question"], Note(f"cooke.name_{name}"), *_on_scale(each.quantiles[n + i], question))
        for i, question in enumerate(questions[n:])
        for name, each in deciders.items()
    )
    levels = tuple(f"{100 * level:g} %" for level in inputs["levels"])
    return AnswerTable("cooke_targets", ("question", "weighing", *levels), rows)


def _robustness(
    inputs: Inputs, elicited: Elicited, place: int, asked: Mapping[str, Any]
) -> tuple[AnswerTable, ...]:
    """What becomes of scores and of the answer without each expert and without each seed."""
    tables = []
    for name, names in (("experts", inputs["experts"]), ("seeds", [q["question"] for q in inputs["seeds"]])):
        if len(names) < 2:
            continue
        ranges: dict[str, Any] = {name: range(len(names))}
        found = left_out(elicited, weighing=inputs["weighing"], threshold=inputs["threshold"], **ranges)
        at = place if name == "experts" else place - 1
        rows = tuple(
            (left, *_robust_row(each, at, asked, inputs)) for left, each in zip(names, found, strict=True)
        )
        columns = ("left_out", "calibration", "information_seeds", "combined", "low", "median", "high")
        tables.append(AnswerTable(f"cooke_without_{name}", columns, rows))
    return tuple(tables)


def _robust_row(
    each: DecisionMaker | None, place: int, asked: Mapping[str, Any], inputs: Inputs
) -> tuple[float | None, ...]:
    if each is None:
        return (None,) * 6
    said = _on_scale(each.quantiles[place], asked)
    return each.calibration, each.information, each.score, said[0], _median(said, inputs), said[-1]


def _drawn(
    inputs: Inputs, deciders: Mapping[str, DecisionMaker], place: int, asked: Mapping[str, Any]
) -> dict[str, Any]:
    answers = [(name, list(row)) for name, row in zip(inputs["experts"], asked["answers"], strict=True)]
    answers += [
        (Note(f"cooke.name_{name}"), _on_scale(each.quantiles[place], asked))
        for name, each in deciders.items()
    ]
    rows = [
        {"name": name, "value": _median(said, inputs), "low": said[0], "high": said[-1]}
        for name, said in answers
    ]
    return {"rows": rows, "all": None, "of": asked["question"]}


def _warnings(inputs: Inputs, how: Scores, chosen: DecisionMaker) -> tuple[Note, ...]:
    found = []
    if len(inputs["seeds"]) < USUAL_SEEDS:
        found.append(Note("cooke.few_seeds", {"n": len(inputs["seeds"]), "usual": USUAL_SEEDS}))
    counted = int((chosen.weights.max(axis=1) > 0).sum())
    if counted == 1 and len(inputs["experts"]) > 1:
        alone = inputs["experts"][int(chosen.weights.max(axis=1).argmax())]
        found.append(Note("cooke.one_expert", {"expert": alone}))
    best = int(how.combined.argmax())
    if how.combined[best] > chosen.score:
        told = {"expert": inputs["experts"][best], "score": float(how.combined[best]), "own": chosen.score}
        found.append(Note("cooke.expert_better", told))
    if chosen.calibration < POOR:
        found.append(Note("cooke.poor", {"calibration": chosen.calibration}))
    if how.calibration.max() < POOR:
        found.append(Note("cooke.nobody_calibrated", {"best": float(how.calibration.max())}))
    return tuple(found)


_ANSWERS = Field("answers", "matrix", most=40, low=-LARGEST, high=LARGEST)
_SCALE = Field("scale", "choice", default="uniform", choices=("uniform", "log"))

METHOD = Method(
    "cooke",
    (
        Field("levels", "numbers", default=(0.05, 0.5, 0.95), above=0, below=1, least=2, most=9),
        Field("experts", "texts", most=40),
        Field(
            "seeds",
            "table",
            most=60,
            columns=(
                Field("question", "text"),
                Field("truth", "number", low=-LARGEST, high=LARGEST),
                _SCALE,
                _ANSWERS,
            ),
        ),
        Field("targets", "table", most=60, columns=(Field("question", "text"), _SCALE, _ANSWERS)),
        Field("headline", "text", default=""),
        Field("weighing", "choice", default="global", choices=WEIGHINGS),
        Field("threshold", "number", default=None, low=0, high=1),
        Field("overshoot", "number", default=0.1, above=0, high=10),
        Field("power", "number", default=1.0, above=0, high=1),
    ),
    run,
)
