"""Who was at work when: sessions, busy times and idle times of every resource, on one long axis.

The times of resource r lie at r * span + t, so that one search answers for all resources at once.

1. A session goes on while the next sign of life comes within `gap_s`. Work longer than `long_s` gives two
   signs, its start and its end: nobody is taken to have sat through a night because a task was open.
2. Busy is the union of the executions, of any length.
3. Idle is a part of a session without work that lasts at least `least_idle_s`: shorter gaps are the time it
   takes to write down one case and to open the next.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from anlan.maths.sequences.instances import Floats, Instances, Whole

GAP_S, LONG_S, LEAST_IDLE_S = 3 * 3600.0, 8 * 3600.0, 60.0


@dataclass(frozen=True, eq=False)
class Stretches:
    """Disjoint stretches on the axis, ascending: begin, end (k,)."""

    begin: Floats
    end: Floats

    def before(self, x: Floats) -> Floats:
        """Their length before each point."""
        total = np.concatenate(([0.0], np.cumsum(self.end - self.begin)))
        place = np.searchsorted(self.begin, x, side="right")
        inside = (
            np.where(place > 0, np.maximum(0.0, self.end[place - 1] - x), 0.0) if len(self.begin) else 0.0
        )
        return np.asarray(total[place] - inside)

    def between(self, low: Floats, high: Floats) -> Floats:
        return np.asarray(self.before(high) - self.before(low))


@dataclass(frozen=True, eq=False)
class Timelines:
    """span_s: length of the axis of one resource; tasks_s: (n_resources,) time of work, tasks at once
    added up."""

    n_resources: int
    span_s: float
    sessions: Stretches
    busy: Stretches
    idle: Stretches
    tasks_s: Floats

    def place(self, resource: Whole, seconds: Floats) -> Floats:
        """Points of the axis."""
        return np.asarray(resource * self.span_s + seconds)

    def by_resource(self, of: Stretches) -> Floats:
        """(n_resources,) length of the stretches of each."""
        owner = np.floor(of.begin / self.span_s).astype(np.int64)
        return np.asarray(np.bincount(owner, weights=of.end - of.begin, minlength=self.n_resources), float)

    def joined_by(self, group: Whole) -> "Timelines":
        """The timelines of groups of resources: a session while one of them has one, idle while one of
        them is.

        group (n_resources,) number of the group, -1 for none.
        """

        def moved(of: Stretches) -> Stretches:
            owner = np.floor(of.begin / self.span_s).astype(np.int64)
            kept = group[owner] >= 0
            shift = (group[owner] - owner)[kept] * self.span_s
            return joined(of.begin[kept] + shift, of.end[kept] + shift, gap=0.0)

        n, known = int(group.max(initial=-1)) + 1, group >= 0
        tasks = np.asarray(np.bincount(group[known], weights=self.tasks_s[known], minlength=n), float)
        return Timelines(n, self.span_s, moved(self.sessions), moved(self.busy), moved(self.idle), tasks)

    def quarters(self) -> tuple[Whole, Whole]:
        """(resource, number of the quarter of an hour from second 0) of every quarter that a session
        touches."""
        owner = np.floor(self.sessions.begin / self.span_s).astype(np.int64)
        first = np.floor((self.sessions.begin - owner * self.span_s) / 900.0).astype(np.int64)
        last = np.floor(np.maximum(self.sessions.end - owner * self.span_s - 1e-3, 0.0) / 900.0).astype(
            np.int64
        )
        n = np.maximum(last - first, 0) + 1
        offset = np.arange(n.sum()) - np.repeat(np.cumsum(n) - n, n)
        both = np.repeat(owner, n) * (1 << 32) + np.repeat(first, n) + offset
        both = np.unique(both)
        return both >> 32, both & ((1 << 32) - 1)


def timelines_of(rows: Instances, n_resources: int) -> Timelines:
    """Of all rows whose resource is known."""
    known = rows.resource >= 0
    resource, begin, end = rows.resource[known], rows.start_s[known], rows.end_s[known]
    span_s = float(rows.end_s.max(initial=0.0)) + 2 * LONG_S
    x, y = resource * span_s + begin, resource * span_s + end
    brief = end - begin <= LONG_S
    signs = np.concatenate((x[brief], x[~brief], y[~brief])), np.concatenate((y[brief], x[~brief], y[~brief]))
    sessions = joined(*signs, gap=GAP_S)
    worked = y > x
    busy = joined(x[worked], y[worked], gap=0.0)
    idle = _gaps(joined(x[worked], y[worked], gap=LEAST_IDLE_S), sessions)
    tasks = np.asarray(np.bincount(resource, weights=end - begin, minlength=n_resources), float)
    return Timelines(n_resources, span_s, sessions, busy, idle, tasks)


def joined(begin: Floats, end: Floats, *, gap: float) -> Stretches:
    """The union of stretches, those joined that lie less than or as far as `gap` apart."""
    if not len(begin):
        return Stretches(np.zeros(0), np.zeros(0))
    order = np.argsort(begin, kind="stable")
    begin, latest = begin[order], np.maximum.accumulate(end[order])
    new: NDArray[np.bool_] = np.ones(len(begin), dtype=bool)
    new[1:] = begin[1:] > latest[:-1] + gap
    return Stretches(begin[new], latest[np.append(np.flatnonzero(new)[1:], len(begin)) - 1])


def _gaps(busy: Stretches, sessions: Stretches) -> Stretches:
    """The gaps between busy stretches that lie in one session."""
    if len(busy.begin) < 2:
        return Stretches(np.zeros(0), np.zeros(0))
    left, right = busy.end[:-1], busy.begin[1:]
    session = np.searchsorted(sessions.begin, left, side="right") - 1
    inside = (session >= 0) & (right <= sessions.end[np.maximum(session, 0)])
    return Stretches(left[inside], right[inside])
