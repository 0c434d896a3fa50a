"""One risk through every method that can answer from what is known of it, brought to the same measures.

1. Counts alone, experts alone, both together, the FAIR tree and the scores of a matrix are views of the same
   risk. Each is asked of its own method; none is computed a second time here.
2. Every view is brought to events per year, loss of one event and loss of a year, each with its interval, and
   to the level that the matrix or the bands of yearly loss give it.
3. Where several experts speak, the simulated year hears them as one, whose three points are the weighted mean
   of theirs: the mean of a PERT is linear in its points and so stays as pooled; the spread gets narrower.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from anlan.domain.errors import NotEnoughData
from anlan.domain.method import Answer, Quantity
from anlan.loop.quantify.comparing.asking import Asking, named
from anlan.loop.quantify.comparing.criteria import Criteria, Inputs, levelled, read_criteria, views_of_scores
from anlan.loop.quantify.comparing.view import EVENT, OFTEN, YEAR, View
from anlan.loop.quantify.frequency import DAYS_PER_YEAR
from anlan.loop.quantify.methods.faults import Faults

UNITS_A_YEAR = {"year": 1.0, "month": 12.0, "day": DAYS_PER_YEAR, "hour": 24 * DAYS_PER_YEAR}
"""Unit of exposure -> how many make a year; for 1,000 cases it depends on the cases of a year."""
LIMITS = (0.05, 0.95)
"""Shares of the simulated years below the limits of a yearly loss."""


def views_of(inputs: Inputs, *, seed: int) -> tuple[tuple[View, ...], Criteria]:
    """All views there can be: counts, experts, both, FAIR, scores, index; and the criteria of their levels.

    Errors: RefusedInputs with the faults of all methods; NotEnoughData `compare.one_view` for fewer than two.
    """
    faults = Faults()
    asking = Asking(seed=seed, faults=faults)
    criteria = read_criteria(inputs, faults)
    _check_exposure(inputs, faults)
    faults.raise_any()
    size = _event_loss(inputs, asking)
    found = [
        *_counts(inputs, size, asking),
        *_experts(inputs, size, asking),
        *_both(inputs, size, asking),
        *_fair(inputs, asking),
        *views_of_scores(inputs, criteria, asking),
    ]
    faults.raise_any()
    all_views = tuple(levelled(view, criteria, asking) for view in found)
    faults.raise_any()
    if len(all_views) < 2:
        raise NotEnoughData("compare.one_view", found=len(all_views))
    return all_views, criteria


def mean_points(rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The three points of all experts as one estimate: their weighted means."""
    total = math.fsum(row["weight"] for row in rows)
    points = [
        math.fsum(row["weight"] / total * row[end] for row in rows) for end in ("low", "likely", "high")
    ]
    low, likely, high = points[0], max(points[0], points[1]), max(points)
    return {"kind": "pert", "low": low, "likely": likely, "high": high}


def _check_exposure(inputs: Inputs, faults: Faults) -> None:
    if inputs["exposure_unit"] == "1000_cases" and inputs["cases_per_year"] is None:
        faults.add("method.missing_input", where="cases_per_year")


def _in_years(inputs: Inputs) -> tuple[dict[str, Any], ...]:
    unit = inputs["exposure_unit"]
    a_year = inputs["cases_per_year"] / 1000 if unit == "1000_cases" else UNITS_A_YEAR[unit]
    return tuple({**row, "exposure": row["exposure"] / a_year} for row in inputs["history"])


def _event_loss(inputs: Inputs, asking: Asking) -> Quantity | None:
    """The loss of one event as the experts see it."""
    if not inputs["loss_experts"]:
        return None
    given = {"experts": inputs["loss_experts"]}
    said = asking.of("three_point", given, {"experts": "loss_experts"})
    return None if said is None else replace(said.headline, name=EVENT, unit=inputs["unit"])


