"""Answers of experts as a table: rows are questions or objects, columns are experts, gaps allowed."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from anlan.loop.quantify.methods.faults import Faults

Floats = NDArray[np.float64]
Rows = Sequence[Sequence[float | None]]
LARGEST = 1e9
"""Limit of the size of an answer: beyond it squares lose their digits."""


def check_names(names: Sequence[str], where: str, faults: Faults) -> None:
    """No name twice."""
    for place, name in enumerate(names, start=1):
        if name in names[: place - 1]:
            faults.add("experts.repeated", where=f"{where}[{place}]", found=name)


def check_size(rows: Rows, where: str, faults: Faults, *, n_rows: int, n_columns: int) -> None:
    """As many rows and columns as there are names."""
    if len(rows) != n_rows or len(rows[0]) != n_columns:
        found, expected = f"{len(rows)} × {len(rows[0])}", f"{n_rows} × {n_columns}"
        faults.add("method.size", where=where, found=found, expected=expected)


def as_array(rows: Rows) -> Floats:
    """nan where an answer is missing; for use inside only."""
    return np.array([[np.nan if each is None else each for each in row] for row in rows], dtype=np.float64)


def weights_of(given: Sequence[float] | None, *, n: int, where: str, faults: Faults) -> Floats:
    """The weights, all 1 where none are given."""
    if given is None:
        return np.ones(n)
    if len(given) != n:
        faults.add("method.length", where=where, found=len(given), least=n, most=n)
        return np.ones(n)
    return np.asarray(given, dtype=np.float64)
