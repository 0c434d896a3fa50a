"""What measures take off losses, and how far the assumed ranges of their factors leave it open.

A control that works multiplies a yearly loss by its factor f (likelihood factor x consequence factor).
A link that holds only in part (strength s below 1) passes on as much of it: the loss is multiplied by
1 - s (1 - f). Middle factors are the means of their ranges, so losses left that are computed with them
are the means over the ranges, for controls are drawn independently of each other.

Each factor is drawn uniformly from its range, once a control and draw: all risks of a control meet the
same luck, and a control meets the same luck in every set and every run with the same seed. Losses and
costs are held at their estimates.
"""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from anlan.domain.interval import Interval
from anlan.domain.pack import PackControl
from anlan.maths.streams import Stream

DRAWS = 2_000
LEVEL = 0.9
"""Intervals run from P5 to P95 of the draws."""

SMALLEST_FACTOR = 1e-9
_PURPOSE_LIKELIHOOD, _PURPOSE_CONSEQUENCE = 910, 911


def middle(span: tuple[float, float]) -> float:
    """Arithmetic middle of a range."""
    return (span[0] + span[1]) / 2.0


def middle_factor(control: PackControl) -> float:
    """Share of a yearly loss that is left on average when the control works."""
    return middle(control.likelihood_factor) * middle(control.consequence_factor)


def drawn_factors(control: PackControl, *, seed: int) -> NDArray[np.float64]:
    """Factor of a control in each of the (`DRAWS`,) draws."""
    stream, place = Stream(seed), _place(control.code)
    luck = (
        (control.likelihood_factor, stream.uniform(DRAWS, purpose=_PURPOSE_LIKELIHOOD, place=place)),
        (control.consequence_factor, stream.uniform(DRAWS, purpose=_PURPOSE_CONSEQUENCE, place=place)),
    )
    likelihood, consequence = (low + u * (high - low) for (low, high), u in luck)
    return np.asarray(likelihood * consequence)


def _place(code: str) -> int:
    """Address of a control's draws: from its code, not its position, which other controls would move."""
    digest = hashlib.blake2b(code.encode(), digest_size=4, person=b"anlan-control").digest()
    return int.from_bytes(digest, "little")


def interval_of(estimate: float, draws: NDArray[np.float64]) -> Interval:
    """The estimate with P5 and P95 of the draws."""
    low, high = np.quantile(draws, [(1.0 - LEVEL) / 2.0, (1.0 + LEVEL) / 2.0])
    return Interval(estimate, min(float(low), estimate), max(float(high), estimate), LEVEL)


@dataclass(frozen=True, eq=False)
class Effects:
    """n controls on m yearly losses, linked with (n, m) `strengths` 0..1, 0 where there is no link."""

    losses: NDArray[np.float64]
    strengths: NDArray[np.float64]
    controls: Sequence[PackControl]
    seed: int = 0

    @cached_property
    def middle_factors(self) -> NDArray[np.float64]:
        """(n,) factors in the middle of their ranges."""
        return np.array([middle_factor(control) for control in self.controls], dtype=np.float64)

    @cached_property
    def drawn(self) -> NDArray[np.float64]:
        """(n, `DRAWS`) factors."""
        return np.array(
            [drawn_factors(control, seed=self.seed) for control in self.controls], dtype=np.float64
        ).reshape(len(self.controls), DRAWS)

    def factors(self, draw: int | None = None) -> NDArray[np.float64]:
        """(n, m) factors on the losses, in the middle or in one draw."""
        own = self.middle_factors if draw is None else self.drawn[:, draw]
        return np.asarray(1.0 - self.strengths * (1.0 - own)[:, None], dtype=np.float64)

    def losses_left(self, selected: NDArray[np.bool_]) -> NDArray[np.float64]:
        """(`DRAWS`,) losses left by a set."""
        left = np.ones((DRAWS, len(self.losses)))
        for factors in self._each(selected):
            left *= factors
        return np.asarray((left * self.losses).sum(axis=1))

    def shares(self, selected: NDArray[np.bool_]) -> NDArray[np.float64]:
        """(chosen, `DRAWS`) shares of the chosen in the joint reduction, in order of position."""
        weights = [-np.log(np.maximum(factors, SMALLEST_FACTOR)) for factors in self._each(selected)]
        total = np.zeros((DRAWS, len(self.losses)))
        for weight in weights:
            total += weight
        reduction = -self.losses * np.expm1(-total)
        per_weight = np.divide(reduction, total, out=np.zeros_like(total), where=total > 0)
        shares = [(weight * per_weight).sum(axis=1) for weight in weights]
        return np.array(shares, dtype=np.float64).reshape(len(weights), DRAWS)

    def _each(self, selected: NDArray[np.bool_]) -> Iterator[NDArray[np.float64]]:
        """(`DRAWS`, m) factors on the losses of each control of a set."""
        for own, strengths in zip(self.drawn[selected], self.strengths[selected], strict=True):
            yield np.asarray(1.0 - (1.0 - own)[:, None] * strengths, dtype=np.float64)
