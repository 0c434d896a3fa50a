"""The levels of views: by the user's matrix, by bands of yearly loss, by bands of the index."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from anlan.domain.method import Answer, Quantity
from anlan.loop.quantify.comparing.asking import Asking, named
from anlan.loop.quantify.comparing.view import EVENT, OFTEN, YEAR, View
from anlan.loop.quantify.methods.faults import Faults
from anlan.loop.quantify.methods.matrix.grid import Grid, read_grid

Inputs = Mapping[str, Any]
AXES = ("likelihood", "severity")
_OWN_MATRIX = ("likelihood_labels", "severity_labels", "cells")
_SCORES = tuple(f"{axis}{end}" for axis in AXES for end in ("", "_low", "_high"))


@dataclass(frozen=True)
class Criteria:
    """levels, lowest first; grid: the matrix, where there is one; bounds of yearly loss and of the index."""

    levels: tuple[str, ...]
    grid: Grid | None
    loss_bounds: tuple[float, ...] | None
    index_bounds: tuple[float, ...] | None


def read_criteria(inputs: Inputs, faults: Faults) -> Criteria:
    """The criteria. Errors: RefusedInputs at once where parts of the matrix are missing."""
    has_matrix = inputs["preset"] is not None or any(inputs[name] is not None for name in _OWN_MATRIX)
    grid = read_grid(inputs, faults) if has_matrix else None
    levels = tuple(grid.levels if grid else inputs["levels"] or ())
    for name in ("loss_bounds", "index_bounds"):
        _check_bands(inputs[name], levels, name, faults)
    _check_scores(inputs, grid, faults)
    return Criteria(levels, grid, inputs["loss_bounds"], inputs["index_bounds"])


def _check_bands(
    bounds: tuple[float, ...] | None, levels: tuple[str, ...], name: str, faults: Faults
) -> None:
    if bounds is None:
        return
    if not levels:
        faults.add("method.missing_input", where="levels")
    elif len(bounds) != len(levels) - 1:
        expected = len(levels) - 1
        faults.add("method.length", where=name, found=len(bounds), least=expected, most=expected)
    if list(bounds) != sorted(set(bounds)):
        faults.add("method.not_ascending", where=name, found=bounds)


def _check_scores(inputs: Inputs, grid: Grid | None, faults: Faults) -> None:
    """Both scores or neither, and a matrix to look them up in."""
    given = [name for name in _SCORES if inputs[name] is not None]
    for axis in AXES:
        if given and inputs[axis] is None:
            faults.add("method.missing_input", where=axis)
    if given and grid is None:
        faults.add("method.missing_input", where="cells")


def views_of_scores(inputs: Inputs, criteria: Criteria, asking: Asking) -> list[View]:
    """The scores in the matrix, with what the bounds of its steps say in numbers; and their index."""
    if inputs["likelihood"] is None or criteria.grid is None or asking.faults:
        return []
    said = _matrix({name: inputs[name] for name in _SCORES}, criteria.grid, asking)
    if said is None:
        return []
    grid, unit = criteria.grid, inputs["unit"]
    often = _step(said, "likelihood", grid.likelihood_bounds, Quantity(OFTEN, 0.0, "per_year"))
    size = _step(said, "severity", grid.severity_bounds, Quantity(EVENT, 0.0, unit))
    year = _product(often, size, unit) if often and size else None
    view = View("scores", ("risk_matrix",), often, size, year, matrix_level=said.headline)
    return [view, *_index(said, criteria, asking)]


def _matrix(scores: Mapping[str, str | None], grid: Grid, asking: Asking) -> Answer | None:
    severity = {name: score for name, score in scores.items() if name.startswith("severity")}
    given: dict[str, Any] = {
        "likelihood_labels": grid.likelihoods,
        "severity_labels": grid.severities,
        "levels": grid.levels,
        "cells": grid.cells,
        "consequences": ({"dimension": "loss", **severity},),
    }
    given |= {name: score for name, score in scores.items() if name.startswith("likelihood")}
    return asking.of("risk_matrix", given, {"consequences[1].": ""})


def _step(said: Answer, axis: str, bounds: tuple[float, ...] | None, of: Quantity) -> Quantity | None:
    """The numbers between the bounds of the scored steps, and their middle; None without bounds."""
    score = named(said, f"{axis}_score")
    if bounds is None or score is None:
        return None
    first = int(score.value if score.low is None else score.low)
    last = int(score.value if score.high is None else score.high)
    middle = _middle(bounds[int(score.value) - 1], bounds[int(score.value)])
    return replace(of, value=middle, low=bounds[first - 1], high=bounds[last], interval="bounds")


def _middle(low: float, high: float) -> float:
    """The geometric middle, as scales of likelihood and loss rise by factors; half of a step from zero."""
    return float((low**0.5) * (high**0.5)) if low > 0 else high / 2


def _product(often: Quantity, size: Quantity, unit: str) -> Quantity:
    ends = [(a or 0.0) * (b or 0.0) for a, b in ((often.low, size.low), (often.high, size.high))]
    return Quantity(YEAR, often.value * size.value, unit, ends[0], ends[1], "bounds")


def _index(said: Answer, criteria: Criteria, asking: Asking) -> list[View]:
    if criteria.index_bounds is None or criteria.grid is None:
        return []
    scores: dict[str, Any] = {"risk": "risk"}
    for axis in AXES:
        score = named(said, f"{axis}_score")
        if score is None:
            return []
        scores[axis] = int(score.value)
        if score.low is not None and score.high is not None:
            scores |= {f"{axis}_low": int(score.low), f"{axis}_high": int(score.high)}
    given = {
        "likelihood_meanings": criteria.grid.likelihoods,
        "severity_meanings": criteria.grid.severities,
        "risks": (scores,),
        "bounds": criteria.index_bounds,
        "levels": criteria.levels,
    }
    answer = asking.of("risk_index", given, {"bounds": "index_bounds"})
    if answer is None or answer.level is None:
        return []
    return [View("index", ("risk_index",), band_level=criteria.levels.index(answer.level) + 1)]


def levelled(view: View, criteria: Criteria, asking: Asking) -> View:
    """The view with the levels that the criteria give its numbers."""
    if view.annual_loss is not None and criteria.loss_bounds is not None:
        reached = sum(view.annual_loss.value >= bound for bound in criteria.loss_bounds)
        view = replace(view, band_level=1 + reached)
    grid = criteria.grid
    if grid is None or view.matrix_level is not None or view.frequency is None or view.event_loss is None:
        return view
    if grid.likelihood_bounds is None or grid.severity_bounds is None:
        return view
    scores = {
        **_scored("likelihood", view.frequency, grid.likelihood_bounds, grid.likelihoods),
        **_scored("severity", view.event_loss, grid.severity_bounds, grid.severities),
    }
    said = _matrix(scores, grid, asking)
    return view if said is None else replace(view, matrix_level=said.headline)


def _scored(axis: str, of: Quantity, bounds: tuple[float, ...], labels: Any) -> dict[str, str]:
    """The steps of the value and of its limits; what lies beyond the outer bounds is in the outer steps."""

    def step(value: float) -> int:
        return sum(value >= bound for bound in bounds[1:-1])

    at = step(of.value)
    found = {axis: labels[at]}
    if of.low is not None and of.high is not None:
        found[f"{axis}_low"] = labels[min(step(of.low), at)]
        found[f"{axis}_high"] = labels[max(step(of.high), at)]
    return found
