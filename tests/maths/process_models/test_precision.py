"""Precision of escaping edges: small cases by hand, and its laws."""

import pytest

from anlan.maths.process_models.alignments import Aligner, SearchBudget
from anlan.maths.process_models.markings import Markings
from anlan.maths.process_models.nets import net_of_tree
from anlan.maths.process_models.precision import Precision, escaping_edges
from anlan.maths.process_models.trees import Tree, choice, flower, parallel, sequence, task

A, B, C, D = (task(label) for label in "abcd")


def precision(tree: Tree, **traces: int) -> Precision:
    markings = Markings(net_of_tree(tree))
    aligner = Aligner(markings, SearchBudget(20_000))
    known = {label: number for number, label in enumerate(markings.labels)}
    runs = [(aligner.align([known[a] for a in trace]).transitions, n) for trace, n in traces.items()]
    found = escaping_edges(markings, [(run.tolist(), n) for run, n in runs])
    assert found is not None
    return found


def test_a_model_that_permits_only_what_happens_is_precise() -> None:
    assert precision(sequence(A, B, C), abc=10).value == 1.0
    assert precision(sequence(A, parallel(B, C)), abc=3, acb=1).value == 1.0


def test_a_choice_never_taken_escapes() -> None:
    """After a, two are permitted and one follows: (10 + 10) / (10 + 20)."""
    found = precision(sequence(A, choice(B, C)), ab=10)
    assert (found.followed, found.permitted) == (20, 30)
    assert found.value == pytest.approx(2 / 3)
    assert found.escapes == {"c": 10}


def test_a_flower_by_hand() -> None:
    """Three permitted at the beginning, after a and after ab; one, one and none follow: 8 / 36 of 4 cases."""
    found = precision(flower(tuple("abc")), ab=4)
    assert found.value == pytest.approx((4 + 4 + 0) / (3 * 4 * 3))


def test_permitting_more_never_makes_a_model_more_precise() -> None:
    strict, loose = sequence(A, B, C, D), sequence(A, parallel(B, C), D)
    assert precision(strict, abcd=5).value > precision(loose, abcd=5).value
    assert precision(loose, abcd=5).value > precision(flower(tuple("abcd")), abcd=5).value


def test_precision_does_not_depend_on_the_number_of_cases_alone() -> None:
    few, many = (precision(sequence(A, choice(B, C)), ab=n).value for n in (1, 1000))
    assert few == many


def test_a_net_too_large_to_look_at_has_no_precision() -> None:
    markings = Markings(net_of_tree(parallel(*(task(str(i)) for i in range(12)))), most=100)
    assert escaping_edges(markings, []) is None
