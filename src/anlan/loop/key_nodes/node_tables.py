"""What the score needs of each bucket: additive tables, so that leaving a bucket out is a subtraction."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from anlan.domain.errors import UsageError
from anlan.domain.histograms import Histograms, bin_middles
from anlan.domain.log_summary import LogSummary
from anlan.loop.key_nodes.log_tallies import LogTallies
from anlan.maths.jackknife import Floats, left_out_totals


@dataclass(frozen=True, eq=False)
class NodeTables:
    """Sums by group of cases; one row per group, one column per node (edge_count: per edge).

    delay_s is exact; timed, time_s and time_s2 are count, sum and sum of squares over histogram bins
    of the same durations (so equal durations have no spread). handovers, breach_load and excess_s
    (seconds beyond the normal) are None where nobody counted them.
    """

    cases: Floats
    executions: Floats
    repeats: Floats
    over_limit: Floats
    delay_s: Floats
    timed: Floats
    time_s: Floats
    time_s2: Floats
    edge_count: Floats
    handovers: Floats | None
    breach_load: Floats | None
    excess_s: Floats | None = None

    def total(self) -> "NodeTables":
        """All groups together, as one row."""
        return self._each(lambda table: table.sum(axis=0, keepdims=True))

    def left_out(self) -> "NodeTables":
        """Row g: all groups but g."""
        return self._each(left_out_totals)

    def _each(self, change: Callable[[Floats], Floats]) -> "NodeTables":
        changed: dict[str, Any] = {
            name: None if table is None else change(table) for name, table in vars(self).items()
        }
        return NodeTables(**changed)


def node_tables(
    summary: LogSummary, bucket_summaries: Sequence[LogSummary], tallies: LogTallies | None
) -> NodeTables:
    """Tables of the buckets that hold cases, columns in the order of the summary's names and edges."""
    if sum(bucket.n_cases for bucket in bucket_summaries) != summary.n_cases:
        raise UsageError(
            "key_nodes.buckets_differ",
            cases=summary.n_cases,
            bucket_cases=sum(bucket.n_cases for bucket in bucket_summaries),
        )
    filled = [number for number, bucket in enumerate(bucket_summaries) if bucket.n_cases]
    rows = [_bucket_row(bucket_summaries[number], summary) for number in filled]
    names = summary.activities.names
    handovers = None if tallies is None else tallies.for_nodes(names, "handovers")
    breaches = None if tallies is None else tallies.for_nodes(names, "breaches")
    excess_s = None if tallies is None else tallies.for_nodes(names, "excess_s")
    return NodeTables(
        **{name: _stacked([row[name] for row in rows], width) for name, width in _widths(summary).items()},
        handovers=None if handovers is None else handovers[filled],
        breach_load=None if breaches is None else breaches[filled],
        excess_s=None if excess_s is None else excess_s[filled],
    )


def _widths(summary: LogSummary) -> dict[str, int]:
    nodes = len(summary.activities.names)
    by_node = ("executions", "repeats", "over_limit", "delay_s", "timed", "time_s", "time_s2")
    return {"cases": 1, **dict.fromkeys(by_node, nodes), "edge_count": len(summary.edges.source)}


def _stacked(rows: list[Floats], width: int) -> Floats:
    return np.vstack(rows) if rows else np.zeros((0, width))


def _bucket_row(bucket: LogSummary, summary: LogSummary) -> dict[str, Floats]:
    names, n = summary.activities.names, len(summary.activities.names)
    code_of = {name: code for code, name in enumerate(names)}
    node = np.array([code_of[name] for name in bucket.activities.names], dtype=np.int64)
    into, durations = node[bucket.edges.target], bucket.edges.duration
    per_bin = np.repeat(into, np.diff(durations.offsets))
    middle_s, counts = bin_middles(durations.bins) / 1e6, durations.counts.astype(np.float64)

    def by_node(values: NDArray) -> Floats:
        return np.bincount(node, weights=values, minlength=n).astype(np.float64)

    def by_target(nodes: NDArray[np.int64], values: Floats) -> Floats:
        return np.bincount(nodes, weights=values, minlength=n).astype(np.float64)

    return {
        "cases": np.array([float(bucket.n_cases)]),
        "executions": by_node(bucket.activities.count),
        "repeats": by_node(bucket.activities.rework_events),
        "over_limit": by_node(bucket.activities.sla_breached),
        "delay_s": by_target(into, total_s(durations)),
        "timed": by_target(per_bin, counts),
        "time_s": by_target(per_bin, counts * middle_s),
        "time_s2": by_target(per_bin, counts * middle_s**2),
        "edge_count": _edge_counts(bucket, summary, node),
    }


def _edge_counts(bucket: LogSummary, summary: LogSummary, node: NDArray[np.int64]) -> Floats:
    n = max(len(summary.activities.names), 1)
    known = summary.edges.source.astype(np.int64) * n + summary.edges.target
    position = np.searchsorted(known, node[bucket.edges.source] * n + node[bucket.edges.target])
    counts = np.zeros(len(known))
    counts[position] = bucket.edges.duration.n
    return counts


def total_s(durations: Histograms) -> Floats:
    """Sum of each key's durations in seconds (the exact sum, rounded once)."""
    return (durations.total_hi.astype(np.float64) * 2.0**64 + durations.total_lo.astype(np.float64)) / 1e6
