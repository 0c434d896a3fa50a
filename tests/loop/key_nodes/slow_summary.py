"""Summaries made step by step in plain Python, holding what the ranking of key nodes reads."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

import numpy as np

from anlan.domain.event_log import EventLog
from anlan.domain.histograms import Histograms, bin_of, empty_histograms
from anlan.domain.log_summary import Activities, Days, Edges, LogSummary, Resources, Variants


def histograms(durations: Sequence[Sequence[int]]) -> Histograms:
    """One histogram per list of microseconds."""
    bins, counts, offsets = [], [], [0]
    for values in durations:
        numbers, times = np.unique([bin_of(value) for value in values], return_counts=True)
        bins.extend(numbers.tolist() if len(values) else [])
        counts.extend(times.tolist() if len(values) else [])
        offsets.append(len(bins))
    totals = [sum(values) for values in durations]
    return Histograms(
        n=np.array([len(values) for values in durations], dtype=np.int64),
        total_lo=np.array([total & (2**64 - 1) for total in totals], dtype=np.uint64),
        total_hi=np.array([total >> 64 for total in totals], dtype=np.int64),
        minimum=np.array([min(values, default=0) for values in durations], dtype=np.int64),
        maximum=np.array([max(values, default=0) for values in durations], dtype=np.int64),
        offsets=np.array(offsets, dtype=np.int64),
        bins=np.array(bins, dtype=np.int32),
        counts=np.array(counts, dtype=np.int64),
    )


def cases_of(log: EventLog) -> list[list[tuple[str, int]]]:
    """Each case as (activity, completion) pairs."""
    return [
        [
            (log.activity_names[log.activity[i]], int(log.end_us[i]))
            for i in range(log.case_offsets[c], log.case_offsets[c + 1])
        ]
        for c in range(log.n_cases)
    ]


def slow_summary(log: EventLog, *, breached_steps: Mapping[str, int] | None = None) -> LogSummary:
    """Only counts, repeats, edges and limits of activities are filled; the rest is empty."""
    names = tuple(sorted({log.activity_names[code] for code in log.activity.tolist()}))
    code_of = {name: code for code, name in enumerate(names)}
    count, repeats = np.zeros(len(names), np.int64), np.zeros(len(names), np.int64)
    gaps: dict[tuple[int, int], list[int]] = defaultdict(list)
    for case in cases_of(log):
        steps = [code_of[name] for name, _ in case]
        for step in steps:
            count[step] += 1
        for step in set(steps):
            repeats[step] += steps.count(step) - 1
        for k in range(1, len(case)):
            gaps[steps[k - 1], steps[k]].append(case[k][1] - case[k - 1][1])
    pairs = sorted(gaps)
    zeros = np.zeros(len(names), dtype=np.int64)
    over = np.array([(breached_steps or {}).get(name, 0) for name in names], dtype=np.int64)
    none = empty_histograms(len(names))
    empty32, empty64 = np.zeros(0, np.int32), np.zeros(0, np.int64)
    hours, days = np.zeros(168, np.int64), Days(empty64, empty64)
    return LogSummary(
        n_cases=log.n_cases,
        n_events=log.n_events,
        first_us=None,
        last_us=None,
        activities=Activities(
            names, count, zeros, zeros, zeros, zeros, repeats, zeros, over, over, none, none
        ),
        edges=Edges(
            np.array([a for a, _ in pairs], np.int32),
            np.array([b for _, b in pairs], np.int32),
            histograms([gaps[pair] for pair in pairs]),
        ),
        variants=Variants(
            np.zeros(0, np.uint64), np.zeros(0, np.uint64), empty64, np.zeros(1, np.int64), empty32
        ),
        resources=Resources((), empty64, empty32, empty32, empty64, empty32, empty32, empty64),
        case_duration=empty_histograms(1),
        arrivals_by_hour_of_week=hours,
        events_by_hour_of_week=hours,
        arrivals_by_day=days,
        closings_by_day=days,
        sla_cases=0,
        sla_breached=0,
        cost_total=0,
    )


def slow_summaries(log: EventLog) -> tuple[LogSummary, list[LogSummary]]:
    return slow_summary(log), [slow_summary(bucket) for bucket in log.buckets()]
