"""The summary of one part of a log in the codes all its parts share: what the kernels produce.

Parts with one dictionary are added by array, names enter once at the end. `anlan.domain.summary_merge`
does the same for parts that come from different places.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from anlan.domain import log_summary
from anlan.domain.histograms import Histograms, sum_by_key
from anlan.domain.log_summary import Activities, Days, Edges, LogSummary, Resources, Variants
from anlan.domain.summary_merge import order_of_hashes, take_segments
from anlan.maths.sequences.dictionary import Dictionary
from anlan.maths.sequences.histogram_kernels import SPAN, WORDS, merge_groups

Counts = NDArray[np.int64]

CASES, REWORK_CASES, STARTS, ENDS, SLA_CHECKED, SLA_BREACHED = range(6)
"""Rows of `CodedSummary.tallies`."""


@dataclass(frozen=True, eq=False)
class SparseCounts:
    """Counts per key, keys ascending."""

    keys: Counts
    counts: Counts


@dataclass(frozen=True, eq=False)
class CodedSummary:
    """Positions are those of the shared `Dictionary`, also of names that do not occur in this part.

    tallies (6, a); count (a,) events; edge_keys: source * a + target, ascending; service, waiting: keys
    are all a activities; variants: steps in positions; done: activity * w + resource; handed:
    from * w + to, with w the dictionary's `resource_width`.
    """

    n_cases: int
    n_events: int
    first_us: int | None
    last_us: int | None
    tallies: Counts
    count: Counts
    edge_keys: Counts
    edge_durations: Histograms
    service: Histograms
    waiting: Histograms
    case_duration: Histograms
    variants: Variants
    done: SparseCounts
    handed: SparseCounts
    arrivals_by_hour_of_week: Counts
    events_by_hour_of_week: Counts
    arrivals_by_day: Days
    closings_by_day: Days
    sla_cases: int
    sla_breached: int
    cost_total: int


def add_up(parts: Sequence[CodedSummary]) -> CodedSummary:
    """The sum of parts that share one dictionary and have no case in common; at least one part."""
    if len(parts) == 1:
        return parts[0]
    edge_keys, edge_of = np.unique(np.concatenate([part.edge_keys for part in parts]), return_inverse=True)
    activity_of = np.tile(np.arange(parts[0].tallies.shape[1]), len(parts))

    def family(of: Callable[[CodedSummary], Histograms], key_of: Counts, n_keys: int) -> Histograms:
        return _add_histograms([of(part) for part in parts], key_of, n_keys)

    return CodedSummary(
        n_cases=sum(part.n_cases for part in parts),
        n_events=sum(part.n_events for part in parts),
        first_us=min((part.first_us for part in parts if part.first_us is not None), default=None),
        last_us=max((part.last_us for part in parts if part.last_us is not None), default=None),
        tallies=np.sum([part.tallies for part in parts], axis=0),
        count=np.sum([part.count for part in parts], axis=0),
        edge_keys=edge_keys,
        edge_durations=family(lambda part: part.edge_durations, edge_of, len(edge_keys)),
        service=family(lambda part: part.service, activity_of, parts[0].tallies.shape[1]),
        waiting=family(lambda part: part.waiting, activity_of, parts[0].tallies.shape[1]),
        case_duration=family(lambda part: part.case_duration, np.zeros(len(parts), dtype=np.int64), 1),
        variants=_add_variants([part.variants for part in parts]),
        done=_add_sparse([part.done for part in parts]),
        handed=_add_sparse([part.handed for part in parts]),
        arrivals_by_hour_of_week=np.sum([part.arrivals_by_hour_of_week for part in parts], axis=0),
        events_by_hour_of_week=np.sum([part.events_by_hour_of_week for part in parts], axis=0),
        arrivals_by_day=_add_days([part.arrivals_by_day for part in parts]),
        closings_by_day=_add_days([part.closings_by_day for part in parts]),
        sla_cases=sum(part.sla_cases for part in parts),
        sla_breached=sum(part.sla_breached for part in parts),
        cost_total=sum(part.cost_total for part in parts),
    )


def _add_histograms(parts: Sequence[Histograms], key_of: Counts, n_keys: int) -> Histograms:
    """Histograms of parts laid side by side; `key_of`: key in the sum of each key of each part."""
    n = np.concatenate([part.n for part in parts])
    filled = np.flatnonzero(n)
    order = filled[np.argsort(key_of[filled], kind="stable")]
    groups = np.searchsorted(key_of[order], np.arange(n_keys + 1))
    shifts = np.cumsum([0, *(len(part.bins) for part in parts)])
    begins = np.concatenate([part.offsets[:-1] + at for part, at in zip(parts, shifts, strict=False)])
    ends = np.concatenate([part.offsets[1:] + at for part, at in zip(parts, shifts, strict=False)])
    bins = np.concatenate([part.bins for part in parts])
    counts = np.concatenate([part.counts for part in parts])
    tally, marks = np.zeros(SPAN, dtype=np.int64), np.zeros(WORDS, dtype=np.int64)
    offsets, bins, counts = merge_groups(groups, begins[order], ends[order], bins, counts, tally, marks)
    low = np.concatenate([part.total_lo for part in parts])[order]
    high = np.concatenate([part.total_hi for part in parts])[order]
    total_lo, total_hi = _sum_128(low, high, groups)
    minimum = np.concatenate([part.minimum for part in parts])[order]
    maximum = np.concatenate([part.maximum for part in parts])[order]
    return Histograms(
        _reduced(np.add, n[order], groups), total_lo, total_hi, _reduced(np.minimum, minimum, groups),
        _reduced(np.maximum, maximum, groups), offsets, bins, counts,
    )  # fmt: skip


def _reduced(operation: np.ufunc, values: Counts, groups: Counts) -> Counts:
    """The operation over each group of values; 0 for groups without any."""
    result = np.zeros(len(groups) - 1, dtype=np.int64)
    some = np.flatnonzero(np.diff(groups))
    if len(some):
        result[some] = operation.reduceat(values, groups[some])
    return result


def _sum_128(low: NDArray[np.uint64], high: Counts, groups: Counts) -> tuple[NDArray[np.uint64], Counts]:
    """Sums of 128-bit integers per group: halves of the low word are summed apart, then carried."""
    lower = _reduced(np.add, (low & np.uint64(0xFFFFFFFF)).astype(np.int64), groups)
    upper = _reduced(np.add, (low >> np.uint64(32)).astype(np.int64), groups) + (lower >> 32)
    total_lo = (upper.astype(np.uint64) << np.uint64(32)) | (lower & 0xFFFFFFFF).astype(np.uint64)
    return total_lo, _reduced(np.add, high, groups) + (upper >> 32)


def _add_sparse(parts: Sequence[SparseCounts]) -> SparseCounts:
    return SparseCounts(
        *sum_by_key(np.concatenate([p.keys for p in parts]), np.concatenate([p.counts for p in parts]))
    )


def _add_days(parts: Sequence[Days]) -> Days:
    return Days(*sum_by_key(np.concatenate([p.day for p in parts]), np.concatenate([p.count for p in parts])))


def _add_variants(parts: Sequence[Variants]) -> Variants:
    return variants_of(
        np.concatenate([part.hash_hi for part in parts]),
        np.concatenate([part.hash_lo for part in parts]),
        np.concatenate([part.count for part in parts]),
        np.concatenate([np.diff(part.offsets) for part in parts]),
        np.concatenate([part.steps for part in parts]),
    )


def variants_of(
    hash_hi: NDArray[np.uint64],
    hash_lo: NDArray[np.uint64],
    count: Counts,
    lengths: Counts,
    steps: NDArray[np.int32],
) -> Variants:
    """Variants in order of their hashes, equal ones added up; `steps` of each lie side by side."""
    order = order_of_hashes(hash_hi, hash_lo)
    hash_hi, hash_lo = hash_hi[order], hash_lo[order]
    new = (hash_hi[1:] != hash_hi[:-1]) | (hash_lo[1:] != hash_lo[:-1])
    first = np.flatnonzero(np.concatenate([np.ones(min(len(order), 1), dtype=np.bool_), new]))
    counts = np.add.reduceat(count[order], first) if len(first) else count
    kept = order[first[: log_summary.VARIANT_STEPS_KEPT]]
    begins = np.cumsum(lengths) - lengths
    offsets, steps = take_segments(steps, begins[kept], lengths[kept])
    dropped = len(first) - len(kept)
    offsets = np.concatenate([offsets, np.full(dropped, offsets[-1])])
    return Variants(hash_hi[first], hash_lo[first], counts, offsets, steps, complete=dropped == 0)


def named(
    part: CodedSummary, dictionary: Dictionary, *, calendar: str | None, zone: str, unfinished_events: int = 0
) -> LogSummary:
    """The summary with names in place of shared positions; names that do not occur are left out."""
    if not part.n_cases:
        return LogSummary.empty()
    used = np.flatnonzero(part.count)
    position = _positions(used, len(part.count))
    steps = part.variants.steps if len(used) == len(position) else position[part.variants.steps]
    return LogSummary(
        n_cases=part.n_cases,
        n_events=part.n_events,
        first_us=part.first_us,
        last_us=part.last_us,
        activities=_activities(part, dictionary, used),
        edges=_edges(part, position),
        variants=Variants(
            part.variants.hash_hi, part.variants.hash_lo, part.variants.count, part.variants.offsets,
            steps, part.variants.complete,
        ),
        resources=_resources(part, dictionary, position),
        case_duration=part.case_duration,
        arrivals_by_hour_of_week=part.arrivals_by_hour_of_week,
        events_by_hour_of_week=part.events_by_hour_of_week,
        arrivals_by_day=part.arrivals_by_day,
        closings_by_day=part.closings_by_day,
        sla_cases=part.sla_cases,
        sla_breached=part.sla_breached,
        cost_total=part.cost_total,
        unfinished_events=unfinished_events,
        calendar=calendar,
        zone=zone,
    )  # fmt: skip


def _positions(used: Counts, n: int) -> NDArray[np.int32]:
    """Position among the used of each of `n`; only those used may be looked up."""
    position = np.full(n, -1, dtype=np.int32)
    position[used] = np.arange(len(used), dtype=np.int32)
    return position


def _activities(part: CodedSummary, dictionary: Dictionary, used: Counts) -> Activities:
    width = len(dictionary.activity_names)
    source, target = np.divmod(part.edge_keys, max(width, 1))
    loops = np.flatnonzero(source == target)
    self_loops = np.zeros(width, dtype=np.int64)
    self_loops[source[loops]] = part.edge_durations.n[loops]
    rows = part.tallies[:, used]
    return Activities(
        names=tuple(dictionary.activity_names[number] for number in used),
        count=part.count[used],
        cases=rows[CASES],
        starts=rows[STARTS],
        ends=rows[ENDS],
        rework_cases=rows[REWORK_CASES],
        rework_events=part.count[used] - rows[CASES],
        self_loops=self_loops[used],
        sla_checked=rows[SLA_CHECKED],
        sla_breached=rows[SLA_BREACHED],
        service=_kept(part.service, used),
        waiting=_kept(part.waiting, used),
    )


def _kept(family: Histograms, used: Counts) -> Histograms:
    """The family without its keys outside `used`, which have no durations."""
    offsets = np.concatenate([family.offsets[:-1][used], family.offsets[-1:]])
    return Histograms(
        family.n[used], family.total_lo[used], family.total_hi[used], family.minimum[used],
        family.maximum[used], offsets, family.bins, family.counts,
    )  # fmt: skip


def _edges(part: CodedSummary, position: NDArray[np.int32]) -> Edges:
    source, target = np.divmod(part.edge_keys, max(len(position), 1))
    return Edges(position[source], position[target], part.edge_durations)


def _resources(part: CodedSummary, dictionary: Dictionary, activity: NDArray[np.int32]) -> Resources:
    width = dictionary.resource_width
    doer_of, resource_of = np.divmod(part.done.keys, width)
    giver, taker = np.divmod(part.handed.keys, width)
    used = np.unique(resource_of)
    position = _positions(used, width)
    events = np.zeros(len(used), dtype=np.int64)
    np.add.at(events, position[resource_of], part.done.counts)
    names = tuple(dictionary.resource_names[number] for number in used)
    return Resources(
        names, events, activity[doer_of], position[resource_of], part.done.counts,
        position[giver], position[taker], part.handed.counts,
    )  # fmt: skip
