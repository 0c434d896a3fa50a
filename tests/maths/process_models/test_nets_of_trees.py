"""A tree's net fires the tree's sequences and is sound; drawn nets that are not sound are told so."""

import numpy as np
import pytest

from anlan.maths.process_models.markings import UNLIMITED, Markings, soundness
from anlan.maths.process_models.nets import Net, Transition, net_of_tree
from anlan.maths.process_models.trees import (
    SILENT,
    choice,
    flower,
    loop,
    parallel,
    sequence,
    shown,
    task,
)
from process_languages import language, random_tree

A, B, C, D = (task(label) for label in "abcd")


def fired(net: Net, *, longest: int) -> set[tuple[str, ...]]:
    """Sequences of up to `longest` labels, by playing the net's tokens one by one."""
    found: set[tuple[str, ...]] = set()
    seen = set()
    waiting: list[tuple[tuple[str, ...], tuple[int, ...]]] = [
        ((), tuple(int(p == net.source) for p in range(net.n_places)))
    ]
    end = tuple(int(p == net.sink) for p in range(net.n_places))
    while waiting:
        state = waiting.pop()
        if state in seen:
            continue
        seen.add(state)
        trace, marking = state
        if marking == end:
            found.add(trace)
        for t in net.transitions:
            after = trace if t.label is None else (*trace, t.label)
            if len(after) <= longest and all(marking[p] for p in t.inputs):
                moved = list(marking)
                for p in t.inputs:
                    moved[p] -= 1
                for p in t.outputs:
                    moved[p] += 1
                waiting.append((after, tuple(moved)))
    return found


@pytest.mark.parametrize("seed", range(12))
def test_the_net_fires_exactly_the_sequences_of_its_tree(seed: int) -> None:
    tree = random_tree(np.random.default_rng(seed), list("abcd"))
    assert fired(net_of_tree(tree), longest=4) == language(tree, longest=4), shown(tree)


@pytest.mark.parametrize("seed", range(12))
def test_every_tree_gives_a_sound_net(seed: int) -> None:
    markings = Markings(net_of_tree(random_tree(np.random.default_rng(seed), list("abcdef"))))
    found = soundness(markings)
    assert (found.verdict, found.stuck, found.left_over, found.dead) == ("sound", 0, 0, ())
    assert markings.tokens[: markings.n].max() == 1


def test_a_parallel_block_of_three_single_steps_has_ten_markings() -> None:
    """The beginning, the end, and each of three branches before or behind its step."""
    assert soundness(Markings(net_of_tree(parallel(A, B, C)))).n_markings == 2 + 2**3


def test_a_split_into_two_that_only_one_way_leaves_is_unsound() -> None:
    """AND split, XOR join: the end is reached while another token still lies about."""
    net = Net(4, (Transition("a", (0,), (2, 3)), Transition("b", (2,), (1,)), Transition("c", (3,), (1,))))
    found = soundness(Markings(net))
    assert found.verdict == "unsound"
    assert found.left_over == 3  # one token ended and one to go, twice; two ended
    assert found.stuck == 5 - 1 + 1


def test_a_choice_that_an_and_join_waits_for_gets_stuck() -> None:
    ways = (Transition("a", (0,), (2,)), Transition("b", (0,), (3,)), Transition("c", (2, 3), (1,)))
    found = soundness(Markings(Net(4, ways)))
    assert (found.verdict, found.stuck, found.dead) == ("unsound", 3, (2,))


def test_a_net_with_more_markings_than_may_be_looked_at_is_unknown() -> None:
    tree = parallel(*(task(str(i)) for i in range(14)))
    found = soundness(Markings(net_of_tree(tree), most=4000))
    assert found.verdict == "unknown"
    assert found.n_markings < 2**14


def test_ways_on_count_each_label_between_its_fewest_and_most() -> None:
    tree = sequence(A, choice(B, sequence(B, B)), loop(choice(C, SILENT), D))
    markings = Markings(net_of_tree(tree))
    on = markings.ways_on
    by_label = {label: (on.fewest[0, i], on.most[0, i]) for i, label in enumerate(markings.labels)}
    assert by_label == {"a": (1, 1), "b": (1, 2), "c": (0, UNLIMITED), "d": (0, UNLIMITED)}
    assert on.distance[0] == 2
    assert on.distance[1] == 0


def test_blocks_of_one_kind_are_one_block_and_nothing_adds_nothing() -> None:
    assert shown(sequence(A, sequence(B, SILENT), C)) == "→( 'a', 'b', 'c' )"
    assert shown(choice(A, choice(SILENT, B), SILENT)) == "×( 'a', 'b', τ )"
    assert parallel(SILENT, A) == A
    assert shown(choice(loop(A), SILENT)) == "↺( τ, 'a' )"
    assert language(choice(loop(A), SILENT), longest=3) == {(), ("a",), ("a", "a"), ("a", "a", "a")}
    assert shown(flower(("a", "b"))) == "↺( τ, 'a', 'b' )"