def _counts(inputs: Inputs, size: Quantity | None, asking: Asking) -> list[View]:
    if not inputs["history"]:
        return []
    said = asking.of("rate_blend", {"history": _in_years(inputs)}, {"": ""})
    return [] if said is None else [_view("counts", "rate_blend", said, _gamma(said), size, inputs, asking)]


def _experts(inputs: Inputs, size: Quantity | None, asking: Asking) -> list[View]:
    rows = inputs["frequency_experts"]
    if not rows:
        return []
    said = asking.of("three_point", {"experts": rows}, {"experts": "frequency_experts"})
    if said is None:
        return []
    return [_view("experts", "three_point", said, mean_points(rows), size, inputs, asking)]


def _both(inputs: Inputs, size: Quantity | None, asking: Asking) -> list[View]:
    """The experts' limits as the prior of the counts; nothing where no gamma has such limits."""
    if not (inputs["history"] and inputs["frequency_experts"]) or asking.faults:
        return []
    points = mean_points(inputs["frequency_experts"])
    one = {"expert": "all", "low": points["low"], "high": points["high"]}
    given = {"history": _in_years(inputs), "prior": "experts", "experts": (one,), "level": inputs["level"]}
    said = Asking(seed=asking.seed, faults=Faults()).of("rate_blend", given, {})
    if said is None:
        return []
    view = _view("blend", "rate_blend", said, _gamma(said), size, inputs, asking)
    surprise = named(said, "prior_surprise")
    return [replace(view, surprise=None if surprise is None else surprise.value)]


def _gamma(said: Answer) -> dict[str, Any]:
    """The rate of a single posterior as an estimate of the events of a year."""
    shape, exposure = named(said, "posterior_shape"), named(said, "posterior_exposure")
    assert shape is not None  # one prior, so one gamma
    assert exposure is not None
    return {"kind": "gamma", "shape": shape.value, "scale": 1 / exposure.value}


def _view(
    way: str, code: str, said: Answer, frequency: Mapping[str, Any], size: Quantity | None, inputs: Inputs,
    asking: Asking,
) -> View:  # fmt: skip
    """The frequency as said, and the year's loss of that frequency with the experts' loss of one event."""
    often = replace(said.headline, name=OFTEN, unit="per_year")
    if size is None or asking.faults:
        return View(way, (code,), often, warnings=said.warnings)
    risk = {"name": "risk", "frequency": frequency, "severity": mean_points(inputs["loss_experts"])}
    given = {"risks": (risk,), **_simulation(inputs)}
    year = asking.of(
        "annual_loss", given, {"risks[1].frequency": _PLACES[way], "risks[1].severity": "loss_experts"}
    )
    loss = None if year is None else _yearly(year)
    return View(way, (code, "three_point", "annual_loss"), often, size, loss, warnings=said.warnings)


_PLACES = {"counts": "history", "experts": "frequency_experts", "blend": "history"}


def _simulation(inputs: Inputs) -> dict[str, Any]:
    return {"unit": inputs["unit"], "years": inputs["years"], "levels": LIMITS}


def _yearly(said: Answer) -> Quantity:
    """The mean of the simulated years with the middle 90 % of them, not with the error of the mean."""
    tail = next(table for table in said.tables if table.name == "tail")
    low, high = (row[tail.columns.index("value_at_risk")] for row in tail.rows)
    of = named(said, YEAR)
    assert of is not None  # every simulated year has a mean
    return Quantity(YEAR, of.value, of.unit, low, high, "middle_90")


def _fair(inputs: Inputs, asking: Asking) -> list[View]:
    if inputs["fair"] is None:
        return []
    said = asking.of_read("fair", {**inputs["fair"], **_simulation(inputs)}, {"": "fair."})
    often = None if said is None else named(said, OFTEN)
    if said is None or often is None:
        return []
    year = _yearly(said)
    size = Quantity(EVENT, year.value / often.value, inputs["unit"]) if often.value > 0 else None
    return [View("fair", ("fair",), often, size, year, warnings=said.warnings)]
