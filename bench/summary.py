"""Speed of the fused summary as ratios to a counts-only pass over the same columns in the same run.

python -m bench.summary            # prints the table

Times are processor time, so that other work on the machine lengthens none of them; with two threads it is
the time of both together.
"""

import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date

from anlan.domain.event_log import EventLog
from anlan.engines.local import summarise_log
from anlan.maths.calendars import HOUR_S, Calendar, Calendars

# from anlan.maths.sequences.resource_load import resource_load
from anlan.maths.sequences.resource_load import resource_load
from anlan.maths.sequences.summary import SummarySettings, summarise
from bench.reference_kernels import counts_only
from bench.synthetic import synthetic_log

_LIMIT_US = 10 * 86_400_000_000


@dataclass(frozen=True)
class Ratio:
    """`work` took `ratio` times as long as `against`; `at_most` is what DESIGN asks for, or None."""

    work: str
    against: str
    ratio: float
    at_most: float | None
    milliseconds: float


def ratios(*, millions: float = 1.0, rounds: int = 7) -> Iterator[Ratio]:
    """All ratios; `millions` of events in the small logs, ten times as many in the large one."""
    n = int(millions * 1_000_000)
    few = synthetic_log(seed=1, n_events=n)
    many = synthetic_log(seed=2, n_events=n, n_activities=500, n_followers=41, even=True)
    settings = SummarySettings(case_limit_us=_LIMIT_US)
    working = replace(settings, calendars=Calendars(_office()))
    by_node = replace(settings, calendars=Calendars(_office(), {few.activity_names[0]: _office("second")}))

    def reference(log: EventLog) -> Callable[[], object]:
        columns = (log.activity, log.start_us, log.end_us, log.case_offsets)
        return lambda: counts_only(*columns, len(log.activity_names), _LIMIT_US)

    bare, *fused = _best(
        [
            reference(few),
            lambda: summarise(few, settings=settings),
            lambda: summarise(few, settings=working),
            lambda: summarise(few, settings=by_node),
            lambda: summarise_log(few, settings=settings, threads=1),
            lambda: summarise_log(few, settings=settings, threads=2),
            lambda: resource_load(few),
        ],
        rounds,
    )
    size = f"{few.n_events:,} events, 46 edges"
    yield Ratio(f"fused summary, {size}", "counts-only pass", fused[0] / bare, 5, fused[0])
    yield Ratio("calendar, added", "counts-only pass", (fused[1] - fused[0]) / bare, 2, fused[1])
    yield Ratio(
        "calendars by activity, added", "counts-only pass", (fused[2] - fused[0]) / bare, None, fused[2]
    )
    yield Ratio("summary + 64 buckets, 1 thread", "counts-only pass", fused[3] / bare, None, fused[3])
    yield Ratio("summary + 64 buckets, 2 threads", "counts-only pass", fused[4] / bare, None, fused[4])
    yield Ratio("resource load", "counts-only pass", fused[5] / bare, None, fused[5])
    bare, *wide = _best(
        [
            reference(many),
            lambda: summarise(many, settings=settings),
            lambda: summarise_log(many, settings=settings, threads=2),
        ],
        rounds,
    )
    edges = len(summarise(many).edges.source)
    yield Ratio(f"fused summary, {edges:,} edges", "counts-only pass", wide[0] / bare, 12, wide[0])
    yield Ratio("summary + 64 buckets, 2 threads", "counts-only pass", wide[1] / bare, None, wide[1])
    ten = synthetic_log(seed=1, n_events=10 * n)
    large = _best(
        [
            lambda: summarise(ten, settings=settings),
            lambda: summarise_log(ten, settings=settings, threads=2),
            reference(ten),
        ],
        max(2, rounds // 2),
    )
    yield Ratio("ten times the events, fused summary", "the small log", large[0] / fused[0], 11, large[0])
    yield Ratio("ten times the events, + 64 buckets", "the small log", large[1] / fused[4], 11, large[1])
    yield Ratio("fused summary of the large log", "counts-only pass", large[0] / large[2], 5, large[0])
    yield Ratio("+ 64 buckets, 2 threads, large log", "counts-only pass", large[1] / large[2], None, large[1])


def _best(works: list[Callable[[], object]], rounds: int) -> list[float]:
    """Shortest time of each in milliseconds; they take turns, so that a slow spell hits all alike."""
    for work in works:
        work()
    times: list[list[float]] = [[] for _ in works]
    for _ in range(rounds):
        for own, work in zip(times, works, strict=True):
            began = time.process_time()
            work()
            own.append(1e3 * (time.process_time() - began))
    return [min(own) for own in times]


def _office(name: str = "office") -> Calendar:
    return Calendar(
        name=name,
        zone="Europe/Berlin",
        week=(((9 * HOUR_S, 17 * HOUR_S),),) * 5 + ((), ()),
        valid_from=date(2023, 12, 1),
        valid_to=date(2033, 12, 31),
        breaks=((12 * HOUR_S, 13 * HOUR_S),),
    )


def main() -> None:
    """Print the ratios as a Markdown table."""
    millions = float(sys.argv[1]) if len(sys.argv) > 1 else 1.0
    sys.stdout.write("| Work | Against | Ratio | At most | ms |\n|---|---|---|---|---|\n")
    for row in ratios(millions=millions):
        limit = "" if row.at_most is None else f"{row.at_most:g}x"
        sys.stdout.write(
            f"| {row.work} | {row.against} | {row.ratio:.2f}x | {limit} | {row.milliseconds:.1f} |\n"
        )


if __name__ == "__main__":
    main()
