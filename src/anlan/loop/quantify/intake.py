"""The intake window: how long cases arrived, whatever the longest case did.

A log lasts from its first event to its last, and one case that stays open for years stretches it; the
number of cases a year depends on arrivals alone. Taken is the time in which the middle 98 % of the
cases arrive, divided by 0.98: exact for an even intake, and deaf to strays on either side.
"""

import numpy as np
from numpy.typing import NDArray

from anlan.domain.event_log import NO_TIME
from anlan.domain.intake import Intake

MIDDLE = 0.98
SHORTEST_DAYS = 1.0
_DAY_US = 86_400_000_000


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
    length_us = max((high - low) / MIDDLE, SHORTEST_DAYS * _DAY_US)
    first_us = origin + round(float(low) - edge * length_us)
    return Intake(first_us, first_us + round(length_us), float(length_us) / _DAY_US, len(arrived))
