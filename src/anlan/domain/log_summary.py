"""What is known of a log after one pass: small, mergeable, all integers, keyed by names.

Everything is in one canonical order (names by code point, pairs by position, variants by hash) and
names without an event are left out, so summaries with equal content are equal byte for byte, however
the cases were split, in whatever order the parts were added.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from anlan.domain.histograms import Histograms, empty_histograms

HOURS_OF_WEEK = 168

VARIANT_STEPS_KEPT = 1_000_000
"""Sequences are kept for this many variants, those with the smallest hashes; counts for all."""


@dataclass(frozen=True, eq=False)
class Activities:
    """Counts per activity; arrays are int64, in the order of `names` (sorted by code point).

    count events; cases that contain it; starts / ends: cases it begins / closes;
    rework_cases contain it more than once; rework_events: executions beyond the first of a case;
    self_loops: it directly follows itself; sla_checked / sla_breached: executions with a limit of
    their own and those beyond it.
    service: start to completion; waiting: completion before it in the case to its own start, 0 where
    they overlap, none for the first event of a case (both only where the log has start times; n = 0
    otherwise).
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
    offsets int64 (v + 1,). `complete` is False where there are more than `VARIANT_STEPS_KEPT`: counts
    stay exact, `steps` of those with the larger hashes are empty. A case without events is of the
    variant without steps.
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
    zone: str | None = None
    """Zone of hours of the week and days; None where there is no case."""

    @classmethod
    def empty(cls) -> "LogSummary":
        """The summary of no cases: the identity of `+`."""
        nothing = np.zeros(0, dtype=np.int64)
        codes = np.zeros(0, dtype=np.int32)
        hashes = np.zeros(0, dtype=np.uint64)
        hours = np.zeros(HOURS_OF_WEEK, dtype=np.int64)
        return cls(
            n_cases=0,
            n_events=0,
            first_us=None,
            last_us=None,
            activities=Activities(
                (), nothing, nothing, nothing, nothing, nothing, nothing, nothing, nothing, nothing,
                empty_histograms(0), empty_histograms(0),
            ),
            edges=Edges(codes, codes, empty_histograms(0)),
            variants=Variants(hashes, hashes, nothing, np.zeros(1, dtype=np.int64), codes),
            resources=Resources((), nothing, codes, codes, nothing, codes, codes, nothing),
            case_duration=empty_histograms(1),
            arrivals_by_hour_of_week=hours,
            events_by_hour_of_week=hours,
            arrivals_by_day=Days(nothing, nothing),
            closings_by_day=Days(nothing, nothing),
            sla_cases=0,
            sla_breached=0,
            cost_total=0,
        )  # fmt: skip

    def __add__(self, other: "LogSummary") -> "LogSummary":
        """The summary of the cases of both; they must have no case in common."""
        from anlan.domain.summary_merge import merge  # the merge is written over these classes

        return merge((self, other)) if isinstance(other, LogSummary) else NotImplemented

    def __eq__(self, other: object) -> bool:
        return isinstance(other, LogSummary) and self.digest() == other.digest()

    def __hash__(self) -> int:
        return hash(self.digest())

    def digest(self) -> str:
        """BLAKE2b of the whole content, 32 hex digits: equal content, equal digest, on any machine."""
        digest = hashlib.blake2b(digest_size=16)
        for piece in _canonical_bytes(self):
            digest.update(len(piece).to_bytes(8, "little"))
            digest.update(piece)
        return digest.hexdigest()


def _canonical_bytes(value: Any) -> Iterator[bytes]:
    """Arrays as little-endian bytes, everything else as text, in the order of the fields."""
    if is_dataclass(value):
        for field in fields(value):
            yield from _canonical_bytes(getattr(value, field.name))
    elif isinstance(value, np.ndarray):
        yield np.ascontiguousarray(value, dtype=value.dtype.newbyteorder("<")).tobytes()
    elif isinstance(value, tuple):
        yield str(len(value)).encode()
        for item in value:
            yield from _canonical_bytes(item)
    else:
        yield repr(value).encode()
