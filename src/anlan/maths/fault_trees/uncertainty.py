"""What uncertain probabilities of events make of the probability of the top.

Samples of one `kind` of event use one and the same quantile: who does not know the failure rate of one pump
does not know that of its twin either. G. Apostolakis, S. Kaplan (1981), Pitfalls in risk calculations,
Reliability Engineering 2(2), doi:10.1016/0143-8174(81)90019-6.
"""

import hashlib
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from anlan.maths.distributions import Distribution
from anlan.maths.streams import Stream

PURPOSE = 7_101
LEVELS = (0.05, 0.5, 0.95)
Reading = Callable[[NDArray[np.float64]], NDArray[np.float64]]


@dataclass(frozen=True, eq=False)
class Uncertainty:
    """Of n samples: the mean with its standard error, and quantiles by level with the limits that hold the
    true one with 95 % (order statistics)."""

    n: int
    mean: float
    mean_error: float
    quantiles: Mapping[float, float]
    limits: Mapping[float, tuple[float, float]]


def sampled_events(
    given: Mapping[str, tuple[Distribution, Reading | None]],
    kinds: Mapping[str, str],
    *,
    n: int,
    stream: Stream,
) -> dict[str, NDArray[np.float64]]:
    """Samples (n,) of each event's probability, held to 1 at most.

    given: event -> distribution, and how a draw becomes a probability (None: it is one).
    kinds: event -> its kind; events without one are drawn for themselves.
    """
    draws: dict[str, NDArray[np.float64]] = {}
    found = {}
    for name, (distribution, reading) in given.items():
        kind = f"kind {kinds[name]}" if kinds.get(name) else f"event {name}"
        if kind not in draws:
            draws[kind] = stream.uniform(n, purpose=PURPOSE, place=_place(kind))
        drawn = distribution.quantile(draws[kind])
        found[name] = np.minimum(drawn if reading is None else reading(drawn), 1.0)
    return found


def _place(name: str) -> int:
    """The address of a name in the stream: the same whatever else stands in the tree."""
    return int.from_bytes(hashlib.blake2b(name.encode(), digest_size=4).digest(), "little")


def uncertainty_of(samples: NDArray[np.float64]) -> Uncertainty:
    """Mean and quantiles of samples (n,), n >= 2."""
    n = len(samples)
    ordered = np.sort(samples)
    quantiles, limits = {}, {}
    for level in LEVELS:
        quantiles[level] = float(np.quantile(ordered, level))
        reach = 1.96 * math.sqrt(n * level * (1 - level))
        low, high = math.floor(n * level - reach), math.ceil(n * level + reach)
        limits[level] = (float(ordered[max(low - 1, 0)]), float(ordered[min(high, n - 1)]))
    error = float(np.std(samples, ddof=1)) / math.sqrt(n)
    return Uncertainty(n, float(np.mean(samples)), error, quantiles, limits)
