"""The summary worked out slowly with dicts and lists: what the fused one is compared with."""

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np

from anlan.domain.event_log import NO_TIME, EventLog
from anlan.domain.histograms import Histograms, bin_of
from anlan.domain.log_summary import Days, LogSummary
from anlan.maths.clock_changes import zone_of

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
Clock = Callable[[int, int, str], int]
"""Duration between two UTC times, for the node of the given name ("" = the case)."""


def elapsed(begin: int, end: int, node: str) -> int:
    return end - begin


def family(values: Mapping[Any, list[int]]) -> dict[Any, tuple]:
    """Count, sum, extremes and bins of every key that has a value."""
    return {
        key: (len(v), sum(v), min(v), max(v), tuple(sorted(Counter(map(bin_of, v)).items())))
        for key, v in values.items()
        if v
    }


def plain_summary(
    log: EventLog,
    *,
    clock: Clock = elapsed,
    case_limit_us: int | None = None,
    activity_limits_us: Mapping[str, int] | None = None,
) -> dict[str, Any]:
    limits = activity_limits_us or {}
    counters: dict[str, Counter] = defaultdict(Counter)
    gaps, service, waiting = defaultdict(list), defaultdict(list), defaultdict(list)
    lasted, moments, late = [], [], 0
    for number in range(log.n_cases):
        events = _events(log, number)
        counters["variants"][tuple(event[0] for event in events)] += 1
        if not events:
            continue
        begin = min(event[1] if event[1] is not None else event[2] for event in events)
        begin = min(begin, events[0][2])
        close = events[-1][2]
        moments += [begin, close]
        lasted.append(clock(begin, close, ""))
        late += case_limit_us is not None and lasted[-1] > case_limit_us
        counters["arrivals_hour"][_hour(begin, log.zone)] += 1
        counters["arrivals_day"][_day(begin, log.zone)] += 1
        counters["closings_day"][_day(close, log.zone)] += 1
        counters["starts"][events[0][0]] += 1
        counters["ends"][events[-1][0]] += 1
        for name, times in Counter(event[0] for event in events).items():
            counters["cases"][name] += 1
            counters["rework_events"][name] += times - 1
            counters["rework_cases"][name] += times > 1
        for place, (name, start, end, person) in enumerate(events):
            before = events[place - 1] if place else None
            counters["count"][name] += 1
            counters["events_hour"][_hour(end, log.zone)] += 1
            if person is not None:
                counters["person"][person] += 1
                counters["done"][name, person] += 1
            if start is not None:
                service[name].append(clock(start, end, name))
            since = before[2] if before else start
            if name in limits and since is not None:
                counters["sla_checked"][name] += 1
                counters["sla_breached"][name] += clock(since, end, name) > limits[name]
            if before is None:
                continue
            gaps[before[0], name].append(clock(before[2], end, name))
            if start is not None:
                waiting[name].append(max(0, clock(before[2], start, name)))
            counters["self_loops"][name] += before[0] == name
            if person is not None and before[3] is not None and before[3] != person:
                counters["handed"][before[3], person] += 1
    return {
        "n_cases": log.n_cases,
        "n_events": log.n_events,
        "first_us": min(moments, default=None),
        "last_us": max(moments, default=None),
        "edges": family(gaps),
        "service": family(service),
        "waiting": family(waiting),
        "case": family({0: lasted}),
        "sla": (len(lasted) if case_limit_us is not None else 0, late),
        "cost": 0 if log.cost is None else sum(int(cost) for cost in log.cost),
        **{name: {key: n for key, n in counters[name].items() if n} for name in COUNTERS},
    }


COUNTERS = (
    "variants", "arrivals_hour", "events_hour", "arrivals_day", "closings_day", "starts", "ends", "cases",
    "count", "rework_events", "rework_cases", "self_loops", "sla_checked", "sla_breached", "person", "done",
    "handed",
)  # fmt: skip


