"""The parts of the tail by node: each risk's part of the CVaR, divided evenly among its nodes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class NodePart:
    """A node's part of the CVaR and the pieces it is made of: (risk, part), the largest first."""

    node: str
    part: float
    share: float
    pieces: tuple[tuple[str, float], ...]


def parts_by_node(
    parts: Mapping[str, float], nodes: Mapping[str, Sequence[str]], *, nowhere: str
) -> tuple[NodePart, ...]:
    """Parts of all nodes, the largest first; they add up to the parts of the risks. nowhere: the name under
    which risks without a node stand."""
    pieces: dict[str, dict[str, float]] = {}
    for risk, part in parts.items():
        own = tuple(dict.fromkeys(nodes.get(risk, ()))) or (nowhere,)
        for node in own:
            pieces.setdefault(node, {})[risk] = part / len(own)
    total = sum(parts.values())
    found = [
        NodePart(
            node,
            sum(of.values()),
            sum(of.values()) / total if total > 0 else 0.0,
            tuple(sorted(of.items(), key=lambda piece: -piece[1])),
        )
        for node, of in pieces.items()
    ]
    return tuple(sorted(found, key=lambda each: -each.part))
