"""Sequences of a process tree by its definition, without nets: for tests of nets and searches."""

from functools import cache

import numpy as np

from anlan.maths.process_models.trees import (
    CHOICE,
    LOOP,
    NOTHING,
    PARALLEL,
    SEQUENCE,
    SILENT,
    TASK,
    Tree,
    choice,
    loop,
    parallel,
    sequence,
    task,
)

Trace = tuple[str, ...]


def language(tree: Tree, *, longest: int) -> frozenset[Trace]:
    """All sequences of at most `longest` activities."""
    if tree.operator == TASK:
        return frozenset({(tree.label,)} if longest else ())
    if tree.operator == NOTHING:
        return frozenset({()})
    parts = [language(child, longest=longest) for child in tree.children]
    if tree.operator == CHOICE:
        return frozenset().union(*parts)
    if tree.operator in (SEQUENCE, PARALLEL):
        found = parts[0]
        for part in parts[1:]:
            found = _joined(found, part, longest, apart=tree.operator == SEQUENCE)
        return found
    assert tree.operator == LOOP
    again = _joined(frozenset().union(*parts[1:]), parts[0], longest, apart=True)
    found = new = parts[0]
    while new:
        new = _joined(new, again, longest, apart=True) - found
        found = found | new
    return found


def _joined(
    ones: frozenset[Trace], others: frozenset[Trace], longest: int, *, apart: bool
) -> frozenset[Trace]:
    pairs = ((one, other) for one in ones for other in others if len(one) + len(other) <= longest)
    if apart:
        return frozenset(one + other for one, other in pairs)
    return frozenset().union(*(shuffles(one, other) for one, other in pairs))


@cache
def shuffles(one: Trace, other: Trace) -> frozenset[Trace]:
    if not one or not other:
        return frozenset({one + other})
    first = {(one[0], *rest) for rest in shuffles(one[1:], other)}
    return frozenset(first | {(other[0], *rest) for rest in shuffles(one, other[1:])})


def one_run(tree: Tree, rng: np.random.Generator) -> Trace:
    """A random sequence of the tree."""
    if tree.operator == TASK:
        return (tree.label,)
    if tree.operator == NOTHING:
        return ()
    if tree.operator == CHOICE:
        return one_run(tree.children[rng.integers(len(tree.children))], rng)
    if tree.operator == LOOP:
        run = one_run(tree.children[0], rng)
        while rng.random() < 0.4:
            back = tree.children[rng.integers(1, len(tree.children))]
            run = run + one_run(back, rng) + one_run(tree.children[0], rng)
        return run
    runs = [one_run(child, rng) for child in tree.children]
    if tree.operator == SEQUENCE:
        return sum(runs, ())
    left = [list(run) for run in runs]
    mixed = []
    while any(left):
        chosen = [run for run in left if run]
        mixed.append(chosen[rng.integers(len(chosen))].pop(0))
    return tuple(mixed)


def random_tree(rng: np.random.Generator, labels: list[str], *, repeat: bool = False) -> Tree:
    """Over the labels, each once; with `repeat`, a label may stand in two places."""
    if len(labels) == 1:
        leaf = task(labels[0])
        kind = rng.integers(5)
        return choice(leaf, SILENT) if kind == 0 else loop(leaf) if kind == 1 else leaf
    cut = int(rng.integers(1, len(labels)))
    left, right = labels[:cut], labels[cut:]
    if repeat and rng.random() < 0.3:
        right = [*right, left[0]]
    block = (sequence, choice, parallel, loop)[rng.integers(4)]
    return block(random_tree(rng, left, repeat=repeat), random_tree(rng, right, repeat=repeat))


def common_length(one: Trace, other: Trace) -> int:
    """Length of the longest common subsequence."""
    row = [0] * (len(other) + 1)
    for a in one:
        above = row
        row = [0]
        for j, b in enumerate(other):
            row.append(above[j] + 1 if a == b else max(above[j + 1], row[j]))
    return row[-1]


def cheapest(trace: Trace, tree: Tree, *, longest: int = 7) -> int | None:
    """Smallest number of events and firings that find no partner, over all sequences of the tree; None where
    one of more than `longest` activities might do better."""
    costs = (len(trace) + len(run) - 2 * common_length(trace, run) for run in language(tree, longest=longest))
    found = min(costs, default=None)
    return found if found is not None and found <= longest + 1 - len(trace) else None
