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
from anlan.domain.log_summary import LogSummary
from anlan.maths.calendars import Calendars
from anlan.maths.sequences.coded_summary import CodedSummary, named
from anlan.maths.sequences.columns import Columns, columns_of
from anlan.maths.sequences.dictionary import Dictionary, dictionary_of
from anlan.maths.sequences.durations import Clock, elapsed_clock, gaps_by_pair, service_and_waiting
from anlan.maths.sequences.durations_kernels import span_of_cases
from anlan.maths.sequences.flow import Flow, flow_of
from anlan.maths.sequences.people import count_people
from anlan.maths.sequences.scratch import Scratch
from anlan.maths.sequences.variants import distinct_variants
from anlan.maths.sequences.wall_clock import WallClock, wall_clock
from anlan.maths.sequences.work_clock import WorkClock, work_clock

Times = NDArray[np.int64]


@dataclass(frozen=True)
class SummarySettings:
    """What is promised, and on which clock it is measured.

    case_limit_us        a case is late when its duration is above this
    activity_limits_us   name -> limit of an execution: from the completion before it in the case (for
                         the first event from its own start, where known) to its completion
    case_breached        int8 per case of the log, instead of a limit: 1 late, 0 kept, -1 no promise
    calendars            durations and limits are in working time of these; None = elapsed time
    """

    case_limit_us: int | None = None
    activity_limits_us: Mapping[str, int] = field(default_factory=dict)
    case_breached: NDArray[np.int8] | None = None
    calendars: Calendars | None = None

    def __post_init__(self) -> None:
        if self.case_limit_us is not None and self.case_breached is not None:
            raise UsageError("summary.two_case_limits")


@dataclass(frozen=True, eq=False)
class Frame:
    """What all buckets of a log share: its dictionary, its clocks, its promises.

    limits: int64 (a,) per activity position, -1 without one; None where there is no limit at all.
    """

    dictionary: Dictionary
    zone: str
    wall: WallClock
    settings: SummarySettings
    limits: Times | None
    clock: WorkClock | None

    def named(self, part: CodedSummary) -> LogSummary:
        """The summary of a part with its names."""
        calendar = self.clock.name if self.clock else None
        return named(part, self.dictionary, calendar=calendar, zone=self.zone)


def summarise(log: EventLog, *, settings: SummarySettings | None = None) -> LogSummary:
    """Summary of all cases of `log` (whole, a bucket, or any stretch of cases)."""
    frame = frame_of(log, settings=settings or SummarySettings())
    return frame.named(coded_summary(log, frame, Scratch()))


def frame_of(log: EventLog, *, settings: SummarySettings) -> Frame:
    """Prepare once what every bucket of the log needs."""
    dictionary = dictionary_of(log)
    if settings.case_breached is not None and len(settings.case_breached) != log.n_cases:
        raise UsageError(
            "summary.breach_flags_length", found=len(settings.case_breached), expected=log.n_cases
        )
    limits = None
    if settings.activity_limits_us:
        limits = np.array([settings.activity_limits_us.get(n, -1) for n in dictionary.activity_names])
    clock = work_clock(settings.calendars, dictionary) if settings.calendars else None
    return Frame(dictionary, log.zone, wall_clock(log), settings, limits, clock)


def coded_summary(log: EventLog, frame: Frame, scratch: Scratch, *, first_case: int = 0) -> CodedSummary:
    """Summary of a part of a log in shared codes; its cases begin at `first_case` of the log."""
    columns, names = columns_of(log), frame.dictionary
    flow = flow_of(columns, names)
    clock = frame.clock.of_events(columns, names, flow.edge) if frame.clock else elapsed_clock(columns)
    begins, closes, missing = span_of_cases(columns.start, columns.end, columns.case_offsets, NO_TIME)
    filled = np.diff(log.case_offsets) > 0
    if not filled.all():
        begins, closes = begins[filled], closes[filled]
    lasted = frame.clock.between(begins, closes) if frame.clock else closes - begins
    service, waiting = service_and_waiting(columns, names, flow, clock, scratch, missing_starts=missing)
    sla_cases, sla_breached = _case_promises(frame.settings, lasted, filled, first_case)
    done, handed = count_people(columns, names)
    return CodedSummary(
        n_cases=log.n_cases,
        n_events=log.n_events,
        first_us=int(begins.min()) if len(begins) else None,
        last_us=int(closes.max()) if len(closes) else None,
        tallies=np.concatenate([flow.tallies, _activity_promises(columns, frame, flow, clock)]),
        count=flow.count,
        edge_keys=flow.keys,
        edge_durations=gaps_by_pair(flow, clock, scratch),
        service=service,
        waiting=waiting,
        case_duration=scratch.describe(lasted, np.array([0, len(lasted)])),
        variants=distinct_variants(columns, names, flow.hash_hi, flow.hash_lo),
        done=done,
        handed=handed,
        arrivals_by_hour_of_week=frame.wall.hours_of_week(begins),
        events_by_hour_of_week=frame.wall.hours_of_week(columns.end),
        arrivals_by_day=frame.wall.days(begins),
        closings_by_day=frame.wall.days(closes),
        sla_cases=sla_cases,
        sla_breached=sla_breached,
        cost_total=_exact_sum(log.cost),
    )


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


def _activity_promises(columns: Columns, frame: Frame, flow: Flow, clock: Clock) -> Times:
    """(2, a): executions with a limit of their own, and those beyond it."""
    n = len(frame.dictionary.activity_names)
    if frame.limits is None:
        return np.zeros((2, n), dtype=np.int64)
    position = frame.dictionary.activity_rank[columns.activity]
    known = flow.edge >= 0
    since = clock.since_before()
    if len(columns.start):
        since = np.where(known, since, clock.start)
        known = known | (columns.start != NO_TIME)
    limit = frame.limits[position]
    checked = np.flatnonzero(known & (limit >= 0))
    late = checked[(clock.end[checked] - since[checked]) > limit[checked]]
    return np.stack([np.bincount(position[checked], minlength=n), np.bincount(position[late], minlength=n)])


def _exact_sum(amounts: Times | None) -> int:
    """Sum as a Python integer; halves are summed apart, so no intermediate overflows."""
    if amounts is None:
        return 0
    return (int(np.sum(amounts >> 32)) << 32) + int(np.sum(amounts & 0xFFFFFFFF))
