"""Optimal alignments of 148 variants: ours, PM4Py and r4pm, if installed.

The model has twelve activities in a sequence, a choice, a parallel block and a loop; the variants are runs of
it with events taken out, put in and exchanged. Every side is given the same Petri net and the same
sequences, and all must find the same total cost, else nothing is told.
"""

import random
from typing import Any

from anlan.maths.process_models.alignments import Aligner
from anlan.maths.process_models.markings import Markings
from anlan.maths.process_models.nets import Net, net_of_tree
from anlan.maths.process_models.trees import (
    SILENT,
    Tree,
    choice,
    loop,
    parallel,
    sequence,
    task,
)
from bench.measure import PEERS_PYTHON, Row, Table, Target, Worker, ratio_row, take_turns
from bench.serving import serve

VARIANTS = 148
PEERS = {"PM4Py": "pm4py_alignments", "r4pm": "r4pm_alignments"}

_held: dict[str, Any] = {}


def model() -> Tree:
    a, b, c, d, e, f, g, h, i, j, k, m = (task(label) for label in "abcdefghijkm")
    work = sequence(parallel(choice(b, c), d, sequence(e, choice(f, SILENT))), g)
    return sequence(a, loop(work, h), choice(i, sequence(j, k)), m)


def variants(n: int) -> list[list[str]]:
    """Different sequences of up to about forty events, the same at every call."""
    luck, found = random.Random(7), dict[tuple[str, ...], None]()
    while len(found) < n:
        trace = ["a"]
        for _ in range(luck.choice((1, 1, 2, 3))):
            beside = [[luck.choice("bc")], ["d"], ["e", "f"] if luck.random() < 0.5 else ["e"]]
            while any(beside):
                trace.append(luck.choice([way for way in beside if way]).pop(0))
            trace += ["g", "h"]
        trace[-1:] = [*luck.choice(("i", "jk")), "m"]
        for _ in range(luck.choice((0, 1, 2, 4))):
            place = luck.randrange(len(trace))
            deed = luck.randrange(3)
            if deed == 0:
                del trace[place]
            elif deed == 1:
                trace.insert(place, luck.choice("abcdefghijkmx"))
            elif place + 1 < len(trace):
                trace[place], trace[place + 1] = trace[place + 1], trace[place]
        found[tuple(trace)] = None
    return [list(trace) for trace in found]


def plain(net: Net) -> dict[str, Any]:
    """The net as the peers are told it."""
    ways = [[t.label, list(t.inputs), list(t.outputs)] for t in net.transitions]
    return {"places": net.n_places, "transitions": ways, "source": net.source, "sink": net.sink}


def prepare(n: int) -> int:
    _held["net"], _held["variants"] = net_of_tree(model()), variants(n)
    return len(_held["variants"])


def ours() -> int:
    """Total cost; what is found of the net is found anew."""
    aligner = Aligner(Markings(_held["net"]))
    code = {label: number for number, label in enumerate(aligner.markings.labels)}
    return sum(aligner.align([code.get(a, -1) for a in trace]).cost for trace in _held["variants"])


def alignments_table(*, rounds: int = 3) -> Table:
    """The ratios of one run; a peer that is not installed is "not run"."""
    work = f"Optimal alignments, {VARIANTS} variants"
    with Worker("bench.conformance") as mine:
        mine.ask("prepare", n=VARIANTS)
        cost = mine.ask("ours").value  # also compiles
        rows = [_row(work, mine, name, cost, rounds) for name in PEERS]
    return Table(
        "Conformance",
        "Cheapest explanation of each variant by a Petri net of twelve activities with a parallel block, "
        "choices and a loop; the total cost of all sides is the same. PM4Py aligns a log, r4pm one sequence "
        "after the other.",
        tuple(rows),
    )


def _row(work: str, mine: Worker, name: str, cost: int, rounds: int) -> Row:
    target = Target(1.0, at_least=True)
    if not PEERS_PYTHON.exists():
        return Row(work, name, None, target=target, note="not run: no environment of peers")
    try:
        with Worker("bench.peers", python=PEERS_PYTHON) as peer:
            peer.ask("alignment_model", net=plain(net_of_tree(model())), traces=variants(VARIANTS))
            theirs = peer.ask(PEERS[name]).value
            seconds = take_turns(
                {"ours": lambda: mine.ask("ours").seconds, "peer": lambda: peer.ask(PEERS[name]).seconds},
                rounds=rounds,
            )
    except (RuntimeError, OSError) as error:
        return Row(work, name, None, target=target, note=f"not run: {error}")
    if theirs != cost:
        raise RuntimeError(f"{name}: total cost {theirs}, ours {cost}")
    return ratio_row(work, name, ours_s=seconds["ours"], other_s=seconds["peer"], at_least=1.0,
                     note="times faster")  # fmt: skip


if __name__ == "__main__":
    serve({"prepare": prepare, "ours": ours})
