"""The ground of a drawing with two axes: lines at round values, their figures, and the names of the axes."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from anlan.formats.report.drawing import SMALL, Axis, fitted, label, line, log_ticks, ticks
from anlan.formats.report.markup import Markup, el
from anlan.formats.report.tokens import Palette
from anlan.formats.report.words import Words

WIDTH, HEIGHT = 440.0, 300.0
_LEFT, _RIGHT, _TOP, _BOTTOM = 72.0, 404.0, 26.0, 248.0


@dataclass(frozen=True)
class PlotArea:
    """x, y: the axes."""

    x: Axis
    y: Axis

    def at(self, point: tuple[float, float]) -> tuple[float, float]:
        return self.x(point[0]), self.y(point[1])

    def ground(
        self,
        words: Words,
        palette: Palette,
        *,
        across: str,
        up: str,
        write_y: Callable[[float], str] | None = None,
    ) -> list[Markup]:
        """Lines across at the values of y, small marks at those of x. across, up: names of the axes."""
        drawn = []
        for value in _steps(self.y):
            y, text = self.y(value), write_y(value) if write_y else words.number(value)
            drawn.append(line(_LEFT, y, _RIGHT, y, stroke=palette["line"], stroke_width=1))
            drawn.append(
                label(text, x=_LEFT - 6, y=y, fill=palette["ink3"], text_anchor="end", font_size=SMALL)
            )
        for value in _steps(self.x):
            x = self.x(value)
            drawn.append(line(x, _BOTTOM, x, _BOTTOM + 4, stroke=palette["field"], stroke_width=1))
            drawn.append(
                label(words.number(value), x=x, y=_BOTTOM + 14, fill=palette["ink3"], text_anchor="middle",
                      font_size=SMALL)
            )  # fmt: skip
        middle = (_LEFT + _RIGHT) / 2
        drawn += [
            line(_LEFT, _BOTTOM, _RIGHT, _BOTTOM, stroke=palette["field"], stroke_width=1),
            label(fitted(across, _RIGHT - _LEFT), x=middle, y=_BOTTOM + 36, fill=palette["ink2"],
                  text_anchor="middle"),
            label(fitted(up, _RIGHT - 8), x=8, y=10, fill=palette["ink2"]),
        ]  # fmt: skip
        return drawn

    def band(
        self, low: Sequence[tuple[float, float]], high: Sequence[tuple[float, float]], *, fill: str
    ) -> Markup:
        """The area between two lines of points."""
        points = [self.at(point) for point in [*low, *reversed(high)]]
        path = "M" + "L".join(f"{a:.2f} {b:.2f}" for a, b in points) + "Z"
        return el("path", d=path, fill=fill, fill_opacity="0.16", stroke="none")


def plot_area(
    xs: Sequence[float], ys: Sequence[float], *, log_x: bool = False, log_y: bool = False
) -> PlotArea:
    """Axes that hold all values; straight ones begin and end at round values."""
    return PlotArea(_axis(xs, _LEFT, _RIGHT, log_x), _axis(ys, _BOTTOM, _TOP, log_y))


def _axis(values: Sequence[float], start: float, end: float, logarithmic: bool) -> Axis:
    low, high = min(values), max(values)
    if logarithmic:
        return Axis(low, high if high > low else low * 10.0, start, end, logarithmic=True)
    steps = ticks(low, high, about=5)
    return Axis(steps[0], steps[-1] if len(steps) > 1 else steps[0] + 1.0, start, end)


def _steps(axis: Axis) -> list[float]:
    if axis.logarithmic:
        return log_ticks(axis.low, axis.high, most=6)
    return [
        step for step in ticks(axis.low, axis.high, about=5) if axis.low <= step <= axis.high * (1 + 1e-9)
    ]
