"""The chain of a group of like components with spares and repair crews."""

import numpy as np
from numpy.typing import NDArray


def group_rates(
    *,
    components: int,
    needed: int,
    failure_rate: float,
    repair_rate: float,
    crews: int,
    resting_share: float = 1.0,
) -> NDArray[np.float64]:
    """(components + 1, components + 1) rates between numbers of failed components.

    `needed` work at a time, the other sound ones rest and fail at `resting_share` of the rate: 1 is an active
    spare, 0 a cold one. Each of the `crews` repairs one component at a time.
    """
    rates = np.zeros((components + 1, components + 1))
    for failed in range(components):
        sound = components - failed
        working = min(sound, needed)
        rates[failed, failed + 1] = failure_rate * (working + resting_share * (sound - working))
    for failed in range(1, components + 1):
        rates[failed, failed - 1] = repair_rate * min(failed, crews)
    return rates
