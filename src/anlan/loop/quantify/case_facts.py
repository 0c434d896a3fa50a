"""What quantification needs to know of the log beyond its findings."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from anlan.domain.event_log import MISSING, EventLog
from anlan.domain.intake import Intake
from anlan.loop.identify.intake import arrivals_of, intake_of

_MIN_EVENTS = 30
_MIN_CASES = 20


@dataclass(frozen=True)
class CaseFacts:
    """Size and pace of a log.

    median_case_duration_s  of finished cases; None where they have no duration
    median_s_through  by activity: the same of the finished cases that pass it; activities with fewer than
               20 such cases, or a median of 0, are left out
    progress   by activity: mean share of the case's duration that has passed when it completes (0..1)
    by_person  by activity: share of the variation of its transition time (logarithm) that lies
               between the people who do it (0..1); activities without enough evidence are left out
    arrival_us int64 (n_cases,) first completion of each case, NO_TIME where it has none; None where
               arrivals are not known
    """

    n_cases: int
    median_case_duration_s: float | None
    median_s_through: Mapping[str, float] = field(default_factory=dict)
    progress: Mapping[str, float] = field(default_factory=dict)
    by_person: Mapping[str, float] = field(default_factory=dict)
    arrival_us: NDArray[np.int64] | None = field(default=None, compare=False, repr=False)

    @cached_property
    def intake(self) -> Intake | None:
        return intake_of(self.arrival_us)

    def usual_duration_s(self, nodes: Sequence[str]) -> float | None:
        """What the lost time at `nodes` is compared with: the median duration of finished cases that pass
        the last of them that enough cases pass, else of all finished cases."""
        known = [self.median_s_through[node] for node in nodes if node in self.median_s_through]
        return known[-1] if known else self.median_case_duration_s


def case_facts(
    log: EventLog,
    *,
    duration_us: NDArray[np.int64] | None = None,
    finished: NDArray[np.bool_] | None = None,
) -> CaseFacts:
    """Facts of a log.

    `duration_us`: per case, on the clock in use (default: first to last completion); `finished`: bool
    per case (default: all).
    """
    sizes = np.diff(log.case_offsets)
    filled = np.flatnonzero(sizes > 0)
    if len(filled) == 0:
        return CaseFacts(log.n_cases, None)
    first = log.end_us[log.case_offsets[filled]].astype(np.float64)
    last = log.end_us[log.case_offsets[filled + 1] - 1].astype(np.float64)
    duration_s = np.zeros(log.n_cases)
    duration_s[filled] = (last - first if duration_us is None else duration_us[filled]) / 1e6
    done = np.zeros(log.n_cases, dtype=bool)
    done[filled] = True if finished is None else finished[filled]
    return CaseFacts(
        n_cases=log.n_cases,
        median_case_duration_s=_median(duration_s[done], fewest=1),
        median_s_through=_median_through(log, duration_s, done),
        progress=_progress(log, sizes[filled], first, last - first),
        by_person=_by_person(log),
        arrival_us=arrivals_of(log),
    )


def _median(values: NDArray[np.float64], *, fewest: int) -> float | None:
    """None of fewer than `fewest` values, or where it is 0."""
    return (float(np.median(values)) or None) if len(values) >= fewest else None


def _median_through(
    log: EventLog, duration_s: NDArray[np.float64], done: NDArray[np.bool_]
) -> dict[str, float]:
    """By activity: median duration of the marked cases that pass it."""
    order = np.argsort(log.activity, kind="stable")
    borders = np.searchsorted(log.activity[order], np.arange(len(log.activity_names) + 1))
    medians = {}
    for code, name in enumerate(log.activity_names):
        cases = np.unique(log.case[order[borders[code] : borders[code + 1]]])
        median = _median(duration_s[cases[done[cases]]], fewest=_MIN_CASES)
        if median is not None:
            medians[name] = median
    return medians


def _progress(
    log: EventLog,
    sizes: NDArray[np.int64],
    first: NDArray[np.float64],
    duration: NDArray[np.float64],
) -> dict[str, float]:
    lasting = np.repeat(duration > 0, sizes)
    passed = (log.end_us - np.repeat(first, sizes))[lasting] / np.repeat(duration, sizes)[lasting]
    activity = log.activity[lasting]
    n = len(log.activity_names)
    counts, sums = np.bincount(activity, minlength=n), np.bincount(activity, weights=passed, minlength=n)
    return {
        name: float(sums[code] / counts[code]) for code, name in enumerate(log.activity_names) if counts[code]
    }


def _by_person(log: EventLog) -> dict[str, float]:
    """Epsilon squared of a one-way analysis of variance per activity, people as groups."""
    inner = np.ones(log.n_events, dtype=bool)
    inner[log.case_offsets[:-1][np.diff(log.case_offsets) > 0]] = False
    inner &= log.resource != MISSING
    at = np.flatnonzero(inner)
    if len(at) == 0:
        return {}
    value = np.log1p((log.end_us[at] - log.end_us[at - 1]) / 1e6)
    n, n_people = len(log.activity_names), len(log.resource_names)
    key = log.activity[at].astype(np.int64) * n_people + log.resource[at]
    groups, group = np.unique(key, return_inverse=True)
    of_group = groups // n_people
    size, total = np.bincount(group), np.bincount(group, weights=value)
    events = np.bincount(of_group, weights=size, minlength=n)
    sums = np.bincount(of_group, weights=total, minlength=n)
    squares = np.bincount(log.activity[at], weights=value**2, minlength=n)
    between = np.bincount(of_group, weights=total**2 / size, minlength=n)
    people = np.bincount(of_group, minlength=n)
    shares = {}
    for code, name in enumerate(log.activity_names):
        if people[code] < 2 or events[code] < max(_MIN_EVENTS, people[code] + 2):
            continue
        correction = sums[code] ** 2 / events[code]
        whole = squares[code] - correction
        if whole <= 1e-9 * max(1.0, squares[code]):
            continue
        within = (squares[code] - between[code]) / (events[code] - people[code])
        explained = between[code] - correction - (people[code] - 1) * within
        shares[name] = float(min(1.0, max(0.0, explained / whole)))
    return shares
