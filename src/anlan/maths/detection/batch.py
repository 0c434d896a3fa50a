"""Thresholds, EWMA and CUSUM of many series: one reading each in one compiled call.

    batch = ThresholdBatch(detectors, states)     # or EwmaBatch, CusumBatch
    levels = batch.step(at_us, values)            # (n,), NaN where no reading came
    batch.states()                                # the states, as if each had been stepped alone

The states are those of the single detectors to the bit: a series can change from one to the other at any
time. What a batch does not give is the reason: step the few series whose level changed alone.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from anlan.domain.errors import UsageError
from anlan.maths.detection import steps_kernels as kernels
from anlan.maths.detection.charts import Cusum, Ewma
from anlan.maths.detection.thresholds import Grade, GradedThreshold
from anlan.maths.detection.verdicts import State

Levels = NDArray[np.int64]
NEVER = int(kernels.NEVER)


class _Batch:
    """What the three share: time of the last reading judged, level, smallest sample."""

    def __init__(self, detectors: Sequence[Any], states: Sequence[State] | None) -> None:
        known = [detector.begin() for detector in detectors] if states is None else states
        if len(known) != len(detectors):
            raise UsageError("spc.lengths", first=len(detectors), second=len(known))
        self._states = list(known)
        self._last = np.array([NEVER if s["at_us"] is None else s["at_us"] for s in known], dtype=np.int64)
        self._level = np.array([s["level"] for s in known], dtype=np.int64)
        self._minimum = np.array([detector.minimum_size for detector in detectors], dtype=np.float64)

    def step(self, at_us: ArrayLike, values: ArrayLike, sizes: ArrayLike = 1.0) -> Levels:
        """Levels after one reading each: times in UTC microseconds, values and sizes, all (n,) or one for
        all; a value that is not finite is no reading."""
        n = len(self._last)
        at, value, size = (
            np.ascontiguousarray(np.broadcast_to(np.asarray(given, dtype=kind), n))
            for given, kind in ((at_us, np.int64), (values, np.float64), (sizes, np.float64))
        )
        self._run(at, value, size, self._minimum, self._last, self._level)
        return self._level.copy()

    def states(self) -> list[State]:
        """One state a series, plain data."""
        return [
            {**state, "at_us": None if last == NEVER else last, "level": level, "own": own}
            for state, last, level, own in zip(
                self._states, self._last.tolist(), self._level.tolist(), self._own(), strict=True
            )
        ]

    def _run(self, *shared: NDArray[Any]) -> None:
        raise NotImplementedError

    def _own(self) -> list[State]:
        raise NotImplementedError


class ThresholdBatch(_Batch):
    """Many `GradedThreshold`s."""

    def __init__(self, detectors: Sequence[GradedThreshold], states: Sequence[State] | None = None) -> None:
        super().__init__(detectors, states)
        self._levels = [[grade.level - 1 for grade in detector.grades] for detector in detectors]
        settings = [_four(detector.grades) for detector in detectors]
        self._limits = [np.array([[g[i] for g in four] for four in settings], dtype=kind) for i, kind in
                        enumerate([np.float64] * 4 + [np.int64] * 3)]  # fmt: skip
        self._memory = [np.zeros((len(detectors), 4), dtype=kind) for kind in
                        (np.int64, np.int64, np.bool_, np.int64)]  # fmt: skip
        self._memory[3][:] = NEVER
        for row, (places, state) in enumerate(zip(self._levels, self._states, strict=True)):
            for place, remembered in zip(places, state["own"]["grades"], strict=True):
                for array, value in zip(self._memory, remembered, strict=True):
                    array[row, place] = NEVER if value is None else value

    def _run(self, *shared: NDArray[Any]) -> None:
        at, value, size, minimum, last, level = shared
        kernels.step_thresholds(at, value, size, minimum, last, level, *self._limits, *self._memory)

    def _own(self) -> list[State]:
        rows = zip(*(array.tolist() for array in self._memory), strict=True)
        return [
            {
                "grades": [
                    [fired[g], cleared[g], on[g], None if beyond[g] == NEVER else beyond[g]] for g in places
                ]
            }
            for places, (fired, cleared, on, beyond) in zip(self._levels, rows, strict=True)
        ]


class EwmaBatch(_Batch):
    """Many `Ewma` charts."""

    def __init__(self, detectors: Sequence[Ewma], states: Sequence[State] | None = None) -> None:
        super().__init__(detectors, states)
        self._settings = _columns(
            [[d.baseline.centre, d.baseline.spread, d.weight, d.width] for d in detectors], 4
        )
        self._fires = np.array([d.level for d in detectors], dtype=np.int64)
        self._memory = _columns([[s["own"]["mean"], s["own"]["decay"]] for s in self._states], 2)

    def _run(self, *shared: NDArray[Any]) -> None:
        kernels.step_ewmas(*shared, *self._settings, self._fires, *self._memory)

    def _own(self) -> list[State]:
        return [{"mean": m, "decay": d} for m, d in zip(*(a.tolist() for a in self._memory), strict=True)]


class CusumBatch(_Batch):
    """Many `Cusum` charts."""

    def __init__(self, detectors: Sequence[Cusum], states: Sequence[State] | None = None) -> None:
        super().__init__(detectors, states)
        self._settings = _columns(
            [[d.baseline.centre, d.baseline.spread, d.k, d.h, d.most * d.h] for d in detectors], 5
        )
        self._fires = np.array([d.level for d in detectors], dtype=np.int64)
        self._memory = _columns([[s["own"]["high"], s["own"]["low"]] for s in self._states], 2)

    def _run(self, *shared: NDArray[Any]) -> None:
        kernels.step_cusums(*shared, *self._settings, self._fires, *self._memory)

    def _own(self) -> list[State]:
        return [{"high": h, "low": w} for h, w in zip(*(a.tolist() for a in self._memory), strict=True)]


def _four(grades: tuple[Grade, ...]) -> list[tuple[float, float, float, float, int, int, int]]:
    """The limits of all four levels; those without a grade are never reached."""
    found = {grade.level: grade for grade in grades}
    none = Grade(1)
    return [
        (g.fire_above, g.clear_high, g.fire_below, g.clear_low, g.needed, g.clearing, g.hold_us)
        for g in (found.get(level, none) for level in (1, 2, 3, 4))
    ]


def _columns(rows: list[list[float]], n: int) -> list[NDArray[np.float64]]:
    table = np.array(rows, dtype=np.float64).reshape(len(rows), n)
    return [np.ascontiguousarray(table[:, i]) for i in range(n)]
