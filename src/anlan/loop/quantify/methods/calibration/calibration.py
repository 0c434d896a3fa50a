"""Calibration of forecasts: by all, by method and by expert.

Probabilities: Brier score with Murphy's parts, logarithmic score, reliability table with Wilson limits,
Spiegelhalter's test. Intervals: coverage with Wilson limits against the level claimed, exact test, width,
interval score. Sources in `maths.forecasts`.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from anlan.domain.errors import NotEnoughData
from anlan.domain.method import Answer, AnswerTable, Chart, Field, Method, Note, Quantity
from anlan.loop.quantify.methods.experts.answers import LARGEST
from anlan.loop.quantify.methods.faults import Faults
from anlan.maths.forecasts.intervals import Coverage, coverage
from anlan.maths.forecasts.probabilities import (
    Bin,
    brier_interval,
    calibration_p,
    log_score,
    murphy,
    reliability_table,
)

FEWEST = 30
DOUBTFUL = 0.05
Inputs = Mapping[str, Any]
Rows = Sequence[Mapping[str, Any]]
Floats = NDArray[np.float64]


def run(inputs: Inputs, *, seed: int = 0) -> Answer:
    """The Brier score of all probabilities and the coverage of all intervals, and both by group."""
    forecasts, intervals = inputs["forecasts"] or (), inputs["intervals"] or ()
    if not forecasts and not intervals:
        raise NotEnoughData("calibration.nothing")
    _check(intervals)
    bins = reliability_table(*_stated(forecasts), bins=inputs["bins"]) if forecasts else []
    quantities, tables, charts = [], [], []
    if forecasts:
        quantities += _scores(forecasts, inputs["bins"])
        tables += [_by_group(forecasts, inputs["bins"]), _reliability(bins)]
        charts.append(Chart("reliability", _drawn(bins)))
    if intervals:
        quantities += _coverages(_covered(intervals))
        tables.append(_coverage_by_group(intervals))
    return Answer(
        quantities=tuple(quantities),
        tables=tuple(tables),
        charts=tuple(charts),
        assumptions=(Note("calibration.independent"),
                     *([Note("calibration.bins", {"bins": inputs["bins"]})] if forecasts else [])),
        warnings=_warnings(forecasts, intervals),
    )  # fmt: skip


def _check(intervals: Rows) -> None:
    faults = Faults()
    for place, row in enumerate(intervals, start=1):
        if row["low"] > row["high"]:
            found = f"{row['low']:g}, {row['high']:g}"
            faults.add("method.not_ascending", where=f"intervals[{place}]", found=found)
    faults.raise_any()


def _stated(rows: Rows) -> tuple[Floats, Floats]:
    return (
        np.array([row["probability"] for row in rows], dtype=np.float64),
        np.array([float(row["happened"]) for row in rows]),
    )


def _covered(rows: Rows) -> Coverage:
    low, high, actual, level = (
        np.array([row[name] for row in rows], dtype=np.float64) for name in ("low", "high", "actual", "level")
    )
    return coverage(low, high, actual, level)


def _scores(rows: Rows, bins: int) -> list[Quantity]:
    p, o = _stated(rows)
    parts, interval, logs, test = (
        murphy(p, o, bins=bins),
        brier_interval(p, o),
        log_score(p, o),
        calibration_p(p, o),
    )
    return [
        Quantity("brier", interval.estimate, "", interval.low, interval.high, "confidence_95"),
        Quantity("reliability", parts.reliability),
        Quantity("resolution", parts.resolution),
        Quantity("uncertainty", parts.uncertainty),
        Quantity("within_bins", parts.within),
        *([Quantity("brier_skill", parts.skill)] if parts.skill is not None else []),
        *([Quantity("log_score", logs)] if logs is not None else []),
        *([Quantity("calibration_p", test, "probability")] if test is not None else []),
    ]


def _coverages(of: Coverage) -> list[Quantity]:
    held = of.held
    return [
        Quantity("coverage", held.estimate, "share", held.low, held.high, "confidence_95"),
        Quantity("nominal_coverage", of.nominal, "share"),
        *([Quantity("coverage_p", of.p, "probability")] if of.p is not None else []),
        Quantity("interval_score", of.score),
    ]


def _groups(rows: Rows) -> Iterator[tuple[Note | str, Note | str, Rows]]:
    """All, then each method, then each expert: (kind, name, rows)."""
    yield Note("calibration.all"), "", rows
    for kind in ("method", "expert"):
        for name in dict.fromkeys(row[kind] for row in rows if row[kind]):
            yield Note(f"calibration.{kind}"), name, [row for row in rows if row[kind] == name]


def _by_group(rows: Rows, bins: int) -> AnswerTable:
    lines = []
    for kind, name, some in _groups(rows):
        p, o = _stated(some)
        parts, interval = murphy(p, o, bins=bins), brier_interval(p, o)
        lines.append(
            (
                *(kind, name, len(some), interval.estimate, interval.low, interval.high),
                *(parts.reliability, parts.resolution, parts.uncertainty, parts.skill),
                *(log_score(p, o), calibration_p(p, o)),
            )
        )
    columns = ("group", "name", "n", "brier", "low_95", "high_95", "reliability", "resolution", "uncertainty")
    return AnswerTable("scores_by_group", (*columns, "skill", "log_score", "p_value"), tuple(lines))


def _reliability(bins: Sequence[Bin]) -> AnswerTable:
    rows = tuple(
        (f"{b.low:.3g} – {b.high:.3g}", b.n, b.forecast, b.happened.estimate, b.happened.low, b.happened.high,
         b.happened.low <= b.forecast <= b.happened.high)
        for b in bins
    )  # fmt: skip
    columns = ("bin", "n", "mean_forecast", "share_happened", "low_95", "high_95", "within_limits")
    return AnswerTable("reliability_table", columns, rows)


def _coverage_by_group(rows: Rows) -> AnswerTable:
    lines = []
    for kind, name, some in _groups(rows):
        of = _covered(some)
        lines.append(
            (
                *(kind, name, of.n, of.nominal, of.held.estimate, of.held.low, of.held.high),
                *(of.below, of.above, of.p, of.width, of.score),
            )
        )
    columns = ("group", "name", "n", "claimed", "held", "low_95", "high_95", "below", "above", "p_value")
    return AnswerTable("coverage_by_group", (*columns, "mean_width", "interval_score"), tuple(lines))


def _drawn(bins: Sequence[Bin]) -> dict[str, Any]:
    return {
        "bins": [
            {"n": b.n, "forecast": b.forecast, "happened": b.happened.estimate, "low": b.happened.low,
             "high": b.happened.high}
            for b in bins
        ]
    }  # fmt: skip


def _warnings(forecasts: Rows, intervals: Rows) -> tuple[Note, ...]:
    found = []
    for name, rows in (("forecasts", forecasts), ("intervals", intervals)):
        if rows and len(rows) < FEWEST:
            found.append(Note(f"calibration.few_{name}", {"n": len(rows), "least": FEWEST}))
    if forecasts:
        p, o = _stated(forecasts)
        test = calibration_p(p, o)
        if log_score(p, o) is None:
            found.append(Note("calibration.impossible"))
        if test is not None and test < DOUBTFUL:
            found.append(Note("calibration.off", {"p": test}))
    if intervals:
        of = _covered(intervals)
        if of.held.high < of.nominal or of.held.low > of.nominal:
            code = "narrow" if of.held.estimate < of.nominal else "wide"
            found.append(Note(f"calibration.{code}", {"held": of.held.estimate, "claimed": of.nominal}))
    return tuple(found)


_WHO = (Field("method", "text", default=""), Field("expert", "text", default=""))

METHOD = Method(
    "calibration",
    (
        Field(
            "forecasts",
            "table",
            default=None,
            columns=(*_WHO, Field("probability", "number", low=0, high=1), Field("happened", "flag")),
        ),
        Field(
            "intervals",
            "table",
            default=None,
            columns=(
                *_WHO,
                Field("low", "number", low=-LARGEST, high=LARGEST),
                Field("high", "number", low=-LARGEST, high=LARGEST),
                Field("actual", "number", low=-LARGEST, high=LARGEST),
                Field("level", "number", default=0.9, low=0.01, high=0.999, unit="probability"),
            ),
        ),
        Field("bins", "integer", default=10, low=1, high=100),
    ),
    run,
)
