"""Detectors on labelled series of the Numenta Anomaly Benchmark, for the validation page.

`PYTHONPATH=tests python -m golden.anomaly_series FOLDER` scores them on the six series in FOLDER with the
published windows and writes `anomaly_series.md` beside this file; `python -m golden.table` puts it into the
page.

Score: Lavin and Ahmad (2015), Evaluating real-time anomaly detection algorithms, arXiv:1510.03336, standard
profile: a window found earns up to 1, more when early, one missed costs 1, a false alarm 0.11, less shortly
after a window; 0 is the detector that never speaks, 100 the one that finds all at once and nothing else.
"""

import csv
import json
import math
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from anlan.domain.interval import Interval
from anlan.maths.control_charts.variables import individuals
from anlan.maths.control_charts.weighted import cusum, ewma
from anlan.maths.detection.back_test import BackTest, Label, back_test
from anlan.maths.detection.seasonal import seasonal_profile, slots_of
from anlan.maths.detection.thresholds import rising
from anlan.maths.detection.verdicts import LARGEST_Z, Reading
from anlan.maths.rates import poisson_rate, wilson

RECORDED = Path(__file__).with_name("anomaly_series.md")
SERIES = (
    "realKnownCause/nyc_taxi.csv",
    "realKnownCause/ec2_request_latency_system_failure.csv",
    "realKnownCause/machine_temperature_system_failure.csv",
    "realKnownCause/ambient_temperature_system_failure.csv",
    "artificialWithAnomaly/art_daily_jumpsup.csv",
    "artificialNoAnomaly/art_daily_small_noise.csv",
)
HOUR_US, DAY_US = 3_600_000_000, 86_400_000_000
QUIET_US = 6 * HOUR_US
FALSE_ALARM = 0.11
MEMORY_US = 28 * DAY_US
Floats = NDArray[np.float64]
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, eq=False)
class Labelled:
    """One series, its windows as row numbers (first, last), and the rows that only teach."""

    name: str
    at_us: NDArray[np.int64]
    values: Floats
    windows: tuple[tuple[int, int], ...]

    @property
    def learning(self) -> int:
        """As published: 15 per cent of the rows, at most 750."""
        return int(min(math.floor(0.15 * len(self.values)), 750))

    @property
    def labels(self) -> tuple[Label, ...]:
        """The windows in time."""
        return tuple(Label(int(self.at_us[a]), int(self.at_us[b])) for a, b in self.windows)


Statistic = Callable[[Labelled], Floats]


def read(folder: Path, name: str) -> Labelled:
    """A series with its published windows; of rows at one time (or back in time) the first is kept."""
    with (folder / name).open(newline="", encoding="utf-8") as lines:
        rows = [(_us(row["timestamp"]), float(row["value"])) for row in csv.DictReader(lines)]
    at, values = np.array([row[0] for row in rows]), np.array([row[1] for row in rows])
    kept = np.concatenate([[True], at[1:] > np.maximum.accumulate(at)[:-1]])
    at, values = at[kept], values[kept]
    published = json.loads((folder / "combined_windows.json").read_text(encoding="utf-8"))[name]
    windows = tuple(
        (int(np.searchsorted(at, _us(a))), int(np.searchsorted(at, _us(b), side="right")) - 1)
        for a, b in published
    )
    return Labelled(name, at, values, windows)


def three_sigma(series: Labelled) -> Floats:
    """Distance from the mean of the rows that teach, in their standard deviation."""
    taught = series.values[: series.learning]
    return np.abs(series.values - taught.mean()) / max(float(taught.std()), 1e-9)


def trailing_day(series: Labelled) -> Floats:
    """Distance from the mean of the day before, in its standard deviation."""
    out = np.zeros(len(series.values))
    first = np.searchsorted(series.at_us, series.at_us - DAY_US)
    for i in range(1, len(out)):
        past = series.values[first[i] : i]
        if len(past) > 5:
            out[i] = abs(series.values[i] - past.mean()) / max(float(past.std()), 1e-9)
    return out


def shewhart(series: Labelled) -> Floats:
    """Individuals chart of phase II, sigma corrected for the resemblance of neighbours."""
    baseline = individuals(series.values[: series.learning]).baseline
    return np.abs(baseline.chart(series.values).z)


def ewma_chart(series: Labelled) -> Floats:
    """EWMA of weight 0.2 against the same baseline, in sigma of the mean."""
    baseline = individuals(series.values[: series.learning]).baseline
    chart = ewma(series.values, centre=baseline.centre, sigma=baseline.spread, weight=0.2)
    return 3.0 * np.abs(chart.points - chart.centre) / (chart.upper - chart.centre)


