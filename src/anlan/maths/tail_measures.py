"""Value at risk and expected shortfall in closed form, for location-scale losses and for fitted severities.

VaR_p is the loss not exceeded with probability p; ES_p (CVaR) the mean of the worst 1 - p of the outcomes.
Normal: ES = mu + sigma phi(z) / (1 - p). t with nu degrees: ES = mu + s g(q) (nu + q^2) / ((nu - 1)(1 - p)).

Source: McNeil, Frey & Embrechts (2015), Quantitative Risk Management, section 2.3.
"""

import math

from scipy.special import gammaln, ndtri, stdtrit

from anlan.maths.distributions import Distribution


def normal_tail(probability: float, *, mean: float = 0.0, sd: float = 1.0) -> tuple[float, float]:
    """(VaR, ES) of a normal loss."""
    z = float(ndtri(probability))
    density = math.exp(-z * z / 2.0) / math.sqrt(2.0 * math.pi)
    return mean + sd * z, mean + sd * density / (1.0 - probability)


def t_tail(
    probability: float, *, degrees: float, mean: float = 0.0, scale: float = 1.0
) -> tuple[float, float]:
    """(VaR, ES) of mean + scale t; degrees > 1."""
    q = float(stdtrit(degrees, probability))
    constant = math.exp(gammaln((degrees + 1.0) / 2.0) - gammaln(degrees / 2.0)) / math.sqrt(
        degrees * math.pi
    )
    density = constant * (1.0 + q * q / degrees) ** (-(degrees + 1.0) / 2.0)
    beyond = density * (degrees + q * q) / ((degrees - 1.0) * (1.0 - probability))
    return mean + scale * q, mean + scale * beyond


def severity_tail(distribution: Distribution, probability: float) -> tuple[float, float]:
    """(VaR, ES) of one loss: the quantile, and it plus the mean excess over it, E[(X - q)+] / (1 - p)."""
    at_risk = float(distribution.quantile(probability))
    excess = distribution.mean - float(distribution.limited_mean(at_risk))
    return at_risk, at_risk + max(0.0, excess) / (1.0 - probability)
