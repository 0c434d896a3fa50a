"""The usual value of the hour of the week, and how unusual a reading is for its hour.

    profile = seasonal_profile(at_us, values, zone="Asia/Shanghai", holidays={"2026-10-01"})
    detector = Seasonal(profile, inner=away(3, 4, 6))

Hours are those of the wall clock of the zone: where it is put forward an hour of the night is missing, where
it is put back one comes twice. Holidays have hours of their own. The centre of an hour is the median of its
readings; its spread 1.4826 MAD, drawn towards that of all residuals as if five of those stood beside its own
(few weeks are seen). Hours with fewer than three readings take the median of that hour over all days.

Misleads: a trend or a change of level within the readings that make the profile widens it.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import ArrayLike, NDArray

from anlan.domain.errors import NotEnoughData
from anlan.maths.detection.verdicts import Detector, State, Value, Verdict, single, standardised
from anlan.maths.local_time import day_number, hour_of_day, local_us, weekday

HOURS = 168
SLOTS = HOURS + 24
"""Hours of the week from Monday 0:00, then the hours of a holiday."""

FEWEST_IN_SLOT = 3
PRIOR = 5.0
FEWEST_READINGS = 48
NORMAL_MAD = 1.4826
_EPOCH = date(1970, 1, 1)


@dataclass(frozen=True)
class SeasonalProfile:
    """centre, spread: (192,) in the unit of the readings: hours of the week, then of a holiday; holidays: ISO
    days."""

    zone: str
    holidays: frozenset[str]
    centre: tuple[float, ...]
    spread: tuple[float, ...]

    def z(self, at_us: int, value: float) -> float:
        """A reading in robust sigma from what is usual at its hour."""
        slot = int(slots_of(np.array([at_us]), self.zone, self.holidays)[0])
        return standardised(value, self.centre[slot], self.spread[slot])


@dataclass(frozen=True)
class Seasonal(Detector):
    """Residuals from a profile, judged by `inner` (thresholds in sigma, an EWMA, a CUSUM)."""

    profile: SeasonalProfile
    inner: Detector

    def first(self) -> State:
        return self.inner.first()

    def judge(self, own: State, at_us: int, value: Value, size: float) -> tuple[State, Verdict]:
        z = self.profile.z(at_us, single(value))
        after, verdict = self.inner.judge(own, at_us, z, 1.0)
        return after, Verdict(verdict.level, verdict.reason, {**verdict.parameters, "z": z})


def slots_of(at_us: NDArray[np.int64], zone: str, holidays: Collection[str]) -> NDArray[np.int64]:
    """Slot 0..191 of each moment."""
    local = local_us(at_us, zone)
    hour, day = hour_of_day(local), day_number(local)
    free = np.array([(date.fromisoformat(text) - _EPOCH) // timedelta(days=1) for text in holidays], np.int64)
    return np.where(np.isin(day, free), HOURS + hour, weekday(local) * 24 + hour)


def seasonal_profile(
    at_us: ArrayLike, values: ArrayLike, *, zone: str, holidays: Collection[str] = ()
) -> SeasonalProfile:
    """Profile of readings (UTC microseconds, any order), at least 48; values that are no number are left
    out."""
    moments, series = np.asarray(at_us, dtype=np.int64), np.asarray(values, dtype=np.float64)
    known = np.isfinite(series)
    moments, series = moments[known], series[known]
    if len(series) < FEWEST_READINGS:
        raise NotEnoughData("detection.few_readings", found=len(series), needed=FEWEST_READINGS)
    slots = slots_of(moments, zone, holidays)
    own = [series[slots == slot] for slot in range(SLOTS)]
    hours = [series[slots % 24 == hour] for hour in range(24)]
    centre = [_centre(one, hours[slot % 24], series) for slot, one in enumerate(own)]
    pooled = _mad(series - np.array(centre)[slots])
    spread = [_spread(one, middle, pooled) for one, middle in zip(own, centre, strict=True)]
    return SeasonalProfile(zone, frozenset(holidays), tuple(centre), tuple(spread))


def _centre(own: NDArray[np.float64], hour: NDArray[np.float64], all_: NDArray[np.float64]) -> float:
    chosen = next((one for one in (own, hour) if len(one) >= FEWEST_IN_SLOT), all_)
    return _median(chosen)


def _spread(own: NDArray[np.float64], centre: float, pooled: float) -> float:
    if len(own) < FEWEST_IN_SLOT:
        return pooled
    share = len(own) / (len(own) + PRIOR)
    return share * _mad(own - centre) + (1.0 - share) * pooled


def _median(values: NDArray[np.float64]) -> float:
    ordered = np.sort(values)
    low, high = float(ordered[(len(ordered) - 1) // 2]), float(ordered[len(ordered) // 2])
    return low + (high / 2 - low / 2)


def _mad(residuals: NDArray[np.float64]) -> float:
    return min(NORMAL_MAD * _median(np.abs(residuals)), 1e308)
