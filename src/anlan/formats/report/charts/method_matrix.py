"""A risk in the user's own matrix: its cell, and the cells it may lie in."""

from collections.abc import Mapping, Sequence
from typing import Any

from anlan.formats.report.drawing import SMALL, fitted, frame, label, lines_of, text_width
from anlan.formats.report.levels import Levels, levels_named, shape
from anlan.formats.report.markup import Markup, el
from anlan.formats.report.tokens import Palette, Theme
from anlan.formats.report.words import Language, Words

_CELL, _GAP, _TOP, _LINE = 42.0, 3.0, 4.0, 13.0


def method_matrix(data: Mapping[str, Any], *, language: Language, theme: Theme = "light") -> str:
    """Cells tinted by level with its shape in the corner; the risk as a dot, its range as a dashed box.

    data: likelihood_labels, severity_labels, levels (lowest first), cells (a row for each likelihood),
    at (likelihood, severity) from 1; low and high of the same form where scores are ranges, else None.
    """
    words, palette = Words(language), Palette(theme)
    grid = _Grid(data["likelihood_labels"], data["severity_labels"])
    levels = levels_named(data["levels"], words)
    return frame(
        grid.width,
        grid.legend + 14,
        _cells(data["cells"], grid, levels, palette),
        _range(data, grid, palette),
        _dot(data["at"], grid, palette),
        _names(grid, palette),
        _axis_titles(grid, words, palette),
        _legend(grid, levels, palette),
        title=words("method_charts.matrix.title"),
        text=_sentence(data, words),
        theme=theme,
    )


class _Grid:
    """Where the cell of a likelihood and a severity lies; the highest likelihood is the top row."""

    def __init__(self, likelihoods: Sequence[str], severities: Sequence[str]) -> None:
        self.likelihoods, self.severities = likelihoods, severities
        self.left = 34 + min(120.0, max(text_width(name) for name in likelihoods) + 20)
        self.step = max(54.0, min(86.0, 340.0 / len(severities)))
        self.width = self.left + self.step * len(severities)
        self.bottom = _TOP + len(likelihoods) * _CELL
        self.headings = [
            lines_of(f"{j} {name}", self.step - 4, size=SMALL, most=3)
            for j, name in enumerate(severities, start=1)
        ]
        deepest = max(len(heading) for heading in self.headings)
        self.axis_title = self.bottom + 15 + _LINE * deepest
        self.legend = self.axis_title + 24

    def corner(self, likelihood: int, severity: int) -> tuple[float, float]:
        across = self.left + (severity - 1) * self.step
        return across, _TOP + (len(self.likelihoods) - likelihood) * _CELL

    def centre(self, likelihood: int, severity: int) -> tuple[float, float]:
        x, y = self.corner(likelihood, severity)
        return x + (self.step - _GAP) / 2, y + (_CELL - _GAP) / 2


def _cells(cells: Sequence[Sequence[str]], grid: _Grid, levels: Levels, palette: Palette) -> list[Markup]:
    return [
        _cell(grid.corner(i, j), grid, levels[name], palette)
        for i, row in enumerate(cells, start=1)
        for j, name in enumerate(row, start=1)
    ]


def _cell(corner: tuple[float, float], grid: _Grid, mark: Any, palette: Palette) -> Markup:
    x, y = corner
    fill = palette[f"{mark.colour}-cell"]
    wide, high = grid.step - _GAP, _CELL - _GAP
    return el(
        "g",
        el("title", mark.word),
        el("rect", x=x, y=y, width=wide, height=high, rx=4, fill=fill),
        shape(mark, x=x + wide - 8, y=y + 8, size=7, palette=palette),
    )


def _range(data: Mapping[str, Any], grid: _Grid, palette: Palette) -> Markup | None:
    """The box around all cells the risk may lie in; none where there is only its own cell."""
    low, high = data.get("low"), data.get("high")
    if low is None or high is None or list(low) == list(high):
        return None
    left, bottom = grid.corner(*low)
    right, top = grid.corner(*high)
    return el(
        "rect",
        x=left + 1.5,
        y=top + 1.5,
        width=right - left + grid.step - _GAP - 3,
        height=bottom - top + _CELL - _GAP - 3,
        rx=5,
        fill="none",
        stroke=palette["ink"],
        stroke_width=1.6,
        stroke_dasharray="5 3",
    )


def _dot(at: Sequence[int], grid: _Grid, palette: Palette) -> Markup:
    x, y = grid.centre(at[0], at[1])
    return el("circle", cx=x, cy=y, r=8, fill=palette["ink"], stroke=palette["surface"], stroke_width=2)


def _names(grid: _Grid, palette: Palette) -> list[Markup]:
    drawn = []
    for i, name in enumerate(grid.likelihoods, start=1):
        _, y = grid.centre(i, 1)
        number = el("tspan", f" {i}", fill=palette["ink2"], font_weight=700)
        shown = fitted(name, grid.left - 46)
        at = {"x": grid.left - 9, "y": y, "dy": "0.35em"}
        drawn.append(el("text", shown, number, **at, text_anchor="end", fill=palette["ink3"]))
    for j, heading in enumerate(grid.headings, start=1):
        x, _ = grid.centre(1, j)
        for k, part in enumerate(heading):
            y = grid.bottom + 9 + _LINE * k
            drawn.append(label(part, x=x, y=y, fill=palette["ink3"], text_anchor="middle", font_size=SMALL))
    return drawn


def _axis_titles(grid: _Grid, words: Words, palette: Palette) -> list[Markup]:
    middle = (_TOP + grid.bottom) / 2
    turned = f"rotate(-90 9 {middle:.0f})"
    centred = {"fill": palette["ink2"], "text_anchor": "middle"}
    return [
        label(f"{words('matrix.likelihood')} →", x=9, y=middle, transform=turned, **centred),
        label(f"{words('matrix.severity')} →", x=(grid.left + grid.width) / 2, y=grid.axis_title, **centred),
    ]


def _legend(grid: _Grid, levels: Levels, palette: Palette) -> list[Markup]:
    """Shape and word of each level in one line, as much of each word as fits."""
    room = grid.width / len(levels.marks)
    drawn = []
    for place, mark in enumerate(levels.marks):
        x = place * room
        shown = fitted(mark.word, room - 18, size=SMALL)
        drawn.append(shape(mark, x=x + 6, y=grid.legend, size=9, palette=palette))
        drawn.append(label(shown, x=x + 14, y=grid.legend, fill=palette["ink2"], font_size=SMALL))
    return drawn


def _sentence(data: Mapping[str, Any], words: Words) -> str:
    at, low, high = data["at"], data.get("low"), data.get("high")
    said = words(
        "method_charts.matrix.text",
        likelihood=data["likelihood_labels"][at[0] - 1],
        severity=data["severity_labels"][at[1] - 1],
        level=data["cells"][at[0] - 1][at[1] - 1],
    )
    if low is None or high is None or list(low) == list(high):
        return said
    inside = {
        data["cells"][i - 1][j - 1] for i in range(low[0], high[0] + 1) for j in range(low[1], high[1] + 1)
    }
    ordered = [level for level in data["levels"] if level in inside]
    return words.sentences((said, words("method_charts.matrix.range", levels=words.listed(ordered))))
