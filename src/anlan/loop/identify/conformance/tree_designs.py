"""A discovered tree as a design: tasks and gateways in blocks, between a start and an end event."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from anlan.domain.design import Design, Link, Step, checked
from anlan.domain.design.edits import free_key
from anlan.domain.design.model import LONGEST_NAME
from anlan.maths.process_models.trees import CHOICE, LOOP, NOTHING, PARALLEL, SEQUENCE, TASK, Tree

NAMED = ("start", "end", "choice", "merge", "parallel", "join", "loop", "again")
"""What the steps are called that no activity stands behind."""


def design_of_tree(tree: Tree, names: Mapping[str, tuple[str, str]]) -> Design:
    """names: of `NAMED`, in Chinese and English; gateways of a name are numbered.

    A choice lies between XOR gateways, a parallel block between AND gateways; a loop is entered at one XOR
    gateway and left or gone back from another.
    """
    drawing = _Drawing(names)
    start = drawing.add("event", "start", "start")
    behind = drawing.draw(tree, start)
    end = drawing.add("event", "end", "end")
    drawing.link(behind, end)
    return checked(Design(tuple(drawing.steps), tuple(drawing.links)))


@dataclass
class _Drawing:
    names: Mapping[str, tuple[str, str]]
    steps: list[Step] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)

    def add(self, kind: str, form: str, what: str) -> str:
        name, name_en = self.names[what]
        if kind == "gateway":
            self.counts[what] = self.counts.get(what, 0) + 1
            name, name_en = f"{name} {self.counts[what]}", f"{name_en} {self.counts[what]}"
        return self._keep(Step("", name, name_en, kind, form))

    def _keep(self, step: Step) -> str:
        key = free_key(Design(tuple(self.steps)), step.name)
        self.steps.append(Step(key, step.name, step.name_en, step.kind, step.form))
        return key

    def link(self, source: str, target: str) -> None:
        self.links.append(Link(source, target))

    def draw(self, tree: Tree, before: str) -> str:
        """Draw the tree behind the step `before`; the key of the last step."""
        if tree.operator == NOTHING:
            return before
        if tree.operator == TASK:
            key = self._keep(Step("", tree.label[:LONGEST_NAME]))
            self.link(before, key)
            return key
        if tree.operator == SEQUENCE:
            for child in tree.children:
                before = self.draw(child, before)
            return before
        if tree.operator == LOOP:
            return self._loop(tree, before)
        form, opening, closing = ("xor", "choice", "merge") if tree.operator == CHOICE else (
            "and", "parallel", "join")  # fmt: skip
        assert tree.operator in (CHOICE, PARALLEL)
        first = self.add("gateway", form, opening)
        self.link(before, first)
        lasts = [self.draw(child, first) for child in tree.children]
        last = self.add("gateway", form, closing)
        for way in lasts:
            self.link(way, last)
        return last

    def _loop(self, tree: Tree, before: str) -> str:
        first = self.add("gateway", "xor", "loop")
        self.link(before, first)
        behind = self.draw(tree.children[0], first)
        last = self.add("gateway", "xor", "again")
        self.link(behind, last)
        for back in tree.children[1:]:
            self.link(self.draw(back, last), first)
        return last
