"""Alignments against every sequence of small models, against costs by hand, and against their laws."""

from dataclasses import replace

import numpy as np
import pytest

from anlan.domain.errors import UsageError
from anlan.maths.process_models.alignments import Aligner, SearchBudget, align_all
from anlan.maths.process_models.markings import Markings
from anlan.maths.process_models.nets import Net, Transition, net_of_tree
from anlan.maths.process_models.trees import (
    SILENT,
    Tree,
    choice,
    flower,
    loop,
    parallel,
    sequence,
    shown,
    task,
)
from process_languages import cheapest, language, one_run, random_tree

SMALL = SearchBudget(per_variant=20_000)
A, B, C, D, E, F, G, H = (task(label) for label in "abcdefgh")
CLAIMS = sequence(A, loop(sequence(parallel(choice(B, C), D), E), F), choice(G, H))
"""Requests for compensation: register, examine (thoroughly or casually) beside a check of the ticket, decide,
perhaps start again, then pay or reject; van der Aalst 2016, Process Mining, figure 2.2."""


def codes(aligner: Aligner, trace: str) -> list[int]:
    known = {label: number for number, label in enumerate(aligner.markings.labels)}
    return [known.get(label, -1) for label in trace]


def aligner_of(model: Tree | Net, budget: SearchBudget = SMALL, **settings: int) -> Aligner:
    net = net_of_tree(model) if isinstance(model, Tree) else model
    return Aligner(Markings(net, **settings), budget)


@pytest.mark.parametrize(
    ("trace", "cost"),
    [
        ("abdeg", 0),
        ("adceh", 0),
        ("acdefbdeh", 0),
        ("acdefdbefbdeg", 0),
        ("abdefg", 1),  # started again and nothing done
        ("abeg", 1),  # the check was left out
        ("adbeegh", 2),  # decided twice, paid and rejected
        ("abcdeg", 1),  # examined twice
        ("gh", 5),  # one of the two; register, examine, check, decide are left out
        ("", 5),
        ("axbdeyg", 2),  # two events no step stands for
    ],
)
def test_the_claims_model_by_hand(trace: str, cost: int) -> None:
    found = aligner_of(CLAIMS).align(codes(aligner_of(CLAIMS), trace))
    assert (found.cost, found.is_optimal) == (cost, True)


def test_the_moves_retell_the_trace_and_a_run_of_the_model() -> None:
    aligner = aligner_of(CLAIMS)
    trace = "axdefgg"
    found = aligner.align(codes(aligner, trace))
    net = aligner.markings.net
    assert "".join(trace[p] for p in found.positions if p >= 0) == trace
    run = "".join(net.transitions[t].label or "" for t in found.transitions if t >= 0)
    assert tuple(run) in language(CLAIMS, longest=9)
    alone = [(t, p) for t, p in zip(found.transitions, found.positions, strict=True) if t < 0 or p < 0]
    visible = [t for t, p in alone if t < 0 or net.transitions[t].label is not None]
    assert len(visible) == found.cost
    both = [(t, p) for t, p in zip(found.transitions, found.positions, strict=True) if t >= 0 and p >= 0]
    assert all(net.transitions[t].label == trace[p] for t, p in both)


@pytest.mark.parametrize("seed", range(40))
def test_the_cost_is_that_of_the_closest_sequence_of_the_model(seed: int) -> None:
    rng = np.random.default_rng(seed)
    tree = random_tree(rng, list("abc"), repeat=True)
    aligner = aligner_of(tree)
    for _ in range(8):
        trace = "".join(rng.choice(list("abcz"), size=rng.integers(0, 5)))
        found = aligner.align(codes(aligner, trace))
        assert found.is_optimal
        assert cheapest(tuple(trace), tree) in (found.cost, None), (shown(tree), trace)


def test_the_oracle_answers_nearly_always() -> None:
    rng = np.random.default_rng(1)
    trees = [random_tree(rng, list("abc"), repeat=True) for _ in range(20)]
    traces = [tuple(rng.choice(list("abcz"), size=3)) for _ in trees]
    assert sum(cheapest(trace, tree) is None for trace, tree in zip(traces, trees, strict=True)) <= 1


@pytest.mark.parametrize("seed", range(10))
def test_without_the_whole_of_the_markings_the_cost_is_the_same(seed: int) -> None:
    rng = np.random.default_rng(seed)
    tree = random_tree(rng, list("abcdef"))
    whole, partly = aligner_of(tree), aligner_of(tree, most=2)
    partly.whole = False
    partly._ways = (False, *(np.zeros(shape, np.int16) for shape in ((1, 1), (1, 1), (1, 1))))
    partly._ways = (False, np.zeros(1, np.int32), *partly._ways[2:])
    for _ in range(6):
        trace = "".join(rng.choice(list("abcdefz"), size=rng.integers(0, 8)))
        assert whole.align(codes(whole, trace)).cost == partly.align(codes(partly, trace)).cost


