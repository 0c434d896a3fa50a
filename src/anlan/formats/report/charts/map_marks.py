"""Marks of a process map: boxes with their figures, start and end, edges with arrow heads."""

import itertools
from collections.abc import Mapping, Sequence
from typing import Any

from anlan.formats.report.drawing import SMALL, fitted, label, lines_of, text_width
from anlan.formats.report.flow.overlays import Overlay
from anlan.formats.report.flow.waits import Waits
from anlan.formats.report.levels import Levels, shape
from anlan.formats.report.markup import Markup, el
from anlan.formats.report.tokens import Palette
from anlan.formats.report.words import Words

Point = tuple[float, float]
_HEAD = 7.0


def node_box(
    activity: Mapping[str, Any],
    centre: Point,
    size: tuple[float, float],
    *,
    wait: Waits,
    rank: int | None,
    risks: Sequence[Mapping[str, Any]],
    loops: int,
    down: bool,
    criteria: Mapping[str, Any],
    words: Words,
    palette: Palette,
    overlay: Overlay | None = None,
    chosen: bool = False,
    alerts: int = 0,
) -> Markup:
    """A rounded box filled by the overlay (without one by waiting), with name, figure, badge of risks, tag
    of a key node, own loop, red dot of open alerts."""
    (x, y), (width, height) = centre, size
    left, top, name = x - width / 2, y - height / 2, activity["name"]
    fill = palette[_fill(overlay or wait, name)]
    key = rank is not None
    figure = (
        _waiting(name, wait, words) if overlay is None else overlay_text(overlay, name, len(risks), words)
    )
    stroke = ("accent", 3.0) if chosen else ("ink2", 1.8) if key else ("line2", 1.0)
    return el(
        "g",
        el("title", _hint(activity, wait, words)),
        _own_loop(left + width, y, loops, words, palette) if loops and down else None,
        _own_loop_below(x, top + height, loops, words, palette) if loops and not down else None,
        el(
            "rect",
            x=left,
            y=top,
            width=width,
            height=height,
            rx=6,
            fill=fill,
            stroke=palette[stroke[0]],
            stroke_width=stroke[1],
            class_="box",
        ),
        _texts(name, figure, left, top, width, palette),
        _work_bar(activity, left, top, width, height, palette),
        _tag(rank, left, top, words, palette) if rank is not None else None,
        _badge(risks, left + width, top, criteria, words, palette) if risks else None,
        _dot(alerts, left + width, top + height, words, palette) if alerts else None,
    )


def _fill(shown: Overlay | Waits, name: str) -> str:
    """Name of the colour of a box."""
    if isinstance(shown, Overlay) and shown.kind == "level":
        mark = shown.levels.get(name)
        return f"{mark.colour}-soft" if mark else "surface"
    step = shown.step(name)
    return f"wait{step}" if step else "surface"


def _waiting(name: str, wait: Waits, words: Words) -> str | None:
    mean = wait.mean_s.get(name)
    return None if mean is None else words("map.waiting" if wait.true_waits else "map.gap", mean_s=mean)


def overlay_value(overlay: Overlay, name: str, n_risks: int, words: Words) -> str:
    """A node's figure with its unit, or that there is none."""
    if overlay.kind == "level":
        mark = overlay.levels.get(name)
        return words("overlays.level", level=mark.word, n=n_risks) if mark else words("overlays.no_risk")
    value = overlay.values.get(name)
    if value is None:
        return words("overlays.none")
    return {"count": words.count, "duration": words.duration, "share": words.percent}[overlay.kind](value)


def overlay_text(overlay: Overlay, name: str, n_risks: int, words: Words) -> str:
    """The figure as it stands in the box; a level, and what is not known, need no name before them."""
    value = overlay_value(overlay, name, n_risks, words)
    told = overlay.kind != "level" and name in overlay.values
    return value if not told else words(f"overlays.short_{overlay.word}", value=value)


def _texts(
    name: str, figure: str | None, left: float, top: float, width: float, palette: Palette
) -> list[Markup]:
    """Two lines of name, or one and the figure."""
    lines = lines_of(name, width - 18, most=1 if figure is not None else 2)
    texts = [
        label(part, x=left + 9, y=top + 14 + 15 * i, fill=palette["ink"], font_weight=600,
              unicode_bidi="plaintext")
        for i, part in enumerate(lines)
    ]  # fmt: skip
    if figure is not None:
        shown = fitted(figure, width - 18, size=SMALL)
        texts.append(label(shown, x=left + 9, y=top + 31, fill=palette["ink2"], font_size=SMALL))
    return texts