def _events(log: EventLog, case: int) -> list[tuple[str, int | None, int, str | None]]:
    return [
        (
            log.activity_names[log.activity[i]],
            None if log.start_us[i] == NO_TIME else int(log.start_us[i]),
            int(log.end_us[i]),
            None if log.resource[i] < 0 else log.resource_names[log.resource[i]],
        )
        for i in range(int(log.case_offsets[case]), int(log.case_offsets[case + 1]))
    ]


def _local(moment: int, zone: str) -> datetime:
    return (EPOCH + timedelta(microseconds=moment)).astimezone(zone_of(zone))


def _hour(moment: int, zone: str) -> int:
    local = _local(moment, zone)
    return local.weekday() * 24 + local.hour


def _day(moment: int, zone: str) -> int:
    return _local(moment, zone).date().toordinal() - EPOCH.date().toordinal()


def as_plain(summary: LogSummary) -> dict[str, Any]:
    """A `LogSummary` in the shape of `plain_summary`."""
    activities, edges, people = summary.activities, summary.edges, summary.resources
    names = activities.names

    def per_activity(field: str) -> dict[str, int]:
        return {name: int(n) for name, n in zip(names, getattr(activities, field), strict=True) if n}

    pairs = [(names[a], names[b]) for a, b in zip(edges.source, edges.target, strict=True)]
    return {
        "n_cases": summary.n_cases,
        "n_events": summary.n_events,
        "first_us": summary.first_us,
        "last_us": summary.last_us,
        "edges": plain_histograms(edges.duration, pairs),
        "service": plain_histograms(activities.service, names),
        "waiting": plain_histograms(activities.waiting, names),
        "case": plain_histograms(summary.case_duration, [0]),
        "sla": (summary.sla_cases, summary.sla_breached),
        "cost": summary.cost_total,
        "variants": _variants(summary),
        "arrivals_hour": _nonzero(summary.arrivals_by_hour_of_week),
        "events_hour": _nonzero(summary.events_by_hour_of_week),
        "arrivals_day": _days(summary.arrivals_by_day),
        "closings_day": _days(summary.closings_by_day),
        **{
            field: per_activity(field)
            for field in (
                "starts", "ends", "cases", "count", "rework_events", "rework_cases", "self_loops",
                "sla_checked", "sla_breached",
            )
        },
        "person": dict(zip(people.names, people.events.tolist(), strict=True)),
        "done": _pairs(people.pair_activity, people.pair_resource, people.pair_count, names, people.names),
        "handed": _pairs(
            people.handover_from, people.handover_to, people.handover_count, people.names, people.names
        ),
    }  # fmt: skip


def plain_histograms(family: Histograms, keys: Any) -> dict[Any, tuple]:
    return {
        key: (
            int(family.n[k]),
            family.total(k),
            int(family.minimum[k]),
            int(family.maximum[k]),
            tuple(
                (int(family.bins[i]), int(family.counts[i]))
                for i in range(int(family.offsets[k]), int(family.offsets[k + 1]))
            ),
        )
        for k, key in enumerate(keys)
        if family.n[k]
    }


def _variants(summary: LogSummary) -> dict[tuple[str, ...], int]:
    kept = summary.variants
    return {
        tuple(
            summary.activities.names[step] for step in kept.steps[kept.offsets[v] : kept.offsets[v + 1]]
        ): int(kept.count[v])
        for v in range(len(kept.count))
    }


def _nonzero(counts: np.ndarray) -> dict[int, int]:
    return {int(k): int(counts[k]) for k in np.flatnonzero(counts)}


def _days(days: Days) -> dict[int, int]:
    return dict(zip(days.day.tolist(), days.count.tolist(), strict=True))


def _pairs(
    left: Any, right: Any, count: Any, left_names: Any, right_names: Any
) -> dict[tuple[str, str], int]:
    return {(left_names[a], right_names[b]): int(n) for a, b, n in zip(left, right, count, strict=True)}
