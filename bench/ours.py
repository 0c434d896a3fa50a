"""What Anlan does when it is measured: the calls of the library, on a log that stays in memory."""

import platform
from collections.abc import Callable
from datetime import date
from importlib.metadata import version
from pathlib import Path
from typing import Any

from anlan.domain.event_log import EventLog
from anlan.domain.log_summary import LogSummary
from anlan.engines.local import summarise_log
from anlan.formats.log_store import LogStore, Part
from anlan.formats.reading.read_log import read_log
from anlan.formats.reading.read_report import ReadReport
from anlan.maths.calendars import HOUR_S, Calendar, Calendars
from anlan.maths.sequences.columns import columns_of
from anlan.maths.sequences.dictionary import dictionary_of
from anlan.maths.sequences.flow import Flow, flow_of
from anlan.maths.sequences.rework import cases_with_rework
from anlan.maths.sequences.summary import SummarySettings
from anlan.maths.sequences.summary import summarise as whole_summary
from anlan.maths.sequences.variants import variants_of
from bench.fault_trees import drawn_solved, drawn_tree, published_solved
from bench.reference_kernels import counts_only
from bench.serving import serve
from bench.synthetic import synthetic_log

_logs: dict[str, EventLog] = {}
_reports: dict[str, ReadReport] = {}

_CASE_LIMIT_US = 10 * 86_400_000_000


def versions() -> dict[str, str]:
    names = ("anlan", "numpy", "numba", "scipy", "pyarrow")
    return {"python": platform.python_version(), **{name: version(name) for name in names}}


def read(path: str, hold: str = "log") -> dict[str, int]:
    """Read and encode a file; its log is held under a name."""
    found = read_log(Path(path))
    _logs[hold], _reports[hold] = found.log, found.report
    return {"events": found.log.n_events, "cases": found.log.n_cases}


def forget() -> None:
    """Let the logs held go, outside the measured time of the next reading."""
    _logs.clear()
    _reports.clear()


def summarise(threads: int, log: str = "log") -> dict[str, int]:
    """The fused summary of the whole log and of its 64 buckets, as every study starts."""
    summary, _ = summarise_log(_logs[log], threads=threads)
    return checks(summary)


def checks(summary: LogSummary) -> dict[str, int]:
    """The numbers of a summary that the peers' calls tell too, by the name of the call."""
    activities = summary.activities
    return {
        "discover_dfg": int(summary.edges.duration.n.sum()),
        "discover_performance_dfg": len(summary.edges.source),
        "get_start_activities": int(activities.starts.sum()),
        "get_end_activities": int(activities.ends.sum()),
        "get_variants": len(summary.variants.count),
        "get_rework_cases_per_activity": int(activities.rework_cases.sum()),
        "get_all_case_durations": summary.n_cases,
        "get_service_time": len(activities.names),
    }


def follows(log: str = "log") -> dict[str, int]:
    """Directly-follows counts, first and last activities: one pass."""
    flow = _flow(_logs[log])
    return {
        "discover_dfg": int(flow.counts.sum()),
        "get_start_activities": int(flow.tallies[2].sum()),
        "get_end_activities": int(flow.tallies[3].sum()),
    }


def variants(log: str = "log") -> dict[str, int]:
    """Distinct sequences with their counts and steps, from nothing but the encoded log."""
    return {"get_variants": len(variants_of(_logs[log]).count)}


def rework(log: str = "log") -> dict[str, int]:
    """Cases that hold an activity more than once, added up over activities."""
    return {"get_rework_cases_per_activity": sum(cases_with_rework(_logs[log]).values())}


def _flow(log: EventLog) -> Flow:
    return flow_of(columns_of(log), dictionary_of(log))


def store(folder: str, log: str = "log") -> int:
    """Write a log held to a new store; bytes on disk."""
    report = _reports[log]
    part = Part(Path(report.path).name, report.sha256, rows=report.n_rows)
    LogStore(Path(folder)).add(_logs[log], parts=(part,), report={})
    return sum(file.stat().st_size for file in Path(folder).rglob("*") if file.is_file())


def draw(hold: str, events: int, seed: int, activities: int, followers: int, even: bool) -> dict[str, int]:
    """Hold a synthetic log with start times; tells its size."""
    log = synthetic_log(
        seed=seed,
        n_events=events,
        n_activities=activities,
        n_followers=followers,
        even=even,
    )
    _logs[hold] = log
    return {"events": log.n_events, "edges": len(_flow(log).keys)}


def count_only(log: str) -> None:
    """The pass that the fused summary is measured against."""
    events = _logs[log]
    columns = (events.activity, events.start_us, events.end_us, events.case_offsets)
    counts_only(*columns, len(events.activity_names), _CASE_LIMIT_US)


def summarise_whole(log: str, calendars: int = 0) -> None:
    """The fused summary of the log as one part, on one thread, with a limit for its cases.

    calendars: 0 elapsed time, 1 working time, 2 working time with a calendar of its own for one step.
    """
    events = _logs[log]
    clock = None
    if calendars:
        own = {events.activity_names[0]: _office("second")} if calendars == 2 else {}
        clock = Calendars(_office("office"), own)
    whole_summary(events, settings=SummarySettings(case_limit_us=_CASE_LIMIT_US, calendars=clock))


def _office(name: str) -> Calendar:
    day = ((9 * HOUR_S, 17 * HOUR_S),)
    return Calendar(
        name=name,
        zone="Europe/Berlin",
        week=(day,) * 5 + ((), ()),
        valid_from=date(2023, 12, 1),
        valid_to=date(2033, 12, 31),
        breaks=((12 * HOUR_S, 13 * HOUR_S),),
    )


OPERATIONS: dict[str, Callable[..., Any]] = {
    "versions": versions,
    "read": read,
    "forget": forget,
    "summarise": summarise,
    "follows": follows,
    "variants": variants,
    "rework": rework,
    "store": store,
    "draw": draw,
    "count_only": count_only,
    "summarise_whole": summarise_whole,
    "published_solved": published_solved,
    "drawn_solved": drawn_solved,
    "drawn_tree": drawn_tree,
}

if __name__ == "__main__":
    serve(OPERATIONS)