@pytest.mark.parametrize("seed", range(15))
def test_laws_of_cost(seed: int) -> None:
    """A run of the model costs nothing; each event taken away or put in changes the cost by at most one;
    names do not matter; what is not in the model costs one each."""
    rng = np.random.default_rng(seed)
    tree = random_tree(rng, list("abcdefgh"))
    aligner = aligner_of(tree)
    run = "".join(one_run(tree, rng))[:40]
    if len(run) < 40:
        assert aligner.align(codes(aligner, run)).cost == 0
    trace = "".join(rng.permutation(list(run)))
    cost = aligner.align(codes(aligner, trace)).cost
    for place in range(len(trace)):
        shorter = trace[:place] + trace[place + 1 :]
        assert abs(aligner.align(codes(aligner, shorter)).cost - cost) <= 1
    assert aligner.align(codes(aligner, "?" + trace + "?")).cost == cost + 2
    names = dict(zip("abcdefgh", "hgfedcba", strict=True))
    net = aligner.markings.net
    other = tuple(replace(t, label=t.label and names[t.label]) for t in net.transitions)
    renamed = Aligner(Markings(replace(net, transitions=other)), SMALL)
    assert renamed.align(codes(renamed, "".join(names[a] for a in trace))).cost == cost


def test_beyond_the_budget_the_truth_lies_between_bound_and_cost() -> None:
    tree = sequence(*(parallel(*(task(f"{block}{i}") for i in range(5))) for block in "ab"))
    rng = np.random.default_rng(5)
    free = aligner_of(tree, SearchBudget(200_000))
    labels = free.markings.labels
    unproven = 0
    for _ in range(8):
        trace = rng.choice(len(labels), size=14).tolist()
        best = free.align(trace)
        assert best.is_optimal
        short = Aligner(free.markings, SearchBudget(per_variant=80))
        found = short.align(trace)
        unproven += not found.is_optimal
        assert found.lower_bound <= best.cost <= found.cost
        known = [t for t in found.transitions if t >= 0]
        assert sum(free.markings.label_of_transition[t] >= 0 for t in known) == 10
    assert unproven > 0


def test_the_total_budget_is_shared_and_what_comes_after_is_only_bounded() -> None:
    free = aligner_of(CLAIMS, SearchBudget(per_variant=5000, total=1000))
    traces = [codes(free, "gdeabfh")] * 4
    free.align(traces[0])
    spent = 1000 - free.states_left
    aligner = aligner_of(CLAIMS, SearchBudget(per_variant=5000, total=spent + spent // 2))
    found = align_all(aligner, traces, n=4)
    assert found[0].is_optimal
    assert not found[-1].is_optimal
    assert found[-1].lower_bound <= found[0].cost <= found[-1].cost


def test_a_flower_replays_everything_it_knows() -> None:
    aligner = aligner_of(flower(tuple("abc")))
    assert aligner.shortest.cost == 0
    assert [aligner.align(codes(aligner, trace)).cost for trace in ("", "cabbac", "axc")] == [0, 0, 1]


@pytest.mark.parametrize("length", [29_999, 30_001, 40_000])
def test_traces_of_tens_of_thousands_of_events_are_counted_whole(length: int) -> None:
    """Beyond 30 000 of one label counts of 16 bits would have run over, and cost what costs nothing."""
    aligner = aligner_of(flower(tuple("abc")), SearchBudget(per_variant=200_000))
    found = aligner.align(codes(aligner, "a" * length + "xb"))
    assert (found.cost, found.is_optimal) == (1, True)
    once = aligner_of(sequence(A, B), SearchBudget(per_variant=200_000))
    beyond = once.align(codes(once, "a" * length + "b"))
    assert beyond.lower_bound <= length - 1 <= beyond.cost


def test_a_model_without_an_end_is_refused() -> None:
    net = Net(4, (Transition("a", (0,), (2,)), Transition("b", (2, 3), (1,))))
    with pytest.raises(UsageError, match="no_end"):
        aligner_of(net)


def test_a_model_that_never_stops_making_tokens_is_refused_or_aligned_within_its_limit() -> None:
    net = Net(3, (Transition("a", (0,), (0, 2)), Transition(None, (0,), (1,)), Transition("b", (2,), ())))
    aligner = aligner_of(net, most=500)
    found = aligner.align(codes(aligner, "aabb"))
    assert found.cost == 0


def test_a_loop_back_into_a_parallel_block_is_entered_whole() -> None:
    tree = loop(parallel(A, B), C)
    aligner = aligner_of(tree)
    assert aligner.align(codes(aligner, "abcba")).cost == 0
    assert aligner.align(codes(aligner, "abca")).cost == 1
    assert aligner.align(codes(aligner, "acab")).cost == 1
    assert aligner_of(choice(SILENT, A)).shortest.cost == 0
