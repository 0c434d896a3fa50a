"""What is known of a log after one pass: small, mergeable, all integers, keyed by names."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from anlan.domain.histograms import Histograms


@dataclass(frozen=True, eq=False)
class Activities:
    """Counts per activity; arrays are int64, in the order of `names` (sorted by code point).

    count events; cases that contain it; starts / ends: cases it begins / closes;
    rework_cases contain it more than once; rework_events: executions beyond the first of a case;
    self_loops: it directly follows itself; sla_checked / sla_breached: executions with a limit of
    their own and those beyond it.
    service: start to completion; waiting: completion before it to its own start (both only where
    the log has start times; n = 0 otherwise).
    """

    names: tuple[str, ...]
    count: NDArray[np.int64]
    cases: NDArray[np.int64]
    starts: NDArray[np.int64]
    ends: NDArray[np.int64]
    rework_cases: NDArray[np.int64]
    rework_events: NDArray[np.int64]
    self_loops: NDArray[np.int64]
    sla_checked: NDArray[np.int64]
    sla_breached: NDArray[np.int64]
    service: Histograms
    waiting: Histograms


@dataclass(frozen=True, eq=False)
class Edges:
    """Directly-follows pairs, sorted by (source, target) positions in `Activities.names`.

    duration: completion of the source to completion of the target; its `n` is the edge's count.
    """

    source: NDArray[np.int32]
    target: NDArray[np.int32]
    duration: Histograms


@dataclass(frozen=True, eq=False)
class Variants:
    """Distinct sequences of activities, sorted by their 128-bit hash over name tokens.

    hash_hi, hash_lo uint64 (v,); count int64 (v,); steps int32 positions in `Activities.names`,
    offsets int64 (v + 1,). `complete` is False where the cap on kept sequences was passed: counts
    stay exact, `steps` of the dropped ones are empty.
    """

    hash_hi: NDArray[np.uint64]
    hash_lo: NDArray[np.uint64]
    count: NDArray[np.int64]
    offsets: NDArray[np.int64]
    steps: NDArray[np.int32]
    complete: bool = True


@dataclass(frozen=True, eq=False)
class Resources:
    """Who did what; `names` sorted by code point.

    events int64 (r,); pair_activity / pair_resource / pair_count: sparse activity x resource counts
    sorted by (activity, resource); handover_from / handover_to / handover_count: consecutive events
    of one case done by two different resources, sorted by (from, to).
    """

    names: tuple[str, ...]
    events: NDArray[np.int64]
    pair_activity: NDArray[np.int32]
    pair_resource: NDArray[np.int32]
    pair_count: NDArray[np.int64]
    handover_from: NDArray[np.int32]
    handover_to: NDArray[np.int32]
    handover_count: NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Days:
    """A sparse count per local day: days since 1970-01-01 ascending, and counts (int64)."""

    day: NDArray[np.int64]
    count: NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class LogSummary:
    """One log, bucket or any set of whole cases in small tables. `a + b` merges; `empty()` is 0.

    hour_of_week arrays: int64 (168,), hour 0 = Monday 00-01 local time. Arrivals are first
    completions (or first starts where known) of cases, closings last completions.
    sla_cases / sla_breached: cases with a limit and those beyond it. Work in progress at the end of
    a day is the running sum of arrivals minus closings.
    """

    n_cases: int
    n_events: int
    first_us: int | None
    last_us: int | None
    activities: Activities
    edges: Edges
    variants: Variants
    resources: Resources
    case_duration: Histograms
    arrivals_by_hour_of_week: NDArray[np.int64]
    events_by_hour_of_week: NDArray[np.int64]
    arrivals_by_day: Days
    closings_by_day: Days
    sla_cases: int
    sla_breached: int
    cost_total: int
    """Sum of event costs in millionths of the currency unit (exact Python integer)."""
    unfinished_events: int = 0
    calendar: str | None = None
    """Name of the working-time calendar the durations were measured in; None = elapsed time."""
