"""Where a loss curve passes what is tolerated.

A tolerance curve is given by points (yearly loss, highest chance of more), losses rising and chances not.
Between two points it is a straight line in the logarithms of both, as the drawing shows it. Before the first
point and after the last one nothing is said.
"""

import math
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

Points = Sequence[Mapping[str, float]]


def tolerated_chance(points: Points, loss: float) -> float | None:
    """The highest chance of a year that loses more; None where the curve says nothing of such a loss."""
    for first, second in pairwise(points):
        if first["loss"] <= loss <= second["loss"]:
            return _between(loss, first, second, x="loss", y="probability")
    return next((p["probability"] for p in points if p["loss"] == loss), None)


def tolerated_loss(points: Points, chance: float) -> float | None:
    """The loss that may be passed with this chance; None where the curve says nothing of it."""
    for first, second in pairwise(points):
        if second["probability"] <= chance <= first["probability"]:
            if first["probability"] == second["probability"]:
                return float(second["loss"])
            return _between(chance, first, second, x="probability", y="loss")
    return next((p["loss"] for p in points if p["probability"] == chance), None)


def _between(at: float, first: Mapping[str, float], second: Mapping[str, float], *, x: str, y: str) -> float:
    """Straight in the logarithms; straight in the values where one of them is zero."""
    ends = (first[x], second[x], first[y], second[y], at)
    if min(ends) <= 0:
        share = (at - first[x]) / (second[x] - first[x]) if second[x] != first[x] else 0.0
        return float(first[y] + share * (second[y] - first[y]))
    share = math.log(at / first[x]) / math.log(second[x] / first[x]) if second[x] != first[x] else 0.0
    return float(first[y] * (second[y] / first[y]) ** share)


def ranges_above(curve: Sequence[Mapping[str, Any]], points: Points) -> tuple[tuple[float, float], ...]:
    """(lowest, highest loss) of each stretch on which the curve lies above the tolerance.

    curve: points (loss, probability of more), losses rising. A single tolerated point is a stretch of no
    length where it is broken. Ends lie at points of the curve or of the tolerance.
    """
    losses = sorted({p["loss"] for p in curve} | {p["loss"] for p in points})
    found: list[tuple[float, float]] = []
    open_at: float | None = None
    last = 0.0
    for loss in losses:
        tolerated, chance = tolerated_chance(points, loss), chance_of_more(curve, loss)
        above = tolerated is not None and chance is not None and chance > tolerated
        if above:
            open_at = loss if open_at is None else open_at
            last = loss
        elif open_at is not None:
            found.append((open_at, last))
            open_at = None
    return (*found, (open_at, last)) if open_at is not None else tuple(found)


def chance_of_more(curve: Sequence[Mapping[str, Any]], loss: float) -> float | None:
    """Read off a curve; straight between its points, None beyond the last of them."""
    if not curve or loss > curve[-1]["loss"]:
        return None
    for first, second in pairwise(curve):
        if first["loss"] <= loss <= second["loss"]:
            width = second["loss"] - first["loss"]
            share = (loss - first["loss"]) / width if width > 0 else 1.0
            return float(first["probability"] + share * (second["probability"] - first["probability"]))
    return float(curve[0]["probability"]) if len(curve) > 1 or loss == curve[0]["loss"] else 1.0
