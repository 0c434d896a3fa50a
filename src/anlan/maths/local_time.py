"""UTC microseconds as the clock on the wall of a zone shows them, for arrays."""

import numpy as np
from numpy.typing import NDArray

from anlan.maths.clock_changes import DAY_US, offset_steps


def local_us(moments_us: NDArray[np.int64], zone: str) -> NDArray[np.int64]:
    """Microseconds since 1970-01-01 00:00 of the local clock; `zone` is an IANA name or `+08:00`."""
    if zone == "UTC" or not len(moments_us):
        return moments_us
    since, offset = offset_steps(zone, int(moments_us.min()), int(moments_us.max()))
    steps = np.searchsorted(since, moments_us, side="right") - 1 if len(offset) > 1 else 0
    return np.asarray(moments_us + offset[steps], dtype=np.int64)


def hour_of_day(local: NDArray[np.int64]) -> NDArray[np.int64]:
    """0..23 of local microseconds."""
    return (local % DAY_US) // 3_600_000_000


def day_number(local: NDArray[np.int64]) -> NDArray[np.int64]:
    """Days since 1970-01-01 of local microseconds."""
    return local // DAY_US


def weekday(local: NDArray[np.int64]) -> NDArray[np.int64]:
    """0 = Monday .. 6 = Sunday; 1970-01-01 was a Thursday."""
    return (local // DAY_US + 3) % 7
