"""Rank reversal: leaving one alternative out turns round the order of two others.

Happens where scores are made from the table as a whole: its ideal, its ranges, its sums.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from anlan.maths.multi_criteria.scaling import Floats

_TIED = 1e-12


@dataclass(frozen=True)
class Reversal:
    """Without `dropped`, `ahead` falls behind `behind`, which it led; places in the full table."""

    dropped: int
    ahead: int
    behind: int


def rank_reversals(scores: Floats, without: Callable[[NDArray[np.int64]], Floats | None]) -> list[Reversal]:
    """One reversal for each alternative whose absence causes any: the pair with the best rank.

    scores: (m,), higher is better. without: places that are kept -> their scores, None where they cannot
    be scored.
    """
    found = []
    for gone in range(len(scores) if len(scores) > 2 else 0):
        kept = np.delete(np.arange(len(scores)), gone)
        after = without(kept)
        pair = None if after is None else _turned(scores[kept], after)
        if pair is not None:
            found.append(Reversal(gone, int(kept[pair[0]]), int(kept[pair[1]])))
    return found


def _turned(before: Floats, after: Floats) -> tuple[int, int] | None:
    """The best placed item that now is behind one it led, and the best placed of those."""
    order = np.argsort(-before, kind="stable")
    led = before[order, None] > before[None, order] + _TIED
    behind = after[None, order] > after[order, None] + _TIED
    pairs = np.argwhere(led & behind)
    return None if not len(pairs) else (int(order[pairs[0, 0]]), int(order[pairs[0, 1]]))
