"""An uncertain number as a user writes it: a kind and the numbers that fix it.

constant            value
triangular, pert    low, likely, high
lognormal           mean and sigma of the logarithm; or median and error_factor (P95 over median);
                    or low, high: the limits that hold the middle 90 %
gamma, weibull      shape, scale
quantiles           values at evenly spaced probabilities 0, ..., 1; linear between them
"""

import math
import sys
from collections.abc import Mapping, Sequence
from typing import Any

from scipy.special import ndtri

from anlan.domain.errors import RefusedInput
from anlan.maths.distributions import (
    Distribution,
    from_quantiles,
    lognormal_from_mean,
    lognormal_from_quantiles,
    pert,
    triangular,
)

KINDS: Mapping[str, tuple[tuple[str, ...], ...]] = {
    "constant": (("value",),),
    "triangular": (("low", "likely", "high"),),
    "pert": (("low", "likely", "high"),),
    "lognormal": (("mean", "sigma"), ("median", "error_factor"), ("low", "high")),
    "gamma": (("shape", "scale"),),
    "weibull": (("shape", "scale"),),
    "quantiles": (("values",),),
}
"""Kind -> the sets of names it can be given by."""

LISTED = "quantiles"
"""The kind that takes a list of numbers."""
MOST_QUANTILES = 10_001
_POSITIVE = frozenset({"mean", "sigma", "median", "shape", "scale"})


def read_estimate(given: Mapping[str, Any]) -> Distribution:
    """The distribution. Errors: RefusedInput `distribution.kind`, `distribution.names`,
    `distribution.number`, `distribution.too_wide`, or what the distribution itself refuses (limits the
    wrong way round)."""
    kind = str(given.get("kind"))
    if kind not in KINDS:
        raise RefusedInput("distribution.kind", found=kind[:40], known=tuple(KINDS))
    names = tuple(name for name in given if name != "kind")
    accepted = next((each for each in KINDS[kind] if set(each) == set(names)), None)
    if accepted is None:
        raise RefusedInput("distribution.names", kind=kind, found=names)
    try:
        made = _from_values(given["values"]) if kind == LISTED else _from_numbers(kind, accepted, given)
    except OverflowError as error:
        raise RefusedInput("distribution.too_wide", kind=kind) from error
    if not _has_moments(made):
        raise RefusedInput("distribution.too_wide", kind=kind)
    return made


def _has_moments(made: Distribution) -> bool:
    """Whether mean and variance are numbers that a computer can hold."""
    try:
        return math.isfinite(made.mean) and math.isfinite(made.variance)
    except OverflowError:
        return False


def _number(name: str, value: Any) -> float:
    fine = isinstance(value, int | float) and not isinstance(value, bool) and abs(value) <= sys.float_info.max
    if not fine or value < 0 or (name in _POSITIVE and value == 0) or (name == "error_factor" and value <= 1):
        raise RefusedInput("distribution.number", name=name, found=str(value)[:40])
    return float(value)


def _from_numbers(kind: str, names: Sequence[str], given: Mapping[str, Any]) -> Distribution:
    return _made(kind, {name: _number(name, given[name]) for name in names})


def _from_values(given: Any) -> Distribution:
    """Errors: RefusedInput `distribution.quantiles` for what is no list, too short, too long or falls."""
    if not isinstance(given, Sequence) or isinstance(given, str) or not 2 <= len(given) <= MOST_QUANTILES:
        n = len(given) if isinstance(given, Sequence) and not isinstance(given, str) else 0
        raise RefusedInput("distribution.quantiles", found=n, most=MOST_QUANTILES)
    values = [_number("values", value) for place, value in enumerate(given, start=1)]
    falls = next((place for place in range(1, len(values)) if values[place] < values[place - 1]), None)
    if falls is not None:
        raise RefusedInput("distribution.quantiles_fall", place=falls + 1, found=values[falls],
                           before=values[falls - 1])  # fmt: skip
    return from_quantiles(values)


def _made(kind: str, p: Mapping[str, float]) -> Distribution:
    if kind == "pert":
        return pert(p["low"], p["likely"], p["high"])
    if kind == "triangular":
        return triangular(p["low"], p["likely"], p["high"])
    if kind != "lognormal":
        return Distribution(kind, p)
    if "mean" in p:
        return lognormal_from_mean(p["mean"], sigma=p["sigma"])
    if "low" in p:
        return lognormal_from_quantiles(p["low"], p["high"])
    sigma = math.log(p["error_factor"]) / float(ndtri(0.95))
    return Distribution("lognormal", {"mu": math.log(p["median"]), "sigma": sigma})
