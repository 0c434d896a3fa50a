"""Forecasts of counts by interval: a day's and a week's shape, level and trend; several models beside naive.

All see `past` (n,), counts at equal steps, and where each step lies in the week; they return the expected
counts of the next steps. Days that are special (holidays) are set apart: in the past they are replaced by
what their hour of the week usually has, ahead they take the mean shape of earlier special days.

Source: Hyndman, Athanasopoulos (2021), Forecasting: Principles and Practice, 3rd ed., ch. 5 and 8; level and
shape of call arrivals: Ibrahim, Ye, L'Ecuyer, Shen 2016, doi:10.1016/j.ijforecast.2015.11.012.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]
_PRIOR_WEEKS = 1.0
_GRID = (0.05, 0.2, 0.5)


@dataclass(frozen=True, eq=False)
class Steps:
    """Where steps lie, past and ahead in one row. per_day: steps of a day; slot (N,): place in the week, from
    0 to 7 per_day - 1; special (N,): whether the day is one of those set apart."""

    per_day: int
    slot: Whole
    special: NDArray[np.bool_]

    @property
    def season(self) -> int:
        """Steps of a week."""
        return 7 * self.per_day


def steps_from(
    first_slot: int, count: int, *, per_day: int, special: NDArray[np.bool_] | None = None
) -> Steps:
    """Steps one after the other from a place in the week."""
    slot = (first_slot + np.arange(count, dtype=np.int64)) % (7 * per_day)
    return Steps(per_day, slot, np.zeros(count, dtype=bool) if special is None else special)


def forecast(model: str, past: Floats, steps: Steps, *, ahead: int) -> Floats:
    """Expected counts of the next `ahead` steps (ahead,), none negative. steps: of the past and those ahead.

    The past holds a week at least. Errors: KeyError for an unknown model.
    """
    n = len(past)
    usual = _usual(past, steps)
    expected = np.maximum(0.0, MODELS[model](usual, steps, ahead))
    apart = steps.special[n : n + ahead]
    if apart.any() and steps.special[:n].any():
        shape = _special_shape(past, steps)
        day_step = steps.slot[n : n + ahead] % steps.per_day
        expected = np.where(apart, shape[day_step], expected)
    return expected


def _usual(past: Floats, steps: Steps) -> Floats:
    """The past with special days replaced by the mean of their slot on other days, where there is one."""
    n = len(past)
    apart, slot = steps.special[:n], steps.slot[:n]
    if not apart.any():
        return past
    total = np.bincount(slot[~apart], weights=past[~apart], minlength=steps.season)
    count = np.bincount(slot[~apart], minlength=steps.season)
    replaced = apart & (count[slot] > 0)
    return np.where(replaced, total[slot] / np.maximum(1, count[slot]), past)


def _special_shape(past: Floats, steps: Steps) -> Floats:
    """Mean count of special days at each step of a day; where none was seen, of all special steps."""
    n = len(past)
    apart = steps.special[:n]
    day_step = steps.slot[:n] % steps.per_day
    total = np.bincount(day_step[apart], weights=past[apart], minlength=steps.per_day)
    count = np.bincount(day_step[apart], minlength=steps.per_day)
    return np.where(count > 0, total / np.maximum(1, count), past[apart].mean())


def _naive(past: Floats, steps: Steps, ahead: int) -> Floats:
    """The last count, again and again."""
    return np.full(ahead, past[-1])


def _seasonal_naive(past: Floats, steps: Steps, ahead: int) -> Floats:
    """The count a week before."""
    week = past[-steps.season :]
    return np.asarray(week[np.arange(ahead) % steps.season])


def _slot_mean(past: Floats, steps: Steps, ahead: int) -> Floats:
    """The mean of the last four weeks at the same place of the week."""
    kept = min(len(past) // steps.season, 4) * steps.season
    week = past[-kept:].reshape(-1, steps.season).mean(axis=0)
    return np.asarray(week[np.arange(ahead) % steps.season])


def _level_and_shape(past: Floats, steps: Steps, ahead: int) -> Floats:
    """The shape of the week, each slot drawn towards day times hour as if that had been seen for a week more,
    times a level that follows the last weeks and fades their trend."""
    n, season = len(past), steps.season
    slot = steps.slot[:n]
    count = np.bincount(slot, minlength=season).astype(float)
    total = np.bincount(slot, weights=past, minlength=season)
    mean = total / np.maximum(1.0, count)
    table = mean.reshape(7, steps.per_day)
    overall = float(table.mean())
    if overall <= 0.0:
        return np.zeros(ahead)
    product = (table.mean(axis=1, keepdims=True) * table.mean(axis=0, keepdims=True) / overall).ravel()
    shape = (total + _PRIOR_WEEKS * product) / (count + _PRIOR_WEEKS)
    return np.asarray(shape[steps.slot[n : n + ahead]]) * _level(past, shape[slot], season)


def _level(past: Floats, shaped: Floats, season: int) -> float:
    """Observed over shaped counts, the last week weighing most: half as much a week earlier."""
    age = np.arange(len(past))[::-1] / season
    weight = 0.5**age
    expected = float(weight @ shaped)
    return float(weight @ past) / expected if expected > 0 else 1.0


def _smoothed(past: Floats, steps: Steps, ahead: int) -> Floats:
    """Exponential smoothing of level and weekly season, without a trend (Holt, Winters); of a small grid of
    weights those with the least squared error one step ahead, all run side by side."""
    season = steps.season
    alpha, gamma = (each.ravel() for each in np.meshgrid(_GRID, _GRID))
    first = past[:season]
    level = np.full(len(alpha), first.mean())
    seasons = np.tile((first - first.mean())[:, None], (1, len(alpha)))
    squared = np.zeros(len(alpha))
    for t in range(season, len(past)):
        at = t % season
        error = past[t] - level - seasons[at]
        squared += error * error
        level = level + alpha / season * error
        seasons[at] += gamma * (1.0 - alpha / season) * error
    best = int(np.argmin(squared))
    after = (len(past) + np.arange(ahead)) % season
    return np.asarray(level[best] + seasons[after, best])


MODELS: Mapping[str, Callable[[Floats, Steps, int], Floats]] = {
    "naive": _naive,
    "seasonal_naive": _seasonal_naive,
    "slot_mean": _slot_mean,
    "level_and_shape": _level_and_shape,
    "smoothed": _smoothed,
}
"""Code -> expected counts from a past without special days."""
