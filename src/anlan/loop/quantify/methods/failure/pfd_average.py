"""Average probability of failure on demand of a protection that is tested now and then.

1. `channels` of which `needed` must work; failures stay hidden until a test; a share strikes all at once.
2. The mean over the time in use, exact for exponential failures.
3. With an uncertain rate: the mean over the rate, and the limits at the 5 % and 95 % points of the rate,
   which are those of the answer because it only rises with the rate.

Mathematics: `anlan.maths.markov.demand`.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from anlan.domain.method import Answer, AnswerTable, Chart, Field, Method, Note, Quantity
from anlan.loop.quantify.methods.failure.integrity import integrity_level
from anlan.loop.quantify.methods.faults import Faults
from anlan.maths.distributions import Distribution
from anlan.maths.markov.demand import SafetyFunction, average_probability, probability_on_demand

_MOST_RATE, _MOST_TESTS = 1e3, 1000
_POINTS, _WEIGHTS = np.polynomial.legendre.leggauss(64)
_OTHERS = ((1, 1), (2, 1), (2, 2), (3, 2), (3, 1))


def run(inputs: Mapping[str, Any], *, seed: int = 0) -> Answer:
    """The average with its interval, what it consists of, and other architectures of the same channels."""
    faults = Faults()
    rate: Distribution = inputs["failure_rate"]
    of = _function(inputs, rate, faults)
    faults.raise_any()
    mean = _mean(of, rate)
    return Answer(
        quantities=(
            _with_limits(of, rate, mean),
            Quantity("integrity_level", integrity_level(mean)),
            *([Quantity("risk_reduction_factor", 1.0 / mean)] if mean > 1e-300 else []),
        ),
        tables=(_parts(of, rate, mean), _architectures(of, rate), _at_times(of, inputs["times"])),
        charts=(Chart("course", _drawn(of)),),
        assumptions=(
            Note("pfd.hidden"),
            Note("pfd.repair_at_once"),
            Note("pfd.exponential"),
            Note("pfd.low_demand"),
            *([Note("pfd.same_beta")] if inputs["beta"] > 0 else []),
        ),
        warnings=_warnings(of),
    )


def _function(inputs: Mapping[str, Any], rate: Distribution, faults: Faults) -> SafetyFunction:
    channels, needed = inputs["channels"], inputs["needed"]
    if needed > channels:
        faults.add("markov.needed", where="needed", found=needed, most=channels)
    highest = float(rate.quantile(0.95))
    if not (0 < rate.mean < _MOST_RATE and highest < _MOST_RATE):
        found = f"{max(rate.mean, highest):.4g}"
        faults.add("method.outside", where="failure_rate", found=found, limits=f"(0, {_MOST_RATE:g})")
    coverage, lifetime, interval = inputs["test_coverage"], inputs["lifetime"], inputs["test_interval"]
    if coverage < 1 and lifetime is None:
        faults.add("pfd.lifetime_missing", where="lifetime", coverage=coverage)
    if lifetime is not None and not interval <= lifetime <= _MOST_TESTS * interval:
        limits = f"[{interval:g}, {_MOST_TESTS * interval:g}]"
        faults.add("method.outside", where="lifetime", found=f"{lifetime:g}", limits=limits)
    return SafetyFunction(channels, needed, rate.mean, interval, inputs["beta"], coverage, lifetime)


def _mean(of: SafetyFunction, rate: Distribution) -> float:
    """Mean over the rate, by its quantiles."""
    if rate.kind == "constant":
        return average_probability(of)
    rates = rate.quantile((_POINTS + 1) / 2)
    values = [average_probability(replace(of, rate=float(each))) for each in rates]
    return float(_WEIGHTS @ np.array(values) / 2)


def _with_limits(of: SafetyFunction, rate: Distribution, mean: float) -> Quantity:
    if rate.kind == "constant":
        return Quantity("pfd_average", mean, "probability")
    low, high = (average_probability(replace(of, rate=float(each))) for each in rate.quantile([0.05, 0.95]))
    return Quantity("pfd_average", mean, "probability", low, high, "middle_90")


def _parts(of: SafetyFunction, rate: Distribution, mean: float) -> AnswerTable:
    """What all channels have in common, and what the channels add by failing each for itself."""
    alone = replace(of, channels=1, needed=1, beta=1.0)
    common = _mean(replace(alone, rate=of.rate * of.beta), rate.scaled(of.beta)) if of.beta > 0 else 0.0
    rows = (
        (Note("pfd.part_common"), common, common / mean if mean > 0 else 0.0),
        (Note("pfd.part_independent"), mean - common, (mean - common) / mean if mean > 0 else 0.0),
    )
    return AnswerTable("pfd_parts", ("pfd_part", "chance", "share_of_total"), rows)


def _architectures(of: SafetyFunction, rate: Distribution) -> AnswerTable:
    """The same channels put together otherwise; the own architecture among them."""
    shapes = dict.fromkeys(((of.channels, of.needed), *_OTHERS))
    rows = []
    for channels, needed in shapes:
        value = _mean(replace(of, channels=channels, needed=needed), rate)
        rows.append((f"{needed}oo{channels}", value, integrity_level(value)))
    return AnswerTable("pfd_architectures", ("architecture", "pfd_average", "integrity_level"), tuple(rows))


def _at_times(of: SafetyFunction, times: tuple[float, ...]) -> AnswerTable:
    """The probability at the times asked for, else over the time in use."""
    asked = np.array(times) if times else of.in_use * (np.arange(12) + 0.5) / 12
    values = probability_on_demand(of, asked)
    rows = tuple((float(t), float(p)) for t, p in zip(asked, values, strict=True))
    return AnswerTable("pfd_course", ("hours", "chance"), rows)


def _drawn(of: SafetyFunction) -> dict[str, Any]:
    times = np.linspace(0, min(of.in_use, 10 * of.interval), 241)[:-1]
    values = probability_on_demand(of, times)
    return {
        "x": {"name": "hours", "values": times},
        "series": [{"name": "probability", "values": values}],
    }


def _warnings(of: SafetyFunction) -> tuple[Note, ...]:
    found = []
    if of.channels > 1 and of.beta == 0:
        found.append(Note("pfd.no_common"))
    if of.rate * of.interval > 0.1:
        found.append(Note("pfd.often", {"expected": of.rate * of.interval}))
    if of.coverage == 1 and of.lifetime is not None:
        found.append(Note("pfd.lifetime_unused"))
    return tuple(found)


METHOD = Method(
    "pfd_average",
    (
        Field("channels", "integer", default=1, low=1, high=12),
        Field("needed", "integer", default=1, low=1, high=12),
        Field("failure_rate", "estimate", low=0, high=_MOST_RATE, unit="per_hour"),
        Field("test_interval", "number", above=0, high=1e6, unit="hour"),
        Field("beta", "number", default=0.0, low=0, high=1),
        Field("test_coverage", "number", default=1.0, above=0, high=1),
        Field("lifetime", "number", default=None, above=0, high=1e9, unit="hour"),
        Field("times", "numbers", default=(), least=0, most=200, low=0, high=1e9),
    ),
    run,
)
