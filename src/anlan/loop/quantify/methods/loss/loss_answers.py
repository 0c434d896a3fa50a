"""What is said of simulated yearly losses: quantities, tolerance, the curve, and how far to trust them."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from anlan.domain.method import AnswerTable, Chart, Field, Note, Quantity
from anlan.loop.quantify.methods.faults import Faults
from anlan.maths.loss_portfolios.precision import (
    REACH,
    Checkpoint,
    exceedance,
    settling,
    wilson,
    years_needed,
)
from anlan.maths.loss_statistics import Estimate, LossSample

UNITS = ("money", "customer_min", "customer_hour")

SAMPLE_FIELDS = (
    Field("unit", "choice", default="money", choices=UNITS),
    Field("levels", "numbers", default=(0.95, 0.99), above=0, below=1, most=5),
    Field(
        "tolerance",
        "table",
        default=(),
        least=0,
        most=20,
        columns=(Field("loss", "number", low=0), Field("probability", "number", low=0, high=1)),
    ),
    Field("years", "integer", default=100_000, low=1_000, high=2_000_000),
    Field("relative_error", "number", default=0.02, above=0, below=1),
)
"""Asked by every method that simulates years."""

_CURVE = (*(k / 50 for k in range(49)), *(1.0 - 0.02 * 10.0 ** (-k / 12) for k in range(25)))
"""Shares of years within a point of the curve: even down to 2 % of more, then twelve to each power of ten."""


def check_sample_fields(inputs: Mapping[str, Any]) -> None:
    """Errors: RefusedInputs for levels or tolerances out of order, or too few years for a level."""
    faults = Faults()
    levels, rows = list(inputs["levels"]), inputs["tolerance"]
    if levels != sorted(set(levels)):
        faults.add("method.not_ascending", where="levels", found=tuple(levels))
    elif inputs["years"] * (1.0 - levels[-1]) < 10:
        faults.add("loss.few_beyond", where="levels", found=levels[-1], years=inputs["years"])
    for place in range(1, len(rows)):
        where = f"tolerance[{place + 1}]"
        if rows[place]["loss"] <= rows[place - 1]["loss"]:
            faults.add("method.not_ascending", where=f"{where}.loss", found=rows[place]["loss"])
        if rows[place]["probability"] > rows[place - 1]["probability"]:
            faults.add("loss.tolerance_rises", where=f"{where}.probability", found=rows[place]["probability"])
    faults.raise_any()


def estimate(name: str, of: Estimate, unit: str) -> Quantity:
    """A statistic with its 95 % interval."""
    half = REACH * of.standard_error
    return Quantity(name, of.value, unit, max(0.0, of.value - half), of.value + half, "confidence_95")


def quantities(sample: LossSample, levels: Sequence[float], unit: str) -> tuple[Quantity, ...]:
    """The mean first, then the chance of any loss, then the tail at the first level."""
    n = len(sample)
    any_loss = n - int(np.searchsorted(sample.ascending, 0.0, side="right"))
    low, high = wilson(any_loss, n)
    first = levels[0]
    return (
        estimate("expected_annual_loss", sample.mean, unit),
        estimate("value_at_risk", sample.quantile(first), unit),
        estimate("cvar", sample.cvar(first), unit),
        Quantity("probability_of_loss", any_loss / n, "probability", low, high, "confidence_95"),
    )


def tail_table(sample: LossSample, levels: Sequence[float]) -> AnswerTable:
    """VaR and CVaR at every level, with standard errors."""
    rows = []
    for level in levels:
        at_risk, beyond = sample.quantile(level), sample.cvar(level)
        rows.append((level, at_risk.value, at_risk.standard_error, beyond.value, beyond.standard_error))
    columns = ("probability_within", "value_at_risk", "sampling_error", "cvar", "cvar_error")
    return AnswerTable("tail", columns, tuple(rows))


def tolerance_table(sample: LossSample, tolerance: Sequence[Mapping[str, float]]) -> AnswerTable:
    """Each tolerated point beside the probability found, and whether it is broken."""
    rows = []
    for point in tolerance:
        found, low, high = exceedance(sample, point["loss"])
        verdict = _verdict(low, high, point["probability"])
        rows.append((point["loss"], point["probability"], found, low, high, Note(f"tolerance.{verdict}")))
    columns = ("loss", "tolerated", "probability_of_more", "lower_limit", "upper_limit", "verdict")
    return AnswerTable("tolerance", columns, tuple(rows))


def broken_points(table: AnswerTable) -> Quantity:
    """How many tolerated points are broken."""
    broken = sum(row[-1].code == "tolerance.broken" for row in table.rows)
    return Quantity("broken_tolerances", float(broken), "points")


def _verdict(low: float, high: float, tolerated: float) -> str:
    return "broken" if low > tolerated else "held" if high <= tolerated else "open"


def curve_chart(
    sample: LossSample,
    tolerance: Sequence[Mapping[str, float]],
    *,
    level: float,
    unit: str,
    exact: Sequence[tuple[float, float]] = (),
    band: Sequence[Mapping[str, float]] = (),
) -> Chart:
    """The exceedance curve with its band, the tolerated points, and the exact curve where there is one.

    band: loss, low, high of what open parameters leave; told only where there is one.
    """
    points = [
        {"loss": loss, "probability": found, "low": low, "high": high}
        for loss in curve_losses(sample)
        for found, low, high in [exceedance(sample, loss)]
    ]
    data = {
        "points": points,
        "tolerance": [dict(row) for row in tolerance],
        "exact": [{"loss": loss, "probability": p} for loss, p in exact],
        "marks": {
            "mean": sample.mean.value,
            "value_at_risk": sample.quantile(level).value,
            "cvar": sample.cvar(level).value,
        },
        "level": level,
        "unit": unit,
    }
    return Chart("loss_exceedance", data | ({"open": list(band)} if band else {}))


def curve_losses(sample: LossSample) -> list[float]:
    """Losses of the points of the curve, ascending."""
    return [loss for loss, _ in sample.curve(_CURVE)]


def convergence(
    totals: Any, sample: LossSample, *, level: float, relative: float
) -> tuple[AnswerTable, Chart, tuple[Note, ...]]:
    """Relative errors, the years needed, how the numbers settled, and a warning where years are missing."""
    n = len(sample)
    of = {"expected_annual_loss": sample.mean, "value_at_risk": sample.quantile(level),
          "cvar": sample.cvar(level)}  # fmt: skip
    rows, most = [], 0
    for name, each in of.items():
        needed = years_needed(each, n, relative)
        most = max(most, needed or 0)
        found = REACH * each.standard_error / each.value if each.value > 0 else None
        rows.append((Note(f"loss.{name}"), each.value, each.standard_error, found, needed))
    columns = ("statistic", "value", "sampling_error", "relative_error", "years_needed")
    drawn = [_checkpoint(each) for each in settling(totals, level)]
    warnings = (
        (Note("loss.more_years", {"years": n, "needed": most, "relative": relative}),) if most > n else ()
    )
    chart = Chart("convergence", {"checkpoints": drawn, "level": level})
    return AnswerTable("convergence", columns, tuple(rows)), chart, warnings


def _checkpoint(at: Checkpoint) -> dict[str, float]:
    found = {"years": float(at.years)}
    for name, each in (("mean", at.mean), ("cvar", at.cvar)):
        half = REACH * each.standard_error
        found |= {name: each.value, f"{name}_low": each.value - half, f"{name}_high": each.value + half}
    return found
