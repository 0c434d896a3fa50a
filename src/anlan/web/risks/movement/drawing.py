"""The matrix with arrows from cell to cell, as wide as many risks went that way."""

import math
from collections.abc import Mapping
from typing import Any

from django.utils.safestring import mark_safe

from anlan.formats.report.drawing import frame, label, lines_of
from anlan.formats.report.levels import Levels
from anlan.formats.report.markup import Markup, el
from anlan.formats.report.tokens import Palette
from anlan.web.common.levels import level_marks
from anlan.web.common.texts import of, text
from anlan.web.risks.models import Criteria
from anlan.web.risks.movement.selectors import Cell, Movement, Path

_LEFT, _TOP, _CELL_W, _CELL_H = 96.0, 8.0, 112.0, 74.0
_MOST_ARROWS = 24


def drawn(found: Movement, criteria: Criteria) -> dict[str, Any]:
    """The picture, its sentence and how many paths are not drawn (they are in the list)."""
    cells, palette = criteria.content["cells"], Palette("page")
    rows, columns = len(cells), len(cells[0])
    marks = level_marks(criteria.content)
    inside = [
        p
        for p in found.paths
        if p.start and _inside(p.start, rows, columns) and _inside(p.end, rows, columns)
    ]
    shown = inside[:_MOST_ARROWS]
    width, height = _LEFT + columns * _CELL_W + 8, _TOP + rows * _CELL_H + 34
    parts = [
        *_ground(criteria, marks, palette),
        *_stayed(found, rows, palette),
        *(_arrow(path, rows, criteria, palette, most=shown[0].n) for path in shown),
        *(_count(path, rows, criteria, palette) for path in shown),
    ]
    worse, better = (
        sum(p.n for p in found.paths if way(p, criteria) == side) for side in ("worse", "better")
    )
    sentence = text(
        "movement.sentence", since=found.since.isoformat(), until=found.until.isoformat(), moved=found.moved,
        worse=worse, better=better, new=sum(p.n for p in found.new), stayed=sum(found.stayed.values()),
    )  # fmt: skip
    svg = frame(width, height, *parts, title=text("movement.title"), text=sentence, theme="page")
    return {"svg": mark_safe(svg), "sentence": sentence, "left_out": len(found.paths) - len(shown)}


def way(path: Path, criteria: Criteria) -> str:
    """`new`, `worse`, `better` or `same` by the levels of these criteria; a cell that they do not have is
    neither worse nor better than another."""
    if path.start is None:
        return "new"
    was, now = rank(criteria, path.start), rank(criteria, path.end)
    if was < 0 or now < 0 or was == now:
        return "same"
    return "worse" if now > was else "better"


def rank(criteria: Criteria, cell: Cell | None) -> int:
    """Rank of the cell's level under the criteria; -1 for none and for cells that they do not have."""
    cells = criteria.content["cells"]
    if cell is None or not _inside(cell, len(cells), len(cells[0])):
        return -1
    return int(cells[cell[0] - 1][cell[1] - 1])


def _inside(cell: Cell, rows: int, columns: int) -> bool:
    return 1 <= cell[0] <= rows and 1 <= cell[1] <= columns


def _centre(cell: Cell, rows: int) -> tuple[float, float]:
    return _LEFT + (cell[1] - 0.5) * _CELL_W, _TOP + (rows - cell[0] + 0.5) * _CELL_H


def _ground(criteria: Criteria, marks: Levels, palette: Palette) -> list[Markup]:
    content, parts = criteria.content, []
    rows = len(content["cells"])
    for i, row in enumerate(content["cells"], start=1):
        for j, place in enumerate(row, start=1):
            x, y = _centre((i, j), rows)
            parts.append(
                el(
                    "rect", x=x - _CELL_W / 2 + 1.5, y=y - _CELL_H / 2 + 1.5, width=_CELL_W - 3,
                    height=_CELL_H - 3, rx=4, fill=palette[f"{marks.marks[place].colour}-cell"],
                )
            )  # fmt: skip
        words = f"{i} {of(content['likelihood']['labels'][i - 1])}"
        parts += _axis_words(words, _LEFT - 8, _centre((i, 1), rows)[1], _LEFT - 12, "end", palette)
    for j in range(1, len(content["cells"][0]) + 1):
        words = f"{j} {of(content['severity']['labels'][j - 1])}"
        x, y = _centre((1, j), rows)
        parts += _axis_words(words, x, y + _CELL_H / 2 + 14, _CELL_W, "middle", palette)
    return parts


