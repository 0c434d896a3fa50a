"""Add summaries of different cases: associative, commutative, with `LogSummary.empty()` as zero.

Each part has dictionaries of its own. Their names are united and sorted, every part's positions are
mapped to the union, and then everything is an addition of integers by key.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from anlan.domain import log_summary
from anlan.domain.errors import UsageError
from anlan.domain.histograms import merge_histograms, sum_by_key
from anlan.domain.log_summary import Activities, Days, Edges, LogSummary, Resources, Variants

Positions = NDArray[np.int64]
Pairs = tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.int64]]


class _Names(NamedTuple):
    """The united names, sorted, and per part where its own names went."""

    names: tuple[str, ...]
    positions: tuple[Positions, ...]


def merge(parts: Iterable[LogSummary]) -> LogSummary:
    """The summary of all cases of all parts; no case may be in two parts.

    UsageError where parts were measured on different clocks or in different zones.
    """
    filled = [part for part in parts if part.n_cases or part.unfinished_events]
    if len(filled) <= 1:
        return filled[0] if filled else LogSummary.empty()
    activities = _unite([part.activities.names for part in filled])
    return LogSummary(
        n_cases=sum(part.n_cases for part in filled),
        n_events=sum(part.n_events for part in filled),
        first_us=min((part.first_us for part in filled if part.first_us is not None), default=None),
        last_us=max((part.last_us for part in filled if part.last_us is not None), default=None),
        activities=_merge_activities([part.activities for part in filled], activities),
        edges=_merge_edges([part.edges for part in filled], activities),
        variants=_merge_variants([part.variants for part in filled], activities),
        resources=_merge_resources([part.resources for part in filled], activities),
        case_duration=merge_histograms([(p.case_duration, np.zeros(1, dtype=np.int64)) for p in filled], 1),
        arrivals_by_hour_of_week=np.sum([part.arrivals_by_hour_of_week for part in filled], axis=0),
        events_by_hour_of_week=np.sum([part.events_by_hour_of_week for part in filled], axis=0),
        arrivals_by_day=_merge_days([part.arrivals_by_day for part in filled]),
        closings_by_day=_merge_days([part.closings_by_day for part in filled]),
        sla_cases=sum(part.sla_cases for part in filled),
        sla_breached=sum(part.sla_breached for part in filled),
        cost_total=sum(part.cost_total for part in filled),
        unfinished_events=sum(part.unfinished_events for part in filled),
        calendar=_same("calendar", [part.calendar for part in filled]),
        zone=_same("zone", [part.zone for part in filled]),
    )


def _same(field: str, values: Sequence[str | None]) -> str | None:
    if len(set(values)) > 1:
        raise UsageError(f"summary.{field}s_differ", found=sorted(str(value) for value in set(values)))
    return values[0]


def _unite(dictionaries: Sequence[tuple[str, ...]]) -> _Names:
    names = tuple(sorted(set().union(*dictionaries)))
    position = {name: number for number, name in enumerate(names)}
    return _Names(
        names,
        tuple(
            np.fromiter((position[name] for name in own), dtype=np.int64, count=len(own))
            for own in dictionaries
        ),
    )


def _spread(parts: Sequence[NDArray[np.int64]], to: _Names) -> NDArray[np.int64]:
    """Sum per name of the arrays of all parts."""
    total = np.zeros(len(to.names), dtype=np.int64)
    for values, positions in zip(parts, to.positions, strict=True):
        total[positions] += values
    return total


def _merge_activities(parts: Sequence[Activities], to: _Names) -> Activities:
    def spread(field: str) -> NDArray[np.int64]:
        return _spread([getattr(part, field) for part in parts], to)

    n = len(to.names)
    return Activities(
        names=to.names,
        count=spread("count"),
        cases=spread("cases"),
        starts=spread("starts"),
        ends=spread("ends"),
        rework_cases=spread("rework_cases"),
        rework_events=spread("rework_events"),
        self_loops=spread("self_loops"),
        sla_checked=spread("sla_checked"),
        sla_breached=spread("sla_breached"),
        service=merge_histograms(list(zip([p.service for p in parts], to.positions, strict=True)), n),
        waiting=merge_histograms(list(zip([p.waiting for p in parts], to.positions, strict=True)), n),
    )


def _merge_edges(parts: Sequence[Edges], to: _Names) -> Edges:
    n = max(len(to.names), 1)
    keys = [at[edges.source] * n + at[edges.target] for edges, at in zip(parts, to.positions, strict=True)]
    distinct, where = np.unique(np.concatenate(keys), return_inverse=True)
    borders = np.cumsum([len(part) for part in keys])[:-1]
    positions = np.split(where.astype(np.int64), borders)
    durations = [part.duration for part in parts]
    return Edges(
        source=(distinct // n).astype(np.int32),
        target=(distinct % n).astype(np.int32),
        duration=merge_histograms(list(zip(durations, positions, strict=True)), len(distinct)),
    )


def _merge_pairs(parts: Sequence[Pairs], left: _Names, right: _Names) -> Pairs:
    """Sparse counts per pair of names, sorted by pair."""
    n = max(len(right.names), 1)
    keys = [
        at_left[first] * n + at_right[second]
        for (first, second, _), at_left, at_right in zip(parts, left.positions, right.positions, strict=True)
    ]
    distinct, counts = sum_by_key(np.concatenate(keys), np.concatenate([count for _, _, count in parts]))
    return (distinct // n).astype(np.int32), (distinct % n).astype(np.int32), counts


def _merge_resources(parts: Sequence[Resources], activities: _Names) -> Resources:
    people = _unite([part.names for part in parts])
    pairs = [(part.pair_activity, part.pair_resource, part.pair_count) for part in parts]
    handovers = [(part.handover_from, part.handover_to, part.handover_count) for part in parts]
    return Resources(
        people.names,
        _spread([part.events for part in parts], people),
        *_merge_pairs(pairs, activities, people),
        *_merge_pairs(handovers, people, people),
    )


def _merge_days(parts: Sequence[Days]) -> Days:
    return Days(*sum_by_key(np.concatenate([p.day for p in parts]), np.concatenate([p.count for p in parts])))


def _merge_variants(parts: Sequence[Variants], to: _Names) -> Variants:
    hash_hi = np.concatenate([part.hash_hi for part in parts])
    hash_lo = np.concatenate([part.hash_lo for part in parts])
    order = order_of_hashes(hash_hi, hash_lo)
    hash_hi, hash_lo = hash_hi[order], hash_lo[order]
    first = np.flatnonzero(
        np.concatenate([[True], (hash_hi[1:] != hash_hi[:-1]) | (hash_lo[1:] != hash_lo[:-1])])
    )
    counts = np.add.reduceat(np.concatenate([part.count for part in parts])[order], first)
    steps = np.concatenate([at[part.steps] for part, at in zip(parts, to.positions, strict=True)])
    lengths = np.concatenate([np.diff(part.offsets) for part in parts])
    begins = np.cumsum(lengths) - lengths
    kept = order[first[: log_summary.VARIANT_STEPS_KEPT]]
    offsets, steps = take_segments(steps.astype(np.int32), begins[kept], lengths[kept])
    dropped = len(first) - len(kept)
    return Variants(
        hash_hi[first],
        hash_lo[first],
        counts,
        np.concatenate([offsets, np.full(dropped, offsets[-1])]),
        steps,
        complete=dropped == 0,
    )


def order_of_hashes(hash_hi: NDArray[np.uint64], hash_lo: NDArray[np.uint64]) -> Positions:
    """Order by (hi, lo). Sorting the high half is enough unless two different variants share it."""
    order = np.argsort(hash_hi)
    sorted_hi, sorted_lo = hash_hi[order], hash_lo[order]
    if np.any((sorted_hi[1:] == sorted_hi[:-1]) & (sorted_lo[1:] != sorted_lo[:-1])):
        order = np.lexsort((hash_lo, hash_hi))
    return order.astype(np.int64)


def take_segments(
    values: NDArray[np.int32], begins: Positions, lengths: Positions
) -> tuple[Positions, NDArray[np.int32]]:
    """Segments of `values` one after the other: their offsets (k + 1,) and their content."""
    offsets = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
    places = np.arange(offsets[-1]) + np.repeat(begins - offsets[:-1], lengths)
    return offsets, values[places]
