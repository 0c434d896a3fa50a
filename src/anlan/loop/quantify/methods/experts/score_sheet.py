"""Score sheet: several experts score several questions, each expert with a weight.

1. Of each question: weighted mean or median with its interval, spread, middle half, whether it is disputed.
2. Over all: each expert's weighted mean over the questions, then the same summary of these.
3. Of each expert: how far above or below the others, and whether that is outlying among the experts.

Kish (1965) for the effective number of experts; Iglewicz and Hoaglin (1993) for outlying ones.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.stats import spearmanr

from anlan.domain.errors import NotEnoughData
from anlan.domain.interval import Interval
from anlan.domain.method import Answer, AnswerTable, Chart, Field, Method, Note, Quantity
from anlan.loop.quantify.delphi import NARROW
from anlan.loop.quantify.methods.experts.answers import (
    LARGEST,
    Floats,
    as_array,
    check_names,
    check_size,
    weights_of,
)
from anlan.loop.quantify.methods.faults import Faults
from anlan.maths.agreement import Concordance, kendall_w, middle_half
from anlan.maths.judgement.score_summary import (
    centre_by_bootstrap,
    effective_number,
    mean_by_t,
    outlying,
    weighted_spread,
)

OUTLYING = 3.5
FEWEST_TO_COMPARE = 4
SUMMARIES = ("mean_t", "mean_bootstrap", "median_bootstrap")


@dataclass(frozen=True)
class Sheet:
    """scores: (questions, experts), nan where missing; weights of experts and of questions."""

    scores: Floats
    weights: Floats
    of_questions: Floats
    summary: str
    seed: int
    scale: tuple[float, float] | None

    def centre(self, values: Floats, weights: Floats) -> Interval:
        """Centre of at least two answers; limits held inside the scale."""
        if self.summary == "mean_t":
            found = mean_by_t(values, weights=weights)
        else:
            median = self.summary == "median_bootstrap"
            found = centre_by_bootstrap(values, weights=weights, median=median, seed=self.seed)
        low, high = self.scale or (-np.inf, np.inf)
        return Interval(found.estimate, max(found.low, low), min(found.high, high), found.level)


def run(inputs: Mapping[str, Any], *, seed: int = 0) -> Answer:
    """The panel's score with its interval, question by question and expert by expert."""
    sheet = _sheet(inputs, seed)
    complete: NDArray[np.bool_] = np.asarray(~np.isnan(sheet.scores).any(axis=0))
    if complete.sum() < 2:
        raise NotEnoughData("experts.too_few_complete", found=int(complete.sum()))
    weights = sheet.weights[complete]
    personal = sheet.of_questions @ sheet.scores[:, complete] / sheet.of_questions.sum()
    overall = sheet.centre(personal, weights)
    w = kendall_w(sheet.scores[:, complete])
    questions = _by_question(inputs, sheet)
    experts = _by_expert(inputs, sheet)
    return Answer(
        quantities=(
            Quantity("panel_score", overall.estimate, "", overall.low, overall.high, "confidence_95"),
            Quantity("spread_of_experts", weighted_spread(personal, weights=weights)),
            Quantity("effective_experts", effective_number(weights)),
            *([Quantity("kendall_w", w.w)] if w else []),
        ),
        tables=(questions, experts),
        charts=(Chart("intervals", _drawn(questions, overall)),),
        assumptions=(Note(f"scores.{sheet.summary}"), Note("scores.sample")),
        warnings=_warnings(complete, questions, experts, w),
    )


def _sheet(inputs: Mapping[str, Any], seed: int) -> Sheet:
    faults = Faults()
    questions, experts, rows = inputs["questions"], inputs["experts"], inputs["scores"]
    check_names(questions, "questions", faults)
    check_names(experts, "experts", faults)
    check_size(rows, "scores", faults, n_rows=len(questions), n_columns=len(experts))
    weights = weights_of(inputs["weights"], n=len(experts), where="weights", faults=faults)
    of_questions = weights_of(
        inputs["question_weights"], n=len(questions), where="question_weights", faults=faults
    )
    scale = _scale(inputs, faults)
    faults.raise_any()
    for place, row in enumerate(rows, start=1):
        if sum(each is not None for each in row) < 2:
            faults.add("experts.too_few_answers", where=f"scores[{place}]", least=2)
    faults.raise_any()
    return Sheet(as_array(rows), weights, of_questions, inputs["summary"], seed, scale)


def _scale(inputs: Mapping[str, Any], faults: Faults) -> tuple[float, float] | None:
    """The ends of the scale, where given; answers must lie between them."""
    if inputs["scale"] is None:
        return None
    low, high = inputs["scale"]["low"], inputs["scale"]["high"]
    if low >= high:
        faults.add("method.not_ascending", where="scale", found=f"{low:g}, {high:g}")
        return None
    for i, row in enumerate(inputs["scores"], start=1):
        for j, each in enumerate(row, start=1):
            if each is not None and not low <= each <= high:
                where, limits = f"scores[{i}][{j}]", f"[{low:g}, {high:g}]"
                faults.add("method.outside", where=where, found=f"{each:g}", limits=limits)
    return low, high