def _axis_words(words: str, x: float, y: float, width: float, anchor: str, palette: Palette) -> list[Markup]:
    found = lines_of(words, width, size=11)
    first = y - 7 * (len(found) - 1) if anchor == "end" else y
    return [
        label(part, x=x, y=first + 14 * i, text_anchor=anchor, fill=palette["ink2"], font_size=11)
        for i, part in enumerate(found)
    ]


def _stayed(found: Movement, rows: int, palette: Palette) -> list[Markup]:
    """A plain number in the corner: risks that are where they were."""
    parts = []
    for cell, n in found.stayed.items():
        x, y = _centre(cell, rows)
        parts.append(
            label(str(n), x=x - _CELL_W / 2 + 9, y=y + _CELL_H / 2 - 13, fill=palette["ink2"], font_size=11)
        )
    return parts


def _ends(path: Path, rows: int) -> tuple[float, float, float, float, float, float]:
    """Start, bend and end of the arrow: it begins and ends short of the centres and bends to its left,
    so that two ways between the same cells lie apart."""
    assert path.start is not None
    (x1, y1), (x2, y2) = _centre(path.start, rows), _centre(path.end, rows)
    length = math.hypot(x2 - x1, y2 - y1)
    ux, uy = (x2 - x1) / length, (y2 - y1) / length
    x1, y1, x2, y2 = x1 + 10 * ux, y1 + 10 * uy, x2 - 12 * ux, y2 - 12 * uy
    return x1, y1, (x1 + x2) / 2 + 20 * uy, (y1 + y2) / 2 - 20 * ux, x2, y2


def _colour(path: Path, criteria: Criteria) -> str:
    change = rank(criteria, path.end) - rank(criteria, path.start)
    return "red" if change > 0 else "teal" if change < 0 else "slate"


def _arrow(path: Path, rows: int, criteria: Criteria, palette: Palette, *, most: int) -> Markup:
    x1, y1, xb, yb, x2, y2 = _ends(path, rows)
    colour = palette[_colour(path, criteria)]
    along = math.atan2(y2 - yb, x2 - xb)
    wings = [(x2 - 9 * math.cos(along + s), y2 - 9 * math.sin(along + s)) for s in (-0.45, 0.45)]
    head = f"M{x2:.1f} {y2:.1f}" + "".join(f"L{x:.1f} {y:.1f}" for x, y in wings) + "Z"
    return el(
        "g",
        el("circle", cx=x1, cy=y1, r=3, fill=colour),
        el(
            "path", d=f"M{x1:.1f} {y1:.1f}Q{xb:.1f} {yb:.1f} {x2:.1f} {y2:.1f}", fill="none", stroke=colour,
            stroke_width=1.6 + 3.4 * math.sqrt(path.n / most),
        ),
        el("path", d=head, fill=colour, stroke=colour, stroke_width=1.5, stroke_linejoin="round"),
    )  # fmt: skip


def _count(path: Path, rows: int, criteria: Criteria, palette: Palette) -> Markup:
    """The number on the arrow, on a ground of its own."""
    x1, y1, xb, yb, x2, y2 = _ends(path, rows)
    x, y = (x1 + 2 * xb + x2) / 4, (y1 + 2 * yb + y2) / 4
    half = 7.0 + 3.0 * (len(str(path.n)) - 1)
    return el(
        "g",
        el(
            "rect", x=x - half, y=y - 8, width=2 * half, height=16, rx=8, fill=palette["surface"],
            stroke=palette[_colour(path, criteria)],
        ),
        label(str(path.n), x=x, y=y, text_anchor="middle", fill=palette["ink"], font_size=11),
    )  # fmt: skip


def words_of_cell(criteria: Criteria, cell: Cell) -> Mapping[str, Any]:
    """A cell in words: its scores and, where the criteria have it, its level."""
    place = rank(criteria, cell)
    marks = level_marks(criteria.content).marks
    return {"likelihood": cell[0], "severity": cell[1], "mark": marks[place] if place >= 0 else None}
