"""Intervals of quantiles hold what they say where the values of a replication hang together."""

import numpy as np
import pytest

from anlan.domain.errors import UsageError
from anlan.maths.simulation.replications import quantile_over


@pytest.mark.parametrize(("share", "shared"), [(0.5, 0.0), (0.5, 0.4), (0.95, 0.4)])
def test_the_interval_holds_the_quantile_of_the_process(share: float, shared: float) -> None:
    """Values with a part that a whole replication shares: pooled they would seem far more certain."""
    rng = np.random.default_rng(4)

    def replication(n: int) -> np.ndarray:
        return np.exp(rng.normal(0, shared) + rng.normal(0, 1, n))

    true = float(np.quantile(np.exp(np.hypot(1, shared) * rng.normal(size=2_000_000)), share))
    found = [quantile_over([replication(int(n)) for n in rng.poisson(150, 15)], share) for _ in range(400)]
    held = np.mean([each.low <= true <= each.high for each in found])
    assert 0.91 <= held <= 0.99
    assert all(each.low <= each.estimate <= each.high for each in found)


def test_few_values_say_so() -> None:
    one = quantile_over([np.array([1.0, 5.0, 3.0]), np.zeros(0)], 0.5)
    assert (one.estimate, one.low, one.high) == (3.0, 1.0, 5.0)
    same = quantile_over([np.full(4, 2.0), np.full(9, 2.0)], 0.95)
    assert (same.estimate, same.low, same.high) == (2.0, 2.0, 2.0)
    with pytest.raises(UsageError):
        quantile_over([np.zeros(0), np.zeros(0)], 0.5)
