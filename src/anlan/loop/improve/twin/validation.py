"""Does the twin behave like the part of the log it has not seen? A card of checks, each with its rule.

The twin runs from long enough before the part looked at, so that work in progress is what it should be,
and is looked at like the log: cases count that came in the part and left before its end. Every check
compares a distance with what is attainable, its yardstick:

duration     Wasserstein distance of the times of cases, relative to the mean time in the log; yardstick:
             the same distance between the first and the second half of the part of the log, by arrival
arrivals     number of cases, relative; yardstick: twice the Poisson deviation
arriving, leaving   shares by hour of the day, total variation; yardstick: what 19 of 20 runs of the twin keep
             among themselves (their distance from the mean of the runs, times the root of 2)
in_progress  mean absolute difference of the mean number of cases under way by hour of the day, relative to
             the log's mean; yardstick as before
count, wait, work   of an activity: executions per case, mean wait, mean time; relative; of cases that came
early
             enough for 95 % to be over; yardstick: twice the standard error of the difference (see
             `activity_checks`)

It passes within the larger of `PASS` and the yardstick (1.5 times for durations), is doubtful within the
larger of `DOUBT` and twice the yardstick (3 times for durations), and fails beyond. However wide the
yardstick, nothing passes beyond `DOUBT` or is doubtful beyond twice of it. A wait also passes within 1 %
and is doubtful within 5 % of the mean time of a case: what hardly matters to it cannot fail the twin.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from anlan.domain.errors import NotEnoughData
from anlan.loop.improve.twin.activity_checks import Compared, activity_checks
from anlan.loop.improve.twin.card import PROFILES, Card, Check, judged
from anlan.loop.improve.twin.names import activity_of
from anlan.loop.improve.twin.observed import FEWEST_CASES, Observed
from anlan.loop.improve.twin.parallel import side_by_side
from anlan.loop.improve.twin.runs import Stretch, run_twin
from anlan.maths.sample_distances import total_variation, wasserstein
from anlan.maths.sequences.instances import Floats

HOUR_S, WEEK_S = 3600.0, 604_800.0
REPLICATIONS = 10
_LEAST_COUNTED = 0.25
_AMONG = math.sqrt(2.0)
"""Two runs differ by the chance of both: so do a log and the twin of another log."""


def validate(
    of: Observed, inputs: Mapping[str, Any], *, seed: int = 0, replications: int = REPLICATIONS
) -> Card:
    """The card of the twin with these inputs for the part of the log from `of.from_s` on.

    Errors: NotEnoughData for fewer than 20 cases that came and left in the part.
    """
    of = side_by_side(of, blocks_of(inputs, of.names))
    rows = of.rows
    arrived, left = rows.arrived_s(), np.where(of.finished, rows.left_s(), of.until_s + 1.0)
    inside = (arrived >= of.from_s) & (left <= of.until_s)
    if inside.sum() < FEWEST_CASES:
        raise NotEnoughData("twin.few_finished", found=int(inside.sum()), least=FEWEST_CASES)
    shift, stretch = _stretch(of, (left - arrived)[of.finished])
    runs = run_twin(inputs, stretch=stretch, seed=seed, replications=replications)
    log = _Side(arrived + shift, left + shift, stretch)
    twin = [_Side(run.arrived_s, run.left_s, stretch) for run in runs]
    whole = [_duration(log, twin), _arrivals(log, twin), *_profiles(log, twin), _in_progress(log, twin)]
    twin_cases = float(np.mean([side.counted().sum() for side in twin]))
    compared = Compared(log.counted(), twin_cases, max(float(log.durations().mean()), 1e-9))
    checks, not_in_twin, not_in_log = activity_checks(of, runs, compared)
    return Card(
        (*whole, *checks),
        int(inside.sum()),
        replications,
        _quantiles(log, twin),
        _by_hour(log, twin),
        {
            "log": tuple(log.in_progress().tolist()),
            "twin": tuple(_mean([s.in_progress() for s in twin]).tolist()),
        },
        not_in_twin,
        not_in_log,
    )


def blocks_of(inputs: Mapping[str, Any], names: Sequence[str]) -> list[tuple[int, ...]]:
    """Activities of the log that the twin does side by side: those that the ways out of a split lead to."""
    code = {name: number for number, name in enumerate(names)}
    splits = {str(row["name"]): set[str]() for row in inputs["steps"] if row.get("kind") == "split"}
    for way in inputs.get("ways") or ():
        if way["from"] in splits:
            splits[way["from"]].add(activity_of(str(way["to"])))
    found = {tuple(sorted(code[each] for each in each_of if each in code)) for each_of in splits.values()}
    return sorted(members for members in found if len(members) > 1)


def _stretch(of: Observed, durations: Floats) -> tuple[float, Stretch]:
    """What to add to seconds of the log to have seconds of the run, and the part looked at.

    The run begins on a Monday by which 99 % of the cases under way later are yet to come, but no case comes
    before the log begins: where the log begins empty, so does the twin.
    """
    before = of.week_second(of.from_s) + WEEK_S * math.ceil(2 * float(np.quantile(durations, 0.99)) / WEEK_S)
    shift = before - of.from_s
    over = of.until_s - float(np.quantile(durations, 0.95))
    counted = max(
        min(of.arrivals_until_s, over), of.from_s + _LEAST_COUNTED * (of.arrivals_until_s - of.from_s)
    )
    return shift, Stretch(
        before, of.until_s + shift, max(0.0, shift), of.arrivals_until_s + shift, counted + shift + 1.0
    )


@dataclass(frozen=True, eq=False)
class _Side:
    """Cases of the log or of one run of the twin, in seconds of the run."""

    arrived: Floats
    left: Floats
    stretch: Stretch

    def durations(self) -> Floats:
        """Of cases that came in the part and left before its end."""
        inside = self._came() & (self.left <= self.stretch.until_s)
        return np.asarray((self.left - self.arrived)[inside])

    def n_arrived(self) -> int:
        return int(self._came().sum())

    def counted(self) -> np.ndarray:
        """(n_cases,) cases of which activities are counted: those that came early enough to be over."""
        return (self.arrived >= self.stretch.from_s) & (self.arrived < self.stretch.counted_until_s)

    def arriving(self) -> Floats:
        return _hours_of_day(self.arrived[self._came()])

    def leaving(self) -> Floats:
        return _hours_of_day(
            self.left[(self.left >= self.stretch.from_s) & (self.left <= self.stretch.until_s)]
        )

    def in_progress(self) -> Floats:
        """Cases under way at every full hour of the part."""
        hours = np.arange(
            math.ceil(self.stretch.from_s / HOUR_S), math.floor(self.stretch.until_s / HOUR_S) + 1
        )
        at = (hours if len(hours) else np.array([self.stretch.until_s / HOUR_S])) * HOUR_S
        came = np.searchsorted(np.sort(self.arrived), at, side="right")
        return np.asarray(came - np.searchsorted(np.sort(self.left), at, side="right"), dtype=np.float64)

    def _came(self) -> np.ndarray:
        return (self.arrived >= self.stretch.from_s) & (self.arrived <= self.stretch.arrivals_until_s)


def _hours_of_day(seconds: Floats) -> Floats:
    return np.bincount((seconds // HOUR_S).astype(np.int64) % 24, minlength=24).astype(np.float64)


def _mean(rows: Sequence[Floats]) -> Floats:
    return np.asarray(np.mean(rows, axis=0))


def _duration(log: _Side, twin: Sequence[_Side]) -> Check:
    real = log.durations()
    made = np.concatenate([side.durations() for side in twin])
    if not len(made):
        raise NotEnoughData("twin.none_finished")
    order = np.argsort(log.arrived[log._came() & (log.left <= log.stretch.until_s)], kind="stable")
    half = len(order) // 2
    mean = max(float(real.mean()), 1e-9)
    distance = wasserstein(real, made)
    yardstick = wasserstein(real[order[:half]], real[order[half:]]) / mean
    return judged(
        "duration",
        distance / mean,
        yardstick,
        log=float(real.mean()),
        twin=float(made.mean()),
        seconds=distance,
    )


def _arrivals(log: _Side, twin: Sequence[_Side]) -> Check:
    real, made = log.n_arrived(), float(np.mean([side.n_arrived() for side in twin]))
    return judged("arrivals", abs(made - real) / real, 2 / math.sqrt(real), log=float(real), twin=made)


def _profiles(log: _Side, twin: Sequence[_Side]) -> list[Check]:
    found = []
    for code in PROFILES:
        real, made = getattr(log, code)(), [getattr(side, code)() for side in twin]
        if real.sum() == 0 or any(each.sum() == 0 for each in made):
            continue
        mean = np.sum(made, axis=0)
        usual = _AMONG * float(np.quantile([total_variation(each, mean) for each in made], 0.95))
        found.append(judged(code, total_variation(real, mean), usual * _as_one_log(real, made)))
    return found


def _as_one_log(real: Floats, made: Sequence[Floats]) -> float:
    """Chance differences shrink with the root of the counts: runs may hold another number than the log."""
    return float(math.sqrt(np.mean([each.sum() for each in made]) / real.sum()))


def _in_progress(log: _Side, twin: Sequence[_Side]) -> Check:
    real, made = _by_hour_of_day(log), [_by_hour_of_day(side) for side in twin]
    mean, level = _mean(made), max(float(real.mean()), 1e-9)
    usual = _AMONG * float(np.quantile([np.abs(each - mean).mean() / level for each in made], 0.95))
    distance = float(np.abs(real - mean).mean()) / level
    return judged("in_progress", distance, usual, log=float(real.mean()), twin=float(mean.mean()))


def _by_hour_of_day(side: _Side) -> Floats:
    """Mean number of cases under way at each hour of the day that the part holds."""
    every = side.in_progress()
    hour = (math.ceil(side.stretch.from_s / HOUR_S) + np.arange(len(every))) % 24
    n = np.bincount(hour, minlength=24)
    return np.asarray(np.bincount(hour, weights=every, minlength=24)[n > 0] / n[n > 0])


def _quantiles(log: _Side, twin: Sequence[_Side]) -> dict[str, tuple[float, ...]]:
    made = np.concatenate([side.durations() for side in twin])
    shares = (0.05, 0.25, 0.5, 0.75, 0.95)
    return {
        name: (*np.quantile(of, shares).tolist(), float(of.mean()))
        for name, of in (("log", log.durations()), ("twin", made))
    }


def _by_hour(log: _Side, twin: Sequence[_Side]) -> dict[str, tuple[float, ...]]:
    found = {}
    for code in PROFILES:
        real, made = getattr(log, code)(), np.sum([getattr(side, code)() for side in twin], axis=0)
        for name, of in (("log", real), ("twin", made)):
            found[f"{name}_{code}"] = tuple((of / max(float(of.sum()), 1.0)).tolist())
    return found
