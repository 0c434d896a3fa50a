"""Moments of truth 关键时刻: touchpoints where waiting, risk and complaints come together.

M = 100 / k · Σ x_j / max x_j over the k parts that have data: total waiting felt (passages times mean wait),
rank of the highest risk, complaints recorded. The largest of each part counts 1, so a change of unit changes
nothing. A part without data at any touchpoint is left out, and said to be; one unknown at a single touchpoint
counts 0 in `low` and 1 in `high`. The order is by `low`: by what the data show.

The term is Carlzon's (1987), "Moments of Truth"; the formula is Anlan's own.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from anlan.domain.errors import UsageError

FORMULA_VERSION = 1
PARTS = ("waiting", "risk", "complaints")
Values = Mapping[str, float | None]
"""Part -> its value at a touchpoint, 0 or more; None or absent: unknown."""


@dataclass(frozen=True)
class Moment:
    """low, high: M from 0 to 100 with what is unknown counted 0 and 1; rank: from 1, equal ones share it;
    parts: the share of the largest for each part that counts, None where it is unknown here."""

    key: str
    low: float
    high: float
    rank: int
    parts: Mapping[str, float | None]


def moments_of_truth(touchpoints: Mapping[str, Values]) -> list[Moment]:
    """The highest first, equal ones in the order given; empty where no part has data.

    Errors: UsageError where a value is negative or not finite.
    """
    counted = [part for part in PARTS if any(v.get(part) is not None for v in touchpoints.values())]
    if not counted:
        return []
    largest = {part: max(_known(touchpoints, part)) for part in counted}
    scored = [_scored(key, values, largest) for key, values in touchpoints.items()]
    lows = [low for _, low, _, _ in scored]
    found = [Moment(key, low, high, 1 + sum(other > low for other in lows), parts)
             for key, low, high, parts in scored]  # fmt: skip
    return sorted(found, key=lambda moment: moment.rank)


def _known(touchpoints: Mapping[str, Values], part: str) -> Sequence[float]:
    values = [v for values in touchpoints.values() if (v := values.get(part)) is not None]
    wrong = next((v for v in values if not (math.isfinite(v) and v >= 0)), None)
    if wrong is not None:
        raise UsageError("moments.value", part=part, found=str(wrong))
    return values


def _scored(key: str, values: Values, largest: Mapping[str, float]) -> tuple[str, float, float, Values]:
    parts: dict[str, float | None] = {}
    for part, most in largest.items():
        value = values.get(part)
        parts[part] = None if value is None else value / most if most else 0.0
    known = sum(share for share in parts.values() if share is not None)
    unknown = sum(share is None for share in parts.values())
    return key, 100 * known / len(parts), 100 * (known + unknown) / len(parts), parts
