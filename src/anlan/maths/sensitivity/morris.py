"""Elementary effects (Morris 1991): which inputs matter at all, from few runs.

1. A trajectory starts at a random point of a grid of p levels in the unit cube and moves one input at a time,
   in random order, by delta = p / (2 (p - 1)), up or down; with d inputs it has d + 1 points.
2. The effect of a move is the change of the result over the change of the input.
3. Over r trajectories: mu, the mean effect; mu*, the mean of its absolute value (Campolongo et al. 2007,
   doi:10.1016/j.envsoft.2006.10.004), which does not cancel; sigma, the standard deviation: effects that
   differ from place to place come from curvature or from interaction.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from anlan.domain.errors import RefusedInput
from anlan.maths.streams import Stream

_PURPOSE_START, _PURPOSE_ORDER, _PURPOSE_DIRECTION = 910, 911, 912

_Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class ElementaryEffects:
    """effects: (r, d). mu, mu_star, sigma: (d,); mu_star_error: the standard error of mu_star."""

    effects: _Array
    mu: _Array
    mu_star: _Array
    mu_star_error: _Array
    sigma: _Array


def trajectories(count: int, inputs: int, *, levels: int = 4, seed: int) -> _Array:
    """(count, inputs + 1, inputs) points on the grid. levels: an even number from 2 up."""
    if levels < 2 or levels % 2:
        raise RefusedInput("sensitivity.levels", where="levels", found=levels)
    stream, delta = Stream(seed), levels / (2 * (levels - 1))
    drawn = [
        stream.uniform(count * inputs, purpose=purpose).reshape(count, inputs)
        for purpose in (_PURPOSE_START, _PURPOSE_ORDER, _PURPOSE_DIRECTION)
    ]
    low = np.floor(drawn[0] * (levels // 2)) / (levels - 1)
    place = np.argsort(np.argsort(drawn[1], axis=1), axis=1)
    up = drawn[2] < 0.5
    moved = np.arange(inputs + 1)[None, :, None] > place[:, None, :]
    return np.asarray(low[:, None, :] + delta * (moved == up[:, None, :]))


def elementary_effects(points: _Array, values: _Array) -> ElementaryEffects:
    """Statistics of the effects. points: (r, d + 1, d), one input moved at each step; values: (r, d + 1)."""
    moves, changes = np.diff(points, axis=1), np.diff(values, axis=1)
    moved = np.abs(moves) > 1e-12
    if not ((moved.sum(axis=1) == 1).all() and (moved.sum(axis=2) == 1).all()):
        raise RefusedInput("sensitivity.trajectory", where="points")
    size = moves.sum(axis=2)
    effects = np.where(moved, (changes / size)[:, :, None], 0.0).sum(axis=1)
    r = len(effects)
    absolute = np.abs(effects)
    return ElementaryEffects(
        effects,
        effects.mean(axis=0),
        absolute.mean(axis=0),
        absolute.std(axis=0, ddof=1) / np.sqrt(r),
        effects.std(axis=0, ddof=1),
    )
