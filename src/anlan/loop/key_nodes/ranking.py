"""Rank the steps of a process by how much of its risk passes through them.

1. Value of each criterion at each node (volume, share of delay, variability, rework, breaches,
   centrality, hand-overs, business weight).
2. Mark = value / max(largest value, the size from which the criterion counts fully), 0..1.
3. Score = weighted mean of the marks over the criteria this log can tell; the others are noted.
4. The same without each bucket of cases in turn gives the spread of every score (delete-a-group
   jackknife), and from the spread of each pair's difference the ranks that are possible.

It misleads where the weights do not fit the organisation: they are an assumption, and said so.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from anlan.domain.errors import UsageError
from anlan.domain.finding import Finding
from anlan.domain.interval import Interval
from anlan.domain.log_summary import LogSummary
from anlan.loop.key_nodes.criteria import Criterion, marks, weighted_criteria
from anlan.loop.key_nodes.log_tallies import LogTallies
from anlan.loop.key_nodes.measures import (
    LARGEST_WORK_OVER_GROUPS,
    MINIMUM_TIMED,
    MOST_NODES,
    Graph,
    business_values,
    measure_nodes,
)
from anlan.loop.key_nodes.node_tables import NodeTables, node_tables
from anlan.loop.key_nodes.reasons import Statement, reasons_for
from anlan.maths.jackknife import MINIMUM_GROUPS, Floats, Jackknife, delete_group_jackknife
from anlan.maths.rank_intervals import rank_intervals, top_probability

FORMULA_VERSION = "2"
TOP = 3

MOST_INTERVALS = 600
"""Possible ranks are told for this many nodes from the top; comparing all pairs grows with the square."""


@dataclass(frozen=True)
class KeyNode:
    """One step. `marks` 0..1 and `values` (units: see `CRITERIA`) by criterion, None where it cannot
    be told for this node; `rank_low` is the best, `rank_high` the worst possible rank (None without
    a spread, and below the first `MOST_INTERVALS` ranks)."""

    activity: str
    rank: int
    rank_low: int | None
    rank_high: int | None
    score: float
    score_interval: Interval | None
    top_probability: float | None
    marks: Mapping[str, float | None]
    values: Mapping[str, float | None]
    reasons: tuple[Statement, ...]


@dataclass(frozen=True)
class KeyNodes:
    """All steps, highest score first; `criteria` are those that entered the score; `groups` is the
    number of buckets that hold cases; `notes` say what is missing, limited or assumed."""

    nodes: tuple[KeyNode, ...]
    criteria: tuple[Criterion, ...]
    groups: int
    notes: tuple[Statement, ...]


def rank_key_nodes(
    summary: LogSummary,
    bucket_summaries: Sequence[LogSummary],
    *,
    findings: Sequence[Finding] = (),
    weights: Mapping[str, float] | None = None,
    criterion_weights: Mapping[str, float] | None = None,
    tallies: LogTallies | None = None,
    level: float = 0.95,
    rng: np.random.Generator | None = None,
) -> KeyNodes:
    """Score and rank all activities of `summary`.

    `weights`: importance to the organisation by activity; `criterion_weights` replace the default
    weights of criteria; `tallies` (`tally_log`) bring hand-overs and breaches by node; with `rng`
    each node also gets its chance to be among the first three.
    """
    names = summary.activities.names
    _check_weights(weights or {}, names)
    tables = node_tables(summary, bucket_summaries, tallies)
    scoring = _Scoring(summary, tables, weights or {}, weighted_criteria(criterion_weights or {}))
    notes = [*scoring.notes]
    score = scoring.scores(scoring.values)[0]
    groups = len(tables.cases)
    spread = None
    if names and groups >= MINIMUM_GROUPS:
        left_out = scoring.scores(scoring.left_out_values())
        spread = delete_group_jackknife(score, left_out, level=level)
        notes.extend(_rank_notes(names))
    elif names:
        notes.append(
            Statement("key_nodes.notes.too_few_buckets", {"groups": groups, "minimum": MINIMUM_GROUPS})
        )
    notes.extend(scoring.left_out_notes)
    if not criterion_weights:
        notes.append(Statement("key_nodes.notes.weights_assumed"))
    ranking = _ranking(score, scoring.values, names)
    nodes = _nodes(scoring, score, spread, ranking, findings, rng)
    return KeyNodes(nodes, scoring.criteria, groups, tuple(notes))


def _rank_notes(names: Sequence[str]) -> list[Statement]:
    if len(names) <= MOST_INTERVALS:
        return []
    return [Statement("key_nodes.notes.ranks_of_first", {"first": MOST_INTERVALS, "activities": len(names)})]


class _Scoring:
    """The criteria this log can tell, their values at each node, and the score they make."""

    def __init__(
        self,
        summary: LogSummary,
        tables: NodeTables,
        weights: Mapping[str, float],
        criteria: tuple[Criterion, ...],
    ) -> None:
        self.names = summary.activities.names
        self.tables = tables
        self.graph = Graph(summary.edges.source, summary.edges.target)
        self.whole = tables.total()
        self.values = measure_nodes(self.whole)
        self.left_out_notes: list[Statement] = []
        self.unmeasured = {"variability": self.whole.timed[0] < MINIMUM_TIMED}
        if len(self.names) <= MOST_NODES:
            self.values["centrality"] = self.graph.centrality(self.whole)
        if weights:
            self.values["business"] = business_values(weights, self.names)
        self.criteria = tuple(c for c in criteria if c.code in self.values and c.weight > 0)
        self.notes = [
            Statement(f"key_nodes.notes.no_{c.code}")
            for c in criteria
            if c.code not in self.values and c.weight > 0 and c.code != "business"
        ]

    def left_out_values(self) -> dict[str, Floats]:
        """The values without each group in turn, (groups, nodes)."""
        left_out = self.tables.left_out()
        values = measure_nodes(left_out)
        groups = len(left_out.cases)
        for code in self.values.keys() - values.keys():
            values[code] = np.tile(self.values[code], (groups, 1))
        if "centrality" in self.values and len(self.names) ** 3 * groups <= LARGEST_WORK_OVER_GROUPS:
            values["centrality"] = self.graph.centrality(left_out)
        elif "centrality" in self.values:
            self.left_out_notes.append(Statement("key_nodes.notes.centrality_held"))
        return values

    def marks(self, values: Mapping[str, Floats]) -> dict[str, Floats]:
        """Marks (rows, nodes) by criterion; 0 for a node whose value cannot be told."""
        return {c.code: marks(self._measured(c.code, values[c.code]), c) for c in self.criteria}

    def scores(self, values: Mapping[str, Floats]) -> Floats:
        """Weighted mean of the marks, (rows, nodes)."""
        by_criterion = self.marks(values)
        total = np.zeros((1, len(self.names)))
        for criterion in self.criteria:
            total = total + criterion.weight * by_criterion[criterion.code]
        weight = sum(criterion.weight for criterion in self.criteria)
        return total / weight if weight else total

    def _measured(self, code: str, values: Floats) -> Floats:
        unmeasured = self.unmeasured.get(code)
        return values if unmeasured is None else np.where(unmeasured, 0.0, values)

    def told(self, code: str, row: Floats, node: int) -> float | None:
        """A value or mark of one node, None where it cannot be told."""
        unmeasured = self.unmeasured.get(code)
        return None if unmeasured is not None and unmeasured[node] else float(row[0, node])


def _check_weights(weights: Mapping[str, float], names: Sequence[str]) -> None:
    unknown = sorted(set(weights) - set(names))
    if unknown:
        raise UsageError("key_nodes.unknown_activity", unknown=unknown, accepted=list(names))
    for name, weight in weights.items():
        if not 0 <= weight < np.inf:
            raise UsageError("key_nodes.bad_weight", name=name, value=weight)


def _ranking(score: Floats, values: Mapping[str, Floats], names: Sequence[str]) -> list[int]:
    """Node numbers, highest score first; equal scores by volume, then by name."""
    rounded, volume = np.round(score, 12), values["volume"][0]
    return sorted(range(len(names)), key=lambda node: (-rounded[node], -volume[node], names[node]))


def _nodes(
    scoring: _Scoring,
    score: Floats,
    spread: Jackknife | None,
    ranking: Sequence[int],
    findings: Sequence[Finding],
    rng: np.random.Generator | None,
) -> tuple[KeyNode, ...]:
    """The nodes in the order of `ranking`."""
    by_criterion = scoring.marks(scoring.values)
    weights = {criterion.code: criterion.weight for criterion in scoring.criteria}
    ranks = {} if spread is None else _possible_ranks(spread, ranking)
    intervals = [None] * len(score) if spread is None else _intervals(spread)
    chance = None if spread is None or rng is None else top_probability(spread, TOP, rng=rng)
    nodes = []
    for place, node in enumerate(ranking, start=1):
        node_marks = {code: scoring.told(code, row, node) for code, row in by_criterion.items()}
        values = {code: scoring.told(code, scoring.values[code], node) for code in by_criterion}
        nodes.append(
            KeyNode(
                activity=scoring.names[node],
                rank=place,
                rank_low=ranks.get(node, _UNTOLD)[0],
                rank_high=ranks.get(node, _UNTOLD)[1],
                score=float(score[node]),
                score_interval=intervals[node],
                top_probability=None if chance is None else float(chance[node]),
                marks=node_marks,
                values=values,
                reasons=reasons_for(
                    scoring.names[node],
                    marks=node_marks,
                    weights=weights,
                    values=values,
                    facts=_facts(scoring.whole, node),
                    findings=findings,
                ),
            )
        )
    return tuple(nodes)


_UNTOLD = (None, None)


def _possible_ranks(spread: Jackknife, ranking: Sequence[int]) -> dict[int, tuple[int, int]]:
    """Node -> best and worst possible rank of the first nodes; they always hold the rank shown (ties
    are broken by volume and name)."""
    first = ranking[:MOST_INTERVALS]
    low, high = rank_intervals(spread, items=first)
    return {
        node: (min(int(low[place]), place + 1), max(int(high[place]), place + 1))
        for place, node in enumerate(first)
    }


def _intervals(spread: Jackknife) -> list[Interval | None]:
    ends = zip(spread.estimate.tolist(), spread.low.tolist(), spread.high.tolist(), strict=True)
    return [Interval(score, max(low, 0.0), min(high, 1.0), spread.level) for score, low, high in ends]


def _facts(whole: NodeTables, node: int) -> dict[str, object]:
    """What the reasons may mention besides the value of their criterion; `spread_ratio` is the standard
    deviation of the time up to the node's completion over its mean; `beyond_normal`: delay is time beyond
    the normal."""
    timed = float(whole.timed[0, node])
    mean_s = float(whole.delay_s[0, node]) / timed if timed else None
    unlike = float(whole.timed[0, node] * whole.time_s2[0, node])
    alike = float(whole.time_s[0, node]) ** 2
    spread_ratio = math.sqrt(max(unlike / alike - 1.0, 0.0)) if alike else None
    return {
        "executions": int(whole.executions[0, node]),
        "mean_s": mean_s,
        "spread_ratio": spread_ratio,
        "beyond_normal": whole.excess_s is not None,
    }
