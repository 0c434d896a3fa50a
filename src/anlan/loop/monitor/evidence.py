"""What an alert says of how often a risk happens: the yearly frequency before and after (Gamma-Poisson).

The frequency known is read as the gamma distribution with the same limits. Watching for `years` and counting
`events` of the risk makes Gamma(a, b) into Gamma(a + events, b + years): conjugacy of the Poisson rate, which
holds as well where the watch is read at the moment of an event (the likelihood of a Poisson process watched
until its n-th event is the same up to a constant). Source: Gelman et al. 2013, Bayesian Data Analysis, 2.6.

An alert counts as one event only where a person says that the risk came about in it: a limit crossed is a
sign, not the event itself. A false alarm is no evidence.
"""

import math
from dataclasses import dataclass

from anlan.domain.errors import UsageError
from anlan.domain.interval import Interval
from anlan.maths.blending.elicited import gamma_from_quantiles
from anlan.maths.counts import RatePosterior

YEAR_S = 365.25 * 86_400
NO_EVIDENCE = ("expected", "duplicate", "data_fault")
"""Dispositions of closed alerts in which the risk did not come about, or was counted already."""


@dataclass(frozen=True)
class Effect:
    """before, after: events a year at the level of the interval known; years: watched; ratio: of means."""

    before: Interval
    after: Interval
    events: int
    years: float

    @property
    def days(self) -> float:
        return self.years * YEAR_S / 86_400

    @property
    def ratio(self) -> float:
        return self.after.estimate / self.before.estimate


def effect(known: Interval, *, events: int, years: float) -> Effect:
    """The frequency after `events` >= 0 in `years` > 0 of watching. known: events a year, 0 < low < high.

    Errors: UsageError `evidence.frequency` where no gamma has these limits, `evidence.watched`.
    """
    if not (math.isfinite(years) and years > 0 and events >= 0):
        raise UsageError("evidence.watched", events=events, years=years)
    if not 0 < known.low < known.high < math.inf:
        raise UsageError("evidence.frequency", low=known.low, high=known.high)
    try:
        prior = gamma_from_quantiles(known.low, known.high, level=known.level)
    except UsageError as fault:
        raise UsageError("evidence.frequency", low=known.low, high=known.high) from fault
    before = RatePosterior(prior.shape, prior.exposure)
    after = RatePosterior(prior.shape + events, prior.exposure + years)
    level = known.level
    return Effect(before.interval(level=level), after.interval(level=level), events, years)


def counts(state: str, disposition: str) -> bool:
    """Whether an alert in this state, closed as this, may be evidence."""
    return state != "false_positive" and disposition not in NO_EVIDENCE