def cusum_chart(series: Labelled) -> Floats:
    """Larger sum of a CUSUM with k = 0.5 against the same baseline."""
    baseline = individuals(series.values[: series.learning]).baseline
    chart = cusum(series.values, centre=baseline.centre, sigma=baseline.spread)
    return np.maximum(chart.high, chart.low)


def usual_week(series: Labelled) -> Floats:
    """Robust distance from the usual value of the hour of the week, learnt anew each day from four weeks."""
    return np.abs(_residuals(series))


def usual_week_ewma(series: Labelled) -> Floats:
    """EWMA of weight 0.2 of the same residuals, in sigma of the mean."""
    chart = ewma(np.clip(_residuals(series), -10.0, 10.0), centre=0.0, sigma=1.0, weight=0.2)
    return 3.0 * np.abs(chart.points) / chart.upper


def _residuals(series: Labelled) -> Floats:
    slots = slots_of(series.at_us, "UTC", ())
    out, begin = np.zeros(len(series.values)), series.learning
    while begin < len(out):
        end = int(np.searchsorted(series.at_us, series.at_us[begin] + DAY_US))
        first = int(np.searchsorted(series.at_us, series.at_us[begin] - MEMORY_US))
        past = slice(first, begin)
        profile = seasonal_profile(series.at_us[past], series.values[past], zone="UTC")
        centre, spread = np.array(profile.centre), np.maximum(np.array(profile.spread), 1e-9)
        here = slots[begin:end]
        z = (series.values[begin:end] - centre[here]) / spread[here]
        out[begin:end] = np.clip(z, -LARGEST_Z, LARGEST_Z)
        begin = end
    return out


DETECTORS: Mapping[str, tuple[Statistic, float]] = {
    "baseline: three sigma of the first rows": (three_sigma, 3.0),
    "baseline: trailing day, three sigma": (trailing_day, 3.0),
    "individuals chart": (shewhart, 3.0),
    "EWMA chart, weight 0.2": (ewma_chart, 3.0),
    "CUSUM, k 0.5, h 5": (cusum_chart, 5.0),
    "usual week": (usual_week, 6.0),
    "usual week with EWMA": (usual_week_ewma, 6.0),
}
"""Name -> statistic and the limit set beforehand."""


def tried(series: Labelled, statistic: Floats, limit: float) -> BackTest:
    """Alerts where the statistic reaches the limit, up to six quiet hours in one."""
    after = slice(series.learning, None)
    readings = [
        Reading(at, value)
        for at, value in zip(series.at_us[after].tolist(), statistic[after].tolist(), strict=True)
    ]
    return back_test(rising(limit), readings, series.labels, quiet_us=QUIET_US)


def score(series: Labelled, result: BackTest) -> float:
    """Unscaled score: the best alert of each window that begins in it, or -1; false alarms subtract."""
    rows = np.searchsorted(series.at_us, [alert.begin_us for alert in result.alerts]).tolist()
    total = 0.0
    for first, last in series.windows:
        inside = [row for row in rows if first <= row <= last]
        total += max((_worth(row, first, last) for row in inside), default=-1.0)
    outside = [row for row in rows if not any(a <= row <= b for a, b in series.windows)]
    return total + sum(FALSE_ALARM * _past(row, series.windows) for row in outside)


def scaled(total: float, windows: int) -> float:
    """0 for never speaking, 100 for every window at once and nothing else."""
    return 100.0 * (total + windows) / (2.0 * windows)


def _worth(row: int, first: int, last: int) -> float:
    return _sigmoid(-(last - row + 1) / (last - first + 1)) / _sigmoid(-1.0)


def _past(row: int, windows: Sequence[tuple[int, int]]) -> float:
    before = [(a, b) for a, b in windows if b < row]
    if not before:
        return -1.0
    first, last = before[-1]
    away = (row - last) / max(last - first, 1)
    return -1.0 if away >= 3.0 else _sigmoid(away)


def _sigmoid(position: float) -> float:
    return 2.0 / (1.0 + math.exp(5.0 * position)) - 1.0


def _us(text: str) -> int:
    return (datetime.fromisoformat(text).replace(tzinfo=UTC) - _EPOCH) // timedelta(microseconds=1)


