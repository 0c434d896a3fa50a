"""What every ranking of alternatives tells beside its own figures: how firm it is under other weights."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from anlan.domain.method import Answer, AnswerTable, Chart, Field, Note, Quantity
from anlan.loop.quantify.methods.weights.decision_table import DecisionTable, constant_note
from anlan.maths.multi_criteria.rank_stability import (
    RankStability,
    perturbed_weights,
    rank_stability,
    ranks,
)
from anlan.maths.multi_criteria.reversals import Reversal, rank_reversals
from anlan.maths.multi_criteria.scaling import Floats, constant_columns
from anlan.maths.streams import Stream

STABILITY_FIELDS = (
    Field("concentration", "number", default=50.0, low=10, high=1e6),
    Field("draws", "integer", default=2000, low=200, high=20_000),
)
_SHAKY = 0.8
"""A winner that is first in a smaller share of the draws is warned of."""


@dataclass(frozen=True, eq=False)
class Ranked:
    """Alternatives by their scores, higher is better; how firm their order is, and which others' absence
    turns it round."""

    table: DecisionTable
    inputs: Mapping[str, Any]
    scores: Floats
    firm: RankStability
    turned: list[Reversal]

    def order(self) -> list[int]:
        """The alternatives by rank."""
        return [int(i) for i in np.argsort(ranks(self.scores), kind="stable")]

    def best(self, name: str) -> Quantity:
        """The best score with the middle 90 % under other weights."""
        first = int(np.argmax(self.scores))
        low, high = float(self.firm.score_low[first]), float(self.firm.score_high[first])
        return Quantity(name, float(self.scores[first]), low=low, high=high, interval="middle_90")

    def lead(self) -> Quantity:
        """Distance of the best score to the second."""
        second, best = np.sort(self.scores)[-2:]
        return Quantity("lead", float(best - second))


def ranked(
    table: DecisionTable,
    inputs: Mapping[str, Any],
    *,
    by_weights: Callable[[Floats], Floats],
    by_values: Callable[[Floats], Floats],
    seed: int,
) -> Ranked:
    """by_weights: weights (n,) or (draws, n) -> scores (m,) or (draws, m) of the alternatives; by_values:
    values of some alternatives (k, n) -> their scores (k,) under the weights as given."""
    scores = by_weights(weights_of(table))
    firm = stability_of(table, inputs, by_weights, seed=seed)
    return Ranked(table, inputs, scores, firm, reversals_of(table, scores, by_values))


def ranking_answer(
    of: Ranked,
    *,
    quantities: Sequence[Quantity],
    tables: Sequence[AnswerTable],
    assumptions: Sequence[Note],
    warnings: Sequence[Note] = (),
) -> Answer:
    """The answer of a ranking: what the method itself says, then what all rankings do."""
    table, scores, firm = of.table, of.scores, of.firm
    return Answer(
        quantities=(*quantities, share_first(scores, firm)),
        tables=(
            *tables,
            stability_table(table, scores, firm),
            *reversal_table(table.alternatives, of.turned),
            weights_table(table),
        ),
        charts=(stability_chart(table, scores, firm),),
        assumptions=(*assumptions, *stability_notes(of.inputs)),
        warnings=(
            *warnings,
            *constant_note(table),
            *ranking_warnings(table, scores, firm),
            *reversal_notes(table.alternatives, of.turned),
        ),
    )


def stability_of(
    table: DecisionTable, inputs: Mapping[str, Any], score: Callable[[Floats], Floats], *, seed: int
) -> RankStability:
    """score: weights (draws, n) -> scores (draws, m), higher is better."""
    drawn = perturbed_weights(
        weights_of(table),
        concentration=inputs["concentration"],
        draws=inputs["draws"],
        stream=Stream(seed),
        places=table.places,
    )
    return rank_stability(score, drawn)


def weights_of(table: DecisionTable) -> Floats:
    """The weights of a method that requires them."""
    assert table.weights is not None
    return table.weights


def stability_table(table: DecisionTable, scores: Floats, firm: RankStability) -> AnswerTable:
    """Alternatives by rank: share of first places and the middle 90 % of ranks."""
    ranked = ranks(scores)
    return AnswerTable(
        "rank_stability",
        ("alternative", "rank", "share_first", "rank_low", "rank_high"),
        tuple(
            (table.alternatives[i], int(ranked[i]), *_firmness(firm, i))
            for i in np.argsort(ranked, kind="stable")
        ),
    )


def _firmness(firm: RankStability, i: int) -> tuple[float, int, int]:
    return round(float(firm.first[i]), 12), int(firm.rank_low[i]), int(firm.rank_high[i])


def stability_chart(table: DecisionTable, scores: Floats, firm: RankStability) -> Chart:
    """Bars: alternatives by rank with the share of draws in which each is first."""
    rows = stability_table(table, scores, firm).rows
    names = ("name", "rank", "first", "rank_low", "rank_high")
    return Chart("rank_stability", {"rows": [dict(zip(names, row, strict=True)) for row in rows]})


def share_first(scores: Floats, firm: RankStability) -> Quantity:
    """Share of draws in which the winner is first."""
    return Quantity("share_first", float(firm.first[int(np.argmax(scores))]), "share")


def weights_table(table: DecisionTable) -> AnswerTable:
    """Criteria with their weights as shares of 1 and their direction."""
    return AnswerTable(
        "criteria_weights",
        ("criterion", "direction", "weight"),
        tuple(
            (name, Note("direction.benefit" if good else "direction.cost"), round(float(weight), 12))
            for name, good, weight in zip(table.criteria, table.benefit, weights_of(table), strict=True)
        ),
    )


def reversal_table(names: Sequence[str], found: Sequence[Reversal]) -> tuple[AnswerTable, ...]:
    """Alternatives whose absence turns two others round; no table where there are none."""
    rows = tuple((names[each.dropped], names[each.ahead], names[each.behind]) for each in found)
    return (AnswerTable("rank_reversals", ("dropped", "falls_behind", "overtaken_by"), rows),) if rows else ()


def reversal_notes(names: Sequence[str], found: Sequence[Reversal]) -> tuple[Note, ...]:
    """Says whose absence reverses ranks."""
    dropped = tuple(names[each.dropped] for each in found)
    return (Note("multi_criteria.reversals", {"dropped": dropped}),) if dropped else ()


def reversals_of(table: DecisionTable, scores: Floats, score: Callable[[Floats], Floats]) -> list[Reversal]:
    """score: values of some alternatives (k, n) -> their scores (k,), higher is better."""

    def without(kept: NDArray[np.int64]) -> Floats | None:
        rest = table.values[kept]
        return None if constant_columns(rest).all() else score(rest)

    return rank_reversals(scores, without)


def stability_notes(inputs: Mapping[str, Any]) -> tuple[Note, ...]:
    """What the stability rests on."""
    parameters = {"concentration": inputs["concentration"], "draws": inputs["draws"]}
    return (Note("multi_criteria.weights_drawn", parameters),)


def ranking_warnings(table: DecisionTable, scores: Floats, firm: RankStability) -> tuple[Note, ...]:
    """A tie for the first place, and a winner that other weights would change."""
    first = np.flatnonzero(ranks(scores) == 1)
    names = tuple(table.alternatives[i] for i in first)
    if len(first) > 1:
        return (Note("multi_criteria.tied", {"alternatives": names}),)
    share = float(firm.first[first[0]])
    if share < _SHAKY:
        return (Note("multi_criteria.shaky", {"alternative": names, "share": share}),)
    return ()
