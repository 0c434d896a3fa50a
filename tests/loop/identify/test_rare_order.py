import numpy as np

from finders import add_type, at, candidates, chosen_cases, found, numbers_of
from logs import random_draft


def _swapped(draft, swapped):
    check = (draft.steps == "check") & swapped[draft.case]
    decide = (draft.steps == "decide") & swapped[draft.case]
    draft.steps[check], draft.steps[decide] = "decide", "check"
    return draft.build()


def test_a_planted_reversal_is_found_with_its_share():
    draft = random_draft(seed=1, n_cases=600)
    swapped = chosen_cases(draft, 0.05, seed=2)
    log = _swapped(draft, swapped)
    finding = at(found(log, "rare_order"), "check", "decide")
    assert np.array_equal(finding.affected, numbers_of(log, swapped))
    assert finding.effect.size.low <= 0.05 <= finding.effect.size.high


def test_a_free_order_and_a_fixed_order_give_nothing():
    assert candidates(random_draft(seed=3).build(), "rare_order").tested == ()
    draft = random_draft(seed=4, n_cases=600)
    pairs = [f.nodes for f in found(_swapped(draft, chosen_cases(draft, 0.4, seed=5)), "rare_order")]
    assert ("check", "decide") not in pairs
    assert ("decide", "check") not in pairs


def test_equal_times_are_no_order():
    draft = random_draft(seed=6, n_cases=600)
    swapped = chosen_cases(draft, 0.1, seed=7)
    second = np.flatnonzero((draft.steps == "decide") & swapped[draft.case])
    draft.gap_s[second] = 0.0
    assert found(_swapped(draft, swapped), "rare_order") == []


def test_among_real_reversals_equal_times_are_left_out():
    draft = random_draft(seed=11, n_cases=800)
    swapped = chosen_cases(draft, 0.1, seed=12)
    tied = swapped & chosen_cases(draft, 0.5, seed=13)
    draft.gap_s[(draft.steps == "decide") & tied[draft.case]] = 0.0
    log = _swapped(draft, swapped)
    finding = at(found(log, "rare_order"), "check", "decide")
    assert np.array_equal(finding.affected, numbers_of(log, swapped & ~tied))


def test_a_reversal_of_one_type_says_so():
    draft = random_draft(seed=8, n_cases=800)
    finding = at(found(_swapped(draft, add_type(draft, 0.06, seed=9)), "rare_order"), "check", "decide")
    assert "concentrated_in_group" in finding.notes


def test_the_reference_path_decides_the_order():
    draft = random_draft(seed=10, n_cases=300)
    findings = found(draft.build(), "rare_order", reference_path=("register", "decide", "check", "close"))
    finding = at(findings, "decide", "check")
    assert finding.p is None
    assert finding.count == 300