_HEAD = """## Detectors on labelled series

Written by `PYTHONPATH=tests python -m golden.anomaly_series FOLDER` (the series are not carried in this repository): six series of the Numenta Anomaly Benchmark (MIT licence), {windows} published windows. The first rows (15 %, at most 750) only teach. An alert is one episode, up to six quiet hours in one. *Score*: NAB, standard profile, one detection for each alert, 0 is never to speak and 100 perfect; it can be negative. *Best*: with the one limit for all series that scores highest, chosen on these same series as the benchmark does, so it flatters every line alike. All else is at the limit set beforehand, with 95 % intervals. A detector that is *on* for much of the time finds every window and says little: so do here the charts held against the first rows alone, because the series have days and weeks and change their level, which one baseline of independent points does not know.

| Detector | Limit | Score | Best (limit) | Windows found | Alerts right | False alarms a week | On outside windows | Median lead |
| --- | --- | --- | --- | --- | --- | --- | --- | --- |
"""  # noqa: E501


def written(folder: Path) -> str:
    """The section as Markdown."""
    corpus = [read(folder, name) for name in SERIES]
    windows = sum(len(series.windows) for series in corpus)
    lines = [_line(name, corpus, *DETECTORS[name], windows) for name in DETECTORS]
    return _HEAD.format(windows=windows) + "\n".join(lines) + "\n\n" + _by_series(corpus)


def _line(name: str, corpus: Sequence[Labelled], statistic: Statistic, limit: float, windows: int) -> str:
    values = [statistic(series) for series in corpus]
    limits = [limit, *np.round(np.geomspace(limit / 2, limit * 20, 12), 2).tolist()]
    best = max((_total(corpus, values, at), at) for at in limits)
    results = [tried(series, one, limit) for series, one in zip(corpus, values, strict=True)]
    leads = [lead / HOUR_US for result in results for lead in result.lead_us if lead is not None]
    alerts, false = sum(len(r.alerts) for r in results), sum(r.false_alarms for r in results)
    on = [_on_outside(series, one, limit) for series, one in zip(corpus, values, strict=True)]
    cells = [
        name, f"{limit:g}", f"{scaled(_total(corpus, values, limit), windows):.1f}",
        f"{scaled(best[0], windows):.1f} ({best[1]:g})",
        f"{len(leads)} of {windows} ({_ends(wilson(len(leads), windows))})",
        f"{alerts - false} of {alerts} ({_ends(wilson(alerts - false, alerts))})",
        _rate(poisson_rate(false, sum(result.weeks for result in results))),
        f"{100 * sum(one for one, _ in on) / sum(rows for _, rows in on):.1f} %",
        f"{np.median(leads):.0f} h" if leads else "—",
    ]  # fmt: skip
    return "| " + " | ".join(cells) + " |"


def _ends(share: Interval) -> str:
    return f"{100 * share.low:.0f} to {100 * share.high:.0f} %"


def _rate(rate: Interval) -> str:
    return f"{rate.estimate:.2f} ({rate.low:.2f} to {rate.high:.2f})"


def _on_outside(series: Labelled, statistic: Floats, limit: float) -> tuple[int, int]:
    """Rows outside the windows at or above the limit, and all rows outside."""
    outside = np.ones(len(statistic), dtype=bool)
    outside[: series.learning] = False
    for first, last in series.windows:
        outside[first : last + 1] = False
    return int((statistic[outside] >= limit).sum()), int(outside.sum())


def _total(corpus: Sequence[Labelled], values: Sequence[Floats], limit: float) -> float:
    return sum(score(series, tried(series, one, limit)) for series, one in zip(corpus, values, strict=True))


def _by_series(corpus: Sequence[Labelled]) -> str:
    """Windows found and false alarms of each series at the limit set beforehand."""
    names = [series.name.split("/")[1].removesuffix(".csv") for series in corpus]
    lines = [
        "Windows found / false alarms, by series:", "",
        "| Detector | " + " | ".join(f"`{name}`" for name in names) + " |",
        "| --- |" + " --- |" * len(names),
    ]  # fmt: skip
    for name, (statistic, limit) in DETECTORS.items():
        results = [tried(series, statistic(series), limit) for series in corpus]
        cells = [
            f"{sum(lead is not None for lead in r.lead_us)} of {len(r.lead_us)} / {r.false_alarms}"
            for r in results
        ]
        lines.append(f"| {name} | " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    RECORDED.write_text(written(Path(sys.argv[1])), encoding="utf-8")
    sys.stdout.write(f"written: {RECORDED.name}\n")
