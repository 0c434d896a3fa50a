"""The intake window: how long cases arrived, whatever the longest case did.

A log lasts from its first event to its last, and one case that stays open for years stretches it; the
number of cases a year depends on arrivals alone. Taken is the time in which the middle 98 % of the
cases arrive, divided by 0.98: exact for an even intake, and deaf to strays on either side. It lies
between the first arrival and the last. It is the one period of exposure: of findings, of figures per
year, of the weeks that years are compared by.
"""

import numpy as np
from numpy.typing import NDArray

from anlan.domain.event_log import NO_TIME, EventLog
from anlan.domain.intake import Intake

MIDDLE = 0.98
SHORTEST_DAYS = 1.0
_DAY_US = 86_400_000_000


def arrivals_of(log: EventLog) -> NDArray[np.int64]:
    """Per case its first completion; NO_TIME for a case without events."""
    arrival_us = np.full(log.n_cases, NO_TIME, dtype=np.int64)
    filled = np.flatnonzero(np.diff(log.case_offsets) > 0)
    arrival_us[filled] = log.end_us[log.case_offsets[filled]]
    return arrival_us


def intake_of(arrival_us: NDArray[np.int64] | None) -> Intake | None:
    """Window of the arrivals, (n_cases,) with NO_TIME for cases without events; None without any."""
    if arrival_us is None:
        return None
    arrived = arrival_us[arrival_us != NO_TIME]
    if len(arrived) == 0:
        return None
    origin = int(arrived.min())
    edge = (1.0 - MIDDLE) / 2.0
    low, high = np.quantile((arrived - origin).astype(np.float64), [edge, 1.0 - edge])
    span_us = float(arrived.max() - origin)
    length_us = max(min((high - low) / MIDDLE, span_us), SHORTEST_DAYS * _DAY_US)
    begin_us = min(float(low) - edge * length_us, span_us - length_us)
    first_us = origin + round(max(begin_us, 0.0))
    return Intake(first_us, first_us + round(length_us), float(length_us) / _DAY_US, len(arrived))