def _work_bar(
    activity: Mapping[str, Any], left: float, top: float, width: float, height: float, palette: Palette
) -> Markup | None:
    """Share of service in service and waiting, where the log knows both."""
    if not activity["service_s"] or not activity["waiting_s"]:
        return None
    service, waiting = activity["service_s"]["mean"], max(activity["waiting_s"]["mean"], 0.0)
    whole = service + waiting
    if whole <= 0:
        return None
    y, room = top + height - 6, width - 18
    return el(
        "g",
        el("rect", x=left + 9, y=y, width=room, height=3.4, rx=1.7, fill=palette["plum"], opacity="0.75"),
        el(
            "rect",
            x=left + 9,
            y=y,
            width=max(room * service / whole, 2.0),
            height=3.4,
            rx=1.7,
            fill=palette["teal"],
        ),
    )


def _tag(rank: int, left: float, top: float, words: Words, palette: Palette) -> Markup:
    text = words("map.key", rank=rank)
    width = text_width(text, SMALL) + 10
    return el(
        "g",
        el("rect", x=left - 1, y=top - 12, width=width, height=16, rx=3, fill=palette["ink"]),
        label(
            text,
            x=left - 1 + width / 2,
            y=top - 4,
            fill=palette["surface"],
            font_size=SMALL,
            font_weight=700,
            text_anchor="middle",
        ),
    )


def _badge(
    risks: Sequence[Mapping[str, Any]],
    right: float,
    top: float,
    criteria: Mapping[str, Any],
    words: Words,
    palette: Palette,
) -> Markup:
    """The highest level's shape and the number of risks."""
    mark = Levels(criteria, words).highest(risks)
    if mark is None:
        return Markup()
    text = str(len(risks))
    width = text_width(text, SMALL) + 27
    left, middle = right - width + 10, top - 1
    return el(
        "g",
        el("title", words("map.badge", n=len(risks), level=mark.word)),
        el(
            "rect",
            x=left,
            y=middle - 9,
            width=width,
            height=18,
            rx=9,
            fill=palette["surface"],
            stroke=palette["yellow-edge" if mark.colour == "yellow" else mark.colour],
            stroke_width=1.4,
        ),
        shape(mark, x=left + 11, y=middle, size=9, palette=palette),
        label(text, x=left + 19, y=middle, fill=palette["ink"], font_size=SMALL, font_weight=700),
    )


def _dot(n: int, right: float, bottom: float, words: Words, palette: Palette) -> Markup:
    """Open alerts: a red dot on the lower corner, with their number."""
    x, y = right - 3, bottom - 3
    return el(
        "g",
        el("title", words("map.alerts", n=n)),
        el("circle", cx=x, cy=y, r=8.5, fill=palette["red"], stroke=palette["surface"], stroke_width=2),
        label(
            str(n), x=x, y=y, fill=palette["surface"], font_size=SMALL, font_weight=700, text_anchor="middle"
        ),
        class_="alerts",
    )


def _own_loop(right: float, y: float, n: int, words: Words, palette: Palette) -> Markup:
    """Directly repeated: a loop at the right border with its count."""
    text = words.count(n)
    path = f"M{right:.1f} {y - 9:.1f}c16 -5 16 23 1 18"
    colour = palette["rework"]
    return el(
        "g",
        el("title", words("map.self_loop", n=n)),
        el("path", d=path, fill="none", stroke=colour, stroke_width=1.4, stroke_dasharray="4 3"),
        el("path", d=f"M{right + 1:.1f} {y + 9:.1f}l6.5 -3.4l-0.4 6.4z", fill=colour),
        label(
            text,
            x=right + 14,
            y=y,
            fill=colour,
            font_size=10,
            stroke=palette["surface"],
            stroke_width=3,
            paint_order="stroke",
        ),
    )


def _own_loop_below(x: float, bottom: float, n: int, words: Words, palette: Palette) -> Markup:
    """The same below the box, where the flow runs to the right."""
    colour = palette["rework"]
    return el(
        "g",
        el("title", words("map.self_loop", n=n)),
        el(
            "path",
            d=f"M{x - 9:.1f} {bottom:.1f}c-5 16 23 16 18 1",
            fill="none",
            stroke=colour,
            stroke_width=1.4,
            stroke_dasharray="4 3",
        ),
        el("path", d=f"M{x + 9:.1f} {bottom + 1:.1f}l-3.4 6.5l6.4 -0.4z", fill=colour),
        label(
            words.count(n),
            x=x + 18,
            y=bottom + 9,
            fill=colour,
            font_size=10,
            stroke=palette["surface"],
            stroke_width=3,
            paint_order="stroke",
        ),
    )


def terminal(centre: Point, *, words: Words, palette: Palette, cases: int | None, end: bool) -> Markup:
    """A filled circle where cases start, a ring where they end."""
    x, y = centre
    circle = el(
        "circle",
        cx=x,
        cy=y,
        r=10,
        fill=palette["surface" if end else "ink2"],
        stroke=palette["ink2"],
        stroke_width=3.4 if end else 1,
    )
    text = words("map.end") if end else words("map.cases", n=cases)
    return el("g", circle, label(text, x=x + 17, y=y, fill=palette["ink2"], font_size=SMALL))


