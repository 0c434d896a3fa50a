"""HEART: a generic task's probability, raised by the conditions that produce errors.

Source: J. C. Williams (1986), HEART: a proposed method for assessing and reducing human error; values of the
generic tasks and conditions as published there and in B. Kirwan (1994), A Guide to Practical HRA.
"""

import math
from collections.abc import Iterable, Mapping

GENERIC_TASKS: Mapping[str, tuple[float, float, float]] = {
    "A": (0.55, 0.35, 0.97),
    "B": (0.26, 0.14, 0.42),
    "C": (0.16, 0.12, 0.28),
    "D": (0.09, 0.06, 0.13),
    "E": (0.02, 0.007, 0.045),
    "F": (0.003, 0.0008, 0.007),
    "G": (0.0004, 0.00008, 0.009),
    "H": (0.00002, 0.000006, 0.0009),
    "M": (0.03, 0.008, 0.11),
}
"""Generic task -> nominal probability of error, and its limits at 5 % and 95 %."""

GREATEST_EFFECTS: tuple[float, ...] = (
    17, 11, 10, 9, 8, 8, 8, 6, 6, 5.5, 5, 4, 4, 4, 3, 3, 3, 2.5, 2.5, 2, 2, 1.8, 1.6, 1.6, 1.6, 1.4, 1.4, 1.4,
    1.3, 1.2, 1.2, 1.2, 1.15, 1.1, 1.1, 1.06, 1.03, 1.02,
)  # fmt: skip
"""Greatest effect of the error-producing conditions 1 to 38, in this order; 34 that of the first half hour
(1.05 for each further hour), 37 that of each additional person."""


def assessed_effect(greatest: float, proportion: float) -> float:
    """The factor of one condition: its greatest effect in the proportion in which it is present."""
    return (greatest - 1.0) * proportion + 1.0


def heart_probability(nominal: float, effects: Iterable[float]) -> float:
    """Probability of error: nominal times all assessed effects, at most 1."""
    return min(1.0, nominal * math.prod(effects))
