"""Pairs that experts compare one by one: questions, what counts, and the same numbers as the method."""

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anlan.domain.errors import UsageError
from anlan.loop.quantify.elicitation import sheet
from anlan.loop.quantify.elicitation.ahp_pairs import groups_of, standing
from anlan.loop.quantify.elicitation.sheet import read_content
from anlan.loop.quantify.methods import method
from anlan.loop.quantify.methods.faults import RefusedInputs
from anlan.loop.quantify.methods.reading import read_inputs

PAIRS = sheet("ahp_pairs")
SCALE = [*range(1, 10), *(1 / k for k in range(2, 10))]


def content(names: str = "ABC", **more):
    return read_content(PAIRS, {"goal": "G", "items": [{"name": name} for name in names]} | more)


def perfect(of, weights):
    """Answers of somebody who knows the weights."""
    asked = enumerate(PAIRS.questions(of), start=1)
    return {n: {"value": weights[q.names[0]] / weights[q.names[1]]} for n, q in asked}


def test_every_pair_of_a_group_is_asked_once_goal_first_then_down_to_the_alternatives() -> None:
    of = content("AB", items=[{"name": "A"}, {"name": "B"}, {"name": "a1", "parent": "A"},
                              {"name": "a2", "parent": "A"}], alternatives=["x", "y", "z"])  # fmt: skip
    assert groups_of(of) == {
        "G": ("A", "B"), "A": ("a1", "a2"), "B": ("x", "y", "z"), "a1": ("x", "y", "z"),
        "a2": ("x", "y", "z"),
    }  # fmt: skip
    asked = PAIRS.questions(of)
    assert len(asked) == 1 + 1 + 3 * 3
    assert len({(q.part, frozenset(q.names)) for q in asked}) == len(asked)
    assert [q.names for q in asked][:2] == [("A", "B"), ("a1", "a2")]


@pytest.mark.parametrize(("given_", "code"), [
    ({"items": [{"name": "A"}]}, "method"), ({"items": [{"name": "A"}, {"name": "A"}]}, "method"),
    ({"items": [{"name": str(k)} for k in range(10)]}, "group_size"),
    ({"items": [{"name": "A"}, {"name": "B"}, {"name": "a", "parent": "A"}]}, "group_size"),
    ({"items": [{"name": "A"}, {"name": "B"}, {"name": "a", "parent": "b"}, {"name": "b", "parent": "a"}]},
     "ring"),
    ({"items": [{"name": "A"}, {"name": "B"}], "alternatives": ["A", "x"]}, "twice"),
    ({"items": [{"name": "A"}, {"name": "G"}]}, "twice"),
    ({"items": [{"name": "A"}, {"name": "B" * 81}]}, "long_name"),
    ({"items": [{"name": "A"}, {"name": "B", "parent": "?"}]}, "not_a_choice"),
])  # fmt: skip
def test_what_cannot_be_asked_is_refused_by_its_place(given_, code) -> None:
    with pytest.raises(RefusedInputs) as refused:
        read_content(PAIRS, {"goal": "G"} | given_)
    assert any(code in each.code or code in refused.value.code for each in refused.value.several)


def test_more_questions_than_anybody_answers_are_refused() -> None:
    items = [{"name": name} for name in "ABCDEFGHI"]
    with pytest.raises(UsageError, match="many_questions"):
        read_content(PAIRS, {"goal": "goal", "items": items, "alternatives": list("rstuvwxyz")})


@pytest.mark.parametrize("value", [0, 10, 0.1, -3, True, "3", float("nan")])
def test_only_the_scale_is_an_answer(value) -> None:
    of = content()
    with pytest.raises(UsageError, match=r"elicitation\.number"):
        PAIRS.read(of, PAIRS.questions(of)[0], {"value": value})


@pytest.mark.parametrize("step", range(2, 10))
def test_the_lighter_first_item_reaches_the_method_as_the_whole_number_that_was_chosen(step) -> None:
    of = content("AB")
    [row] = PAIRS.inputs(of, {"E1": {1: {"value": 1 / step}}})["comparisons"]
    assert row["pairs"] == [{"row": "B", "column": "A", "value": pytest.approx(step, abs=1e-12)}]


def test_whoever_knows_the_weights_gets_them_back_without_contradiction() -> None:
    of, weights = content("ABCD"), {"A": 0.4, "B": 0.3, "C": 0.2, "D": 0.1}
    found = standing(of, "G", perfect(of, weights))
    assert found.weights == pytest.approx(weights)
    assert found.consistency.ratio == pytest.approx(0, abs=1e-9)
    assert (found.answered, found.of) == (6, 6)


