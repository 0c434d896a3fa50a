"""One set of causes, events, barriers and consequences, seen four ways.

A bow-tie is the whole: its left side is a fault tree, each cause with both sides an event tree, and a fault
tree is a Bayesian network of certain gates. The functions here turn the inputs of one method, as a spec
holds them, into the inputs of another; names and probabilities of basic events stay what they are, so that
all views give the same top probability.
"""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import product
from typing import Any

from anlan.domain.errors import RefusedInput

Inputs = Mapping[str, Any]
Called = Callable[[str, str], str]
"""(what, name) -> what is called so: `occurs`, `fails`, `through`, `by itself`, `does not follow`, `count`,
and the ends `stopped` and `event` of a barrier."""
_MOST_PARENTS = 8
_STATES = ("no", "yes")


def named(what: str, name: str) -> str:
    """In English, for files."""
    return f"{name} ({what})"


def fault_tree_of_bow_tie(
    bow_tie: Inputs, *, cause: str | None = None, called: Called = named
) -> dict[str, Any]:
    """The left side: the event comes about where a cause occurs and all its barriers fail.

    A cause occurs within a year with probability 1 - exp(-frequency), which needs a frequency that is a plain
    number; `cause`: given that this one has occurred, and no other is looked at.
    Errors: RefusedInput `cause_model.not_plain`.
    """
    gates, events = _barriers(bow_tie, called)
    lines = [row for row in bow_tie["causes"] if cause is None or row["name"] == cause]
    for row in lines:
        occurs = called("occurs", row["name"])
        events.append({"name": occurs, "probability": 1.0 if cause else _within_a_year(row)})
        inputs = [occurs, *(called("fails", name) for name in row.get("barriers", ()))]
        gates.append({"name": called("through", row["name"]), "kind": "and", "inputs": inputs})
    through = [called("through", row["name"]) for row in lines]
    gates.append({"name": bow_tie["event"], "kind": "or", "inputs": through})
    return {"top": bow_tie["event"], "gates": gates, "events": events}


def event_tree_of_bow_tie(
    bow_tie: Inputs, *, cause: str, consequence: str, called: Called = named
) -> dict[str, Any]:
    """A cause followed through its own barriers and those of a consequence; where one works, the rest is not
    asked. The end states are `stopped`, `event` (it came about, the consequence did not) and the consequence.
    """
    gates, events = _barriers(bow_tie, called)
    row = next(each for each in bow_tie["causes"] if each["name"] == cause)
    end = next(each for each in bow_tie["consequences"] if each["name"] == consequence)
    before = list(row.get("barriers", ()))
    after = [name for name in end.get("barriers", ()) if name not in before]
    headings: list[dict[str, Any]] = []
    for name in (*before, *after):
        stopped = [{"when": [_works(h["name"])], "skip": True} for h in headings]
        headings.append({"name": name, "failure": called("fails", name), "depends": stopped})
    follows = end.get("probability")
    skip = [{"when": [_works(h["name"])], "skip": True} for h in headings]
    last = called("does not follow", consequence)
    headings.append({"name": last, "probability": 1.0 if follows is None else follows, "depends": skip})
    return {
        "initiating": {"name": cause, "frequency": row["frequency"]},
        "headings": headings,
        "end_states": [
            *(
                {"name": called("stopped", name), "when": [_works(name)], "unwanted": False}
                for name in before
            ),
            *({"name": called("event", name), "when": [_works(name)]} for name in (*after, last)),
            {"name": consequence, "loss": end.get("loss", 0.0)},
        ],
        "gates": gates,
        "events": events,
    }


def bayes_net_of_fault_tree(tree: Inputs, *, called: Called = named) -> dict[str, Any]:
    """A node for every event and gate, with states `no` and `yes`; the query is the top.

    Gates of many inputs count them one after the other, so that tables stay small. Events must have plain
    probabilities; common causes and rates are not carried over.
    Errors: RefusedInput `cause_model.not_plain`, `cause_model.not_carried`.
    """
    for name in ("common_causes", "houses"):
        if tree.get(name):
            raise RefusedInput("cause_model.not_carried", where=name)
    nodes = []
    for number, row in enumerate(tree["events"], start=1):
        p = _plain(row.get("probability"), f"events[{number}].probability")
        nodes.append(_node(row["name"], (), [[1.0 - p, p]]))
    for row in tree["gates"]:
        nodes += _gate_nodes(row, called)
    return {"nodes": nodes, "query": {"node": tree["top"], "state": "yes"}}


