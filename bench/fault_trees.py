"""Fault trees: published benchmarks against their limits, and a drawn tree against the BDD library dd.

The published trees lie beside the repository (shared/golden) where their licence keeps them out of it; where
they are absent their rows say so. Drawn trees are the same on every machine.
"""

import json
from collections.abc import Iterator
from typing import Any

import numpy as np

from bench.measure import GIB, ROOT, Row, Table, Target, Worker, ratio_row, take_turns

GOLDEN = ROOT.parent / "shared" / "golden"
LIMITS_S = {"fta_200_event": 1.0, "fta_baobab1_performance": 0.5, "fta_cea9601_performance": 20.0}
MOST_GIB = 2.0
DRAWN = {"seed": 4, "events": 90, "gates": 70}


def published(case: str) -> dict[str, Any]:
    """A tree beside the repository: gates (name -> kind, k, inputs), p by event, houses, top."""
    given = json.loads((GOLDEN / f"{case}.json").read_text(encoding="utf-8"))["inputs"]
    gates = {name: (g["type"], g.get("k", 0), g["args"]) for name, g in given["gates"].items()}
    return {"gates": gates, "p": given["basic_events"], "houses": given.get("house_events") or {},
            "top": given["top"]}  # fmt: skip


def drawn(seed: int, events: int, gates: int) -> dict[str, Any]:
    """And/or gates over gates near them and events anywhere, so that much is shared."""
    rng = np.random.default_rng(seed)
    names = [f"e{i}" for i in range(events)]
    made = {}
    for i in range(gates):
        near = [f"g{j}" for j in range(i + 1, min(i + 6, gates))]
        inputs = {f"g{i + 1}"} if near else set()
        inputs |= {str(each) for each in rng.choice([*near, *rng.choice(names, 8)], 3)}
        made[f"g{i}"] = (("and", "or")[i % 2], 0, sorted(inputs))
    return {"gates": made, "p": dict.fromkeys(names, 0.01), "houses": {}, "top": "g0"}


def solved(tree: dict[str, Any], cut_sets: bool = False) -> dict[str, float]:
    """What a reader asks first: the exact probability and every importance; cut sets where asked for."""
    from anlan.maths.fault_trees import FaultTree, Gate, cut_sets_of, diagram_of, importances, in_order

    gates = {name: Gate(kind, tuple(inputs), k) for name, (kind, k, inputs) in tree["gates"].items()}
    diagram = diagram_of(FaultTree(gates, tuple(tree["p"]), tree["houses"]), [tree["top"]])
    found = importances(diagram, in_order(diagram, tree["p"]), tree["top"])
    number = sum(cut_sets_of(diagram, tree["top"]).counts().values()) if cut_sets else 0
    return {"probability": found.probability, "nodes": diagram.n_nodes, "made": diagram.made, "sets": number}


def published_solved(case: str, cut_sets: bool = False) -> dict[str, float]:
    return solved(published(case), cut_sets)


def drawn_solved(seed: int, events: int, gates: int) -> dict[str, float]:
    return solved(drawn(seed, events, gates))


def drawn_tree(seed: int, events: int, gates: int) -> dict[str, Any]:
    """The drawn tree as the peer is given it, with the order of events that was found best here."""
    from anlan.maths.fault_trees import FaultTree, Gate, diagram_of

    tree = drawn(seed, events, gates)
    made = {name: Gate(kind, tuple(inputs), k) for name, (kind, k, inputs) in tree["gates"].items()}
    diagram = diagram_of(FaultTree(made, tuple(tree["p"])), [tree["top"]])
    order = [diagram.events[each] for each in diagram.asked if each >= 0]
    return {"gates": tree["gates"], "top": tree["top"], "order": order}


def fault_trees_table(ours: Worker, peer: Worker | None, *, rounds: int) -> Table:
    """Each published tree in a warm process, then the drawn one on both sides."""
    ours.ask("drawn_solved", **{**DRAWN, "events": 20, "gates": 12})
    rows = [*_published_rows(ours, rounds), *_drawn_rows(ours, peer, rounds)]
    about = (
        "From the gates to the exact probability of the top and five importance measures of every event; "
        "kernels warm. The order of events is looked for within the time. dd builds the same function in the "
        "order found here and does nothing else."
    )
    return Table("Fault trees", about, tuple(rows))


def _published_rows(ours: Worker, rounds: int) -> Iterator[Row]:
    peak = None
    for case, limit in LIMITS_S.items():
        if not (GOLDEN / f"{case}.json").exists():
            yield Row(case, "limit", None, unit="s", target=Target(limit), note="not beside the repository")
            continue
        ours.ask("published_solved", case=case, cut_sets=True)
        for cut_sets, said in ((False, ""), (True, ", all minimal cut sets counted")):
            answers = [ours.ask("published_solved", case=case, cut_sets=cut_sets) for _ in range(rounds)]
            middle = sorted(answers, key=lambda answer: answer.seconds)[rounds // 2]
            found = middle.value
            note = f"{found['nodes']:,} nodes" + (f", {found['sets']:,} sets" if cut_sets else "")
            yield Row(case + said, "limit", middle.seconds, unit="s", target=Target(limit), note=note)
            peak = middle.peak_bytes
    if peak is not None:
        yield Row("peak memory of all", "limit", peak / GIB, unit="GiB", target=Target(MOST_GIB))


def _drawn_rows(ours: Worker, peer: Worker | None, rounds: int) -> Iterator[Row]:
    tree = ours.ask("drawn_tree", **DRAWN).value
    works = {"ours": lambda: ours.ask("drawn_solved", **DRAWN).seconds}
    if peer is not None:
        works["dd"] = lambda: peer.ask("dd_diagram", **tree).seconds
    seconds = take_turns(works, rounds=rounds)
    work = f"drawn tree, {DRAWN['events']} events, {DRAWN['gates']} gates"
    yield ratio_row(work, "dd (`dd.autoref`), the diagram alone", ours_s=seconds["ours"],
                    other_s=seconds.get("dd"), at_least=3)  # fmt: skip
