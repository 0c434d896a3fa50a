"""Where the arrow keys lead on a process map: along the strongest flows, and among nodes side by side."""

from collections.abc import Mapping
from dataclasses import dataclass

from anlan.formats.report.flow.selection import END, START, Pair


@dataclass(frozen=True)
class Steps:
    """Neighbours of a node by direction; None where the walk ends."""

    onward: str | None
    back: str | None
    above: str | None
    below: str | None


def walk_of(places: Mapping[str, tuple[float, float]], edges: Mapping[Pair, int]) -> dict[str, Steps]:
    """places: (along the flow, across it) by node, in the order of the flow in the result.

    Onward is the most frequent shown transition to a later layer; only a node that work leaves nowhere
    else is left against the flow. Nodes of one layer are above and below each other.
    """
    order = sorted(places, key=lambda name: places[name])
    layers: dict[float, list[str]] = {}
    for name in order:
        layers.setdefault(round(places[name][0], 1), []).append(name)
    return {name: _steps(name, places, edges, layers[round(places[name][0], 1)]) for name in order}


def _steps(
    name: str, places: Mapping[str, tuple[float, float]], edges: Mapping[Pair, int], row: list[str]
) -> Steps:
    at = row.index(name)
    out = {v: n for (u, v), n in edges.items() if u == name and v != name}
    into = {u: n for (u, v), n in edges.items() if v == name and u != name}
    here = places[name][0]
    return Steps(
        _strongest(out, {v for v in out if v in places and places[v][0] > here}, END),
        _strongest(into, {u for u in into if u in places and places[u][0] < here}, START),
        row[at - 1] if at else None,
        row[at + 1] if at + 1 < len(row) else None,
    )


def _strongest(beside: Mapping[str, int], with_the_flow: set[str], border: str) -> str | None:
    inner = {name: n for name, n in beside.items() if name not in (START, END)}
    allowed = {name: inner[name] for name in with_the_flow} or ({} if border in beside else inner)
    return max(allowed, key=lambda name: (allowed[name], name), default=None)
