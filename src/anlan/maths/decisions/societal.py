"""The F-N curve: how often a year at least so many people are affected, against lines of what is tolerated.

A line is F = frequency x (n / at)^-slope from one number of people to another. The curve falls in steps and a
line falls steadily, so the curve comes nearest to a line at a step or at the line's end: only the numbers of
the scenarios count, those beyond the end as the end itself, since F there holds all that is larger.

Source: F. R. Farmer (1967), Siting criteria; HSE (2001), Reducing Risks, Protecting People, paragraph 136;
S. N. Jonkman, P. van Gelder & J. Vrijling (2003), doi:10.1016/S0304-3894(02)00283-2.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

_Array = NDArray[np.float64]


@dataclass(frozen=True)
class CriterionLine:
    """At most `frequency` a year at `at` people, falling with the power `slope`, between least and most."""

    name: str
    at: float
    frequency: float
    slope: float
    least: float = 1.0
    most: float = np.inf

    def allowed(self, n: _Array) -> _Array:
        """Frequency of n people or more that the line allows; below its range infinite, beyond it as at its
        end, which the curve passes as well."""
        value = self.frequency * (np.clip(n, self.least, self.most) / self.at) ** -self.slope
        return np.asarray(np.where(n >= self.least, value, np.inf))


def at_least(numbers: _Array, frequencies: _Array) -> tuple[_Array, _Array]:
    """(distinct numbers ascending, frequency of at least so many). frequencies: (scenarios,) or
    (scenarios, n) for n cases side by side."""
    distinct = np.unique(numbers)
    frequent = frequencies[:, None] if frequencies.ndim == 1 else frequencies
    summed = np.array([frequent[numbers >= n].sum(axis=0) for n in distinct])
    return distinct, summed[:, 0] if frequencies.ndim == 1 else summed


def worst_ratio(line: CriterionLine, numbers: _Array, frequent: _Array) -> tuple[_Array, NDArray[np.int64]]:
    """Largest ratio of the curve to a line, and the place of the number where it is; 0 where no scenario
    reaches the line's range. frequent: from `at_least`, (numbers,) or (numbers, n)."""
    allowed = line.allowed(numbers)
    ratios = frequent / (allowed if frequent.ndim == 1 else allowed[:, None])
    return np.asarray(ratios.max(axis=0)), np.asarray(ratios.argmax(axis=0))


def expected_number(numbers: _Array, frequencies: _Array, *, power: float = 1.0) -> _Array:
    """Sum of frequency x number^power: at power 1 the people expected to be affected a year, which is also
    the area under the curve."""
    return np.asarray((numbers**power) @ frequencies)


def steps(numbers: Sequence[float], frequent: Sequence[float]) -> list[tuple[float, float]]:
    """The curve as corners, from the smallest number on."""
    corners: list[tuple[float, float]] = []
    for place, (n, f) in enumerate(zip(numbers, frequent, strict=True)):
        start = numbers[place - 1] if place else min(1.0, n)
        corners += [(start, f), (n, f)]
    return corners
