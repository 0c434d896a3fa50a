"""Process trees: models made of blocks, sound by their shape.

    tree = sequence(task("a"), choice(task("b"), SILENT), loop(task("c"), task("d")))
    shown(tree)  ->  "→( 'a', ×( 'b', τ ), ↺( 'c', 'd' ) )"

Source: Leemans, Fahland and van der Aalst 2013, Petri Nets 2013, LNCS 7927:311, section 2.
"""

from collections.abc import Iterator
from dataclasses import dataclass

TASK, NOTHING = "task", "silent"
SEQUENCE, CHOICE, PARALLEL, LOOP = "sequence", "choice", "parallel", "loop"
_SIGNS = {SEQUENCE: "→", CHOICE: "×", PARALLEL: "∧", LOOP: "↺"}


@dataclass(frozen=True)
class Tree:
    """operator: `task` with a label, `silent`, or a block of children.

    sequence  one after the other          choice  exactly one of them
    parallel  all, in any interleaving     loop    the first; then any number of times one of the others
                                                   and the first again
    """

    operator: str
    label: str = ""
    children: tuple["Tree", ...] = ()


SILENT = Tree(NOTHING)


def task(label: str) -> Tree:
    return Tree(TASK, label)


def sequence(*children: Tree) -> Tree:
    return _block(SEQUENCE, children)


def choice(*children: Tree) -> Tree:
    """Of nothing several times only one is kept. Nothing, or something any number of times, is a loop that
    may be left at once."""
    rest = [child for child in children if child != SILENT]
    if len(rest) == 1 < len(children) and _is_repeated(rest[0]):
        return loop(SILENT, rest[0].children[0])
    return _block(CHOICE, (*rest, SILENT) if len(rest) < len(children) else tuple(rest))


def _is_repeated(tree: Tree) -> bool:
    return tree.operator == LOOP and tree.children[1:] == (SILENT,) and tree.children[0] != SILENT


def parallel(*children: Tree) -> Tree:
    return _block(PARALLEL, children)


def loop(body: Tree, *again: Tree) -> Tree:
    """Without a way back, nothing leads back: the body may be repeated as it is."""
    return Tree(LOOP, children=(body, *(again or (SILENT,))))


def block(operator: str, *children: Tree) -> Tree:
    """A sequence, choice, parallel block or loop of the children."""
    if operator == LOOP:
        return loop(*children)
    return choice(*children) if operator == CHOICE else _block(operator, children)


def flower(labels: tuple[str, ...]) -> Tree:
    """Every sequence over the labels, the empty one too."""
    return loop(SILENT, *(task(label) for label in labels))


def _block(operator: str, children: tuple[Tree, ...]) -> Tree:
    """Blocks of the same kind in each other are one; nothing, done before or beside, adds nothing; of a
    single child the block is the child."""
    flat: list[Tree] = []
    for child in children:
        flat += child.children if child.operator == operator else (child,)
    if operator in (SEQUENCE, PARALLEL):
        flat = [child for child in flat if child != SILENT]
    if not flat:
        return SILENT
    if operator == CHOICE and flat.count(SILENT) > 1:
        return choice(*flat)
    return flat[0] if len(flat) == 1 else Tree(operator, children=tuple(flat))


def nodes_of(tree: Tree) -> Iterator[Tree]:
    """The tree and all below it, each before its children."""
    yield tree
    for child in tree.children:
        yield from nodes_of(child)


def shown(tree: Tree) -> str:
    """The tree on one line."""
    if tree.operator == TASK:
        return f"'{tree.label}'"
    if tree.operator == NOTHING:
        return "τ"
    return f"{_SIGNS[tree.operator]}( {', '.join(map(shown, tree.children))} )"
