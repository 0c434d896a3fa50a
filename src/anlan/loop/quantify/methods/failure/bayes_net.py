"""Bayesian network: how probable something is, given what was seen and how things depend on one another.

1. The tables are read and checked: names, circles, sizes, sums.
2. Probability of the state asked for, before and after the evidence; of every state of every node.
3. The most probable explanation: the states of all nodes that fit the evidence best together.
4. Sensitivity: the probability asked for as an exact function of one table entry.
5. Uncertain entries: the answers hold at their means; drawn tables give the answer its interval.

Mathematics: `anlan.maths.bayes_nets`.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from anlan.domain.method import Answer, AnswerTable, Chart, Method, Note, Quantity
from anlan.loop.quantify.methods.failure.net_entries import UncertainEntry, at_means, drawn_answers
from anlan.loop.quantify.methods.failure.net_inputs import (
    FIELDS,
    Net,
    Varied,
    evidence_of,
    read_net,
    seen_in,
    uncertain_entries,
    varied_entry,
)
from anlan.loop.quantify.methods.faults import Faults
from anlan.maths.bayes_nets.elimination import log_probability, most_probable, posterior
from anlan.maths.bayes_nets.sensitivity import EntryFunction, table_influence
from anlan.maths.progress import part, tell

_MOST_NODES_VARIED = 30
_MOST_ENTRIES_SHOWN = 15
_LEAST_SAMPLES = 2


def run(inputs: Mapping[str, Any], *, seed: int = 0) -> Answer:
    """The probability asked for, with everything the network says beside it."""
    faults = Faults()
    net = read_net(inputs["nodes"], faults)
    faults.raise_any()
    assert net is not None
    node, state = seen_in(inputs["query"], net, "query", faults)
    evidence = evidence_of(inputs["evidence"], net, faults)
    varied = [varied_entry(row, net, f"vary[{n}]", faults) for n, row in enumerate(inputs["vary"], start=1)]
    uncertain = uncertain_entries(inputs["uncertain"], net, faults)
    faults.raise_any()
    net = replace(net, network=at_means(net.network, uncertain))
    log_seen = log_probability(net.network, evidence)
    if log_seen == -math.inf:
        faults.add("bayes.impossible_evidence", where="evidence")
        faults.raise_any()
    with part(0.0, 0.3):
        before = _every_node(net, {})
    with part(0.3, 0.6):
        after = _every_node(net, evidence)
    prior, now = float(before[node][state]), float(after[node][state])
    n = inputs["samples"] if uncertain and inputs["samples"] >= _LEAST_SAMPLES else 0
    with part(0.6, 0.8):
        limits = _limits(net, uncertain, (node, state), evidence, n, seed, faults) if n else {}
    faults.raise_any()
    return Answer(
        quantities=(
            Quantity("query_probability", now, "probability", **limits.get("now", {})),
            Quantity("query_probability_before", prior, "probability", **limits.get("prior", {})),
            Quantity("evidence_probability", math.exp(log_seen), "probability", **limits.get("seen", {})),
            *_bayes_factor(prior, now),
        ),
        tables=(
            _by_state(net, before, after),
            _explanation(net, evidence),
            _influences(net, (node, state), evidence, varied),
        ),
        charts=(Chart("bayes_net", _drawn(net, before, after, evidence, (node, state))),),
        assumptions=(
            Note("bayes.independence"),
            *([Note("bayes.at_means")] if uncertain else []),
            *([Note("bayes.samples", {"n": n})] if n else []),
        ),
        warnings=_warnings(net, evidence),
    )


def _every_node(net: Net, evidence: Mapping[int, int]) -> list[NDArray[np.float64]]:
    """Probabilities of the states of every node given what was seen."""
    found = []
    for node in range(len(net.names)):
        tell(node / len(net.names))
        found.append(posterior(net.network, node, evidence))
    return found


def _limits(
    net: Net,
    uncertain: Sequence[UncertainEntry],
    asked: tuple[int, int],
    evidence: Mapping[int, int],
    n: int,
    seed: int,
    faults: Faults,
) -> dict[str, dict[str, Any]]:
    """The middle 90 % of the answers of n drawn networks."""
    drawn = drawn_answers(net.network, uncertain, asked, evidence, n=n, seed=seed)
    if np.isnan(drawn["now"]).any():
        faults.add("bayes.impossible_evidence", where="uncertain")
        return {}
    limits = {name: np.quantile(values, [0.05, 0.95]).tolist() for name, values in drawn.items()}
    return {name: {"low": low, "high": high, "interval": "middle_90"} for name, (low, high) in limits.items()}


def _bayes_factor(prior: float, now: float) -> list[Quantity]:
    """How strongly the evidence speaks for the state: odds after over odds before."""
    if not 0 < prior < 1 or not 0 < now < 1:
        return []
    factor = (now / (1 - now)) / (prior / (1 - prior))
    return [Quantity("bayes_factor", factor)] if math.isfinite(factor) else []


def _by_state(
    net: Net, before: Sequence[NDArray[np.float64]], after: Sequence[NDArray[np.float64]]
) -> AnswerTable:
    rows = tuple(
        (name, state, float(before[node][number]), float(after[node][number]))
        for node, name in enumerate(net.names)
        for number, state in enumerate(net.states[node])
    )
    return AnswerTable("node_states", ("node", "state", "probability_before", "probability_after"), rows)


def _explanation(net: Net, evidence: Mapping[int, int]) -> AnswerTable:
    states, _ = most_probable(net.network, evidence)
    rows = tuple(
        (net.names[node], net.states[node][state], node in evidence) for node, state in enumerate(states)
    )
    return AnswerTable("most_probable_explanation", ("node", "state", "seen"), rows)


def _influences(
    net: Net, asked: tuple[int, int], evidence: Mapping[int, int], varied: Sequence[Varied]
) -> AnswerTable:
    """The entries the user named; else the steepest of those that matter, over their whole range."""
    entries = varied or _all_entries(net, asked, evidence)
    functions = _functions(net, asked, evidence, entries)
    rows = [_influence(net, *each) for each in zip(entries, functions, strict=True)]
    if not varied:
        rows = sorted(rows, key=lambda row: -abs(row[4]))[:_MOST_ENTRIES_SHOWN]
    columns = ("node", "given", "state", "entry", "slope", "entry_low", "at_low", "entry_high", "at_high")
    return AnswerTable("entry_sensitivity", columns, tuple(rows))


def _functions(
    net: Net, asked: tuple[int, int], evidence: Mapping[int, int], entries: Sequence[Varied]
) -> list[EntryFunction]:
    influences = {}
    nodes = {each.node for each in entries}
    for done, node in enumerate(nodes):
        tell(0.8 + 0.2 * done / len(nodes))
        influences[node] = table_influence(net.network, node, asked=asked, evidence=evidence)
    return [influences[each.node].entry(each.cell) for each in entries]


def _all_entries(net: Net, asked: tuple[int, int], evidence: Mapping[int, int]) -> list[Varied]:
    """Every entry that can matter, one of a pair only, where there are few enough of them to look at."""
    relevant = net.network.ancestors((asked[0], *evidence))
    if len(relevant) > _MOST_NODES_VARIED:
        return []
    return [
        Varied(node, cell, 0.0, 1.0)
        for node in relevant
        for cell in np.ndindex(net.network.tables[node].shape)
        if cell[-1] or len(net.states[node]) > 2
    ]


def _influence(net: Net, of: Varied, function: EntryFunction) -> tuple[Any, ...]:
    low, high = (float(function.at(entry)) for entry in (of.low, of.high))
    return (
        net.names[of.node],
        net.given(of.node, of.cell[:-1]),
        net.states[of.node][of.cell[-1]],
        function.present,
        function.slope,
        of.low,
        None if math.isnan(low) else low,
        of.high,
        None if math.isnan(high) else high,
    )


def _drawn(
    net: Net,
    before: Sequence[NDArray[np.float64]],
    after: Sequence[NDArray[np.float64]],
    evidence: Mapping[int, int],
    asked: tuple[int, int],
) -> dict[str, Any]:
    nodes = [
        {
            "name": name,
            "states": net.states[node],
            "before": before[node],
            "after": after[node],
            "seen": evidence.get(node),
            "parents": net.network.parents[node],
        }
        for node, name in enumerate(net.names)
    ]
    return {"nodes": nodes, "asked": asked}


def _warnings(net: Net, evidence: Mapping[int, int]) -> tuple[Note, ...]:
    """Tables with zeros say `never`: no evidence can undo them."""
    certain = [name for name, table in zip(net.names, net.network.tables, strict=True) if np.any(table == 0)]
    found = [Note("bayes.never", {"nodes": tuple(certain)})] if certain else []
    if not evidence:
        found.append(Note("bayes.no_evidence"))
    return tuple(found)


METHOD = Method("bayes_net", FIELDS, run, random=True)
