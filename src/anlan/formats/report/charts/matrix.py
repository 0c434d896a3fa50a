"""Risk matrix: how many risks stand in each cell of likelihood and severity."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from anlan.formats.report.drawing import SMALL, fitted, frame, label, lines_of, text_width
from anlan.formats.report.levels import Levels, shape
from anlan.formats.report.markup import Markup, el
from anlan.formats.report.tokens import Palette, Theme
from anlan.formats.report.words import Language, Words

_WIDTH, _CELL, _GAP = 400.0, 42.0, 3.0


def risk_matrix(data: Mapping[str, Any], *, language: Language, theme: Theme = "light") -> str:
    """Cells tinted by level with the level's shape in the corner; a bubble holds the number of risks.

    data: `criteria` and `risks` of the result.
    """
    words, palette = Words(language), Palette(theme)
    criteria, risks = data["criteria"], data["risks"]
    likelihood = [words.of(text) for text in criteria["likelihood"]["labels"]]
    severity = [words.of(text) for text in criteria["severity"]["labels"]]
    left = 34 + min(110.0, max(text_width(name) for name in likelihood) + 14)
    grid = _Grid(left=left, columns=len(severity), rows=len(likelihood))
    counts = Counter((risk["index"]["likelihood"], risk["index"]["severity"]) for risk in risks)
    height = grid.bottom + 44
    return frame(
        _WIDTH,
        height,
        _cells(data, grid, words, palette),
        [_bubble(cell, n, max(counts.values()), grid, palette) for cell, n in sorted(counts.items())],
        _names(likelihood, severity, grid, palette),
        _axis_titles(grid, words, palette),
        title=words("matrix.title"),
        text=_sentence(data, counts, words),
        theme=theme,
    )


class _Grid:
    """Where the cell of a likelihood and a severity lies; the highest likelihood is the top row."""

    def __init__(self, *, left: float, columns: int, rows: int) -> None:
        self.left, self.rows = left, rows
        self.width = (_WIDTH - left) / columns
        self.bottom = rows * _CELL + 4

    def corner(self, likelihood: int, severity: int) -> tuple[float, float]:
        return self.left + (severity - 1) * self.width, 4 + (self.rows - likelihood) * _CELL

    def centre(self, likelihood: int, severity: int) -> tuple[float, float]:
        x, y = self.corner(likelihood, severity)
        return x + (self.width - _GAP) / 2, y + (_CELL - _GAP) / 2


def _cells(data: Mapping[str, Any], grid: _Grid, words: Words, palette: Palette) -> list[Markup]:
    levels = Levels(data["criteria"], words)
    drawn = []
    for i, row in enumerate(data["criteria"]["cells"]):
        for j, position in enumerate(row):
            x, y = grid.corner(i + 1, j + 1)
            mark = levels.marks[position]
            drawn.append(
                el(
                    "rect",
                    x=x,
                    y=y,
                    width=grid.width - _GAP,
                    height=_CELL - _GAP,
                    rx=4,
                    fill=palette[f"{mark.colour}-cell"],
                )
            )
            drawn.append(shape(mark, x=x + grid.width - _GAP - 8, y=y + 8, size=7, palette=palette))
    return drawn


def _bubble(cell: tuple[int, int], n: int, most: int, grid: _Grid, palette: Palette) -> Markup:
    x, y = grid.centre(*cell)
    radius = 11.5 + 6.0 * (n / most) ** 0.5
    return el(
        "g",
        el("circle", cx=x, cy=y, r=radius, fill=palette["surface"], stroke=palette["ink"], stroke_width=1.2),
        label(str(n), x=x, y=y, fill=palette["ink"], text_anchor="middle", font_weight=700, font_size=13),
    )


def _names(likelihood: list[str], severity: list[str], grid: _Grid, palette: Palette) -> list[Markup]:
    drawn = []
    for i, name in enumerate(likelihood):
        _, y = grid.centre(i + 1, 1)
        shown = fitted(name, grid.left - 48)
        number = el("tspan", f" {i + 1}", fill=palette["ink2"], font_weight=700)
        drawn.append(
            el(
                "text",
                shown,
                number,
                x=grid.left - 9,
                y=y,
                dy="0.35em",
                text_anchor="end",
                fill=palette["ink3"],
            )
        )
    for j, name in enumerate(severity):
        x, _ = grid.centre(1, j + 1)
        for k, part in enumerate(lines_of(f"{j + 1} {name}", grid.width, size=SMALL)):
            drawn.append(
                label(
                    part,
                    x=x,
                    y=grid.bottom + 9 + 12 * k,
                    fill=palette["ink3"],
                    text_anchor="middle",
                    font_size=SMALL,
                )
            )
    return drawn


def _axis_titles(grid: _Grid, words: Words, palette: Palette) -> list[Markup]:
    middle = 4 + grid.rows * _CELL / 2
    return [
        label(
            f"{words('matrix.likelihood')} →",
            x=9,
            y=middle,
            fill=palette["ink2"],
            text_anchor="middle",
            transform=f"rotate(-90 9 {middle:.0f})",
        ),
        label(
            f"{words('matrix.severity')} →",
            x=(grid.left + _WIDTH) / 2,
            y=grid.bottom + 36,
            fill=palette["ink2"],
            text_anchor="middle",
        ),
    ]


def _sentence(data: Mapping[str, Any], counts: Counter[tuple[int, int]], words: Words) -> str:
    if not counts:
        return words("matrix.none")
    return words("matrix.text", n=len(data["risks"]), levels=level_counts(data, words))


def level_counts(data: Mapping[str, Any], words: Words) -> str:
    """`2 critical, 5 high`: how many risks there are of each level, highest first, none left out."""
    levels = Levels(data["criteria"], words)
    counts = Counter(levels[risk["index"]["level"]] for risk in data["risks"])
    ordered = sorted(counts, key=lambda mark: -mark.rank)
    return words.listed(words("matrix.level_count", level=mark.word, n=counts[mark]) for mark in ordered)
