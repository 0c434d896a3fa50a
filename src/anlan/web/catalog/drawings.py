"""The picture of a design: boxes, circles and diamonds from left to right, as modelling tools draw them."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from itertools import pairwise

from django.utils.safestring import SafeString, mark_safe

from anlan.domain.design import Design, Link, Step
from anlan.formats import wording
from anlan.formats.bpmn.layout import BOX, DesignLayout, design_layout, half
from anlan.formats.report.charts.map_marks import arrow, edge_path, half_way
from anlan.formats.report.drawing import SMALL, fitted, frame, label, lines_of
from anlan.formats.report.markup import Markup, el
from anlan.formats.report.tokens import Palette, Theme
from anlan.web.common.texts import in_language, language, text

_PAPER = Palette("page")
_GATEWAYS = {"xor": "×", "and": "+", "or": "○"}
_ROOM = 64.0
"""Width for the words on a link, between two layers."""


ADDED, REMOVED, CHANGED = "added", "removed", "changed"
_BADGES = {ADDED: ("+", "accent"), REMOVED: ("−", "ink3"), CHANGED: ("~", "accent")}


@dataclass(frozen=True)
class Marks:
    """What a picture says beside the design itself.

    doubted  keys to mark with a dashed frame
    below    key -> the second line of a box, instead of who does it
    steps    key -> added, removed or changed; links: ends -> added or removed
    fills    key -> step of the colour of a box, 1 (lowest) to 4
    """

    doubted: Collection[str] = ()
    below: Mapping[str, str] = field(default_factory=dict)
    steps: Mapping[str, str] = field(default_factory=dict)
    links: Mapping[tuple[str, str], str] = field(default_factory=dict)
    fills: Mapping[str, int] = field(default_factory=dict)


def design_drawing(
    design: Design, *, address: Callable[[str], str] | None = None, chosen: str = "",
    doubted: Collection[str] = (),
) -> SafeString:  # fmt: skip
    """The picture; with `address` its steps are links. doubted: keys to mark."""
    return marked_drawing(design, Marks(doubted), address=address, chosen=chosen)


def in_listed_order(design: Design) -> Design:
    """A list of steps without any way as a row of them; a design with ways as it is."""
    if design.links:
        return design
    return Design(design.steps, tuple(Link(a.key, b.key) for a, b in pairwise(design.steps)))


def marked_drawing(
    design: Design, marks: Marks, *, address: Callable[[str], str] | None = None, chosen: str = "",
    title: str = "", theme: Theme = "page", view: str = "version-view",
) -> SafeString:  # fmt: skip
    """The picture with what `marks` says of its steps and links. view: id of the part of the page that a
    chosen step puts in place; empty: its link opens the page."""
    layout = design_layout(design)
    drawn = ways_drawn(design, layout, marks)
    for step in design.steps:
        mark = step_drawn(step, layout, marks, chosen=step.key == chosen)
        drawn.append(_chooser(step, mark, address, chosen, view) if address else mark)
    said = text("drafts.picture_said", n=len(design.steps), flows=len(design.links))
    return mark_safe(frame(layout.width, layout.height + 12, *drawn, title=title or text("drafts.picture"),
                           text=said, theme=theme, role="group" if address else "img"))  # fmt: skip


def ways_drawn(design: Design, layout: DesignLayout, marks: Marks) -> list[Markup]:
    """The links of a design, and over them what stands on them."""
    lines = [_link(link, layout, marks.links.get((link.source, link.target), "")) for link in design.links]
    return lines + [words for link in design.links if (words := _link_words(link, layout)) is not None]


def _chooser(step: Step, mark: Markup, address: Callable[[str], str], chosen: str, view: str) -> Markup:
    here, current = address(step.key), "true" if step.key == chosen else None
    if not view:
        return el("a", mark, href=here, class_="node", aria_label=in_language(step), aria_current=current)
    return el("a", mark, href=here, class_="node", hx_get=here, hx_target=f"#{view}",
              hx_swap="outerHTML", hx_push_url="true", aria_label=in_language(step),
              aria_current=current)  # fmt: skip


def step_drawn(step: Step, layout: DesignLayout, marks: Marks, *, chosen: bool = False) -> Markup:
    """The mark of a step where the layout puts it."""
    x, y = layout.centres[step.key]
    doubted, change = step.key in marks.doubted, marks.steps.get(step.key, "")
    colour = "accent" if chosen or change in (ADDED, CHANGED) else "orange" if doubted else "ink3"
    line = {
        "stroke": _PAPER[colour],
        "stroke_width": 3.0 if chosen else 2.0 if doubted or change in (ADDED, CHANGED) else 1.2,
        "stroke_dasharray": "5 3" if doubted or change == REMOVED else None,
        "class_": "box",
    }
    hint = f"{in_language(step)} · {text(f'drafts.kinds.{kind_code(step)}')}"
    if step.kind in ("event", "wait"):
        shape = _circle(step, x, y, line)
    elif step.kind == "gateway":
        shape = _diamond(step, x, y, line)
    else:
        fill = f"wait{marks.fills[step.key]}" if step.key in marks.fills else "surface"
        shape = _box(step, x, y, line, below=marks.below.get(step.key), struck=change == REMOVED, fill=fill)
    if not change:
        return el("g", el("title", hint), shape)
    return el(
        "g", el("title", f"{hint} · {text(f'drafts.marks.{change}')}"), shape, _badge(step, x, y, change)
    )


def _badge(step: Step, x: float, y: float, change: str) -> Markup:
    """The sign of a change at the upper right corner."""
    width, height = half(step.kind)
    sign, colour = _BADGES[change]
    at = (x + width - 2, y - height + 2)
    return el("g", el("circle", cx=at[0], cy=at[1], r=9, fill=_PAPER[colour], class_=f"mark {change}"),
              label(sign, x=at[0], y=at[1], fill=_PAPER["surface"], font_weight=700,
                    text_anchor="middle"))  # fmt: skip


def kind_code(step: Step) -> str:
    """Kind and form as one word: `task`, `event_start`, `gateway_xor`."""
    return f"{step.kind}_{step.form}" if step.form else step.kind


def _box(
    step: Step, x: float, y: float, line: dict[str, object], *, below: str | None = None,
    struck: bool = False, fill: str = "surface",
) -> Markup:  # fmt: skip
    left, top = x - BOX[0] / 2, y - BOX[1] / 2
    if below is None:
        promise = wording.duration(step.sla_s, language()) if step.sla_s else ""
        below = " · ".join(part for part in (step.role, promise) if part)
    lines = lines_of(in_language(step), BOX[0] - 18, most=1 if below else 2)
    first = y - (8 if below or len(lines) > 1 else 0)
    ink, decoration = ("ink3", "line-through") if struck else ("ink", None)
    words = [label(part, x=left + 10, y=first + 16 * i, fill=_PAPER[ink], font_weight=600,
                   text_decoration=decoration)
             for i, part in enumerate(lines)]  # fmt: skip
    if below:
        words.append(label(fitted(below, BOX[0] - 18, size=SMALL), x=left + 10, y=y + 10, fill=_PAPER["ink2"],
                           font_size=SMALL))  # fmt: skip
    bar = el("rect", x=left, y=top + 6, width=4, height=BOX[1] - 12, fill=_PAPER["plum"])
    return el(
        "g", el("rect", x=left, y=top, width=BOX[0], height=BOX[1], rx=6, fill=_PAPER[fill], **line),
        bar if step.kind == "handover" else None, *words,
    )  # fmt: skip


def _circle(step: Step, x: float, y: float, line: dict[str, object]) -> Markup:
    radius = half(step.kind)[0]
    if step.form == "end":
        line = line | {"stroke_width": 3.6}
    inner = None
    if step.kind == "wait":
        inner = el("path", d=f"M{x:.1f} {y - 8:.1f}V{y:.1f}L{x + 6:.1f} {y + 4:.1f}", fill="none",
                   stroke=_PAPER["ink2"], stroke_width=1.4)  # fmt: skip
    elif not step.form:
        inner = el("circle", cx=x, cy=y, r=radius - 4, fill="none", stroke=_PAPER["ink3"], stroke_width=1)
    circle = el("circle", cx=x, cy=y, r=radius, fill=_PAPER["surface"], **line)
    return el("g", circle, inner, _under(step, x, y + radius + 10))


def _diamond(step: Step, x: float, y: float, line: dict[str, object]) -> Markup:
    size = half("gateway")[0]
    path = f"M{x - size:.1f} {y:.1f}l{size} {-size}l{size} {size}l{-size} {size}Z"
    sign = label(_GATEWAYS[step.form], x=x, y=y, fill=_PAPER["ink"], font_size=19, text_anchor="middle")
    return el("g", el("path", d=path, fill=_PAPER["surface"], **line), sign, _under(step, x, y + size + 10))


def _under(step: Step, x: float, y: float) -> Markup:
    return _words(fitted(in_language(step), BOX[0], size=SMALL), x, y, "ink")


def _link(link: Link, layout: DesignLayout, change: str = "") -> Markup:
    back = (link.source, link.target) in layout.backward
    colour, dashes = _PAPER["rework" if back else "slate"], "5 4" if back else None
    width = 1.4
    if change == ADDED:
        colour, width = _PAPER["accent"], 3.0
    elif change == REMOVED:
        colour, dashes = _PAPER["ink3"], "2 5"
    route = layout.routes.get((link.source, link.target))
    if route is None:
        x, y = layout.centres[link.source]
        path = f"M{x + 20:.1f} {y - 26:.1f}c6 -20 -46 -20 -38 -2"
        return el("path", d=path, fill="none", stroke=_PAPER["rework"], stroke_width=1.4,
                  stroke_dasharray="5 4")  # fmt: skip
    line = el("path", d=edge_path(route, vertical=False), fill="none", stroke=colour, stroke_width=width,
              stroke_dasharray=dashes)  # fmt: skip
    return el("g", line, arrow(route, vertical=False, fill=colour))


def _link_words(link: Link, layout: DesignLayout) -> Markup | None:
    route = layout.routes.get((link.source, link.target))
    share = wording.percent(link.probability, language()) if link.probability is not None else ""
    words = " ".join(part for part in (share, link.condition) if part)
    if not words or route is None:
        return None
    x, y = half_way(route, vertical=False)[0]
    return el("g", el("title", words), _words(fitted(words, _ROOM, size=SMALL), x, y - 7, "ink2"))


def _words(shown: str, x: float, y: float, colour: str) -> Markup:
    """Small words that stay readable over a line."""
    return label(shown, x=x, y=y, fill=_PAPER[colour], font_size=SMALL, text_anchor="middle",
                 stroke=_PAPER["surface"], stroke_width=3, paint_order="stroke")  # fmt: skip
