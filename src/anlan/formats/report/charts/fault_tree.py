"""A fault tree as it is drawn by hand: the top above, gates under their names, events at the feet.

What is too much to read is folded: a gate then stands with the number of events below it. A gate that stands
in several places is drawn once and named by a triangle elsewhere; an event in several places wears its count.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from anlan.formats.report.charts.choosing import Choosing, Ways
from anlan.formats.report.drawing import SMALL, fitted, frame, label, line, lines_of
from anlan.formats.report.markup import Markup, el
from anlan.formats.report.tokens import Palette, Theme
from anlan.formats.report.words import Language, Words

MOST_FEET, MOST_DEPTH = 18, 9
_WIDE, _HIGH, _BOX, _GAP = 100.0, 118.0, 44.0, 8.0
_SYMBOL = 15.0


@dataclass
class _Drawn:
    """One place in the drawing. what: gate, event, house, again (drawn elsewhere), folded, or `more`:
    n inputs of the top that are too many to stand beside the others."""

    name: str
    what: str
    depth: int
    below: list["_Drawn"] = field(default_factory=list)
    x: float = 0.0
    above: "_Drawn | None" = None
    n: int = 0


class _Tree:
    """The data by name, and how often each name is used."""

    def __init__(self, data: Mapping[str, Any]) -> None:
        self.gates = {row["name"]: row for row in data["gates"]}
        self.houses = {row["name"]: row["happens"] for row in data["houses"]}
        self.p = {row["name"]: row["probability"] for row in (*data["events"], *data["gates"])}
        self.used: dict[str, int] = {}
        for row in data["gates"]:
            for name in row["inputs"]:
                self.used[name] = self.used.get(name, 0) + 1

    def what(self, name: str) -> str:
        return "gate" if name in self.gates else "house" if name in self.houses else "event"

    def events_below(self, name: str) -> int:
        """Basic events under a gate, each once."""
        seen, stack = {name}, [name]
        while stack:
            row = self.gates.get(stack.pop())
            for each in row["inputs"] if row else ():
                if each not in seen:
                    seen.add(each)
                    stack.append(each)
        return sum(self.what(each) == "event" for each in seen)


def fault_tree(
    data: Mapping[str, Any], *, language: Language, theme: Theme = "light", around: str = "",
    choosing: Choosing | None = None,
) -> str:  # fmt: skip
    """The tree with the probability of every gate and event that has one.

    data: top; gates (name, kind, k, inputs, probability), events (name, probability), houses (name,
    happens). around: of more inputs of the top than can be drawn, those beside this one. choosing: kinds of
    its parts are `gate`, `event` and `house`.
    """
    words, palette, tree = Words(language), Palette(theme), _Tree(data)
    top = _unfolded(tree, data["top"], around)
    places = list(_placed(top))
    feet = sum(not each.below for each in places)
    deepest = max(each.depth for each in places)
    width, height = max(feet * _WIDE, 260.0), (deepest + 1) * _HIGH + 8
    pen = _Pen(tree, words, palette)
    drawn = [pen.place(each) for each in places]
    if choosing:
        drawn = list(_choosable(places, drawn, tree, choosing, words))
    return frame(
        width,
        height,
        [pen.lines(each) for each in places],
        drawn,
        title=words("method_charts.fault_tree.title"),
        text=_sentence(tree, places, data["top"], words),
        theme=theme,
        role="group" if choosing else "img",
    )


def _choosable(
    places: list[_Drawn], drawn: list[Markup], tree: _Tree, choosing: Choosing, words: Words
) -> Iterator[Markup]:
    """Each place as a button: up to its gate, down to its first input, sideways along its level."""
    number = {id(each): n for n, each in enumerate(places, start=1)}
    levels: dict[int, list[_Drawn]] = {}
    for each in places:
        levels.setdefault(each.depth, []).append(each)
    for each, markup in zip(places, drawn, strict=True):
        level = sorted(levels[each.depth], key=lambda other: other.x)
        at = next(n for n, other in enumerate(level) if other is each)
        near = {"up": each.above, "down": each.below[0] if each.below else None,
                "left": level[at - 1] if at else None,
                "right": level[at + 1] if at + 1 < len(level) else None}  # fmt: skip
        ways: Ways = {way: number.get(id(other)) for way, other in near.items()}
        kind = "more" if each.what == "more" else tree.what(each.name)
        said = words(f"method_charts.fault_tree.said_{kind}", name=each.name or "—",
                     n=len(tree.gates[each.name]["inputs"]) if kind == "gate" else each.n,
                     p=words.number(tree.p.get(each.name)))  # fmt: skip
        part = choosing.part("gate" if kind == "more" else kind, each.name)
        yield choosing.place(number[id(each)], part, markup, said=said, ways=ways)


def drawn_names(data: Mapping[str, Any], *, around: str = "") -> set[str]:
    """Names of what the picture of these data shows, folded gates too."""
    return {each.name for each in _placed(_unfolded(_Tree(data), data["top"], around))}


def _unfolded(tree: _Tree, top: str, around: str) -> _Drawn:
    """The places drawn, level by level until the feet are as many as can be read."""
    root = _Drawn(top, tree.what(top), 0)
    opened: set[str] = set()
    feet, waiting = 1, [root]
    while waiting:
        place = waiting.pop(0)
        if place.what != "gate":
            continue
        inputs = tree.gates[place.name]["inputs"]
        if place is root and len(inputs) > MOST_FEET:
            opened.add(place.name)
            place.below = _some(tree, place, inputs, around)
        elif place.name in opened:
            place.what = "again"
        elif feet + len(inputs) - 1 > MOST_FEET or place.depth >= MOST_DEPTH:
            place.what = "folded"
        else:
            opened.add(place.name)
            feet += len(inputs) - 1
            place.below = [_Drawn(name, tree.what(name), place.depth + 1, above=place) for name in inputs]
            waiting += place.below
    return root


def _some(tree: _Tree, top: _Drawn, inputs: Sequence[str], around: str) -> list[_Drawn]:
    """Inputs of the top beside the one asked for, gates folded, and one place that stands for the rest."""
    at = inputs.index(around) if around in inputs else 0
    start = max(0, min(at - MOST_FEET // 2, len(inputs) - MOST_FEET + 1))
    shown = [_Drawn(name, tree.what(name), 1, above=top) for name in inputs[start : start + MOST_FEET - 1]]
    for each in shown:
        each.what = "folded" if each.what == "gate" else each.what
    rest = len(inputs) - len(shown)
    return [*shown, _Drawn(top.name, "more", 1, above=top, n=rest)]


def _placed(top: _Drawn) -> Iterator[_Drawn]:
    """Every place with its x: feet side by side, a gate over the middle of what is below it."""
    order: list[_Drawn] = []
    stack = [top]
    while stack:
        place = stack.pop()
        order.append(place)
        stack += reversed(place.below)
    feet = 0
    for place in order:
        if not place.below:
            place.x = (feet + 0.5) * _WIDE
            feet += 1
    for place in reversed(order):
        if place.below:
            place.x = (place.below[0].x + place.below[-1].x) / 2
    if feet * _WIDE < 260.0:
        for place in order:
            place.x += (260.0 - feet * _WIDE) / 2
    yield from order


class _Pen:
    def __init__(self, tree: _Tree, words: Words, palette: Palette) -> None:
        self.tree, self.words, self.palette = tree, words, palette

    def lines(self, place: _Drawn) -> list[Markup]:
        """From the gate's symbol to every box below."""
        if not place.below:
            return []
        stroke = self.palette["line2"]
        start, rail = _symbol_y(place) + _SYMBOL, _top(place) + _HIGH - 12
        drawn = [line(place.x, start, place.x, rail, stroke=stroke, stroke_width=1.2)]
        drawn.append(line(place.below[0].x, rail, place.below[-1].x, rail, stroke=stroke, stroke_width=1.2))
        drawn += [
            line(each.x, rail, each.x, _top(each), stroke=stroke, stroke_width=1.2) for each in place.below
        ]
        return drawn

    def place(self, place: _Drawn) -> Markup:
        """Box with name and probability, and the symbol under it."""
        p = None if place.what == "more" else self.tree.p.get(place.name)
        said = "" if p is None else f"P = {self.words.number(p)}"
        return el(
            "g",
            el("title", f"{place.name} {said}".strip()),
            self._box(place),
            self._name(place, said),
            line(place.x, _top(place) + _BOX, place.x, _symbol_y(place) - _SYMBOL,
                 stroke=self.palette["line2"], stroke_width=1.2),
            self._symbol(place),
        )  # fmt: skip

    def _box(self, place: _Drawn) -> Markup:
        folded = place.what in ("folded", "more")
        return el(
            "rect", x=place.x - _WIDE / 2 + _GAP / 2, y=_top(place), width=_WIDE - _GAP, height=_BOX, rx=4,
            class_="box",
            fill=self.palette["accent-soft" if place.depth == 0 else "sunken"],
            stroke=self.palette["accent" if place.depth == 0 else "line2"],
            stroke_dasharray="4 3" if folded else None,
        )  # fmt: skip

    def _name(self, place: _Drawn, said: str) -> list[Markup]:
        name = self.words("method_charts.fault_tree.more", n=place.n) if place.what == "more" else place.name
        lines = lines_of(name, _WIDE - _GAP - 8, size=SMALL, most=2)
        texts = [(each, "ink") for each in lines] + ([(said, "ink3")] if said else [])
        first = _top(place) + _BOX / 2 - 6.5 * (len(texts) - 1)
        return [
            label(fitted(text, _WIDE - _GAP - 4, size=SMALL), x=place.x, y=first + 13 * i,
                  fill=self.palette[ink], text_anchor="middle", font_size=SMALL)
            for i, (text, ink) in enumerate(texts)
        ]  # fmt: skip

    def _symbol(self, place: _Drawn) -> list[Markup]:
        x, y = place.x, _symbol_y(place)
        if place.what == "gate":
            return self._gate(place, x, y)
        if place.what == "more":
            return [self._centre("…", x, y)]
        if place.what in ("again", "folded"):
            n = self.tree.events_below(place.name)
            text = self.words(f"method_charts.fault_tree.{place.what}", n=n)
            return [self._path(f"M{x:.1f} {y - 15:.1f}l15 26h-30z", "surface"), self._under(text, x, y + 20)]
        often = self.tree.used.get(place.name, 0)
        fill = "yellow-soft" if often > 1 else "surface"
        drawn = (
            self._path(f"M{x - 13:.1f} {y + 13:.1f}v-15l13 -12l13 12v15z", "surface")
            if place.what == "house"
            else el("circle", cx=x, cy=y, r=14, fill=self.palette[fill], stroke=self.palette["ink3"])
        )
        return [drawn, *self._inside(place, often, x, y)]

    def _inside(self, place: _Drawn, often: int, x: float, y: float) -> list[Markup]:
        """Whether a house event happens; how often an event is used, where more than once."""
        text = f"×{often}" if often > 1 else ""
        if place.what == "house":
            text = "1" if self.tree.houses[place.name] else "0"
        return [self._centre(text, x, y + (2 if place.what == "house" else 0))] if text else []

    def _gate(self, place: _Drawn, x: float, y: float) -> list[Markup]:
        row = self.tree.gates[place.name]
        kind, top, foot = row["kind"], y - _SYMBOL, y + _SYMBOL
        shield = (
            f"M{x - 15:.1f} {foot:.1f}Q{x - 15:.1f} {top + 6:.1f} {x:.1f} {top:.1f}"
            f"Q{x + 15:.1f} {top + 6:.1f} {x + 15:.1f} {foot:.1f}"
            f"Q{x:.1f} {foot - 9:.1f} {x - 15:.1f} {foot:.1f}z"
        )
        dome = f"M{x - 15:.1f} {foot:.1f}V{y:.1f}A15 15 0 0 1 {x + 15:.1f} {y:.1f}V{foot:.1f}z"
        hexagon = f"M{x - 15:.1f} {y:.1f}l7 -14h16l7 14l-7 14h-16z"
        triangle = f"M{x:.1f} {top:.1f}l14 29h-28z"
        outline = {"or": shield, "nor": shield, "xor": shield, "and": dome, "nand": dome,
                   "atleast": hexagon}.get(kind, triangle)  # fmt: skip
        drawn = [self._path(outline, "accent-soft")]
        if kind == "xor":
            drawn.append(line(x - 15, foot, x, top, stroke=self.palette["accent"]))
            drawn.append(line(x + 15, foot, x, top, stroke=self.palette["accent"]))
        if kind in ("not", "nand", "nor"):
            drawn.append(el("circle", cx=x, cy=top, r=3.4, fill=self.palette["surface"],
                            stroke=self.palette["accent"]))  # fmt: skip
        text = f"{row['k']}/{len(row['inputs'])}" if kind == "atleast" else _SIGNS.get(kind, "")
        return [*drawn, *([self._centre(text, x, y + 2)] if text else [])]

    def _path(self, d: str, fill: str) -> Markup:
        stroke = "ink3" if fill == "surface" else "accent"
        return el("path", d=d, fill=self.palette[fill], stroke=self.palette[stroke], stroke_linejoin="round")

    def _centre(self, text: str, x: float, y: float) -> Markup:
        return label(text, x=x, y=y, fill=self.palette["ink"], text_anchor="middle", font_size=SMALL)

    def _under(self, text: str, x: float, y: float) -> Markup:
        text = fitted(text, _WIDE - 4, size=SMALL)
        return label(text, x=x, y=y, fill=self.palette["ink3"], text_anchor="middle", font_size=SMALL)


_SIGNS = {"or": "≥1", "nor": "≥1", "and": "&", "nand": "&", "xor": "=1", "not": "1", "pass": "1"}


def _top(place: _Drawn) -> float:
    return 4 + place.depth * _HIGH


def _symbol_y(place: _Drawn) -> float:
    return _top(place) + _BOX + 6 + _SYMBOL


def _sentence(tree: _Tree, places: list[_Drawn], top: str, words: Words) -> str:
    shared = [name for name in tree.p if tree.what(name) == "event" and tree.used.get(name, 0) > 1]
    folded = sum(each.what == "folded" for each in places)
    said = words(
        "method_charts.fault_tree.text", top=top, gates=len(tree.gates), events=tree.events_below(top)
    )
    if shared:
        said += " " + words("method_charts.fault_tree.shared", names=shared[:8], n=len(shared))
    if folded:
        said += " " + words("method_charts.fault_tree.folded_text", n=folded)
    return said
