"""Drawings whose parts can be chosen: each place that shows a part is a button that keys can walk to.

A chart that gets a `Choosing` wraps what it draws of a part in `Choosing.place`. Where the arrow keys go from
there the chart says itself, or it follows from where places stand (`ways`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from anlan.formats.report.markup import Markup, el

Ways = Mapping[str, int | None]
"""`up`, `down`, `left`, `right` -> number of the place there, or None."""
_DIRECTIONS = ("up", "down", "left", "right")


@dataclass(frozen=True)
class Choosing:
    """parts: (kind, name) -> the part a place of that kind and name stands for; kinds are the chart's own.
    chosen: the part that is chosen. marks: part -> what is to be said of it (its fault), in words.
    """

    parts: Mapping[tuple[str, str], str]
    chosen: str = ""
    marks: Mapping[str, str] = field(default_factory=dict)

    def part(self, kind: str, name: str) -> str:
        """Empty where nothing of that kind carries the name."""
        return self.parts.get((kind, name), "")

    def place(self, number: int, part: str, *children: object, said: str, ways: Ways | None = None) -> Markup:
        """A place as a button. said: what it is, for who hears it; faults are added."""
        to = {
            f"data_{way}": f"place-{at}" for way in _DIRECTIONS if (at := (ways or {}).get(way)) is not None
        }
        fault = self.marks.get(part)
        return el(
            "g",
            *children,
            id=f"place-{number}",
            class_="part fault" if fault else "part",
            data_part=part,
            role="button",
            tabindex="0" if number == 1 else "-1",
            aria_pressed="true" if part and part == self.chosen else "false",
            aria_label=f"{said}. {fault}" if fault else said,
            **to,
        )

    def is_wrong(self, part: str) -> bool:
        return part in self.marks


def ways(places: Sequence[tuple[float, float]]) -> list[dict[str, int | None]]:
    """For each place (x, y) the number, from 1, of the nearest one in each direction: up and down in its own
    column (the same x), left and right in the next column that has any."""
    columns = sorted({x for x, _ in places})
    found: list[dict[str, int | None]] = []
    for x, y in places:
        at = columns.index(x)
        found.append(
            {
                "up": _nearest(places, x, [v for u, v in places if u == x and v < y], y),
                "down": _nearest(places, x, [v for u, v in places if u == x and v > y], y),
                "left": _beside(places, columns[at - 1], y) if at > 0 else None,
                "right": _beside(places, columns[at + 1], y) if at + 1 < len(columns) else None,
            }
        )
    return found


def _nearest(
    places: Sequence[tuple[float, float]], x: float, heights: Sequence[float], y: float
) -> int | None:
    if not heights:
        return None
    return 1 + list(places).index((x, min(heights, key=lambda each: abs(each - y))))


def _beside(places: Sequence[tuple[float, float]], x: float, y: float) -> int | None:
    return _nearest(places, x, [v for u, v in places if u == x], y)
