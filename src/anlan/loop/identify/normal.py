"""What a step normally takes, and how much of a case's time lies beyond that.

The step time of an event is the time since the completion before it in its case (waiting, and work
where the log does not tell them apart); of the first event of a case its own work, where its start
is known.

Normal of an activity. The promise, where one is given for it. Else the 75 % quantile of its step
times in this log: an assumption, shown in the result, which calls three of four executions normal.
Where the wait before a closing step is nearly the same in all cases ((P75 - P25) / P50 < 0.1) it is a
fixed waiting period, a rule and no loss: nothing is counted there.

Excess of an event = max(0, step time - normal). What a case can have lost at most (its cap) is the sum
of its excesses; where the case itself has a promise and the overrun is known, no more than the
overrun: who kept the promise lost nothing.

Misleads: a step that is slow in every case is normal by this rule until a promise says otherwise; a
quick repetition is within the normal of its step and counts nothing; work known to need long (a rare
kind of case) is beyond the normal of the common kind.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from anlan.domain.event_log import MISSING, EventLog
from anlan.loop.identify.settings import SlaSettings
from anlan.loop.identify.sla import SlaOutcome, last_values

NORMAL_QUANTILE = 0.75
FIXED_SPREAD = 0.1
"""(P75 - P25) / P50 below which the wait before a closing step is a fixed waiting period."""

PROMISE, OBSERVED, FIXED = "promise", "observed", "fixed_wait"


@dataclass(frozen=True, eq=False)
class Normal:
    """Per activity: `us`, microseconds (0 where no execution has a step time), and `source`, how it
    was come by: `promise`, `observed` (the quantile) or `fixed_wait` (`us` is its median then)."""

    us: NDArray[np.int64]
    source: tuple[str, ...]

    def excess_of(self, activity: NDArray[np.integer], step_us: NDArray[np.int64]) -> NDArray[np.int64]:
        """Per event, microseconds beyond the normal; 0 at a fixed waiting period. `step_us`: -1 = none."""
        counts = np.array([source != FIXED for source in self.source], dtype=np.bool_)
        if not len(counts):
            return np.zeros(0, dtype=np.int64)
        excess = np.where(step_us >= 0, np.maximum(step_us - self.us[activity], 0), 0)
        return np.asarray(np.where(counts[activity], excess, 0))


def normal_of(
    activity: NDArray[np.integer],
    step_us: NDArray[np.int64],
    *,
    names: tuple[str, ...],
    promises_us: Mapping[str, int],
    closing: NDArray[np.bool_],
    fewest: int,
) -> Normal:
    """The normal of each activity from its step times (-1 = none) and the promises.

    `closing`: bool per activity; `fewest`: executions below which no waiting period is called fixed.
    """
    timed = np.flatnonzero(step_us >= 0)
    order = timed[np.argsort(activity[timed], kind="stable")]
    offsets = np.searchsorted(activity[order], np.arange(len(names) + 1))
    normal, source = np.zeros(len(names), dtype=np.int64), [OBSERVED] * len(names)
    for code, name in enumerate(names):
        steps = step_us[order[offsets[code] : offsets[code + 1]]]
        low, middle, high = np.quantile(steps, (0.25, 0.5, NORMAL_QUANTILE)) if len(steps) else (0, 0, 0)
        normal[code] = round(float(high))
        if name in promises_us:
            normal[code], source[code] = promises_us[name], PROMISE
        elif closing[code] and len(steps) >= fewest and high - low < FIXED_SPREAD * middle:
            normal[code], source[code] = round(float(middle)), FIXED
    return Normal(normal, tuple(source))


def case_caps_us(
    log: EventLog,
    excess_us: NDArray[np.int64],
    *,
    promises: SlaSettings | None,
    outcome: SlaOutcome | None,
) -> NDArray[np.float64]:
    """Per case, microseconds it can have lost at most: the sum of its excesses, no more than its overrun
    where a promise of the whole case tells one."""
    beyond = np.bincount(log.case, weights=excess_us, minlength=log.n_cases).astype(np.float64)
    if promises is None or outcome is None or not outcome.has_overrun:
        return beyond
    promised = np.full(log.n_cases, promises.case_limit_us is not None)
    if promises.column is not None:
        promised |= last_values(log, promises.column).codes != MISSING
    return np.where(promised, np.minimum(beyond, outcome.overrun_us), beyond)
