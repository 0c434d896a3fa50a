"""Decision tree: squares decide, circles are chance; the best strategy is drawn through, the rest dashed."""

from collections.abc import Mapping
from typing import Any

from anlan.formats.report.drawing import SMALL, fitted, frame, label, line
from anlan.formats.report.markup import Markup, el
from anlan.formats.report.tokens import Palette, Theme
from anlan.formats.report.words import Language, Words

_COLUMN, _ROW, _LEFT, _TOP, _END = 206.0, 34.0, 76.0, 30.0, 20.0
_WORTH = 70.0
"""Room on the line before a node, where its worth stands."""


def decision_tree(data: Mapping[str, Any], *, language: Language, theme: Theme = "light") -> str:
    """data: tree (name, decision, worth, branches of {name, probability, pays, taken, to}), None where it has
    too many ends to be drawn; unit; worth; costs: all numbers are costs; choices: of the strategy."""
    words, palette = Words(language), Palette(theme)
    title, said = words("method_charts.decision_tree.title"), _sentence(data, words)
    tree = data["tree"]
    if tree is None:
        text = fitted(words("method_charts.decision_tree.too_large"), 430)
        drawn = label(text, x=4, y=30, fill=palette["ink3"])
        return frame(440, 60, drawn, title=title, text=said, theme=theme)
    lines: list[Markup] = []
    signs: list[Markup] = []
    _node(tree, 0, 0, (lines, signs), words, palette, taken=True)
    width = _LEFT + _depth(tree) * _COLUMN + _END
    return frame(
        width,
        _TOP + _ends(tree) * _ROW + 4,
        _heading(data, width, words, palette),
        lines,
        signs,
        title=title,
        text=said,
        theme=theme,
    )


def _depth(node: Mapping[str, Any] | None) -> int:
    return 0 if node is None else 1 + max(_depth(each["to"]) for each in node["branches"])


def _ends(node: Mapping[str, Any] | None) -> int:
    return 1 if node is None else sum(_ends(each["to"]) for each in node["branches"])


def _node(
    node: Mapping[str, Any],
    column: int,
    row: int,
    parts: tuple[list[Markup], list[Markup]],
    words: Words,
    palette: Palette,
    *,
    taken: bool,
) -> float:
    """Draws what follows from here, lines and the signs above them; the height it hangs at."""
    x, heights = _LEFT + column * _COLUMN, []
    for each in node["branches"]:
        if each["to"] is None:
            y = _TOP + (row + 0.5) * _ROW
        else:
            y = _node(each["to"], column + 1, row, parts, words, palette, taken=each["taken"])
        heights.append((y, each))
        row += _ends(each["to"])
    at = (heights[0][0] + heights[-1][0]) / 2
    for y, each in heights:
        parts[0].extend(_branch(each, x, at, y, words, palette))
    parts[1].append(_sign(node, x, at, words, palette, taken=taken))
    return at


def _branch(
    each: Mapping[str, Any], x: float, start: float, y: float, words: Words, palette: Palette
) -> list[Markup]:
    """The line with its name and probability above, and what it pays below."""
    stroke = palette["teal" if each["taken"] else "line2"]
    style: dict[str, Any] = {"stroke": stroke, "stroke_width": 2.4 if each["taken"] else 1.4}
    dash: dict[str, Any] = {} if each["taken"] else {"stroke_dasharray": "4 4"}
    bend, end = x + 22, x + _COLUMN
    chance = f"{words.axis_percent(each['probability'])}  " if each["probability"] is not None else ""
    ink = palette["ink" if each["taken"] else "ink2"]
    room = _COLUMN - 30 - (0.0 if each["to"] is None else _WORTH)
    shown = [
        line(x, start, bend, y, **style, **dash),
        line(bend, y, end, y, **style, **dash),
        label(fitted(chance + each["name"], room, size=SMALL), x=bend + 4, y=y - 8, fill=ink,
              font_size=SMALL),
    ]  # fmt: skip
    if each["pays"]:
        pays = words.number(each["pays"])
        shown.append(label(pays, x=bend + 4, y=y + 9, fill=palette["ink2"], font_size=SMALL))
    if each["to"] is None:
        path = f"M{end:.2f} {y:.2f}l9 -5v10Z"
        shown.append(el("path", d=path, fill=stroke, stroke="none"))
    return shown


def _sign(
    node: Mapping[str, Any], x: float, y: float, words: Words, palette: Palette, *, taken: bool
) -> Markup:
    """Square or circle, with its worth; the name where a pointer rests on it."""
    fill, stroke = palette["surface"], palette["teal" if taken else "field"]
    worth = words.number(node["worth"])
    if node["decision"]:
        sign = el("rect", x=x - 7, y=y - 7, width=14, height=14, fill=fill, stroke=stroke, stroke_width=2)
    else:
        sign = el("circle", cx=x, cy=y, r=7.5, fill=fill, stroke=stroke, stroke_width=2)
    halo: dict[str, Any] = {"paint_order": "stroke", "stroke": palette["surface"], "stroke_width": 4}
    bold: dict[str, Any] = {"fill": palette["ink"], "font_size": SMALL, "font_weight": 600}
    shown = label(worth, x=x - 12, y=y, text_anchor="end", **bold, **halo)
    return el("g", el("title", f"{node['name']}: {worth}"), sign, shown)


def _heading(data: Mapping[str, Any], width: float, words: Words, palette: Palette) -> Markup:
    kind = "costs" if data["costs"] else "worths"
    unit = words.plain(f"method_units.{data['unit']}")
    text = words(f"method_charts.decision_tree.{kind}", unit=unit)
    return label(fitted(text, width - 8, size=SMALL), x=4, y=10, fill=palette["ink2"], font_size=SMALL)


def _sentence(data: Mapping[str, Any], words: Words) -> str:
    return words(
        f"method_charts.decision_tree.text_{'costs' if data['costs'] else 'worths'}",
        worth=words.number(data["worth"]),
        choices=data["choices"],
    )
