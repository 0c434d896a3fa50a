"""What is known of one risk for the loss of a year, as the method `annual_loss` takes it.

frequency, severity: a number or `{"kind": ...}` as a spec writes it (`methods.estimates`). A size known by
its mean and median, or by its mean and 95 % point alone, is taken as lognormal, so that the expected loss
stays what was measured.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from scipy.special import ndtri

from anlan.loop.quantify.methods.estimates import KINDS

Estimate = Mapping[str, Any]

_Z95 = float(ndtri(0.95))
_MIDDLE_80 = float(ndtri(0.9))
_WIDEST = 3.0
"""Largest standard deviation of a logarithm that is taken: beyond it one loss would be all of the year."""


@dataclass(frozen=True)
class KnownRisk:
    """A risk with numbers. records: losses its size was measured on; None where people estimate it.
    months, carry_over: how long an event's loss goes on, as in `annual_loss`."""

    code: str
    frequency: Estimate
    severity: Estimate
    nodes: tuple[str, ...] = ()
    records: int | None = None
    months: int = 1
    carry_over: float = 0.0


def from_points(points: Mapping[str, Any]) -> Estimate | None:
    """Lowest, likely and highest value as an estimate; None where they are no ascending numbers.

    shape `pert`: the ends hold all; `lognormal`: they hold the middle 90 %, and likely is not used.
    """
    low, likely, high = (points.get(name) for name in ("low", "likely", "high"))
    if not isinstance(low, int | float) or not isinstance(high, int | float) or not 0 <= low <= high:
        return None
    if low == high:
        return {"kind": "constant", "value": float(low)}
    if points.get("shape", "pert") == "lognormal":
        return {"kind": "lognormal", "low": float(low), "high": float(high)} if low > 0 else None
    middle = (low + high) / 2 if likely is None else likely
    if not low <= middle <= high:
        return None
    return {"kind": "pert", "low": float(low), "likely": float(middle), "high": float(high)}


def from_named(kind: str, parameters: Mapping[str, Any]) -> Estimate | None:
    """A distribution by its parameters; None for one that a spec cannot name."""
    if kind == "lognormal" and {"mu", "sigma"} <= set(parameters):
        mu, sigma = float(parameters["mu"]), float(parameters["sigma"])
        return {"kind": kind, "mean": math.exp(mu + sigma**2 / 2), "sigma": sigma} if sigma > 0 else None
    names = next((each for each in KINDS.get(kind, ()) if set(each) <= set(parameters)), None)
    return None if names is None else {"kind": kind, **{name: float(parameters[name]) for name in names}}


def rate_after(events: float, *, rate: float) -> Estimate:
    """A yearly rate measured on so many events: gamma with Jeffreys' half event, its mean the rate."""
    shape = events + 0.5
    return {"kind": "gamma", "shape": shape, "scale": rate / shape}


def lognormal_of(mean: float, *, median: float | None, p95: float | None) -> Estimate | None:
    """The lognormal with this mean and this median, or else this 95 % point; None where there is none.

    sigma = sqrt(2 ln(mean / median)); from the 95 % point the smaller root of
    sigma^2 / 2 - z sigma + ln(p95 / mean) = 0, whose tail is the shorter.
    """
    sigma: float | None = None
    if median is not None and 0 < median < mean:
        sigma = math.sqrt(2.0 * math.log(mean / median))
    elif p95 is not None and p95 > mean > 0:
        under = _Z95**2 - 2.0 * math.log(p95 / mean)
        sigma = _Z95 - math.sqrt(under) if under >= 0 else None
    if sigma is None or not 0 < sigma <= _WIDEST:
        return None
    return {"kind": "lognormal", "mean": mean, "sigma": sigma}


def typical_size(spread: float, *, records: int | None) -> Estimate | None:
    """How far all losses of a risk may lie above or below what is written: a lognormal about one.

    spread: standard deviation of the logarithm of one loss. Measured on n losses, their middle is known to
    spread / sqrt(n); an estimate of people counts as one loss. None where nothing is open.
    """
    deviation = min(spread, _WIDEST) / math.sqrt(max(records or 1, 1))
    if deviation < 1e-6:
        return None
    return {"kind": "lognormal", "median": 1.0, "error_factor": math.exp(_Z95 * deviation)}
