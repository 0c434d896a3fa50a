"""Change points of a finished series: the cut into segments of least cost, exactly (PELT).

    mean      shifts of the mean at one variance (taken from differences of neighbours)
    normal    shifts of mean, variance or both
    poisson   shifts of the mean of counts

The cost of a segment is twice its negative log-likelihood; each change costs `penalty`, by default that of
the Bayesian criterion: its place counts as one parameter beside those that change. Autocorrelation brings
changes that are none: look at `change_points.lag_one` of the residuals, or raise the penalty.

Source: Killick, Fearnhead and Eckley (2012), Optimal detection of changepoints with a linear computational
cost, doi:10.1080/01621459.2012.737745.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from anlan.domain.errors import NotEnoughData, UsageError
from anlan.maths.control_charts.spread import finite

Floats = NDArray[np.float64]
KINDS = ("mean", "normal", "poisson")
PARAMETERS = {"mean": 2, "normal": 3, "poisson": 2}
NORMAL_MAD = 1.4826
SMALLEST_NOISE = 1e-12
"""Standard deviation of the noise, as a part of the largest value, below which it is rounding."""
LARGEST_COUNT = 1e150


@dataclass(frozen=True)
class Segment:
    """Positions `first` up to before `end`, and their mean in the unit of the series."""

    first: int
    end: int
    mean: float


def segments(
    values: ArrayLike, *, kind: str = "mean", penalty: float | None = None, shortest: int = 2
) -> tuple[Segment, ...]:
    """The segments of a series, one after the other; a series without a change is one segment.

    penalty   of each change, > 0;  shortest: points of a segment, >= 1 (>= 2 for `normal`)
    """
    series = finite(values)
    if (
        kind not in KINDS
        or shortest < (2 if kind == "normal" else 1)
        or (penalty is not None and penalty <= 0)
    ):
        raise UsageError("detection.segments", kind=kind, shortest=shortest)
    if kind == "poisson" and np.any(series < 0):
        raise NotEnoughData("spc.bad_counts")
    price = PARAMETERS[kind] * math.log(len(series)) if penalty is None else penalty
    ends = _cut(_Costs(series, kind), len(series), price, shortest)
    return tuple(
        Segment(first, end, _mean(series[first:end]))
        for first, end in zip([0, *ends[:-1]], ends, strict=True)
    )


class _Costs:
    """Cost of every segment that begins at one of some places and ends at one, from running sums."""

    def __init__(self, series: Floats, kind: str) -> None:
        scale = float(np.max(np.abs(series))) or 1.0
        unit = series / scale
        centred = unit - (0.0 if kind == "poisson" else float(np.median(unit)))
        self.kind, self.scale = kind, scale
        self.sum = np.concatenate([[0.0], np.cumsum(centred)])
        self.squares = np.concatenate([[0.0], np.cumsum(centred**2)])
        self.variance = _noise(centred)

    def __call__(self, first: NDArray[np.int64], end: int) -> Floats:
        n = end - first
        total = self.sum[end] - self.sum[first]
        if self.kind == "poisson":
            mean = np.maximum(total / n, 1e-300)
            return np.asarray(-2.0 * min(self.scale, LARGEST_COUNT) * (total * np.log(mean)))
        about = np.maximum(self.squares[end] - self.squares[first] - total**2 / n, 0.0)
        if self.kind == "mean":
            return np.asarray(about / self.variance)
        return np.asarray(n * np.log(np.maximum(about / n, 1e-9 * self.variance)))


def _cut(costs: _Costs, n: int, price: float, shortest: int) -> list[int]:
    """Ends of the segments of the cheapest cut.

    A beginning is hopeless once a cut at `end` beats it; it is dropped when the segment after that cut is
    long enough to be one.
    """
    if n < 2 * shortest:
        return [n]
    best, last = np.full(n + 1, np.inf), np.zeros(n + 1, dtype=np.int64)
    best[0] = -price
    begins, hopeless = np.array([0], dtype=np.int64), np.array([n + 1], dtype=np.int64)
    for end in range(shortest, n + 1):
        total = best[begins] + costs(begins, end)
        place = int(np.argmin(total))
        best[end], last[end] = total[place] + price, begins[place]
        hopeless = np.where(total > best[end], np.minimum(hopeless, end), hopeless)
        kept = hopeless + shortest > end + 1
        begins = np.append(begins[kept], end - shortest + 1)
        hopeless = np.append(hopeless[kept], n + 1)
    ends = [n]
    while last[ends[0]] > 0:
        ends.insert(0, int(last[ends[0]]))
    return ends


def _noise(series: Floats) -> float:
    """Variance of the noise from differences of neighbours, robustly; 1 for a constant series."""
    steps = np.diff(series)
    robust = NORMAL_MAD * float(np.median(np.abs(steps - np.median(steps)))) / math.sqrt(2.0)
    plain = float(np.sqrt(np.mean(steps**2) / 2.0))
    return max(robust or plain or 1.0, SMALLEST_NOISE) ** 2


def _mean(values: Floats) -> float:
    largest = float(np.max(np.abs(values))) or 1.0
    return float((values / largest).mean()) * largest
