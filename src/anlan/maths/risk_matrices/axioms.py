"""The conditions of Cox (2008) for the colours of a risk matrix.

L. A. Cox, "What's wrong with risk matrices?", Risk Analysis 28(2), 497-512,
doi:10.1111/j.1539-6924.2008.01030.x. `levels` is (n, m), the level of each cell as a number, 0 the lowest
that occurs in the scale; top and bottom are the highest and the lowest level that some cell has.

Cells are read as closed rectangles: two cells that touch share the products on their common edge.
"""

import numpy as np

from anlan.maths.risk_matrices.cells import CellRanges, Ints

Places = tuple[tuple[int, int], ...]
"""Cells (row, column) from 0."""
Steps = tuple[tuple[tuple[int, int], tuple[int, int]], ...]

_STEPS = ((1, 0), (0, 1), (1, 1))
"""How a rising line leaves a cell: by its upper edge, its right edge, or the corner between them."""


def betweenness_breaches(levels: Ints) -> Steps:
    """Pairs of neighbouring cells where a rising line goes from the bottom level straight to the top one.

    Betweenness asks that it passes a cell of another level on its way; it needs no bounds.
    """
    bottom, top = levels.min(), levels.max()
    rows, columns = levels.shape
    if bottom == top:
        return ()
    return tuple(
        ((i, j), (i + up, j + right))
        for i, j in _places(levels == bottom)
        for up, right in _STEPS
        if i + up < rows and j + right < columns and levels[i + up, j + right] == top
    )


def weakly_consistent(levels: Ints, ranges: CellRanges) -> bool:
    """Whether every point of the top level is a larger product than every point of the bottom level."""
    top, bottom = levels == levels.max(), levels == levels.min()
    return bool(levels.max() == levels.min() or ranges.low[top].min() > ranges.high[bottom].max())


def colouring_breaches(levels: Ints, ranges: CellRanges) -> Places:
    """Cells whose level contradicts the top or the bottom level elsewhere.

    With R the smallest product of the top level and G the largest of the bottom level, a cell
      belongs to the top     when it reaches R and does not go down to G,
      belongs to the bottom  when it goes down to G and does not reach R,
      lies between           otherwise.
    """
    top, bottom = levels == levels.max(), levels == levels.min()
    if levels.max() == levels.min():
        return ()
    reaches = ranges.high >= ranges.low[top].min()
    goes_down = ranges.low <= ranges.high[bottom].max()
    wanted = np.where(reaches & ~goes_down, 1, np.where(goes_down & ~reaches, -1, 0))
    return _places(wanted != top.astype(int) - bottom.astype(int))


def falling_cells(levels: Ints) -> Places:
    """Cells whose level lies below that of a neighbour with a smaller score."""
    falls = np.zeros(levels.shape, dtype=bool)
    falls[1:] |= np.diff(levels, axis=0) < 0
    falls[:, 1:] |= np.diff(levels, axis=1) < 0
    return _places(falls)


def _places(where: np.ndarray) -> Places:
    return tuple((int(i), int(j)) for i, j in np.argwhere(where))
