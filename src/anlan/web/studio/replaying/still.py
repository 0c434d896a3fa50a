"""The map at one moment, as a picture to be kept: who waits at which step, who is at work, who is late."""

from collections.abc import Sequence

from anlan.formats.report.drawing import SMALL, frame, label, text_width
from anlan.formats.report.markup import Markup, el
from anlan.formats.report.tokens import Palette
from anlan.loop.improve.replay.moments import Moment, moments_of
from anlan.loop.improve.replay.replay import Replay
from anlan.maths.simulation.stays import PASSES, WAITS
from anlan.web.catalog.drawings import Marks
from anlan.web.common.texts import text
from anlan.web.studio.replaying.parts import Part
from anlan.web.studio.replaying.stage import Stage, drawn, stage_of, teams_below
from anlan.web.studio.replaying.words import clock_of, moment_said, origin_said

DOT, STEP = 2.9, 7.0
"""Radius of a dot and from one to the next, in pixels; as `replay.js` draws them."""
ROWS, WIDE, NARROW = 3, 17, 6
_PAPER = Palette("page")
_HEAD = 66.0


def still_of(part: Part, at_s: float) -> str:
    """The picture with the moment and the counts over it, in the colours of the page."""
    stage, replay = stage_of(part.flow), part.replay
    (moment,) = moments_of(replay, [at_s])
    head = [
        label(f"{part.title} · {clock_of(replay, at_s)}", x=12, y=16, fill=_PAPER["ink"], font_weight=700,
              font_size=14),
        label(moment_said(replay, moment), x=12, y=36, fill=_PAPER["ink2"]),
        label(origin_said(part), x=12, y=53, fill=_PAPER["ink3"], font_size=SMALL),
    ]  # fmt: skip
    marks = [*_dots(stage, replay, at_s), *_counts(stage, replay, moment)]
    picture = drawn(stage, Marks(below=teams_below(stage.flow)), *marks,
                    title=text("studio.replay.map"), said=moment_said(replay, moment))  # fmt: skip
    return _with_head(picture, head, stage)


def _with_head(picture: str, head: Sequence[Markup], stage: Stage) -> str:
    """A picture of its own with lines over the map."""
    width = max(stage.width, 720.0)
    inner = picture.replace("<svg ", f'<svg y="{_HEAD:g}" ', 1)
    return frame(width, stage.height + _HEAD, *head, Markup(inner), title=text("studio.replay.map"),
                 text=text("studio.replay.map"), theme="light")  # fmt: skip


def _dots(stage: Stage, replay: Replay, at_s: float) -> list[Markup]:
    """Those who wait over their step, in the order they came, and those at work at its lower edge."""
    places: dict[tuple[int, bool], list[tuple[float, int]]] = {}
    for token in replay.tokens:
        for stay in token.stays:
            if stay.doing != PASSES and stay.from_s <= at_s < stay.until_s:
                places.setdefault((stay.node, stay.doing == WAITS), []).append((stay.from_s, token.case))
    found = []
    for (node, waits), there in places.items():
        centre = stage.centre(replay.nodes[node])
        if centre is None:
            continue
        wide = stage.half_of(replay.nodes[node])
        for slot, (_, case) in enumerate(sorted(there)[: _room(wide[0], waits)]):
            x, y = slot_of(slot, centre, wide, waits=waits)
            late = replay.promise_s is not None and at_s - replay.arrived_s[case] > replay.promise_s
            found.append(_dot(x, y, late=bool(late), waits=waits))
    return found


def _columns(half_width: float) -> int:
    return WIDE if half_width > 40 else NARROW


def _room(half_width: float, waits: bool) -> int:
    return _columns(half_width) * (ROWS if waits else 1)


def slot_of(
    slot: int, centre: tuple[float, float], half: tuple[float, float], *, waits: bool
) -> tuple[float, float]:
    """Where the dot of a place in a line, or of one at work, is drawn."""
    columns = _columns(half[0])
    left = centre[0] - half[0] + 8 if half[0] > 40 else centre[0] - (columns - 1) * STEP / 2
    x = left + STEP * (slot % columns)
    if waits:
        return x, centre[1] - half[1] - 6 - STEP * (slot // columns)
    return x, centre[1] + half[1] - 5 if half[0] > 40 else centre[1] + half[1] + 6


def _dot(x: float, y: float, *, late: bool, waits: bool) -> Markup:
    if late:
        return el("path", d=f"M{x:.1f} {y - 3.9:.1f}l3.9 3.9l-3.9 3.9l-3.9 -3.9Z", fill=_PAPER["red"])
    return el("circle", cx=x, cy=y, r=DOT, fill=_PAPER["plum" if waits else "accent"])


def _counts(stage: Stage, replay: Replay, moment: Moment) -> list[Markup]:
    """How many wait, at the upper right corner of each step; where nobody does, how many are at it if
    there is no room for all of them."""
    found = []
    for node, key in enumerate(replay.nodes):
        centre = stage.centre(key)
        waiting, working = int(moment.waiting[node]), int(moment.working[node])
        if centre is None:
            continue
        wide = stage.half_of(key)
        n = waiting or (working if working > _columns(wide[0]) else 0)
        if n == 0:
            continue
        width, edge = text_width(str(n), SMALL) + 10, _PAPER["plum" if waiting else "accent"]
        x, y = centre[0] + wide[0] - width / 2 + 4, centre[1] - wide[1] - 4
        found.append(el("g", el("rect", x=x - width / 2, y=y - 8, width=width, height=16, rx=8,
                                fill=_PAPER["surface"], stroke=edge, stroke_width=1.2),
                        label(str(n), x=x, y=y, fill=_PAPER["ink"], font_size=SMALL, font_weight=700,
                              text_anchor="middle")))  # fmt: skip
    return found
