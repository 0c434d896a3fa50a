"""The user's matrix, read and checked: labels, levels of the cells, and the numbers behind the labels."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from anlan.loop.quantify.methods.faults import Faults
from anlan.loop.quantify.methods.matrix.presets import NAMES, PRESETS
from anlan.maths.risk_matrices.cells import Ints

_SMALLEST_BOUND = 1e-12
"""Smaller bounds than this stand for zero and are to be written so."""


@dataclass(frozen=True)
class Grid:
    """A matrix of levels. ranks: (likelihoods, severities), the place of each cell's level, 0 the lowest.
    bounds: those of both axes where the user gave them."""

    likelihoods: Sequence[str]
    severities: Sequence[str]
    levels: Sequence[str]
    cells: Sequence[Sequence[str]]
    likelihood_bounds: tuple[float, ...] | None
    severity_bounds: tuple[float, ...] | None

    @property
    def ranks(self) -> Ints:
        place = {level: rank for rank, level in enumerate(self.levels)}
        return np.array([[place[level] for level in row] for row in self.cells])

    def place(self, cell: tuple[int, int]) -> str:
        """`(likelihood, severity)` of a cell counted from 0, in the words of the axes."""
        return f"({self.likelihoods[cell[0]]}, {self.severities[cell[1]]})"


def read_grid(inputs: Mapping[str, Any], faults: Faults) -> Grid:
    """The matrix of a preset or of the user's own, whose faults are added.

    Errors: RefusedInputs at once where parts are missing, since nothing else can be checked then.
    """
    given = _given(inputs, faults)
    faults.raise_any()
    for name in ("likelihood_labels", "severity_labels", "levels"):
        _check_names(given[name], name, faults)
    _check_cells(given, faults)
    for name in ("likelihood", "severity"):
        _check_bounds(inputs[f"{name}_bounds"], len(given[f"{name}_labels"]), f"{name}_bounds", faults)
    if (inputs["likelihood_bounds"] is None) != (inputs["severity_bounds"] is None):
        missing = "likelihood" if inputs["likelihood_bounds"] is None else "severity"
        faults.add("method.missing_input", where=f"{missing}_bounds")
    likelihoods, severities, levels, cells = (given[name] for name in NAMES)
    bounds = inputs["likelihood_bounds"], inputs["severity_bounds"]
    return Grid(likelihoods, severities, levels, cells, bounds[0], bounds[1])


def _given(inputs: Mapping[str, Any], faults: Faults) -> Mapping[str, Any]:
    preset = inputs["preset"]
    for name in NAMES:
        if preset and inputs[name] is not None:
            faults.add("matrix.beside_preset", where=name, preset=preset)
        if not preset and inputs[name] is None:
            faults.add("method.missing_input", where=name)
    return PRESETS[preset] if preset else inputs


def _check_names(names: Sequence[str], where: str, faults: Faults) -> None:
    for place, name in enumerate(names, start=1):
        if name in names[: place - 1]:
            faults.add("method.twice", where=f"{where}[{place}]", found=name)


def _check_cells(given: Mapping[str, Any], faults: Faults) -> None:
    rows, columns = len(given["likelihood_labels"]), len(given["severity_labels"])
    cells: Sequence[Sequence[str]] = given["cells"]
    if len(cells) != rows or len(cells[0]) != columns:
        found = f"{len(cells)} × {len(cells[0])}"
        faults.add("method.size", where="cells", found=found, expected=f"{rows} × {columns}")
    known = given["levels"]
    for i, row in enumerate(cells, start=1):
        for j, level in enumerate(row, start=1):
            if level not in known:
                faults.add("method.not_a_choice", where=f"cells[{i}][{j}]", found=level, known=known)


def _check_bounds(bounds: tuple[float, ...] | None, labels: int, where: str, faults: Faults) -> None:
    """One bound more than labels, ascending, none between zero and what a double can divide by safely."""
    if bounds is None:
        return
    if len(bounds) != labels + 1:
        faults.add("method.length", where=where, found=len(bounds), least=labels + 1, most=labels + 1)
    if list(bounds) != sorted(set(bounds)):
        faults.add("method.not_ascending", where=where, found=bounds)
    for place, bound in enumerate(bounds, start=1):
        if 0 < bound < _SMALLEST_BOUND:
            limits = f"0, [{_SMALLEST_BOUND:g}, ∞)"
            faults.add("method.outside", where=f"{where}[{place}]", found=bound, limits=limits)
