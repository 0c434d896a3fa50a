"""Whether the cost of a measure is out of proportion to the harm it averts.

    annuity    a = (1 - (1 + r)^-T) / r, the worth today of one unit a year for T years (T at r = 0)
    cost       C + c a, spent once and every year
    benefit    v h a, h units of harm averted a year at v each
    proportion cost / benefit; a measure is owed as long as it is not above the disproportion factor

The factor rises from its lower to its upper value as the risk goes, by powers of ten, from what is broadly
acceptable to what is intolerable.

Source: Edwards v. National Coal Board (1949) 1 All ER 743; HSE (2001), Reducing Risks, Protecting People;
HSE, Cost benefit analysis checklist.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

_Array = NDArray[np.float64]


@dataclass(frozen=True)
class Zones:
    """acceptable < intolerable: limits of the risk a year. least, most: factor at these limits."""

    acceptable: float
    intolerable: float
    least: float
    most: float

    def factor(self, risk: ArrayLike) -> _Array:
        """The disproportion factor at a risk; outside the zone that of its nearer end."""
        given = np.clip(np.asarray(risk, dtype=np.float64), self.acceptable, self.intolerable)
        share = np.log(given / self.acceptable) / np.log(self.intolerable / self.acceptable)
        return np.asarray(self.least + (self.most - self.least) * share)

    def zone(self, risk: ArrayLike) -> NDArray[np.int64]:
        """0 broadly acceptable, 1 between, 2 intolerable (above its limit)."""
        given = np.asarray(risk, dtype=np.float64)
        return np.asarray((given >= self.acceptable).astype(np.int64) + (given > self.intolerable))


def annuity(rate: float, years: float) -> float:
    """Worth today of one unit a year over `years`, paid as it falls due at the end of each year."""
    return years if rate == 0 else float(-np.expm1(-years * np.log1p(rate)) / rate)


def present_cost(once: ArrayLike, yearly: ArrayLike, *, rate: float, years: float) -> _Array:
    """Worth today of what a measure costs."""
    return np.asarray(np.asarray(once) + np.asarray(yearly) * annuity(rate, years), dtype=np.float64)


def present_benefit(averted: ArrayLike, *, value: float, rate: float, years: float) -> _Array:
    """Worth today of the harm averted."""
    return np.asarray(np.asarray(averted) * value * annuity(rate, years), dtype=np.float64)
