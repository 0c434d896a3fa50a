"""Control charts point by point: run rules, EWMA, CUSUM, held against a baseline of phase I.

Points are taken in sigma of their own sample size. After a signal the sums and means go on, so that the
level falls back when the process does; sums stop at `most` times h, so that it does so in good time. This
changes no first signal, and so no run length.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import sqrt

import numpy as np

from anlan.domain.errors import UsageError
from anlan.maths.control_charts.chart import Baseline
from anlan.maths.control_charts.run_rules import WESTERN_ELECTRIC, RunRule, fires, first_point, members
from anlan.maths.detection.steps_kernels import averaged, summed
from anlan.maths.detection.verdicts import LEVELS, Detector, State, Value, Verdict, single, standardised


def z_against(baseline: Baseline, value: Value, size: float) -> float:
    """A point in sigma from the centre of its baseline."""
    return standardised(single(value), baseline.centre, baseline.spread / sqrt(size))


@dataclass(frozen=True)
class ChartRules(Detector):
    """A control chart with run rules. levels: of single rules by code; 2 for all others. sides: that count,
    above +1, below -1, patterns without a side 0."""

    baseline: Baseline
    rules: tuple[RunRule, ...] = WESTERN_ELECTRIC
    levels: Mapping[str, int] = field(default_factory=dict)
    minimum_size: float = 0.0
    sides: tuple[int, ...] = (1, -1, 0)

    def __post_init__(self) -> None:
        unknown = set(self.levels) - {rule.code for rule in self.rules}
        if not self.rules or unknown or not set(self.levels.values()) <= set(LEVELS):
            raise UsageError("detection.rules", unknown=tuple(sorted(unknown)))

    def first(self) -> State:
        return {"n": 0, "recent": [], "episodes": {}}

    def judge(self, own: State, at_us: int, value: Value, size: float) -> tuple[State, Verdict]:
        z = z_against(self.baseline, value, size)
        recent = [*own["recent"], z][-max(rule.window for rule in self.rules) :]
        n, episodes = own["n"] + 1, {}
        fired = [
            (rule, side) for rule in self.rules for side in rule.sides
            if side in self.sides and bool(fires(rule, np.array(recent), side)[-1])
        ]  # fmt: skip
        for rule, side in fired:
            key = f"{rule.code}/{side}"
            begin = (
                n - len(recent) + first_point(rule, members(rule, np.array(recent), side), len(recent) - 1)
            )
            before = own["episodes"].get(key)
            goes_on = before is not None and not rule.overlapping and begin < before[1]
            episodes[key] = [before[0] if goes_on else at_us, n]
        kept = {key: seen for key, seen in own["episodes"].items() if n - seen[1] < len(recent)}
        return {"n": n, "recent": recent, "episodes": {**kept, **episodes}}, self._verdict(fired, episodes, z)

    def _verdict(
        self, fired: list[tuple[RunRule, int]], episodes: Mapping[str, list[int]], z: float
    ) -> Verdict:
        if not fired:
            return Verdict(0, "normal", {"z": z})
        rule, side = max(fired, key=lambda one: self._level(one[0]))
        since = episodes[f"{rule.code}/{side}"][0]
        return Verdict(self._level(rule), rule.code, {"z": z, "side": side, "since_us": since})

    def _level(self, rule: RunRule) -> int:
        return self.levels.get(rule.code, 2)


@dataclass(frozen=True)
class Ewma(Detector):
    """EWMA chart with the exact limits of each point. width: of the limits, in sigma of the mean."""

    baseline: Baseline
    weight: float = 0.2
    width: float = 3.0
    level: int = 2
    minimum_size: float = 0.0

    def __post_init__(self) -> None:
        if not (0 < self.weight <= 1 and self.width > 0):
            raise UsageError("spc.ewma", weight=self.weight, width=self.width)
        _known(self.level)

    def first(self) -> State:
        return {"mean": 0.0, "decay": 1.0}

    def judge(self, own: State, at_us: int, value: Value, size: float) -> tuple[State, Verdict]:
        z = z_against(self.baseline, value, size)
        mean, decay, limit = averaged.py_func(z, self.weight, self.width, own["mean"], own["decay"])
        fired = abs(mean) > limit
        reason = ("ewma_high" if mean > 0 else "ewma_low") if fired else "normal"
        verdict = Verdict(self.level if fired else 0, reason, {"mean": mean, "limit": limit})
        return {"mean": mean, "decay": decay}, verdict


@dataclass(frozen=True)
class Cusum(Detector):
    """Two-sided tabular CUSUM; k, h and headstart in sigma, `most` in h."""

    baseline: Baseline
    k: float = 0.5
    h: float = 5.0
    headstart: float = 0.0
    most: float = 2.0
    level: int = 2
    minimum_size: float = 0.0

    def __post_init__(self) -> None:
        if not (self.h > 0 and self.k >= 0 and 0 <= self.headstart < self.h and self.most > 1):
            raise UsageError("spc.cusum", k=self.k, h=self.h, headstart=self.headstart)
        _known(self.level)

    def first(self) -> State:
        return {"high": float(self.headstart), "low": float(self.headstart)}

    def judge(self, own: State, at_us: int, value: Value, size: float) -> tuple[State, Verdict]:
        z = z_against(self.baseline, value, size)
        high, low = summed.py_func(z, self.k, self.most * self.h, own["high"], own["low"])
        fired = max(high, low) > self.h
        reason = ("cusum_high" if high >= low else "cusum_low") if fired else "normal"
        verdict = Verdict(self.level if fired else 0, reason, {"high": high, "low": low, "limit": self.h})
        return {"high": high, "low": low}, verdict


def _known(level: int) -> None:
    if level not in LEVELS:
        raise UsageError("detection.level", found=level)