def _by_question(inputs: Mapping[str, Any], sheet: Sheet) -> AnswerTable:
    rows = []
    for name, scores in zip(inputs["questions"], sheet.scores, strict=True):
        given = ~np.isnan(scores)
        values, weights = scores[given], sheet.weights[given]
        centre, half = sheet.centre(values, weights), middle_half(values.tolist())
        spread = weighted_spread(values, weights=weights)
        disputed = half.iqr > inputs["narrow"]
        rows.append(
            (name, len(values), centre.estimate, centre.low, centre.high, spread, half.q1, half.q3, disputed)
        )
    columns = ("question", "answers", "centre", "low_95", "high_95", "spread", "q1", "q3", "disputed")
    return AnswerTable("by_question", columns, tuple(rows))


def _by_expert(inputs: Mapping[str, Any], sheet: Sheet) -> AnswerTable:
    above = np.array([_above_the_others(sheet, expert) for expert in range(len(inputs["experts"]))])
    z = outlying(above) if len(above) >= FEWEST_TO_COMPARE else np.zeros(len(above))
    rows = []
    for place, name in enumerate(inputs["experts"]):
        given = ~np.isnan(sheet.scores[:, place])
        rows.append(
            (
                name,
                sheet.weights[place],
                int(given.sum()),
                above[place],
                _order_like_the_others(sheet, place),
                z[place] if len(above) >= FEWEST_TO_COMPARE else None,
                bool(abs(z[place]) > OUTLYING),
            )
        )
    columns = ("expert", "weight", "answers", "above_others", "rank_correlation", "robust_z", "outlying")
    return AnswerTable("by_expert", columns, tuple(rows))


def _others(sheet: Sheet, expert: int) -> tuple[Floats, Floats]:
    """The expert's scores and the plain mean of the others', over the questions both answered."""
    rest = np.delete(sheet.scores, expert, axis=1)
    both = ~np.isnan(sheet.scores[:, expert]) & ~np.isnan(rest).all(axis=1)
    return sheet.scores[both, expert], np.nanmean(rest[both], axis=1) if both.any() else np.zeros(0)


def _above_the_others(sheet: Sheet, expert: int) -> float:
    own, others = _others(sheet, expert)
    return float((own - others).mean()) if len(own) else 0.0


def _order_like_the_others(sheet: Sheet, expert: int) -> float | None:
    """Spearman's correlation with the others' means; None with fewer than three questions or no order."""
    own, others = _others(sheet, expert)
    if len(own) < 3 or len(set(own)) == 1 or len(set(others)) == 1:
        return None
    return float(spearmanr(own, others).statistic)


def _drawn(questions: AnswerTable, overall: Interval) -> dict[str, Any]:
    rows = [{"name": row[0], "value": row[2], "low": row[3], "high": row[4]} for row in questions.rows]
    return {"rows": rows, "all": {"value": overall.estimate, "low": overall.low, "high": overall.high}}


def _warnings(
    complete: NDArray[np.bool_], questions: AnswerTable, experts: AnswerTable, w: Concordance | None
) -> tuple[Note, ...]:
    found = []
    if not complete.all():
        found.append(Note("scores.left_out", {"n": int((~complete).sum())}))
    disputed = [row[0] for row in questions.rows if row[-1]]
    if disputed:
        found.append(Note("scores.disputed", {"questions": disputed}))
    apart = [row[0] for row in experts.rows if row[-1]]
    if apart:
        found.append(Note("scores.outlying", {"experts": apart}))
    if complete.sum() < FEWEST_TO_COMPARE + 1:
        found.append(Note("scores.few", {"n": int(complete.sum())}))
    if w is not None and w.p is not None and w.p > 0.05:
        found.append(Note("scores.no_order", {"w": w.w, "p": w.p}))
    return tuple(found)


METHOD = Method(
    "score_sheet",
    (
        Field("questions", "texts", most=200),
        Field("experts", "texts", least=2, most=200),
        Field("scores", "matrix", most=200, gaps=True, low=-LARGEST, high=LARGEST),
        Field("weights", "numbers", default=None, above=0, high=1e6, most=200),
        Field("question_weights", "numbers", default=None, above=0, high=1e6, most=200),
        Field(
            "scale",
            "record",
            default=None,
            columns=(
                Field("low", "number", low=-LARGEST, high=LARGEST),
                Field("high", "number", low=-LARGEST, high=LARGEST),
            ),
        ),
        Field("summary", "choice", default="mean_t", choices=SUMMARIES),
        Field("narrow", "number", default=NARROW, low=0, high=LARGEST),
    ),
    run,
    random=True,
)
