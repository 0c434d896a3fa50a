"""The fused summary of an event log: one walk over its cases gives everything that is counted.

log = ...                                            # an EventLog, whole or one bucket
summary = summarise(log)
summary.edges.duration.quantile_s(0, 0.95)

Steps: number the pairs of activities that follow each other; lay durations side by side by pair and
by activity; describe each group as a histogram; count hours, days, variants, resources. Each is a
linear pass over columns.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from anlan.domain.errors import UsageError
from anlan.domain.event_log import NO_TIME, EventLog
from anlan.domain.histograms import Histograms, empty_histograms
from anlan.domain.log_summary import HOURS_OF_WEEK, Days, LogSummary, Variants
from anlan.maths.clock_changes import offset_steps
from anlan.maths.sequences.coded_summary import CodedSummary, SparseCounts, named, variants_of
from anlan.maths.sequences.dictionary import Dictionary, constant, dictionary_of
from anlan.maths.sequences.durations_kernels import (
    begin_of_cases,
    count_hours_of_week,
    count_started,
    gaps_by_edge,
    local_hours,
    service_and_waiting,
)
from anlan.maths.sequences.follows_kernels import copy_steps, count_pairs, distinct_variants, follow
from anlan.maths.sequences.histogram_kernels import SPAN, WORDS, describe_groups

Times = NDArray[np.int64]

_DENSE_PAIRS = 4_000_000
"""Pairs of codes are numbered through a dense table up to this many (16 MB), hashed beyond."""

_NO_TIMES = constant(np.zeros(0, dtype=np.int64))


@dataclass(frozen=True)
class SummarySettings:
    """What is promised, and on which clock it is measured.

    case_limit_us        a case is late when its duration is above this
    activity_limits_us   name -> limit of an execution: from the completion before it in the case (for
                         the first event from its own start, where known) to its completion
    case_breached        int8 per case of the log, instead of a limit: 1 late, 0 kept, -1 no promise
    """

    case_limit_us: int | None = None
    activity_limits_us: Mapping[str, int] = field(default_factory=dict)
    case_breached: NDArray[np.int8] | None = None

    def __post_init__(self) -> None:
        if self.case_limit_us is not None and self.case_breached is not None:
            raise UsageError("summary.two_case_limits")


@dataclass(frozen=True, eq=False)
class Frame:
    """What all buckets of a log share: its dictionary, the steps of its zone, its promises.

    limits: int64 (a,) per activity position, -1 without one; None where there is no limit at all.
    """

    dictionary: Dictionary
    zone: str
    since: Times
    offset: Times
    settings: SummarySettings
    limits: Times | None


class Scratch:
    """Work space of one thread; everything in it is zero between uses."""

    def __init__(self, frame: Frame) -> None:
        activities, resources = len(frame.dictionary.activity_names), len(frame.dictionary.resource_names)
        self.tally = np.zeros(SPAN, dtype=np.int64)
        self.marks = np.zeros(WORDS, dtype=np.int64)
        self.edges, self.dense_edges = _table(activities * activities)
        self.done, dense_done = _table(activities * resources)
        self.handed, dense_handed = _table(resources * resources)
        self.dense_people = np.array([dense_done, dense_handed])


def _table(pairs: int) -> tuple[NDArray[np.int32], bool]:
    dense = pairs <= _DENSE_PAIRS
    return np.zeros(max(pairs, 1) if dense else 1_024, dtype=np.int32), dense


def summarise(log: EventLog, *, settings: SummarySettings | None = None) -> LogSummary:
    """Summary of all cases of `log` (whole, a bucket, or any stretch of cases)."""
    frame = frame_of(log, settings=settings or SummarySettings())
    return named(coded_summary(log, frame, Scratch(frame)), frame.dictionary, calendar=None, zone=log.zone)


def frame_of(log: EventLog, *, settings: SummarySettings) -> Frame:
    """Prepare once what every bucket of the log needs."""
    dictionary = dictionary_of(log)
    if settings.case_breached is not None and len(settings.case_breached) != log.n_cases:
        raise UsageError(
            "summary.breach_flags_length", found=len(settings.case_breached), expected=log.n_cases
        )
    begins = log.start_us[log.start_us != NO_TIME] if log.has_start else log.end_us[:0]
    first = min((int(times.min()) for times in (log.end_us, begins) if len(times)), default=0)
    since, offset = offset_steps(log.zone, first, int(log.end_us.max()) if log.n_events else 0)
    limits = None
    if settings.activity_limits_us:
        limits = np.array([settings.activity_limits_us.get(n, -1) for n in dictionary.activity_names])
    return Frame(dictionary, log.zone, constant(since), constant(offset), settings, limits)


@dataclass(frozen=True, eq=False)
class _Columns:
    """Read-only columns of one part; `start` is empty where the log has no start times."""

    activity: NDArray[np.int32]
    resource: NDArray[np.int32]
    start: Times
    end: Times
    case_offsets: Times


def _columns_of(log: EventLog) -> _Columns:
    return _Columns(
        constant(log.activity),
        constant(log.resource),
        constant(log.start_us) if log.has_start else _NO_TIMES,
        constant(log.end_us),
        constant(log.case_offsets),
    )


def coded_summary(log: EventLog, frame: Frame, scratch: Scratch, *, first_case: int = 0) -> CodedSummary:
    """Summary of a part of a log in shared codes; its cases begin at `first_case` of the log."""
    columns, names = _columns_of(log), frame.dictionary
    edge, keys, counts, tallies, hash_hi, hash_lo, scratch.edges = follow(
        columns.activity, names.activity_rank, columns.case_offsets, names.token_hi, names.token_lo,
        scratch.dense_edges, scratch.edges,
    )  # fmt: skip
    order = np.argsort(keys)
    place = np.empty(len(keys), dtype=np.int64)
    place[order] = np.arange(len(keys))
    edge_offsets = np.concatenate([[0], np.cumsum(counts[order])])
    gaps = gaps_by_edge(columns.end, _NO_TIMES, edge, place, edge_offsets)
    service, waiting = _started(columns, frame, scratch, edge)
    begins, closes = begin_of_cases(columns.start, columns.end, columns.case_offsets, NO_TIME)
    filled = np.diff(log.case_offsets) > 0
    if not filled.all():
        begins, closes = begins[filled], closes[filled]
    lasted = closes - begins
    sla_cases, sla_breached = _case_promises(frame.settings, lasted, filled, first_case)
    done, handed = _people(columns, frame, scratch)
    return CodedSummary(
        n_cases=log.n_cases,
        n_events=log.n_events,
        first_us=int(begins.min()) if len(begins) else None,
        last_us=int(closes.max()) if len(closes) else None,
        tallies=np.concatenate([tallies, _activity_promises(columns, frame, edge)]),
        edge_keys=keys[order],
        edge_durations=_described(gaps, edge_offsets, scratch),
        service=service,
        waiting=waiting,
        case_duration=_described(lasted, np.array([0, len(lasted)]), scratch),
        variants=_variants(columns, frame, hash_hi, hash_lo),
        done=done,
        handed=handed,
        arrivals_by_hour_of_week=_hours_of_week(begins, frame),
        events_by_hour_of_week=_hours_of_week(columns.end, frame),
        arrivals_by_day=_days(begins, frame),
        closings_by_day=_days(closes, frame),
        sla_cases=sla_cases,
        sla_breached=sla_breached,
        cost_total=_exact_sum(log.cost),
    )


def _described(values: Times, offsets: Times, scratch: Scratch) -> Histograms:
    return Histograms(*describe_groups(values, offsets, scratch.tally, scratch.marks))


def _started(
    columns: _Columns, frame: Frame, scratch: Scratch, edge: NDArray[np.int32]
) -> tuple[Histograms, Histograms]:
    """Service and waiting per activity; empty where the log has no start times."""
    rank, n = frame.dictionary.activity_rank, len(frame.dictionary.activity_names)
    if not len(columns.start):
        return empty_histograms(n), empty_histograms(n)
    offsets = count_started(columns.activity, rank, columns.start, edge, NO_TIME, n)
    values = service_and_waiting(
        columns.activity, rank, columns.start, columns.start, columns.end, _NO_TIMES, edge, NO_TIME, *offsets
    )
    return _described(values[0], offsets[0], scratch), _described(values[1], offsets[1], scratch)


def _people(columns: _Columns, frame: Frame, scratch: Scratch) -> tuple[SparseCounts, SparseCounts]:
    names = frame.dictionary
    if not names.resource_names:
        nothing = SparseCounts(np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64))
        return nothing, nothing
    *counted, scratch.done, scratch.handed = count_pairs(
        columns.activity, names.activity_rank, columns.resource, names.resource_rank, columns.case_offsets,
        len(names.resource_names), scratch.dense_people, scratch.done, scratch.handed,
    )  # fmt: skip
    done_keys, done_counts, handed_keys, handed_counts = counted
    done, handed = np.argsort(done_keys), np.argsort(handed_keys)
    return (
        SparseCounts(done_keys[done], done_counts[done]),
        SparseCounts(handed_keys[handed], handed_counts[handed]),
    )


def _variants(
    columns: _Columns, frame: Frame, hash_hi: NDArray[np.uint64], hash_lo: NDArray[np.uint64]
) -> Variants:
    samples, counts = distinct_variants(hash_hi, hash_lo)
    offsets, steps = copy_steps(
        samples, columns.case_offsets, columns.activity, frame.dictionary.activity_rank
    )
    return variants_of(hash_hi[samples], hash_lo[samples], counts, np.diff(offsets), steps)


def _hours_of_week(moments: Times, frame: Frame) -> Times:
    if not len(moments):
        return np.zeros(HOURS_OF_WEEK, dtype=np.int64)
    return np.asarray(count_hours_of_week(constant(moments), frame.since, frame.offset))


def _days(moments: Times, frame: Frame) -> Days:
    hours = local_hours(constant(moments), frame.since, frame.offset)
    return Days(*np.unique(hours // 24, return_counts=True))


def _case_promises(
    settings: SummarySettings, lasted: Times, filled: NDArray[np.bool_], first_case: int
) -> tuple[int, int]:
    """(cases with a limit, late ones). A case without events has no duration and keeps no limit."""
    if settings.case_limit_us is not None:
        return len(lasted), int(np.count_nonzero(lasted > settings.case_limit_us))
    if settings.case_breached is None:
        return 0, 0
    flags = settings.case_breached[first_case : first_case + len(filled)]
    return int(np.count_nonzero(flags >= 0)), int(np.count_nonzero(flags == 1))


def _activity_promises(columns: _Columns, frame: Frame, edge: NDArray[np.int32]) -> Times:
    """(2, a): executions with a limit of their own, and those beyond it."""
    n = len(frame.dictionary.activity_names)
    if frame.limits is None:
        return np.zeros((2, n), dtype=np.int64)
    position = frame.dictionary.activity_rank[columns.activity]
    limit = frame.limits[position]
    before = np.concatenate([columns.end[:1], columns.end[:-1]])
    known = edge >= 0
    if len(columns.start):
        before = np.where(known, before, columns.start)
        known = known | (columns.start != NO_TIME)
    checked = np.flatnonzero(known & (limit >= 0))
    late = checked[(columns.end[checked] - before[checked]) > limit[checked]]
    return np.stack([np.bincount(position[checked], minlength=n), np.bincount(position[late], minlength=n)])


def _exact_sum(amounts: Times | None) -> int:
    """Sum as a Python integer; halves are summed apart, so no intermediate overflows."""
    if amounts is None:
        return 0
    return (int(np.sum(amounts >> 32)) << 32) + int(np.sum(amounts & 0xFFFFFFFF))
