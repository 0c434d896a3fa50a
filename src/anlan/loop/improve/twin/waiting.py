"""What each wait in a log was made of, told from what the people of the pool were doing meanwhile.

The wait runs from the end of what came before in the case to the start of the execution. Of it

1. calendar: nobody of the pool was at work (see `timelines` for sessions);
2. contention: people were at work, and all of them busy;
3. batching: somebody was free, but other cases of a group that was begun at one moment had yet to come;
4. unexplained: somebody was free and at work, and did not begin: waiting for the customer, for another
   department, for information, for one particular person, or a delay nobody recorded.

The delay that a twin adds before a step is the time from the end of what came before to the last moment at
which somebody was still free without beginning: what lies after that moment the queue explains by itself.

Source: the idea of decomposing waits follows Lashkevich et al. (2023), BPM, LNCS 14159; the delay before
the last free moment follows Chapela-Campa & Dumas (2024), Information Systems 122.
"""

from dataclasses import dataclass

import numpy as np

from anlan.maths.sequences.instances import Floats, Instances, Whole
from anlan.maths.sequences.timelines import Timelines

PARTS = ("contention", "calendar", "batching", "unexplained")


@dataclass(frozen=True, eq=False)
class Waits:
    """Of the rows `row` (those with a start, a pool and something before them), seconds each.

    wait, contention, calendar, batching, unexplained; the four parts add up to the wait
    delay     until the last free moment
    """

    row: Whole
    wait: Floats
    contention: Floats
    calendar: Floats
    batching: Floats
    unexplained: Floats
    delay: Floats


def decompose_waits(rows: Instances, pool: Whole, lines: Timelines) -> Waits:
    """pool: (n,) number of the pool of each row, -1 for none; lines: of the pools."""
    row = np.flatnonzero(rows.started & (pool >= 0) & (rows.before >= 0))
    ready_s, start_s = rows.ready_s[row], rows.start_s[row]
    low, high = lines.place(pool[row], ready_s), lines.place(pool[row], start_s)
    wait = high - low
    open_s = np.clip(lines.sessions.between(low, high), 0.0, wait)
    free = np.clip(lines.idle.between(low, high), 0.0, open_s)
    together = np.clip(_complete(rows)[row], ready_s, start_s)
    batching = np.clip(lines.idle.between(low, lines.place(pool[row], together)), 0.0, free)
    return Waits(
        row,
        wait,
        open_s - free,
        wait - open_s,
        batching,
        free - batching,
        _until_last_free(lines, low, high),
    )


def _until_last_free(lines: Timelines, low: Floats, high: Floats) -> Floats:
    """From `low` to the end of the last idle stretch before `high`; 0 where it ended before `low`."""
    idle = lines.idle
    place = np.searchsorted(idle.begin, high, side="left") - 1
    if not len(idle.begin):
        return np.zeros(len(low))
    free = np.where(place >= 0, np.minimum(idle.end[np.maximum(place, 0)], high), low)
    return np.maximum(0.0, free - low)


def _complete(rows: Instances) -> Floats:
    """(n,) of rows begun together (same resource, activity and moment, two or more) the latest `ready_s`;
    of the others their own."""
    n = len(rows.case)
    found = rows.ready_s.copy()
    if not n:
        return found
    order = np.lexsort((rows.start_s, rows.activity, rows.resource))
    new = np.ones(n, dtype=bool)
    new[1:] = (
        (np.diff(rows.resource[order]) != 0)
        | (np.diff(rows.activity[order]) != 0)
        | (np.diff(rows.start_s[order]) != 0)
    )
    first = np.flatnonzero(new)
    latest = np.maximum.reduceat(rows.ready_s[order], first)
    group = np.cumsum(new) - 1
    size = np.diff(np.append(first, n))
    grouped = (size[group] > 1) & rows.started[order] & (rows.resource[order] >= 0)
    found[order] = np.where(grouped, latest[group], found[order])
    return found
