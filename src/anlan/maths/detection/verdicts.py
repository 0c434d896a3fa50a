"""What all detectors share: a state of plain data, and what is done with late, missing and odd readings.

`step` never changes the state it is given. The state is JSON: written down anywhere and read back, the
stream goes on as if it had never stopped. Readings come in the order of their time: one that is not later
than the last judged is `late` and changes nothing. A reading without a value says that none had come by
then: the level stays, and only `Silence` judges it. Values that are no finite number, or samples smaller
than the detector asks for, are not judged.
"""

import math
import sys
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

State = dict[str, Any]
Value = float | tuple[float, ...]

LARGEST_Z = 1e6
"""Readings farther from their centre count as this many sigma."""

QUIET = 0
LEVELS = (1, 2, 3, 4)
"""Blue, yellow, orange, red; 0 is quiet."""


@dataclass(frozen=True, slots=True)
class Reading:
    """value: None where none had come by `at_us` (UTC microseconds), a tuple for several indicators; size: of
    the sample behind it, > 0."""

    at_us: int
    value: Value | None
    size: float = 1.0


@dataclass(frozen=True, slots=True)
class Verdict:
    """level 0..4, a code that says why, and its numbers: always finite."""

    level: int
    reason: str
    parameters: Mapping[str, float | int | str | None] = field(default_factory=dict)


class Detector(ABC):
    """One way to judge; subclasses are frozen dataclasses of their settings."""

    minimum_size: float = 0.0

    def begin(self) -> State:
        """The state before the first reading."""
        return {"at_us": None, "asked_us": None, "level": QUIET, "own": self.first()}

    def step(self, state: State, reading: Reading) -> tuple[State, Verdict]:
        """Judge one reading; gives the state after it."""
        last = state["at_us"]
        if last is not None and reading.at_us <= last:
            return state, Verdict(state["level"], "late", {"last_us": last})
        if reading.value is None:
            return self._asked(state, reading.at_us)
        if not (usable(reading.value) and math.isfinite(reading.size) and reading.size > 0):
            return state, Verdict(state["level"], "not_a_number")
        if reading.size < self.minimum_size:
            found = {"size": reading.size, "minimum_size": self.minimum_size}
            return state, Verdict(state["level"], "small_sample", found)
        own, verdict = self.judge(state["own"], reading.at_us, reading.value, reading.size)
        after = {"at_us": reading.at_us, "asked_us": state["asked_us"], "level": verdict.level, "own": own}
        return after, verdict

    def _asked(self, state: State, at_us: int) -> tuple[State, Verdict]:
        asked = state["asked_us"]
        if asked is not None and at_us <= asked:
            return state, Verdict(state["level"], "late", {"last_us": asked})
        own, verdict = self.absent(state["own"], at_us, state["at_us"], state["level"])
        return {**state, "asked_us": at_us, "level": verdict.level, "own": own}, verdict

    @abstractmethod
    def first(self) -> State:
        """What this detector remembers before the first reading."""

    @abstractmethod
    def judge(self, own: State, at_us: int, value: Value, size: float) -> tuple[State, Verdict]:
        """Judge a finite value later than all before."""

    def absent(self, own: State, at_us: int, last_us: int | None, level: int) -> tuple[State, Verdict]:
        """Nothing had come by `at_us`; `last_us`: time of the last reading judged."""
        return own, Verdict(level, "no_reading")


def usable(value: Value) -> bool:
    """Whether a value, or each of several, is a finite number."""
    return all(map(math.isfinite, value)) if isinstance(value, tuple) else math.isfinite(value)


def single(value: Value) -> float:
    """The value of one indicator."""
    if isinstance(value, tuple):
        raise TypeError("this detector judges one indicator")
    return float(value)


def bounded(number: float) -> float:
    """A number cut to the largest there is, where a sum or quotient ran over."""
    return min(max(number, -sys.float_info.max), sys.float_info.max)


def standardised(value: float, centre: float, sigma: float) -> float:
    """Distance from the centre in sigma, at most a million; anything off a centre without spread is that
    far away."""
    away = value - centre
    if away == 0.0:
        return 0.0
    if sigma == 0.0:
        return math.copysign(LARGEST_Z, away)
    return min(max(away / sigma, -LARGEST_Z), LARGEST_Z)
