"""Each case-minute belongs to one risk."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from anlan.domain.finding import Finding
from anlan.loop.quantify.attribution import attribute
from risk_findings import finding, random_findings


def _by_hand(findings: list[Finding]) -> list[dict[int, float]]:
    """Minute intervals per case, walked in the stated order; slow and plain."""

    def order(i: int) -> tuple:
        f = findings[i]
        scope = ("mechanism", "group", "case").index(f.scope)
        return (scope, not f.nodes, len(f.affected), 2.0 if f.q is None else f.q, f.code, f.nodes, f.detail)

    top: dict[int, float] = {}
    own: list[dict[int, float]] = [{} for _ in findings]
    for i in sorted(range(len(findings)), key=order):
        for case, minutes in zip(findings[i].affected.tolist(), findings[i].delay_min.tolist(), strict=True):
            own[i][case] = max(0.0, minutes - top.get(case, 0.0))
            top[case] = max(top.get(case, 0.0), minutes)
    return own


def test_a_worked_example() -> None:
    special = finding("a", affected=[1], delay_min=30)
    general = finding("b", affected=[1, 2], delay_min=[100, 40])
    whole = finding("c", affected=[1, 2, 3], delay_min=[80, 60, 5], nodes=())
    shared = attribute([whole, general, special])
    assert [own.tolist() for own in shared.own] == [[0.0, 20.0, 5.0], [70.0, 40.0], [30.0]]
    assert shared.owners_of(0) == [1, 2]
    assert shared.owners_of(1) == [2]
    assert shared.owners_of(2) == []
    assert shared.overlap[1].tolist() == [50.0 + 40.0, 0.0, 0.0]
    assert shared.overlap[2].tolist() == [30.0, 30.0, 0.0]


def test_a_mechanism_owns_its_minutes_before_a_small_group_and_a_promise() -> None:
    late = finding("sla", affected=[1, 2, 3], delay_min=[50, 60, 70], scope="case")
    group = finding("group", affected=[1, 2], delay_min=[40, 60], scope="group")
    tail = finding("tail", affected=[0, 1, 2, 3, 4], delay_min=[10, 30, 60, 20, 5])
    shared = attribute([late, group, tail])
    assert [own.tolist() for own in shared.own] == [[10.0, 0.0, 50.0], [10.0, 0.0], [10, 30, 60, 20, 5]]


@given(st.integers(0, 10_000))
def test_the_minutes_counted_for_a_case_are_its_largest_claim(seed: int) -> None:
    findings = random_findings(seed, n=6, n_cases=60)
    shared = attribute(findings)
    total, largest = np.zeros(60), np.zeros(60)
    for f, own in zip(findings, shared.own, strict=True):
        assert ((own >= 0) & (own <= f.delay_min)).all()
        total[f.affected] += own
        largest[f.affected] = np.maximum(largest[f.affected], f.delay_min)
    assert np.allclose(total, largest)


@given(st.integers(0, 10_000))
def test_the_division_is_that_of_a_plain_walk(seed: int) -> None:
    findings = random_findings(seed, n=7, n_cases=40)
    for f, own, expected in zip(findings, attribute(findings).own, _by_hand(findings), strict=True):
        assert np.allclose(own, [expected[case] for case in f.affected.tolist()])


def test_the_order_in_which_findings_come_changes_nothing() -> None:
    findings = random_findings(3)
    one, other = attribute(findings), attribute(findings[::-1])
    for own, again in zip(one.own, other.own[::-1], strict=True):
        assert (own == again).all()
    assert np.allclose(one.overlap, other.overlap[::-1, ::-1])


def test_findings_on_different_cases_share_nothing() -> None:
    shared = attribute([finding("a", affected=[1], delay_min=5), finding("b", affected=[2], delay_min=9)])
    assert shared.overlap.sum() == 0


def test_nothing_found_or_nothing_claimed_is_no_special_case() -> None:
    assert attribute([]).own == ()
    assert [own.tolist() for own in attribute([finding("a"), finding("b")]).own] == [[], []]