def _barriers(bow_tie: Inputs, called: Called) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Gates and events of the shared tree and of every barrier."""
    gates, events = list(bow_tie.get("gates", ())), list(bow_tie.get("events", ()))
    for row in bow_tie.get("barriers", ()):
        by = [row["failure"]] if row.get("failure") else []
        inputs = [*by, *row.get("supports", ())]
        if row.get("probability") is not None:
            own = called("by itself", row["name"])
            events.append({"name": own, "probability": row["probability"]})
            inputs.append(own)
        gates.append({"name": called("fails", row["name"]), "kind": "or", "inputs": inputs})
    return gates, events


def _works(name: str) -> dict[str, str]:
    return {"heading": name, "outcome": "works"}


def _within_a_year(row: Inputs) -> float:
    return -math.expm1(-_plain(row["frequency"], f"causes.{row['name']}.frequency"))


def _plain(value: Any, where: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise RefusedInput("cause_model.not_plain", where=where)
    return float(value)


def _node(name: str, parents: Sequence[str], table: Sequence[Sequence[float]]) -> dict[str, Any]:
    return {"name": name, "states": list(_STATES), "parents": list(parents), "table": table}


def _gate_nodes(row: Inputs, called: Called) -> Iterator[dict[str, Any]]:
    """The node of a gate; before it, where it has many inputs, nodes that count them one by one."""
    inputs = list(dict.fromkeys(row["inputs"])) if row["kind"] in ("and", "or") else list(row["inputs"])
    if len(inputs) <= _MOST_PARENTS:
        yield _node(row["name"], inputs, [_sure(_holds(row, up)) for up in _ups(len(inputs))])
        return
    cap = _largest_count(row, len(inputs))
    before: str | None = None
    for number, name in enumerate(inputs, start=1):
        counting = called("count", f"{row['name']} {number}")
        yield _counter(counting, before, name, earlier=min(number - 1, cap), most=min(number, cap))
        before = counting
    table = [_sure(_holds(row, None, count)) for count in range(cap + 1)]
    yield _node(row["name"], [str(before)], table)


def _largest_count(row: Inputs, n: int) -> int:
    """Counting may stop there: `or` needs to know of one, `atleast` of k, the others of all."""
    return {"or": 1, "nor": 1, "atleast": int(row.get("k", 0))}.get(row["kind"], n)


def _counter(name: str, before: str | None, added: str, *, earlier: int, most: int) -> dict[str, Any]:
    """How many of the inputs so far happen: up to `earlier` before, up to `most` with the one added."""
    table = []
    for count, up in product(range(earlier + 1), (0, 1)):
        cells = [0.0] * (most + 1)
        cells[min(count + up, most)] = 1.0
        table.append(cells)
    parents = [added] if before is None else [before, added]
    return {"name": name, "states": [str(n) for n in range(most + 1)], "parents": parents, "table": table}


def _ups(n: int) -> Iterator[tuple[int, ...]]:
    return product((0, 1), repeat=n)


def _holds(row: Inputs, up: Sequence[int] | None, count: int | None = None) -> bool:
    """Whether the gate happens with these inputs, or with this many of them."""
    n = len(row["inputs"]) if up is None else len(up)
    found = sum(up) if up is not None else int(count or 0)
    match row["kind"]:
        case "and":
            return found == n
        case "or" | "pass":
            return found >= 1
        case "nand":
            return found < n
        case "nor" | "not":
            return found == 0
        case "xor":
            return found % 2 == 1
    return found >= int(row["k"])


def _sure(happens: bool) -> list[float]:
    return [0.0, 1.0] if happens else [1.0, 0.0]
