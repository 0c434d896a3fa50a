"""Cases of a log, replayed: at which activity each was and, where the log has begins, whether it waited.

1. Between the end of one activity and the begin of the next a case waits at the next one.
2. An activity without a begin: from the end of the one before until its own end the case is at it, and
   waiting and work cannot be told apart.
3. Where activities of a case overlap it is shown at the one that began last; its last one lasts until
   the case has left.
"""

from datetime import UTC, date, datetime, timedelta

import numpy as np

from anlan.domain.errors import NotEnoughData
from anlan.domain.event_log import EventLog
from anlan.loop.improve.replay.replay import (
    DAY_S,
    HOUR_S,
    Replay,
    checked_span,
    there_in,
    usual_span,
    within,
)
from anlan.maths.clock_changes import offset_steps
from anlan.maths.sequences.instances import Instances, instances_of
from anlan.maths.simulation.arrays import FINISHED
from anlan.maths.simulation.stays import PASSES, UNMANNED, WAITS, Stay, Token


def replay_log(
    log: EventLog, *, promise_s: float | None = None, on: date | None = None, from_h: float | None = None,
    hours: float | None = None,
) -> Replay:  # fmt: skip
    """A stretch of a log, from an hour after 0:00 of its first day on; where not given, its fullest day or
    week. on: the day whose 0:00 from_h counts from instead; promise_s: of the process, seconds from arrival.

    Errors: NotEnoughData for a log without events; UsageError `replay.*`.
    """
    rows = instances_of(log)
    if not rows.n_cases:
        raise NotEnoughData("replay.no_events")
    offset_s, first_day = _wall_clock(rows, log.zone)
    order = np.argsort(rows.arrived_s(), kind="stable")
    arrived_s, left_s = rows.arrived_s()[order] + offset_s, rows.left_s()[order] + offset_s
    last_s = float(left_s.max())
    usual_s, usual_h = usual_span(arrived_s, left_s, 0.0, last_s)
    wanted = usual_h if hours is None else hours
    begin = usual_s if from_h is None else from_h * HOUR_S
    if on is not None:
        begin = (from_h or 0.0) * HOUR_S + (on - date.fromisoformat(first_day)).days * DAY_S
    asked = checked_span(begin, wanted, last_s + 1.0)
    there, span = there_in(arrived_s, left_s + 1e-6, asked)
    tokens = [_token(rows, int(case), number, offset_s) for number, case in enumerate(order[there])]
    shown, kept = within(tokens, span)
    return Replay(
        log.activity_names, (), arrived_s[there], left_s[there], np.full(int(there.sum()), FINISHED), shown,
        kept, kept.until_s < asked.until_s, promise_s, first_day, bool(rows.started.any()), 0.0, last_s,
    )  # fmt: skip


def _wall_clock(rows: Instances, zone: str) -> tuple[float, str]:
    """Seconds from 0:00 of the first day to second 0 of the rows, and that day; changes of the clock in
    between are not followed."""
    _, offset = offset_steps(zone, rows.origin_us, rows.origin_us)
    local_us = rows.origin_us + int(offset[0])
    day = local_us // round(DAY_S * 1e6)
    midnight = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(days=int(day))
    return (local_us - day * round(DAY_S * 1e6)) / 1e6, midnight.date().isoformat()


def _token(rows: Instances, case: int, number: int, offset_s: float) -> Token:
    stays: list[Stay] = []
    free_s = float(rows.start_s[rows.first[case]])
    last = int(rows.last[case])
    left_s = float(rows.end_s[rows.first[case] : last + 1].max())
    for row in range(int(rows.first[case]), last + 1):
        node, start_s, end_s = (int(rows.activity[row]), float(rows.start_s[row]), float(rows.end_s[row]))
        until_s = left_s if row == last else min(end_s, float(rows.start_s[row + 1]))
        begin_s = start_s if rows.started[row] else min(free_s, end_s)
        if begin_s > free_s:
            stays.append(Stay(node, free_s, begin_s, WAITS))
        until_s = max(until_s, begin_s)
        stays.append(Stay(node, begin_s, until_s, UNMANNED if until_s > begin_s else PASSES))
        free_s = until_s
    return Token(
        number, -1, [stay._replace(from_s=stay.from_s + offset_s, until_s=stay.until_s + offset_s)
                     for stay in stays], int(FINISHED),
    )  # fmt: skip
