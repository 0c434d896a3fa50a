"""Common causes keep each member's total, and make the top what the combinations make it."""

from itertools import combinations

import numpy as np
import pytest

from anlan.domain.errors import RefusedInput
from anlan.maths.fault_trees import CommonCause, FaultTree, Gate, probability_of, with_common_causes

MEMBERS = ("a", "b", "c")
TREE = FaultTree({"t": Gate("atleast", MEMBERS, 2)}, (*MEMBERS, "d"))
GROUPS = [
    CommonCause("g", MEMBERS, "beta", (0.1,)),
    CommonCause("g", MEMBERS, "mgl", (0.1, 0.4)),
    CommonCause("g", MEMBERS, "alpha", (0.9, 0.07, 0.03)),
]


@pytest.mark.parametrize("group", GROUPS)
def test_the_combinations_of_a_member_add_up_to_its_total(group: CommonCause) -> None:
    f1, f2, f3 = group.shares()
    assert f1 + 2 * f2 + f3 == pytest.approx(1)


def test_published_shares() -> None:
    """NUREG/CR-4780 for three: Q2 = beta (1 - gamma) Q / 2, Q3 = beta gamma Q; alpha: Q3 = 3 a3 / at Q."""
    assert GROUPS[1].shares() == pytest.approx((0.9, 0.1 * 0.6 / 2, 0.1 * 0.4))
    total = 0.9 + 2 * 0.07 + 3 * 0.03
    assert GROUPS[2].shares() == pytest.approx((0.9 / total, 0.07 / total, 3 * 0.03 / total))


@pytest.mark.parametrize("group", GROUPS)
def test_the_top_is_that_of_all_combinations(group: CommonCause) -> None:
    made = with_common_causes(TREE, [group])
    q = 0.02
    p = {name: factor * q for name, (_, factor) in made.parts.items()}
    f = group.shares()
    causes = [set(each) for k in (1, 2, 3) for each in combinations(MEMBERS, k) if f[k - 1] > 0]
    chance = np.array([f[len(each) - 1] * q for each in causes])
    total = 0.0
    for state in range(2 ** len(causes)):
        on = np.array([state >> i & 1 for i in range(len(causes))], dtype=bool)
        failed = set().union(*(cause for cause, happened in zip(causes, on, strict=True) if happened))
        total += np.where(on, chance, 1 - chance).prod() * (len(failed) >= 2)
    assert probability_of(made.tree, "t", p) == pytest.approx(total, rel=1e-12)
    assert set(made.combined) == {name for name in made.parts if name.count(",")}


def test_no_common_cause_is_independence() -> None:
    made = with_common_causes(TREE, [CommonCause("g", MEMBERS, "beta", (0.0,))])
    p = {name: factor * 0.1 for name, (_, factor) in made.parts.items()}
    assert probability_of(made.tree, "t", p) == pytest.approx(3 * 0.01 * 0.9 + 0.001)


@pytest.mark.parametrize(
    ("group", "code"),
    [
        (CommonCause("g", ("a",), "beta", (0.1,)), "members"),
        (CommonCause("g", MEMBERS, "gamma", (0.1,)), "model"),
        (CommonCause("g", MEMBERS, "mgl", (0.1,)), "factors"),
        (CommonCause("g", MEMBERS, "alpha", (0.0, 0.0, 0.0)), "factors"),
        (CommonCause("g", MEMBERS, "beta", (1.5,)), "factors"),
        (CommonCause("g", ("a", "z"), "beta", (0.1,)), "event"),
    ],
)
def test_groups_that_do_not_fit_are_refused(group: CommonCause, code: str) -> None:
    with pytest.raises(RefusedInput) as refused:
        with_common_causes(TREE, [group])
    assert refused.value.code == f"fault_tree.common_cause_{code}"
