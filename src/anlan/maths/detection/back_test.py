"""What a detector would have done: alerts on past readings, held against labelled events.

    result = back_test(detector, readings, labels)
    curve = trade_off(lambda limit: rising(limit), candidates, readings, labels)
    best = proposal(curve, most_per_week=1.0)

An alert is one episode: readings at or above a level, interruptions of up to `quiet_us` left aside. It is
right when it overlaps a labelled window, else false. Lead time is what was left, at the first reading in the
window that fires, until the event (or the end of the window). A detector fitted to readings must be tested
on later ones: `from_us` says from when on alerts count, the readings before only warm it up.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from anlan.domain.errors import NotEnoughData, UsageError
from anlan.domain.interval import Interval
from anlan.maths.detection.verdicts import Detector, Reading, Verdict
from anlan.maths.rates import poisson_rate, wilson

WEEK_US = 7 * 86_400_000_000


@dataclass(frozen=True)
class Label:
    """A window in which an alert is right; event_us: when it happened, the end unless known."""

    begin_us: int
    end_us: int
    event_us: int | None = None


@dataclass(frozen=True)
class Alert:
    """First and last reading of an episode, its highest level and the reason of the first."""

    begin_us: int
    end_us: int
    level: int
    reason: str


@dataclass(frozen=True)
class BackTest:
    """lead_us: of each label, None where missed; precision and recall: None without alerts or labels;
    weeks: time outside the windows, and false_per_week of it."""

    alerts: tuple[Alert, ...]
    lead_us: tuple[int | None, ...]
    false_alarms: int
    precision: Interval | None
    recall: Interval | None
    false_per_week: Interval
    weeks: float


@dataclass(frozen=True)
class Candidate:
    """A setting and what came of it."""

    setting: float
    result: BackTest


def replay(detector: Detector, readings: Iterable[Reading]) -> list[Verdict]:
    """The verdict on each reading, from the beginning."""
    state, verdicts = detector.begin(), []
    for reading in readings:
        state, verdict = detector.step(state, reading)
        verdicts.append(verdict)
    return verdicts


def back_test(
    detector: Detector, readings: Sequence[Reading], labels: Sequence[Label] = (), *, level: int = 1,
    from_us: int | None = None, quiet_us: int = 0,
) -> BackTest:  # fmt: skip
    """Alerts of at least `level` on readings in order of time, and how good they were."""
    verdicts = replay(detector, readings)
    start = readings[0].at_us if readings and from_us is None else from_us
    counted = [
        pair for pair in zip(readings, verdicts, strict=True) if start is not None and pair[0].at_us >= start
    ]
    if len(counted) < 2 or start is None:
        raise NotEnoughData("spc.too_few_points", found=len(counted), needed=2)
    alerts = _alerts(counted, level, quiet_us)
    fired = np.array(
        [reading.at_us for reading, verdict in counted if verdict.level >= level], dtype=np.int64
    )
    leads = tuple(_lead(label, fired) for label in labels)
    right = sum(any(_overlap(alert, label) for label in labels) for alert in alerts)
    weeks = _outside(start, counted[-1][0].at_us, labels) / WEEK_US
    found = sum(lead is not None for lead in leads)
    return BackTest(
        alerts, leads, len(alerts) - right,
        wilson(right, len(alerts)) if alerts else None,
        wilson(found, len(labels)) if labels else None,
        poisson_rate(len(alerts) - right, weeks), weeks,
    )  # fmt: skip


def trade_off(
    detector_at: Callable[[float], Detector], settings: Iterable[float], readings: Sequence[Reading],
    labels: Sequence[Label], *, level: int = 1, from_us: int | None = None, quiet_us: int = 0,
) -> tuple[Candidate, ...]:  # fmt: skip
    """Back-tests of one detector at several settings, in their order."""
    return tuple(
        Candidate(setting, back_test(detector_at(setting), readings, labels, level=level, from_us=from_us,
                                     quiet_us=quiet_us))
        for setting in settings
    )  # fmt: skip


def proposal(curve: Sequence[Candidate], *, most_per_week: float) -> Candidate | None:
    """The setting that finds most labels with no more false alarms a week; of those the one with fewest
    false alarms, then the first; None where every setting has more."""
    allowed = [one for one in curve if one.result.false_per_week.estimate <= most_per_week]
    return max(allowed, key=_merit, default=None)


def tail_settings(values: ArrayLike, *, n: int = 20) -> tuple[float, ...]:
    """Candidates for an upper threshold: values exceeded by half of the readings, and by ever fewer."""
    ordered = np.sort(np.asarray(values, dtype=np.float64))
    if len(ordered) < 2 or n < 2 or not np.all(np.isfinite(ordered)):
        raise UsageError("detection.candidates", readings=len(ordered), candidates=n)
    exceeded = np.unique(np.round(np.geomspace(1, max(1.0, len(ordered) / 2), n)).astype(np.int64))
    return tuple(sorted(set(ordered[-exceeded].tolist())))


def _merit(one: Candidate) -> tuple[float, float]:
    recall = one.result.recall
    return (recall.estimate if recall else 0.0, -one.result.false_per_week.estimate)


def _alerts(counted: Sequence[tuple[Reading, Verdict]], level: int, quiet_us: int) -> tuple[Alert, ...]:
    alerts: list[Alert] = []
    on = False
    for reading, verdict in counted:
        fires = verdict.level >= level
        if fires and alerts and (on or reading.at_us - alerts[-1].end_us <= quiet_us):
            last = alerts[-1]
            highest = max(last.level, verdict.level)
            alerts[-1] = Alert(last.begin_us, max(last.end_us, reading.at_us), highest, last.reason)
        elif fires:
            alerts.append(Alert(reading.at_us, reading.at_us, verdict.level, verdict.reason))
        on = fires
    return tuple(alerts)


def _lead(label: Label, fired: np.ndarray) -> int | None:
    inside = fired[(fired >= label.begin_us) & (fired <= label.end_us)]
    event = label.end_us if label.event_us is None else label.event_us
    return event - int(inside[0]) if len(inside) else None


def _overlap(alert: Alert, label: Label) -> bool:
    return alert.begin_us <= label.end_us and alert.end_us >= label.begin_us


def _outside(start: int, end: int, labels: Sequence[Label]) -> int:
    """Time from start to end that lies in no window, at least 1."""
    inside, reached = 0, start
    for label in sorted(labels, key=lambda one: one.begin_us):
        first, last = max(label.begin_us, reached), min(label.end_us, end)
        inside += max(0, last - first)
        reached = max(reached, last)
    return max(1, end - start - inside)
