"""Graded thresholds: four levels, each with its own fire and clear level, counts and hold time.

A level fires when enough readings in a row reach its fire level, and clears when enough in a row are back
inside its clear level and its hold time has passed since the last reading that reached it. Readings between
the two levels change nothing but break both rows. The verdict is the highest level that is on.
"""

import math
from dataclasses import dataclass
from itertools import pairwise

from anlan.domain.errors import UsageError
from anlan.maths.detection.steps_kernels import graded
from anlan.maths.detection.verdicts import LEVELS, Detector, State, Value, Verdict, single

INFINITE = math.inf


@dataclass(frozen=True)
class Grade:
    """One level of a threshold.

    fire_above  a reading at or above it counts; clear_above: one below it is back; at most fire_above
    fire_below, clear_below  the same towards low values
    needed      readings in a row to fire;  clearing: to clear
    hold_us     it stays on at least so long after the last reading that reached it
    """

    level: int
    fire_above: float = INFINITE
    clear_above: float | None = None
    fire_below: float = -INFINITE
    clear_below: float | None = None
    needed: int = 1
    clearing: int = 1
    hold_us: int = 0

    def __post_init__(self) -> None:
        ordered = self.fire_below <= self.clear_low < self.clear_high <= self.fire_above
        counts = self.needed >= 1 and self.clearing >= 1 and self.hold_us >= 0
        if self.level not in LEVELS or not (ordered and counts):
            raise UsageError(
                "detection.grade", level=self.level, fire_above=self.fire_above, clear_above=self.clear_high,
                fire_below=self.fire_below, clear_below=self.clear_low,
            )  # fmt: skip

    @property
    def clear_high(self) -> float:
        """Below it a reading is back; the fire level unless said."""
        return self.fire_above if self.clear_above is None else self.clear_above

    @property
    def clear_low(self) -> float:
        """Above it a reading is back; the fire level unless said."""
        return self.fire_below if self.clear_below is None else self.clear_below


@dataclass(frozen=True)
class GradedThreshold(Detector):
    """Grades of rising levels; on a side that both watch a higher level must not be easier to reach."""

    grades: tuple[Grade, ...]
    minimum_size: float = 0.0

    def __post_init__(self) -> None:
        levels = [grade.level for grade in self.grades]
        if not levels or levels != sorted(set(levels)):
            raise UsageError("detection.grades", levels=tuple(levels))
        for easy, hard in pairwise(self.grades):
            above = math.isfinite(easy.fire_above) and hard.fire_above < easy.fire_above
            below = math.isfinite(easy.fire_below) and hard.fire_below > easy.fire_below
            if above or below:
                raise UsageError("detection.grades_cross", lower=easy.level, higher=hard.level)

    def first(self) -> State:
        return {"grades": [[0, 0, False, None] for _ in self.grades]}

    def judge(self, own: State, at_us: int, value: Value, size: float) -> tuple[State, Verdict]:
        number = single(value)
        after = [
            list(_stepped(grade, number, at_us, remembered))
            for grade, remembered in zip(self.grades, own["grades"], strict=True)
        ]
        on = [grade for grade, remembered in zip(self.grades, after, strict=True) if remembered[2]]
        return {"grades": after}, self._verdict(on[-1] if on else None, number)

    def _verdict(self, grade: Grade | None, value: float) -> Verdict:
        if grade is None:
            return Verdict(0, "normal", {"value": value})
        if value >= grade.fire_above:
            return Verdict(grade.level, "above", {"value": value, "limit": grade.fire_above})
        if value <= grade.fire_below:
            return Verdict(grade.level, "below", {"value": value, "limit": grade.fire_below})
        high = grade.clear_high if math.isfinite(grade.clear_high) else None
        low = grade.clear_low if math.isfinite(grade.clear_low) else None
        return Verdict(grade.level, "held", {"value": value, "clear_above": high, "clear_below": low})


def rising(*limits: float, clear: float = 1.0, needed: int = 1) -> GradedThreshold:
    """Levels from 1 up for values that are bad when high; each clears below `clear` times its limit (> 0)."""
    grades = (Grade(n, at, at * clear, needed=needed) for n, at in enumerate(limits, start=1))
    return GradedThreshold(tuple(grades))


def away(*limits: float, clear: float = 1.0, needed: int = 1) -> GradedThreshold:
    """Levels from 1 up for distances from 0 on either side, in sigma."""
    grades = (
        Grade(n, at, at * clear, -at, -at * clear, needed=needed) for n, at in enumerate(limits, start=1)
    )
    return GradedThreshold(tuple(grades))


def _stepped(
    grade: Grade, value: float, at_us: int, remembered: list[int | bool | None]
) -> tuple[int, int, bool, int | None]:
    after: tuple[int, int, bool, int | None] = graded.py_func(
        value, at_us, grade.fire_above, grade.clear_high, grade.fire_below, grade.clear_low,
        grade.needed, grade.clearing, grade.hold_us, *remembered,
    )  # fmt: skip
    return after