def edge_path(route: Sequence[Point], *, vertical: bool) -> str:
    """Curves that leave and enter along the flow between layers, straight lines through a layer."""
    points = _short_of_head(route, vertical=vertical)
    path = f"M{points[0][0]:.1f} {points[0][1]:.1f}"
    for i, (a, b) in enumerate(itertools.pairwise(points)):
        path += f"L{b[0]:.1f} {b[1]:.1f}" if i % 2 else _curve(a, b, vertical=vertical)
    return path


def _curve(a: Point, b: Point, *, vertical: bool) -> str:
    if vertical:
        bend = (b[1] - a[1]) / 2
        return f"C{a[0]:.1f} {a[1] + bend:.1f} {b[0]:.1f} {b[1] - bend:.1f} {b[0]:.1f} {b[1]:.1f}"
    bend = (b[0] - a[0]) / 2
    return f"C{a[0] + bend:.1f} {a[1]:.1f} {b[0] - bend:.1f} {b[1]:.1f} {b[0]:.1f} {b[1]:.1f}"


def points_along(route: Sequence[Point], *, vertical: bool, each: int = 12) -> list[Point]:
    """Points on the line that `edge_path` draws, `each` of them for a curve."""
    points = [route[0]]
    for i, (a, b) in enumerate(itertools.pairwise(route)):
        shares = [1.0] if i % 2 else [n / each for n in range(1, each + 1)]
        points += [b if i % 2 else _on_curve(a, b, share, vertical=vertical) for share in shares]
    return points


def _direction(route: Sequence[Point], *, vertical: bool) -> float:
    """+1 where the edge runs with the flow, -1 where it runs back."""
    axis = 1 if vertical else 0
    return 1.0 if route[-1][axis] >= route[0][axis] else -1.0


def _short_of_head(route: Sequence[Point], *, vertical: bool) -> list[Point]:
    """The line ends inside the arrow head, or its width would stick out at the tip."""
    back = (_HEAD - 1.5) * _direction(route, vertical=vertical)
    x, y = route[-1]
    return [*route[:-1], (x, y - back) if vertical else (x - back, y)]


def arrow(route: Sequence[Point], *, vertical: bool, fill: str) -> Markup:
    """Triangle at the end of an edge."""
    x, y = route[-1]
    back, half = -_HEAD * _direction(route, vertical=vertical), _HEAD * 0.62
    if vertical:
        path = f"M{x:.1f} {y:.1f}l{-half:.1f} {back:.1f}h{2 * half:.1f}Z"
    else:
        path = f"M{x:.1f} {y:.1f}l{back:.1f} {-half:.1f}v{2 * half:.1f}Z"
    return el("path", d=path, fill=fill)


def half_way(route: Sequence[Point], *, vertical: bool) -> list[Point]:
    """Places for an edge's label, best first: the middle of each curve between layers, then off-middle."""
    curves = [(route[i], route[i + 1]) for i in range(0, len(route) - 1, 2)]
    middle_first = sorted(range(len(curves)), key=lambda i: (abs(i - (len(curves) - 1) / 2), i))
    on = [
        _on_curve(*curves[i], share, vertical=vertical) for share in (0.5, 0.34, 0.66) for i in middle_first
    ]
    return on + [_beside(place, step, vertical=vertical) for place in on for step in (22.0, -22.0)]


def _beside(place: Point, step: float, *, vertical: bool) -> Point:
    return (place[0] + step, place[1]) if vertical else (place[0], place[1] + step / 2)


def _on_curve(a: Point, b: Point, t: float, *, vertical: bool) -> Point:
    """Point of `_curve` at parameter t."""
    ease = 3 * t**2 - 2 * t**3
    linear = 1.5 * t * (1 - t) ** 2 + 1.5 * t**2 * (1 - t) + t**3
    across, along = (0, 1) if vertical else (1, 0)
    place = [0.0, 0.0]
    place[across] = a[across] + (b[across] - a[across]) * ease
    place[along] = a[along] + (b[along] - a[along]) * linear
    return place[0], place[1]


def _hint(activity: Mapping[str, Any], wait: Waits, words: Words) -> str:
    lines = [
        activity["name"],
        words("map.hint", n=activity["count"], cases=activity["cases"], rework=activity["rework_cases"]),
    ]
    mean = wait.mean_s.get(activity["name"])
    if mean is not None:
        lines.append(words("map.waiting" if wait.true_waits else "map.gap", mean_s=mean))
    if activity["service_s"]:
        lines.append(words("map.service", mean_s=activity["service_s"]["mean"]))
    return "\n".join(lines)
