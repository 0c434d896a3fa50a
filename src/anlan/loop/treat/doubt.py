"""Whether the chosen set would still be chosen if the factors were other than the middle of their ranges.

The rivals are the best sets within the budget of the first `SOLVED` draws of the factors. All of them
are held against the chosen set in every draw. Sets that are best in none of those draws are not seen,
so both figures are at least as large as said.
"""

import numpy as np

from anlan.domain.risk import ChosenSet
from anlan.loop.treat.effects import Effects, interval_of
from anlan.maths.portfolio_choice import Choice, PortfolioChoice

SOLVED = 24
WORTH_SAYING = 0.01
"""A rival counts in a draw where it would take at least this share more off than the chosen set."""


def examined(problem: PortfolioChoice, effects: Effects, best: Choice, budget: float) -> ChosenSet:
    """The chosen set's joint reduction with its interval, and how its rivals do."""
    before = float(effects.losses.sum())
    left = effects.losses_left(best.selected)
    least = left
    for rival in _rivals(problem, effects, best, budget):
        least = np.minimum(least, effects.losses_left(rival))
    gain = left - least
    return ChosenSet(
        cost=best.cost,
        reduction=interval_of(before - best.loss, before - left),
        rival_share=float(np.mean(gain > WORTH_SAYING * (before - left))),
        regret=float(gain.mean()),
    )


def _rivals(problem: PortfolioChoice, effects: Effects, best: Choice, budget: float) -> list[np.ndarray]:
    """Different sets that are best in one of the first draws."""
    if not effects.losses.sum() > 0 or not len(effects.controls):
        return []
    found: dict[bytes, np.ndarray] = {}
    for draw in range(SOLVED):
        rival = problem.with_factors(effects.factors(draw)).best(budget).selected
        found.setdefault(rival.tobytes(), rival)
    found.pop(best.selected.tobytes(), None)
    return list(found.values())
