"""`python -m bench.detection`: how long one reading of each of 10,000 series takes, alone and in a batch."""

import sys
import time
from collections.abc import Callable

import numpy as np

from anlan.maths.control_charts.chart import Baseline
from anlan.maths.detection.batch import CusumBatch, EwmaBatch, ThresholdBatch
from anlan.maths.detection.charts import ChartRules, Cusum, Ewma
from anlan.maths.detection.thresholds import GradedThreshold, away
from anlan.maths.detection.verdicts import Detector, Reading

SERIES = 10_000
MINUTES = 50
MINUTE_US = 60_000_000
NORMAL = Baseline("i_mr", 0.0, 1.0)


def seconds_a_minute(step: Callable[[int, np.ndarray], object], minutes: int = MINUTES) -> float:
    """Median processor seconds of one reading of every series, the first left out."""
    rng, taken = np.random.default_rng(1), []
    for minute in range(1, minutes + 2):
        values = rng.standard_normal(SERIES)
        begin = time.process_time()
        step(minute * MINUTE_US, values)
        taken.append(time.process_time() - begin)
    return float(np.median(taken[1:]))


def alone(detector: Detector) -> float:
    """One series after the other."""
    states = [detector.begin() for _ in range(SERIES)]

    def step(at_us: int, values: np.ndarray) -> None:
        for i, value in enumerate(values.tolist()):
            states[i], _ = detector.step(states[i], Reading(at_us, value))

    return seconds_a_minute(step, 5)


def main() -> None:
    """Print one line a detector."""
    graded: GradedThreshold = away(3.0, 4.0, 5.0, 6.0, clear=0.8, needed=2)
    batches = {
        "threshold, four levels": (graded, ThresholdBatch([graded] * SERIES).step),
        "EWMA": (Ewma(NORMAL), EwmaBatch([Ewma(NORMAL)] * SERIES).step),
        "CUSUM": (Cusum(NORMAL), CusumBatch([Cusum(NORMAL)] * SERIES).step),
    }
    for name, (detector, step) in batches.items():
        together = seconds_a_minute(step)
        sys.stdout.write(f"{name}: batch {1e3 * together:.2f} ms, alone {1e3 * alone(detector):.0f} ms\n")
    sys.stdout.write(f"control chart with four rules: alone {1e3 * alone(ChartRules(NORMAL)):.0f} ms\n")


if __name__ == "__main__":
    main()
