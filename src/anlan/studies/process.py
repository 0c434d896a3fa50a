"""The `process` part of a result: activities, transitions, variants, arrivals, limit."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import numpy as np

from anlan.domain.log_summary import LogSummary
from anlan.studies.numbers import durations


def process_section(
    summary: LogSummary,
    *,
    name: str,
    sla: dict[str, Any] | None,
    normal: Mapping[str, tuple[float, str]],
) -> dict[str, Any]:
    """All activities, transitions and variants, most frequent first; nothing is truncated. `normal`: by
    activity the seconds its step normally takes and where that is from."""
    return {
        "name": name,
        "activities": _activities(summary, normal),
        "edges": _edges(summary),
        "case_duration_s": durations(summary.case_duration, 0),
        "variants": _variants(summary),
        "arrivals_per_day": _per_day(summary),
        "sla": sla,
    }


def _activities(summary: LogSummary, normal: Mapping[str, tuple[float, str]]) -> list[dict[str, Any]]:
    a = summary.activities
    order = np.lexsort((np.arange(len(a.names)), -a.count))
    return [
        {
            "name": a.names[i],
            "count": int(a.count[i]),
            "cases": int(a.cases[i]),
            "starts": int(a.starts[i]),
            "ends": int(a.ends[i]),
            "rework_cases": int(a.rework_cases[i]),
            "self_loops": int(a.self_loops[i]),
            "service_s": durations(a.service, i),
            "waiting_s": durations(a.waiting, i),
            "normal_s": normal[a.names[i]][0],
            "normal_source": normal[a.names[i]][1],
        }
        for i in map(int, order)
    ]


def _edges(summary: LogSummary) -> list[dict[str, Any]]:
    edges, names = summary.edges, summary.activities.names
    order = np.lexsort((np.arange(len(edges.source)), -edges.duration.n))
    rows = []
    for i in map(int, order):
        spread = durations(edges.duration, i)
        if spread is None:
            continue
        rows.append(
            {
                "from": names[edges.source[i]],
                "to": names[edges.target[i]],
                "count": spread["n"],
                "mean_s": spread["mean"],
                "median_s": spread["median"],
                "p95_s": spread["p95"],
            }
        )
    return rows


def _variants(summary: LogSummary) -> list[dict[str, Any]]:
    v, names = summary.variants, summary.activities.names
    order = np.lexsort((np.arange(len(v.count)), -v.count))
    rows = []
    for i in map(int, order):
        steps = [names[s] for s in v.steps[v.offsets[i] : v.offsets[i + 1]]]
        known = v.complete or bool(steps)
        rows.append({"count": int(v.count[i]), "steps": steps if known else None})
    return rows


def _per_day(summary: LogSummary) -> list[list[Any]]:
    days = summary.arrivals_by_day
    return [
        [(date(1970, 1, 1) + timedelta(days=int(day))).isoformat(), int(count)]
        for day, count in zip(days.day, days.count, strict=True)
    ]
