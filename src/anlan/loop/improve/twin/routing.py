"""Where cases go next: shares from step to step with intervals, and how much of the past they depend on.

1. A step is an activity in a lap; the lap is how often the most repeated activity of the case has been met so
   far, at most `laps`. With one lap the share depends on the activity alone.
2. `laps` (1 to 4) has the smallest BIC = k ln n - 2 ln L of the next activity given the step.
3. A block of activities side by side (see `parallel`) is one step on the way, and its activities are steps of
   its lap that no way leads to.
4. Executions so late that what follows may not have happened yet are left out, whether or not it has happened
   (see `observed`): otherwise leaving would look more frequent at the end of the log.

Source: Schwarz (1978) for BIC; Wilson (1927) for the intervals of shares.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from anlan.domain.interval import Interval
from anlan.loop.improve.twin.names import WORKED
from anlan.loop.improve.twin.observed import Observed
from anlan.loop.improve.twin.parallel import as_one
from anlan.maths.rates import wilson
from anlan.maths.sequences.instances import Whole

MOST_LAPS, MOST_STEPS, MOST_WAYS, LEAVES = 4, 240, 4_000, -1
_FEWEST, _LEAST_SHARES = 30, (0.0005, 0.002, 0.01, 0.04, 0.1)
ARRIVAL, _MANNERS = 0, 4
"""The lap of a first execution whose time is not known: the case comes with it."""


@dataclass(frozen=True, order=True)
class Step:
    """An activity (code) in a lap (1 ..., or ARRIVAL); manner: how it came about, see `names`."""

    activity: int
    lap: int = 1
    manner: int = WORKED


@dataclass(frozen=True)
class Route:
    """After `step` (None: where cases come in) comes `to` (None: the case leaves); count: executions."""

    step: Step | None
    to: Step | None
    share: Interval
    count: int


@dataclass(frozen=True, eq=False)
class Routing:
    """step_of: (n,) place in `steps` of each row; late: rows too close to the end of the log to be followed;
    all_counted: activities of which only late rows exist, so that these were counted after all; closed: steps
    from which no case was seen to leave; blocks: place in `steps` of each block -> of its activities."""

    steps: tuple[Step, ...]
    routes: tuple[Route, ...]
    laps: int
    step_of: Whole
    late: int
    all_counted: tuple[int, ...]
    closed: tuple[Step, ...]
    blocks: Mapping[int, tuple[int, ...]] = field(default_factory=dict)

    def from_step(self, step: Step | None) -> list[Route]:
        return [route for route in self.routes if route.step == step]


def estimate_routing(of: Observed, *, timeless_first: np.ndarray, manner: Whole) -> Routing:
    """timeless_first: (n,) rows with which a case comes, and whose own time is not known; manner: (n,) how
    each came about (see `names`)."""
    rows = of.rows
    known, all_counted = _followed(of)
    laps = _best_laps(of, known)
    lap = np.where(timeless_first, ARRIVAL, np.minimum(rows.lap, laps))
    code = _MANNERS * (rows.activity * (MOST_LAPS + 1) + lap) + manner
    codes, step_of = np.unique(code, return_inverse=True)
    steps = tuple(_step(int(code)) for code in codes)
    step_of = step_of.astype(np.int64)
    counted = known & of.counted()
    after = np.where(rows.after >= 0, step_of[rows.after], LEAVES)
    routes, closed = _with_ways_out(_routes(step_of[counted], after[counted], steps), steps)
    firsts = rows.first[~of.under_way]
    entry = _routes(np.full(len(firsts), LEAVES, dtype=np.int64), step_of[firsts], steps)
    late = int((~known).sum())
    return Routing(steps, (*entry, *routes), laps, step_of, late, all_counted, closed)


def estimate_with_blocks(
    of: Observed, blocks: Sequence[Sequence[int]], *, timeless_first: np.ndarray, manner: Whole
) -> Routing:
    """The same where some activities go side by side. of: as `parallel.side_by_side` left it."""
    if not blocks:
        return estimate_routing(of, timeless_first=timeless_first, manner=manner)
    flow, place = as_one(of, blocks)
    base = of.n_activities - len(blocks)
    one = flow.rows.activity >= base
    kept = np.flatnonzero(np.diff(place, prepend=-1))
    found = estimate_routing(
        flow, timeless_first=timeless_first[kept], manner=np.where(one, WORKED, manner[kept])
    )
    steps, inside = list(found.steps), {}
    for at, step in enumerate(found.steps):
        if step.activity >= base:
            members = [Step(code, step.lap) for code in blocks[step.activity - base]]
            inside[at] = tuple(range(len(steps), len(steps) + len(members)))
            steps += members
    own = {(at, steps[m].activity): m for at, members in inside.items() for m in members}
    step_of = found.step_of[place]
    for row in np.flatnonzero(one[place]).tolist():
        step_of[row] = own[int(step_of[row]), int(of.rows.activity[row])]
    return replace(found, steps=tuple(steps), step_of=step_of, blocks=inside)


def _step(code: int) -> Step:
    activity, lap = divmod(code // _MANNERS, MOST_LAPS + 1)
    return Step(activity, lap, code % _MANNERS)


def _followed(of: Observed) -> tuple[np.ndarray, tuple[int, ...]]:
    """Rows early enough that what follows would have been seen; activities that have too few of them."""
    rows = of.rows
    known = rows.end_s + of.silence_s[rows.activity] <= of.until_s
    seen = np.bincount(rows.activity, minlength=of.n_activities)
    kept = np.bincount(rows.activity[known], minlength=of.n_activities)
    too_few = (kept < _FEWEST) & (kept < seen / 2)
    return known | too_few[rows.activity], tuple(np.flatnonzero(too_few & (seen > 0)).tolist())


def _best_laps(of: Observed, known: np.ndarray) -> int:
    """The number of laps told apart that the log supports, given room for the steps."""
    rows = of.rows
    counted = known & of.counted()
    after = np.where(rows.after >= 0, rows.activity[rows.after], of.n_activities)[counted]
    found = []
    for laps in range(1, MOST_LAPS + 1):
        step = rows.activity[counted] * (MOST_LAPS + 1) + np.minimum(rows.lap[counted], laps)
        if laps == 1 or len(np.unique(step)) <= MOST_STEPS:
            found.append((_bic(step, after, of.n_activities + 1), laps))
    return min(found)[1]


def _bic(step: Whole, after: Whole, width: int) -> float:
    pairs, n_pair = np.unique(step * width + after, return_counts=True)
    steps, n_step = np.unique(step, return_counts=True)
    total = n_step[np.searchsorted(steps, pairs // width)]
    return float(
        (len(pairs) - len(steps)) * math.log(max(2, len(step))) - 2 * (n_pair * np.log(n_pair / total)).sum()
    )


def _with_ways_out(routes: list[Route], steps: tuple[Step, ...]) -> tuple[list[Route], tuple[Step, ...]]:
    """A circle that no case left gets a way out at each of its steps, with the share of one execution more
    than
    were seen: cases would otherwise go round for ever. A step without any way leaves."""
    begins = {route.step for route in routes}
    leaving: set[Step | None] = {None, *(step for step in steps if step not in begins)}
    grown = True
    while grown:
        more = {route.step for route in routes if route.to in leaving} - leaving
        leaving |= more
        grown = bool(more)
    closed = tuple(step for step in steps if step not in leaving)
    for step in closed:
        n = sum(route.count for route in routes if route.step == step) + 1
        routes = [replace(r, share=wilson(r.count, n)) if r.step == step else r for r in routes]
        routes.append(Route(step, None, wilson(1, n), 0))
    return routes, closed


def _routes(step: Whole, after: Whole, steps: tuple[Step, ...]) -> list[Route]:
    """Shares of each way taken; ways of less than one in 2,000 are left out, or of more where there were too
    many."""
    width = len(steps) + 1
    pairs, counts = np.unique((step + 1) * width + after + 1, return_counts=True)
    total = np.bincount(pairs // width, weights=counts, minlength=width)
    share = counts / total[pairs // width]
    least = next(least for least in _LEAST_SHARES if (share >= least).sum() <= MOST_WAYS)
    kept = share >= least
    pairs, counts = pairs[kept], counts[kept]
    found = []
    for pair, count in zip(pairs.tolist(), counts.tolist(), strict=True):
        begin, end = divmod(pair, width)
        way = (steps[begin - 1] if begin else None, steps[end - 1] if end else None)
        found.append(Route(*way, wilson(count, int(total[begin])), count))
    return found
