"""Several indicators at once: a combination can be odd though each value alone is usual.

    usual = robust_location(rows)                    # (n, p): what is usual, outliers set aside
    detector = Together(usual, chances=(1e-2, 1e-3, 1e-4, 1e-5))

Location and scatter are the orthogonalised Gnanadesikan-Kettenring estimate with medians and MADs, twice
orthogonalised, then reweighted: rows beyond the 0.9 quantile of their squared distance are set aside and the
rest give mean and covariance, scaled to be consistent at normal rows. The chance of a distance is that of a
chi-square; with n below some 10 p it is too small.

Source: Maronna and Zamar (2002), Robust estimates of location and dispersion for high-dimensional datasets,
doi:10.1198/004017002188618509.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import chdtrc, chdtri, gammainc

from anlan.domain.errors import NotEnoughData, UsageError
from anlan.maths.detection.verdicts import Detector, State, Value, Verdict, standardised

Floats = NDArray[np.float64]
KEPT = 0.9
NORMAL_MAD = 1.4826


@dataclass(frozen=True)
class Usual:
    """location, scale: (p,) of each indicator; precision: (p, p) inverse covariance of the standardised
    ones, by rows."""

    location: tuple[float, ...]
    scale: tuple[float, ...]
    precision: tuple[tuple[float, ...], ...]

    def standardised(self, row: tuple[float, ...]) -> Floats:
        """Each indicator in robust sigma from its location."""
        each = zip(row, self.location, self.scale, strict=True)
        return np.array([standardised(value, centre, sigma) for value, centre, sigma in each])

    def squared_distance(self, row: tuple[float, ...]) -> float:
        """Squared Mahalanobis distance, >= 0."""
        z = self.standardised(row)
        return max(0.0, float(z @ np.array(self.precision) @ z))


@dataclass(frozen=True)
class Together(Detector):
    """chances: one to four falling probabilities of what is usual, at or below which levels 1, 2, .. fire."""

    usual: Usual
    chances: tuple[float, ...] = (1e-2, 1e-3, 1e-4, 1e-5)

    def __post_init__(self) -> None:
        falling = list(self.chances) == sorted(set(self.chances), reverse=True)
        if not (1 <= len(self.chances) <= 4 and falling and min(self.chances) > 0 and max(self.chances) < 1):
            raise UsageError("detection.chances", found=tuple(map(str, self.chances)))

    def first(self) -> State:
        return {}

    def judge(self, own: State, at_us: int, value: Value, size: float) -> tuple[State, Verdict]:
        row = value if isinstance(value, tuple) else (value,)
        if len(row) != len(self.usual.location):
            raise UsageError("detection.indicators", found=len(row), expected=len(self.usual.location))
        squared = self.usual.squared_distance(row)
        chance = float(chdtrc(len(row), squared))
        level = sum(chance <= limit for limit in self.chances)
        largest = int(np.argmax(np.abs(self.usual.standardised(row))))
        told = {"distance": squared**0.5, "chance": chance, "largest": largest}
        return own, Verdict(level, "together" if level else "normal", told)


def robust_location(rows: ArrayLike) -> Usual:
    """Usual location and scatter of rows (n, p) of finite values, n >= 2 p + 2, no indicator constant for
    half of the rows."""
    x = np.asarray(rows, dtype=np.float64)
    if x.ndim != 2 or len(x) < 2 * x.shape[1] + 2:
        raise NotEnoughData("detection.few_rows", found=len(x), needed=2 * x.shape[-1] + 2)
    if not np.all(np.isfinite(x)):
        raise NotEnoughData("spc.not_finite")
    location, scale = np.median(x, axis=0), _mads(x)
    if not np.all(scale > 0):
        raise NotEnoughData("detection.no_spread", indicator=int(np.argmin(scale)) + 1)
    z = (x - location) / scale
    kept = z[_squared(z) <= _cut(z)]
    covariance = np.atleast_2d(np.cov(kept, rowvar=False)) * _consistency(x.shape[1])
    precision = np.linalg.pinv(covariance, hermitian=True)
    centre = location + scale * kept.mean(axis=0)
    return Usual(tuple(centre.tolist()), tuple(scale.tolist()), tuple(map(tuple, precision.tolist())))


def _squared(z: Floats) -> Floats:
    """Squared distances by the twice orthogonalised pairwise estimate."""
    turned = z
    for _ in range(2):
        scale = _mads(turned)
        scale[scale == 0] = 1.0
        turned = turned / scale
        p = turned.shape[1]
        pairs = np.eye(p)
        for i in range(p):
            for j in range(i):
                both = np.stack([turned[:, i] + turned[:, j], turned[:, i] - turned[:, j]], axis=1)
                plus, minus = _mads(both)
                pairs[i, j] = pairs[j, i] = (plus**2 - minus**2) / 4.0
        turned = turned @ np.linalg.eigh(pairs)[1]
    away = turned - np.median(turned, axis=0)
    scale = _mads(turned)
    scale[scale == 0] = 1.0
    return np.asarray(np.sum((away / scale) ** 2, axis=1))


def _cut(z: Floats) -> float:
    """The 0.9 quantile of a chi-square, scaled so that the median distance is where it should be."""
    p = z.shape[1]
    return float(chdtri(p, 1.0 - KEPT)) * float(np.median(_squared(z))) / float(chdtri(p, 0.5))


def _consistency(p: int) -> float:
    """Inverse of the variance that is left of normal rows when those beyond the cut are set aside."""
    return KEPT / float(gammainc(p / 2 + 1, float(chdtri(p, 1.0 - KEPT)) / 2))


def _mads(x: Floats) -> Floats:
    return np.asarray(NORMAL_MAD * np.median(np.abs(x - np.median(x, axis=0)), axis=0))
