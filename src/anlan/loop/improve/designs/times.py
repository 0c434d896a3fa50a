"""Times as the inputs write them, made shorter, steadier, or added up. Minutes, in and out."""

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
from scipy.optimize import brentq

from anlan.loop.quantify.methods.estimates import read_estimate
from anlan.maths.distributions import Distribution

_SCALES: Mapping[str, tuple[str, ...]] = {
    "constant": ("value",),
    "pert": ("low", "likely", "high"),
    "lognormal": ("mean", "median", "low", "high"),
    "gamma": ("scale",),
    "weibull": ("scale",),
}
"""Kind -> the numbers of it that are times."""
_CELLS, _SUM_CELLS = 200, 400
Time = Any
"""A number of minutes, or a distribution as a mapping."""


def law(time: Time) -> Distribution:
    """The time as a distribution, minutes."""
    return read_estimate(time if isinstance(time, Mapping) else {"kind": "constant", "value": time})


def scaled(time: Time, factor: float) -> Time:
    """The time times a factor; of the same kind, written with the same names."""
    if factor == 1.0:
        return time
    if not isinstance(time, Mapping):
        return float(time) * factor
    if time["kind"] == "quantiles":
        return {**time, "values": [float(value) * factor for value in time["values"]]}
    names = _SCALES[time["kind"]]
    return {name: float(value) * factor if name in names else value for name, value in time.items()}


def steadier(time: Time, factor: float) -> Time:
    """The same mean, the standard deviation times a factor from 0 to 1; of the same kind.

    Quantiles and PERT are drawn towards their mean; the others change their shape.
    """
    if factor == 1.0 or not isinstance(time, Mapping) or time["kind"] == "constant":
        return time
    made = law(time)
    if factor == 0.0:
        return made.mean
    p, mean = made.parameters, made.mean
    match made.kind:
        case "lognormal":
            sigma = math.sqrt(math.log1p(factor**2 * math.expm1(p["sigma"] ** 2)))
            return {"kind": "lognormal", "mean": mean, "sigma": sigma}
        case "gamma":
            return {"kind": "gamma", "shape": p["shape"] / factor**2, "scale": p["scale"] * factor**2}
        case "weibull":
            shape = _weibull_shape(factor**2 * made.variance / mean**2)
            return {"kind": "weibull", "shape": shape, "scale": mean / math.gamma(1 + 1 / shape)}
        case "pert":
            names = ("low", "likely", "high")
            return {"kind": "pert", **{name: mean + factor * (p[name] - mean) for name in names}}
    return {"kind": "quantiles", "values": (mean + factor * (made.points - mean)).tolist()}


def _weibull_shape(squared_variation: float) -> float:
    """The shape whose variance over squared mean is the one asked for (Johnson et al. 1994, ch. 21)."""

    def beyond(log_shape: float) -> float:
        k = math.exp(log_shape)
        return math.lgamma(1 + 2 / k) - 2 * math.lgamma(1 + 1 / k) - math.log1p(squared_variation)

    return math.exp(float(brentq(beyond, math.log(0.05), math.log(1e4), xtol=1e-13)))


def added(times: "list[Time]", factor: float) -> Time:
    """Sum of independent times, times a factor. Constants add up; else quantiles of the sum on a grid, with
    the mean exact."""
    laws = [law(time) for time in times]
    if all(each.kind in ("none", "constant") for each in laws):
        return sum(each.mean for each in laws) * factor
    middles = (np.arange(_SUM_CELLS) + 0.5) / _SUM_CELLS
    total = np.zeros(1)
    for each in laws:
        outer = np.add.outer(total, np.asarray(each.quantile(middles))).ravel()
        total = np.sort(outer).reshape(_SUM_CELLS, -1).mean(axis=1)
    values = np.quantile(total, np.linspace(0.0, 1.0, _CELLS + 1))
    mean = math.fsum(each.mean for each in laws)
    found = float((values[:-1] + values[1:]).mean() / 2)
    return {"kind": "quantiles", "values": (values * (mean / found) * factor).tolist()}
