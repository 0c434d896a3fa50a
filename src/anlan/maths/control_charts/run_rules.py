"""Run rules: patterns of points on a chart that chance seldom makes, as data.

    episodes = run_rules(chart.z, NELSON)

Each rule says how many (`needed`) of how many points in a row (`window`) must lie where. A rule fires at a
point that completes the pattern and belongs to it. Firings of one rule that share a point are one episode,
so a point never counts for two episodes of a rule, unless the rule is `overlapping`. A point on a border is
not beyond it; of two equal points in a row neither rises nor falls.

Western Electric asks for 8 points on one side, Nelson for 9, the NHS (Making Data Count) for 7. Every rule
more is a false alarm more: of independent normal points in control, three sigma alone signals once in 370
points, all of Western Electric once in 92, of Nelson in 73 (71 to 75), of the NHS in 81 (78 to 83), see
`run_lengths`.

Source: Western Electric (1956), Statistical Quality Control Handbook; Nelson (1984), The Shewhart control
chart: tests for special causes, Journal of Quality Technology 16(4); NHS England, Making Data Count.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from anlan.domain.errors import UsageError

LARGEST_Z = 1e6
"""Points farther out count as this many sigma, so that nothing overflows."""

PATTERNS = ("same_side", "either_side", "trend", "alternating")

Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class RunRule:
    """`needed` of `window` points in a row form the pattern.

    same_side    lie between `low` and `high` sigma from the centre, on one side
    either_side  the same, on whichever side
    trend        each lies higher than the one before, or each lower (all of the window)
    alternating  each step goes the other way than the one before (all of the window)
    """

    code: str
    needed: int
    window: int
    low: float = 0.0
    high: float = float("inf")
    pattern: str = "same_side"
    overlapping: bool = False

    def __post_init__(self) -> None:
        counts = self.pattern in PATTERNS[:2]
        whole = self.needed == self.window > 2
        if not 1 <= self.needed <= self.window or self.pattern not in PATTERNS or not (counts or whole):
            raise UsageError("spc.run_rule", rule=self.code, needed=self.needed, window=self.window)

    @property
    def sides(self) -> tuple[int, ...]:
        """+1 above or rising, -1 below or falling; 0 where the pattern has no side."""
        return (1, -1) if self.pattern in ("same_side", "trend") else (0,)


WESTERN_ELECTRIC = (
    RunRule("we_1", 1, 1, 3.0),
    RunRule("we_2", 2, 3, 2.0),
    RunRule("we_3", 4, 5, 1.0),
    RunRule("we_4", 8, 8),
)
NELSON = (
    RunRule("nelson_1", 1, 1, 3.0),
    RunRule("nelson_2", 9, 9),
    RunRule("nelson_3", 6, 6, pattern="trend"),
    RunRule("nelson_4", 14, 14, pattern="alternating"),
    RunRule("nelson_5", 2, 3, 2.0),
    RunRule("nelson_6", 4, 5, 1.0),
    RunRule("nelson_7", 15, 15, -1.0, 1.0, pattern="either_side"),
    RunRule("nelson_8", 8, 8, 1.0, pattern="either_side"),
)
NHS = (
    RunRule("nhs_astronomical", 1, 1, 3.0),
    RunRule("nhs_shift", 7, 7),
    RunRule("nhs_trend", 7, 7, pattern="trend"),
    RunRule("nhs_two_of_three", 2, 3, 2.0),
)
RULE_SETS = {"western_electric": WESTERN_ELECTRIC, "nelson": NELSON, "nhs": NHS}


@dataclass(frozen=True)
class Episode:
    """One occurrence of a pattern. side: +1, -1 or 0; points: positions that form it, ascending; fired:
    those at which the rule fires."""

    rule: RunRule
    side: int
    points: tuple[int, ...]
    fired: tuple[int, ...]


def run_rules(z: ArrayLike, rules: Iterable[RunRule]) -> tuple[Episode, ...]:
    """Episodes of the rules on standardised points, in the order in which they first fire."""
    series = clipped(z)
    found = [episode for rule in rules for side in rule.sides for episode in _episodes(rule, side, series)]
    return tuple(sorted(found, key=lambda episode: episode.fired[0]))


def fires(rule: RunRule, z: ArrayLike, side: int) -> Flags:
    """At which points the rule fires on this side; z: (..., n), patterns run along the last axis."""
    hits = members(rule, z, side)
    reach = rule.window - _missing(rule)
    whole = _sums(hits, reach) >= rule.needed - _missing(rule)
    return np.asarray(hits & whole, dtype=np.bool_)


def members(rule: RunRule, z: ArrayLike, side: int) -> Flags:
    """Which points count towards the pattern (of trend and alternation: which continue it)."""
    series = clipped(z)
    if rule.pattern == "same_side":
        return np.asarray((rule.low < side * series) & (side * series < rule.high))
    if rule.pattern == "either_side":
        return np.asarray((rule.low < np.abs(series)) & (np.abs(series) < rule.high))
    steps = np.diff(series, axis=-1)
    going = side * steps > 0 if rule.pattern == "trend" else _turns(steps)
    out = np.zeros(series.shape, dtype=np.bool_)
    out[..., _missing(rule) :] = going
    return out


def first_point(rule: RunRule, hits: Flags, position: int) -> int:
    """The earliest point of the pattern that the rule fires for at `position`."""
    return int(_pattern_points(rule, hits, position)[0])


def clipped(z: ArrayLike) -> NDArray[np.float64]:
    """Standardised points cut to a million sigma on either side."""
    return np.clip(np.asarray(z, dtype=np.float64), -LARGEST_Z, LARGEST_Z)


def _episodes(rule: RunRule, side: int, z: NDArray[np.float64]) -> Iterator[Episode]:
    hits = members(rule, z, side)
    points: set[int] = set()
    fired: list[int] = []
    for position in np.flatnonzero(fires(rule, z, side)).tolist():
        now = set(_pattern_points(rule, hits, position).tolist())
        if fired and (rule.overlapping or not now & points):
            yield Episode(rule, side, tuple(sorted(points)), tuple(fired))
            points, fired = set(), []
        points |= now
        fired.append(position)
    if fired:
        yield Episode(rule, side, tuple(sorted(points)), tuple(fired))


def _pattern_points(rule: RunRule, hits: Flags, position: int) -> NDArray[np.int64]:
    first = max(0, position - rule.window + 1)
    if _missing(rule):
        return np.arange(first, position + 1)
    return first + np.flatnonzero(hits[first : position + 1])


def _turns(steps: NDArray[np.float64]) -> Flags:
    return np.asarray(steps[..., 1:] * steps[..., :-1] < 0, dtype=np.bool_)


def _missing(rule: RunRule) -> int:
    """Points at the beginning of a trend (1) or an alternation (2) that continue nothing."""
    return {"trend": 1, "alternating": 2}.get(rule.pattern, 0)


def _sums(hits: Flags, reach: int) -> NDArray[np.int64]:
    """Number of hits among the last `reach` points, fewer at the beginning."""
    total: NDArray[np.int64] = np.cumsum(hits, axis=-1, dtype=np.int64)
    total[..., reach:] -= total[..., :-reach].copy()
    return total
