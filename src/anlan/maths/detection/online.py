"""Has the level changed lately? Bayesian change point detection, reading by reading.

Readings in sigma of a baseline are normal with unknown mean and variance since the last change; a change
comes with chance 1 / `expected` at each. The chance told is that one came within the last `recent` readings,
beyond what it would be if nothing were known. Kept: the `most` likeliest lengths since the change.

Source: Adams and MacKay (2007), Bayesian online changepoint detection, arXiv:0710.3742.
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import gammaln, logsumexp

from anlan.domain.errors import UsageError
from anlan.maths.control_charts.chart import Baseline
from anlan.maths.detection.charts import z_against
from anlan.maths.detection.verdicts import LEVELS, Detector, State, Value, Verdict

LARGEST_CHANCE = 1.0


@dataclass(frozen=True)
class OnlineChange(Detector):
    """expected: readings between changes; recent: readings a change may be old; chance: at or above which it
    fires, 0..1; most: lengths kept."""

    baseline: Baseline
    expected: float = 500.0
    recent: int = 10
    chance: float = 0.9
    most: int = 100
    level: int = 2

    def __post_init__(self) -> None:
        sound = self.expected > 1 and 1 <= self.recent < self.most and 0 < self.chance < 1
        if not sound or self.level not in LEVELS:
            raise UsageError("detection.online", expected=self.expected, recent=self.recent, most=self.most)

    def first(self) -> State:
        return {"n": 0, "length": [0], "log": [0.0], "mean": [0.0], "weight": [1.0], "half": [1.0]}

    def judge(self, own: State, at_us: int, value: Value, size: float) -> tuple[State, Verdict]:
        z = z_against(self.baseline, value, size)
        length, log, mean, weight, half = (
            np.array(own[name]) for name in ("length", "log", "mean", "weight", "half")
        )
        shape = 1.0 + length / 2.0
        seen = log + _log_student(z, mean, shape, half * (weight + 1.0) / (weight * shape))
        grown = seen + np.log1p(-1.0 / self.expected)
        fresh = float(logsumexp(seen)) - np.log(self.expected)
        half = np.concatenate([[1.0], half + weight * (z - mean) ** 2 / (2.0 * (weight + 1.0))])
        mean = np.concatenate([[0.0], (weight * mean + z) / (weight + 1.0)])
        length, weight = np.concatenate([[0], length + 1]), np.concatenate([[1.0], weight + 1.0])
        log = np.concatenate([[fresh], grown])
        kept = np.sort(np.argsort(-log, kind="stable")[: self.most])
        log = log[kept] - float(logsumexp(log[kept]))
        columns = {"length": length[kept], "log": log, "mean": mean[kept], "weight": weight[kept],
                   "half": half[kept]}  # fmt: skip
        after = {"n": own["n"] + 1, **{name: column.tolist() for name, column in columns.items()}}
        return after, self._verdict(after["n"], length[kept], log)

    def _verdict(self, n: int, length: np.ndarray, log: np.ndarray) -> Verdict:
        if n <= 2 * self.recent:
            return Verdict(0, "learning", {"readings": n})
        lately = float(np.exp(log[length <= self.recent]).sum())
        chance = min(lately, LARGEST_CHANCE)
        fired = chance >= self.chance
        likeliest = int(length[int(np.argmax(log))])
        told = {"chance": chance, "readings_since": likeliest}
        return Verdict(self.level if fired else 0, "changed" if fired else "normal", told)


def _log_student(z: float, mean: np.ndarray, shape: np.ndarray, scale2: np.ndarray) -> np.ndarray:
    """Log density of Student's t with 2 `shape` degrees of freedom."""
    freedom = 2.0 * shape
    return np.asarray(
        gammaln((freedom + 1) / 2) - gammaln(freedom / 2) - 0.5 * np.log(np.pi * freedom * scale2)
        - (freedom + 1) / 2 * np.log1p((z - mean) ** 2 / (freedom * scale2))
    )  # fmt: skip
