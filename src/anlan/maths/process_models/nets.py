"""Petri nets with a beginning and an end, and the net of a process tree.

A transition takes one token from each of its input places and puts one in each of its output places. The
net begins with one token in `source` and has ended when one token lies in `sink` and none anywhere else.
"""

from dataclasses import dataclass

from anlan.maths.process_models.trees import CHOICE, LOOP, NOTHING, PARALLEL, SEQUENCE, TASK, Tree


@dataclass(frozen=True)
class Transition:
    """label: what is seen when it fires, None where it is silent; inputs, outputs: places, each at most once;
    step: what of the model it stands for (its key), empty where it is the net's own."""

    label: str | None
    inputs: tuple[int, ...]
    outputs: tuple[int, ...]
    step: str = ""


@dataclass(frozen=True)
class Net:
    """Places are numbered from 0 to n_places - 1."""

    n_places: int
    transitions: tuple[Transition, ...]
    source: int = 0
    sink: int = 1

    @property
    def labels(self) -> tuple[str, ...]:
        """Distinct labels, in the order of the transitions."""
        found = (transition.label for transition in self.transitions)
        return tuple(dict.fromkeys(label for label in found if label is not None))


def net_of_tree(tree: Tree) -> Net:
    """The net that fires exactly the sequences of the tree; sound, and no place ever holds two tokens.

    Each block lies between an entry and an exit place. Choice shares both, sequence chains them, parallel
    puts a silent split before its branches and a silent join behind them. A loop has entry and exit places
    of its own, so that a neighbour sharing its outer places cannot enter it from its middle.
    """
    builder = _Builder()
    builder.add(tree, 0, 1)
    return Net(builder.n_places, tuple(builder.transitions))


class _Builder:
    def __init__(self) -> None:
        self.n_places = 2
        self.transitions: list[Transition] = []

    def place(self) -> int:
        self.n_places += 1
        return self.n_places - 1

    def fire(self, label: str | None, inputs: tuple[int, ...], outputs: tuple[int, ...]) -> None:
        self.transitions.append(Transition(label, inputs, outputs, label or ""))

    def add(self, tree: Tree, entry: int, leave: int) -> None:
        if tree.operator in (TASK, NOTHING):
            self.fire(tree.label if tree.operator == TASK else None, (entry,), (leave,))
        elif tree.operator == SEQUENCE:
            places = [entry, *(self.place() for _ in tree.children[1:]), leave]
            for child, before, after in zip(tree.children, places, places[1:], strict=False):
                self.add(child, before, after)
        elif tree.operator == CHOICE:
            for child in tree.children:
                self.add(child, entry, leave)
        elif tree.operator == PARALLEL:
            begins = tuple(self.place() for _ in tree.children)
            ends = tuple(self.place() for _ in tree.children)
            self.fire(None, (entry,), begins)
            for child, before, after in zip(tree.children, begins, ends, strict=True):
                self.add(child, before, after)
            self.fire(None, ends, (leave,))
        elif tree.operator == LOOP:
            self._add_loop(tree, entry, leave)

    def _add_loop(self, tree: Tree, entry: int, leave: int) -> None:
        top, bottom = self.place(), self.place()
        self.fire(None, (entry,), (top,))
        self.add(tree.children[0], top, bottom)
        for back in tree.children[1:]:
            self.add(back, bottom, top)
        self.fire(None, (bottom,), (leave,))
