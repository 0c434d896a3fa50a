"""The same luck for what stays: draws of a step, a risk keep their numbers whatever is put in or taken out.

Draws are keyed by case, node and visit. A changed process has its nodes at other places, so that each node
and risk gets the number that the one of the same name has in the process as it is; new ones get numbers
behind. Where fewer cases come, those that still do are cases of the process as it is, at their time; where
more do, the others have luck of their own.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from anlan.loop.quantify.methods.process.process_inputs import ProcessAsked
from anlan.maths.simulation.building import risks_in_order


@dataclass(frozen=True)
class Numbers:
    """Name -> number, of the nodes, the risks at steps and the risks over time of the process as it is; its
    arrivals."""

    nodes: Mapping[str, int]
    risks: Mapping[str, int]
    over_time: Mapping[str, int]
    rates: tuple[float, ...]


def numbers_of(asked: ProcessAsked) -> Numbers:
    return Numbers(
        {node.id: place for place, node in enumerate(asked.network.nodes)},
        {risk.id: place for place, risk in enumerate(risks_in_order(asked.network))},
        {each.id: each.number for each in asked.disturbances},
        asked.rates,
    )


def with_numbers(asked: ProcessAsked, known: Numbers) -> ProcessAsked:
    """The process with the numbers of what it has in common with the one as it is."""
    network = asked.network
    nodes = _numbered((node.id for node in network.nodes), known.nodes)
    risks = _numbered((risk.id for risk in network.risks), known.risks)
    over_time = _numbered((each.id for each in asked.disturbances), known.over_time)
    return replace(
        asked,
        network=replace(
            network,
            nodes=tuple(replace(node, luck=nodes[node.id]) for node in network.nodes),
            risks=tuple(replace(risk, luck=risks[risk.id]) for risk in network.risks),
        ),
        disturbances=tuple(replace(each, number=over_time[each.id]) for each in asked.disturbances),
        usual_rates=known.rates,
    )


def _numbered(names: Iterable[str], known: Mapping[str, int]) -> dict[str, int]:
    new = 1 + max(known.values(), default=-1)
    found = {}
    for name in names:
        if name in known:
            found[name] = known[name]
        else:
            found[name], new = new, new + 1
    return found
