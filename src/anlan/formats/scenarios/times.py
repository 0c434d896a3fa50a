"""Laws of times of other programs as estimates of ours.

Two ways of writing are in use for the same names. Plain numbers are the arguments of SciPy's laws:

    expon loc, scale · norm mean, deviation · uniform low, width · triang c, low, width ·
    lognorm s, loc, scale · gamma a, loc, scale · fix value

Objects `{"value": ...}` are mean, spread and limits:

    expon mean, min, max · norm mean, deviation, min, max · uniform min, max ·
    lognorm mean, variance, min, max · gamma mean, variance, min, max · fix value · triang c, min, max

What is outside the limits, or negative, is drawn again there, so the law is cut at the limits here.
Source: README of Prosimos; `to_prosimos_distribution` of pix-framework.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from scipy import stats

from anlan.domain.errors import RefusedInput
from anlan.formats.scenarios.model import Time

_CELLS, _FINE = 100, 200_000
_MINUTE_S = 60.0


def time_of(name: str, numbers: Sequence[float], *, limits: bool, where: str) -> Time:
    """The law of times given in seconds. limits: written as mean, spread and limits.

    Errors: RefusedInput `scenario.law` for an unknown name, `scenario.law_numbers` for numbers that make no
    law.
    """
    known = name.strip().lower()
    makers = _BY_LIMITS if limits else _BY_ARGUMENTS
    if known not in makers:
        raise RefusedInput("scenario.law", where=where, found=name[:40], accepted=tuple(makers))
    try:
        with np.errstate(all="ignore"):  # numbers beyond all range are seen by what comes of them
            law, low, high = makers[known](*[float(number) for number in numbers])
            made = _cut(law, max(0.0, low), high)
    except (TypeError, ValueError, ZeroDivisionError, OverflowError) as fault:
        raise RefusedInput(
            "scenario.law_numbers", where=where, law=name[:40], found=tuple(f"{n:g}" for n in numbers)
        ) from fault
    return made


def constant(seconds: float) -> Time:
    return Time(seconds / _MINUTE_S, seconds / _MINUTE_S)


def _cut(law: Any, low: float, high: float) -> Time:
    """An exact kind of ours where there is one, else 101 quantiles whose mean is that of the law cut."""
    if isinstance(law, float):
        if not (math.isfinite(law) and law >= 0.0):
            raise ValueError(law)
        return constant(law)
    if not (law.std() >= 0.0 and math.isfinite(law.mean()) and high >= low):
        raise ValueError(law.args)
    below, above = float(law.cdf(low)), float(law.cdf(high)) if math.isfinite(high) else 1.0
    if not above > below:
        raise ValueError((low, high))
    exact = _exact(law) if below <= 1e-12 and above >= 1.0 - 1e-12 else None
    if exact is not None:
        return Time(exact, float(law.mean()) / _MINUTE_S)
    return _by_quantiles(law, low, high, below, above)


def _by_quantiles(law: Any, low: float, high: float, below: float, above: float) -> Time:
    """The law between its limits. The ends are set so that the first cell and the whole have the right mean:
    a law without an end has no least or greatest value."""
    points = np.asarray(law.ppf(below + (above - below) * np.arange(_CELLS + 1) / _CELLS))
    fine = below + (above - below) * (np.arange(_FINE) + 0.5) / _FINE
    values = np.clip(np.asarray(law.ppf(fine)), low, high)
    mean, first = float(values.mean()), float(values[: _FINE // _CELLS].mean())
    points[0] = min(max(low, 2.0 * first - float(points[1])), float(points[1]))
    inner = float((points[:-2] + points[1:-1]).sum() / 2)
    last = 2.0 * (mean * _CELLS - inner) - float(points[-2])
    points[-1] = max(float(points[-2]), min(last, high))
    if not (math.isfinite(mean) and np.isfinite(points).all()):
        raise ValueError(law.args)
    minutes = [round(float(point) / _MINUTE_S, 6) for point in points]
    return Time({"kind": "quantiles", "values": minutes}, mean / _MINUTE_S)


def _exact(law: Any) -> Any:
    """The estimate of a law that needs no quantiles; None where there is none."""
    name, args, kept = law.dist.name, law.args, law.kwds
    loc, scale = kept.get("loc", 0.0), kept.get("scale", 1.0)
    minutes = scale / _MINUTE_S
    if name == "uniform":
        return {"kind": "quantiles", "values": [loc / _MINUTE_S, (loc + scale) / _MINUTE_S]}
    if name == "triang":
        return {"kind": "triangular", "low": loc / _MINUTE_S, "likely": (loc + args[0] * scale) / _MINUTE_S,
                "high": (loc + scale) / _MINUTE_S}  # fmt: skip
    if loc != 0.0:
        return None
    if name == "expon":
        return {"kind": "weibull", "shape": 1, "scale": minutes}
    if name == "gamma":
        return {"kind": "gamma", "shape": args[0], "scale": minutes}
    if name == "lognorm":
        return {"kind": "lognormal", "mean": minutes * math.exp(args[0] ** 2 / 2), "sigma": args[0]}
    return None


def _expon(loc: float, scale: float, low: float = 0.0, high: float = math.inf) -> Any:
    return stats.expon(loc=loc, scale=_positive(scale)), max(low, loc), high


def _norm(mean: float, deviation: float, low: float = 0.0, high: float = math.inf) -> Any:
    return (float(mean) if deviation == 0 else stats.norm(loc=mean, scale=_positive(deviation))), low, high


def _uniform(low: float, width: float, *_: float) -> Any:
    return (float(low) if width == 0 else stats.uniform(loc=low, scale=_positive(width))), low, low + width


def _triang(c: float, low: float, width: float, *_: float) -> Any:
    if not 0.0 <= c <= 1.0:
        raise ValueError(c)
    return stats.triang(c, loc=low, scale=_positive(width)), low, low + width


def _lognorm(s: float, loc: float, scale: float, low: float = 0.0, high: float = math.inf) -> Any:
    return stats.lognorm(_positive(s), loc=loc, scale=_positive(scale)), max(low, loc), high


def _gamma(a: float, loc: float, scale: float, low: float = 0.0, high: float = math.inf) -> Any:
    return stats.gamma(_positive(a), loc=loc, scale=_positive(scale)), max(low, loc), high


def _fix(value: float, *_: float) -> Any:
    return float(value), 0.0, math.inf


def _expon_limits(mean: float, low: float = 0.0, high: float = math.inf) -> Any:
    return stats.expon(loc=low, scale=_positive(mean - low)), low, high


def _uniform_limits(low: float, high: float) -> Any:
    return _uniform(low, high - low)


def _lognorm_limits(mean: float, variance: float, low: float = 0.0, high: float = math.inf) -> Any:
    s2 = math.log1p(_positive(variance) / _positive(mean) ** 2)
    return _lognorm(math.sqrt(s2), 0.0, mean * math.exp(-s2 / 2), low, high)


def _gamma_limits(mean: float, variance: float, low: float = 0.0, high: float = math.inf) -> Any:
    return _gamma(_positive(mean) ** 2 / _positive(variance), 0.0, variance / mean, low, high)


def _triang_limits(likely: float, low: float, high: float) -> Any:
    return _triang((likely - low) / _positive(high - low), low, high - low)


def _positive(number: float) -> float:
    if not (math.isfinite(number) and number > 0.0):
        raise ValueError(number)
    return number


_BY_ARGUMENTS: Mapping[str, Callable[..., Any]] = {
    "expon": _expon, "norm": _norm, "uniform": _uniform, "triang": _triang, "lognorm": _lognorm,
    "gamma": _gamma, "fix": _fix,
}  # fmt: skip
_BY_LIMITS: Mapping[str, Callable[..., Any]] = {
    "expon": _expon_limits, "norm": _norm, "uniform": _uniform_limits, "triang": _triang_limits,
    "lognorm": _lognorm_limits, "gamma": _gamma_limits, "fix": _fix,
}  # fmt: skip
