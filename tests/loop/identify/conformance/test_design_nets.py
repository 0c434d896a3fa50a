"""What a design permits, by what its net fires; and trees drawn as designs keep their sequences."""

import numpy as np
import pytest

from anlan.domain.design import Design, Link, Step
from anlan.domain.errors import UsageError
from anlan.formats.bpmn import read_bpmn
from anlan.formats.bpmn.writing import bpmn_bytes
from anlan.loop.identify.conformance.design_nets import MOST_OR_WAYS, net_of_design
from anlan.loop.identify.conformance.tree_designs import NAMED, design_of_tree
from anlan.maths.process_models.alignments import Aligner, SearchBudget
from anlan.maths.process_models.markings import Markings
from anlan.maths.process_models.trees import shown
from process_languages import language, random_tree

NAMES = {name: (f"{name}-zh", name) for name in NAMED}


def design(links: str, **kinds: str) -> Design:
    """`a>b b>c`; kinds: key -> `xor`, `and`, `or`, `start` or `end`; all others are tasks."""
    pairs = [tuple(link.split(">")) for link in links.split()]
    keys = dict.fromkeys(key for pair in pairs for key in pair)
    steps = []
    for key in keys:
        form = kinds.get(key, "")
        kind = "gateway" if form in ("xor", "and", "or") else "event" if form else "task"
        steps.append(Step(key, key, kind=kind, form=form))
    return Design(tuple(steps), tuple(Link(*pair) for pair in pairs))


def aligner_of(drawn: Design) -> Aligner:
    labels = {step.key: step.name for step in drawn.steps if step.kind == "task"}
    return Aligner(Markings(net_of_design(drawn, labels).net), SearchBudget(20_000))


def permits(drawn: Design, *traces: str) -> list[bool]:
    aligner = aligner_of(drawn)
    code = {label: i for i, label in enumerate(aligner.markings.labels)}
    return [aligner.align([code.get(a, -1) for a in trace]).cost == 0 for trace in traces]


def test_several_ways_out_of_a_step_are_a_choice() -> None:
    drawn = design("s>a a>b a>c b>e c>e", s="start", e="end")
    assert permits(drawn, "ab", "ac", "abc", "a") == [True, True, False, False]


def test_an_and_gateway_goes_all_ways_in_any_order() -> None:
    drawn = design("s>g g>a g>b a>h b>h h>c c>e", s="start", e="end", g="and", h="and")
    assert permits(drawn, "abc", "bac", "ac", "acb") == [True, True, False, False]


def test_a_matched_or_block_goes_any_ways_and_waits_for_those() -> None:
    drawn = design("s>g g>a g>b a>h b>d d>h h>c c>e", s="start", e="end", g="or", h="or")
    assert permits(drawn, "ac", "bdc", "abdc", "badc", "c", "abcd") == [True, True, True, True, False, False]
    assert net_of_design(drawn, {}).approximated == ()


def test_an_or_split_without_a_partner_is_approximated_and_named() -> None:
    drawn = design("s>g g>a g>b a>x b>x x>c c>e", s="start", e="end", g="or", x="xor")
    assert net_of_design(drawn, {}).approximated == ("g",)
    assert permits(drawn, "ac", "bc", "abcc", "c") == [True, True, True, False]


def test_branches_that_end_apart_are_one_end() -> None:
    drawn = design("s>g g>a g>b a>e b>f", s="start", e="end", f="end", g="and")
    assert permits(drawn, "ab", "ba", "a", "") == [True, True, False, False]


def test_several_starts_are_a_choice_of_where_to_begin() -> None:
    drawn = design("s>a t>b a>c b>c c>e", s="start", t="start", e="end")
    assert permits(drawn, "ac", "bc", "abc") == [True, True, False]
    assert permits(design("a>c b>c"), "ac", "bc", "c") == [True, True, False]


def test_a_loop_without_a_start_event_begins_at_the_first_step() -> None:
    assert permits(design("a>b b>a b>c"), "abc", "ababc", "bc") == [True, True, False]


def test_a_design_that_never_ends_and_an_empty_one_are_refused() -> None:
    with pytest.raises(UsageError, match="no_end"):
        aligner_of(design("a>b b>a"))
    with pytest.raises(UsageError, match="empty"):
        net_of_design(Design(), {})


def test_too_many_ways_of_an_or_gateway_are_refused() -> None:
    ways = " ".join(f"g>{i} {i}>h" for i in range(MOST_OR_WAYS + 1))
    with pytest.raises(UsageError, match="or_ways"):
        net_of_design(design(f"s>g {ways} h>e", s="start", e="end", g="or", h="or"), {})


@pytest.mark.parametrize("seed", range(12))
def test_a_drawn_tree_permits_its_sequences_before_and_after_a_file(seed: int) -> None:
    rng = np.random.default_rng(seed)
    tree = random_tree(rng, list("abcd"))
    drawn = design_of_tree(tree, NAMES)
    read = read_bpmn(bpmn_bytes(drawn, name="x"), name="x.bpmn").design
    wanted = language(tree, longest=4)
    traces = {"".join(trace) for trace in wanted} | {"".join(rng.permutation(list("abcd"))) for _ in range(4)}
    for model in (drawn, read):
        found = dict(zip(traces, permits(model, *traces), strict=True))
        assert found == {trace: tuple(trace) in wanted for trace in traces}, shown(tree)