def test_as_many_pairs_as_join_all_items_are_enough() -> None:
    of, weights = content("ABCD"), {"A": 0.4, "B": 0.3, "C": 0.2, "D": 0.1}
    chain = {n: said for n, said in perfect(of, weights).items() if n in (1, 4, 6)}  # A-B, B-C, C-D
    assert standing(of, "G", chain).weights == pytest.approx(weights)
    broken = {n: said for n, said in chain.items() if n != 4}
    apart = standing(of, "G", broken)
    assert apart.consistency is None
    assert apart.weights == {}
    assert apart.apart == (("A", "B"), ("C", "D"))


def test_the_repair_names_the_pair_that_was_spoilt() -> None:
    of = content("ABCD")
    said = perfect(of, {"A": 0.4, "B": 0.3, "C": 0.2, "D": 0.1})
    spoilt = said | {6: {"value": 1 / 9}}  # C to D
    found = standing(of, "G", spoilt).consistency
    assert found.ratio > 0.1
    assert {found.repair.parameters["row"], found.repair.parameters["column"]} == {"C", "D"}
    assert found.repair.parameters["ratio"] < 0.01
    assert {found.triad.parameters[end] for end in "ijk"} >= {"C", "D"}


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(st.sampled_from(SCALE), min_size=6, max_size=6), min_size=2, max_size=4),
       st.lists(st.integers(1, 6), max_size=3))  # fmt: skip
def test_one_expert_alone_sees_what_the_method_says(values, left_out) -> None:
    """Consistency and weights on the phone are those in the method's tables of the same answers."""
    of = content("ABCD")
    answers = {
        f"E{k}": {n: {"value": v} for n, v in enumerate(row, 1) if n not in left_out}
        for k, row in enumerate(values, 1)
    }
    counted = PAIRS.tallies(of, answers)[0].counted
    if not counted:
        return
    given_ = PAIRS.inputs(of, answers)
    answer = method("ahp").run(read_inputs(method("ahp").fields, given_))
    consistency = next(t for t in answer.tables if t.name == "consistency")
    rows = {row[1]: row for row in consistency.rows if isinstance(row[1], str)}
    for expert in counted:
        own = standing(of, "G", answers[expert])
        assert own.consistency.ratio == pytest.approx(rows[expert][6])
        alone = PAIRS.inputs(of, {expert: answers[expert]})
        table = method("ahp").run(read_inputs(method("ahp").fields, alone)).tables
        local = next(t for t in table if t.name == "local_weights")
        assert list(own.weights.values()) == pytest.approx([row[2] for row in local.rows])


def test_the_group_is_the_geometric_mean_of_those_who_count() -> None:
    """By hand: 2, 4 and 8 to 1 have the mean 4; who compared nothing that joins is told apart."""
    of = content("AB")
    answers = {f"E{k}": {1: {"value": value}} for k, value in enumerate((2, 4, 8), 1)}
    told = PAIRS.feedback(of, 1, answers)
    assert told["mean"] == pytest.approx(4)
    assert (told["low"], told["high"], told["n"]) == (2, 8, 3)
    assert told["weights"] == pytest.approx({"A": 0.8, "B": 0.2})
    three = content("ABC")
    tally = PAIRS.tallies(three, {"E1": {1: {"value": 2}}, "E2": perfect(three, {"A": 3, "B": 2, "C": 1})})
    assert (tally[0].counted, tally[0].left_out) == (("E2",), ("E1",))


def test_agreement_is_whole_for_one_opinion_and_nil_where_every_order_occurs() -> None:
    of = content("ABC")
    same = {f"E{k}": perfect(of, {"A": 3, "B": 2, "C": 1}) for k in range(1, 4)}
    ratios, table = PAIRS.agreement(of, same)
    assert ratios.rows == (("G", pytest.approx(0), pytest.approx(0), pytest.approx(0)),)
    assert table.rows[0][2] == pytest.approx(1)
    orders = permutations((1, 2, 4))
    every = {f"E{k}": perfect(of, dict(zip("ABC", order, strict=True))) for k, order in enumerate(orders)}
    _, table = PAIRS.agreement(of, every)
    assert table.rows[0][2] == pytest.approx(0, abs=1e-12)
    assert table.rows[0][4] == pytest.approx(4 / 7 - 1 / 7)


def test_more_sets_of_comparisons_than_the_method_takes_are_refused() -> None:
    of = content("ABCDE", alternatives=["x", "y"])
    said = {n: {"value": 1.0} for n in range(1, len(PAIRS.questions(of)) + 1)}
    with pytest.raises(UsageError, match="many_comparisons"):
        PAIRS.inputs(of, {f"E{k}": said for k in range(40)})
    assert np.isclose(standing(of, "A", said).weights["x"], 0.5)
