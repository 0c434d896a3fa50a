"""A fault tree as people write it: gates over basic events and house events, all by name.

An event may stand under any number of gates. A gate says when it happens from its inputs:

and, or, nand, nor      all, any, not all, none
atleast                 at least k of the inputs
xor                     an odd number of the inputs
not                     its one input does not happen
pass                    its one input happens
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from anlan.domain.errors import RefusedInput

KINDS = ("and", "or", "atleast", "not", "xor", "nand", "nor", "pass")
_ONE_INPUT = ("not", "pass")


@dataclass(frozen=True)
class Gate:
    """kind: one of `KINDS`. k: how many inputs must happen, for `atleast` alone."""

    kind: str
    inputs: tuple[str, ...]
    k: int = 0


@dataclass(frozen=True)
class FaultTree:
    """gates: by name. events: the names of basic events. houses: name -> whether it happens, for sure."""

    gates: Mapping[str, Gate]
    events: tuple[str, ...]
    houses: Mapping[str, bool] = field(default_factory=dict)

    def with_gates(self, gates: Mapping[str, Gate]) -> "FaultTree":
        """The tree and further gates over it, such as the sequences of an event tree."""
        return FaultTree({**self.gates, **gates}, self.events, self.houses)


@dataclass(frozen=True)
class TreeFault:
    """What is wrong with a tree: an error code (`errors.fault_tree.*`), the gate or event, what fills it."""

    code: str
    name: str
    parameters: Mapping[str, Any] = field(default_factory=dict)


def faults_of(tree: FaultTree, roots: tuple[str, ...] = ()) -> tuple[TreeFault, ...]:
    """Everything wrong with a tree: names used twice or unknown, gates that cannot be read, cycles."""
    found = [*_names_used_twice(tree), *_unreadable_gates(tree), *_unknown_names(tree, roots)]
    if not found:
        cycle = cycle_in(tree)
        if cycle:
            found.append(TreeFault("fault_tree.cycle", cycle[0], {"path": " → ".join(_shortened(cycle))}))
    return tuple(found)


def refuse_faults(tree: FaultTree, roots: tuple[str, ...] = ()) -> None:
    """Errors: RefusedInput of the first fault, with its `gate`."""
    for fault in faults_of(tree, roots):
        raise RefusedInput(fault.code, where=fault.name, **fault.parameters)


def _names_used_twice(tree: FaultTree) -> Iterator[TreeFault]:
    seen: set[str] = set()
    for name in (*tree.gates, *tree.events, *tree.houses):
        if name in seen:
            yield TreeFault("fault_tree.name_twice", name)
        seen.add(name)


def _unreadable_gates(tree: FaultTree) -> Iterator[TreeFault]:
    for name, gate in tree.gates.items():
        n = len(gate.inputs)
        if gate.kind not in KINDS:
            yield TreeFault("fault_tree.kind", name, {"found": gate.kind, "known": KINDS})
        elif n == 0 or (gate.kind in _ONE_INPUT and n != 1):
            yield TreeFault("fault_tree.inputs", name, {"kind": gate.kind, "found": n})
        elif gate.kind == "atleast" and not 1 <= gate.k <= n:
            yield TreeFault("fault_tree.k", name, {"found": gate.k, "most": n})


def _unknown_names(tree: FaultTree, roots: tuple[str, ...]) -> Iterator[TreeFault]:
    known = {*tree.gates, *tree.events, *tree.houses}
    for root in roots:
        if root not in known:
            yield TreeFault("fault_tree.unknown_top", root)
    for name, gate in tree.gates.items():
        for given in dict.fromkeys(gate.inputs):
            if given not in known:
                yield TreeFault("fault_tree.unknown_name", name, {"found": given})


def cycle_in(tree: FaultTree) -> tuple[str, ...]:
    """Gates that stand under themselves, each an input of the one before, the first named again at the
    end; empty where there are none. Walks without recursion, so depth does not matter."""
    done: set[str] = set()
    for start in tree.gates:
        if start in done:
            continue
        path, inside = [(start, iter(tree.gates[start].inputs))], {start}
        while path:
            name, left = path[-1]
            below = next((each for each in left if each in tree.gates and each not in done), None)
            if below is None:
                path.pop()
                inside.discard(name)
                done.add(name)
            elif below in inside:
                names = [each for each, _ in path]
                return (*names[names.index(below) :], below)
            else:
                path.append((below, iter(tree.gates[below].inputs)))
                inside.add(below)
    return ()


def _shortened(names: tuple[str, ...], most: int = 12) -> list[str]:
    if len(names) <= most:
        return list(names)
    return [*names[: most // 2], "…", *names[-(most // 2) :]]
