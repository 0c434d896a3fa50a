"""Average probability on demand against exact sums in 80 digits, limits and another program's integral."""

import math
from decimal import Decimal, localcontext

import pytest
from scipy.integrate import quad

from anlan.maths.markov.demand import SafetyFunction, average_probability, probability_on_demand


def _exact(channels: int, needed: int, x: float, beta: float) -> float:
    """The mean as an alternating sum of (1 - exp(-a x)) / (a x), in 80 digits."""
    with localcontext() as context:
        context.prec = 80
        b, exposure = Decimal(beta), Decimal(x)

        def mean_of_exp(a: Decimal) -> Decimal:
            return (1 - (-a * exposure).exp()) / (a * exposure) if a else Decimal(1)

        sound = Decimal(0)
        for k in range(needed, channels + 1):
            for i in range(channels - k + 1):
                weight = math.comb(channels, k) * math.comb(channels - k, i) * (-1) ** i
                sound += weight * mean_of_exp(b + (1 - b) * (k + i))
        return float(1 - sound)


@pytest.mark.parametrize(("channels", "needed"), [(1, 1), (2, 1), (2, 2), (3, 2), (3, 1), (5, 3)])
@pytest.mark.parametrize("x", [1e-8, 1e-3, 0.0876, 1.0, 40.0, 1e4])
@pytest.mark.parametrize("beta", [0.0, 0.1, 1.0])
def test_the_mean_is_the_exact_one_to_nearly_all_digits(
    channels: int, needed: int, x: float, beta: float
) -> None:
    of = SafetyFunction(channels, needed, rate=x / 8760, interval=8760, beta=beta)
    assert average_probability(of) == pytest.approx(_exact(channels, needed, x, beta), rel=1e-11)


def test_small_rates_give_the_formulas_of_the_handbook() -> None:
    rate, interval, beta = 1e-9, 8760.0, 0.05
    x = rate * interval

    def mean(channels: int, needed: int, beta: float = 0.0) -> float:
        return average_probability(SafetyFunction(channels, needed, rate, interval, beta))

    assert mean(1, 1) == pytest.approx(x / 2, rel=1e-4)
    assert mean(2, 1) == pytest.approx(x**2 / 3, rel=1e-4)
    assert mean(3, 2) == pytest.approx(x**2, rel=1e-4)
    assert mean(2, 1, beta) == pytest.approx(beta * x / 2, rel=1e-3)


def test_what_tests_miss_adds_up_over_the_lifetime() -> None:
    of = SafetyFunction(2, 1, 2e-5, 1000.0, beta=0.1, coverage=0.7, lifetime=4500.0)
    pieces = [(1000.0 * i, min(1000.0 * (i + 1), 4500.0)) for i in range(5)]
    whole = sum(
        quad(lambda t: float(probability_on_demand(of, t)), a, b - 1e-9, epsabs=1e-15)[0] for a, b in pieces
    )
    assert average_probability(of) == pytest.approx(whole / 4500, rel=1e-6)
    assert float(probability_on_demand(of, 999.999)) > float(probability_on_demand(of, 1000.0)) > 0


def test_more_tests_more_channels_and_less_in_common_never_do_harm() -> None:
    def mean(**changed: float) -> float:
        given = {"channels": 2, "needed": 1, "rate": 1e-5, "interval": 8760.0, "beta": 0.1, **changed}
        return average_probability(SafetyFunction(**given))  # type: ignore[arg-type]

    assert mean(interval=4380.0) < mean()
    assert mean(channels=3) < mean() < mean(needed=2)
    assert mean(beta=0.0) < mean() < mean(beta=1.0)
    assert mean(beta=1.0) == pytest.approx(mean(channels=1, beta=0.3))
