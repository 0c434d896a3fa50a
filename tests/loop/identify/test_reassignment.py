import numpy as np

from finders import at, candidates, chosen_cases, found, numbers_of
from logs import random_draft


def _checked_twice(seed: int, n_cases: int = 500):
    """Every case is checked twice by the same person."""
    draft = random_draft(seed=seed, n_cases=n_cases)
    draft.insert_after(draft.steps == "check", "check", 1_800.0)
    first, second = np.flatnonzero(draft.steps == "check").reshape(-1, 2).T
    draft.people[second] = draft.people[first]
    return draft, second


def test_cases_taken_over_by_others_and_slowed_are_found():
    draft, second = _checked_twice(1)
    taken = chosen_cases(draft, 0.2, seed=2)
    draft.people[second[taken]] = "somebody else"
    draft.gap_s[second[taken]] += 30_000
    log = draft.build()
    finding = at(found(log, "reassignment"), "check", detail="resource")
    assert np.array_equal(finding.affected, numbers_of(log, taken))
    assert np.isclose(finding.delay_min.mean() / 60, 30_000 / 3_600, rtol=0.15)
    durations = np.bincount(draft.case, weights=draft.gap_s)
    size = finding.effect.size
    assert size.low <= np.median(durations[taken]) / np.median(durations[~taken]) <= size.high


def test_a_changed_group_column_counts_as_a_change_of_hands():
    draft, second = _checked_twice(3)
    taken = chosen_cases(draft, 0.2, seed=4)
    draft.gap_s[second[taken]] += 30_000
    draft.attributes["assignment_group"] = np.full(len(draft.case), "first line", dtype=object)
    draft.attributes["assignment_group"][second[taken]] = "second line"
    log = draft.build()
    details = {f.detail for f in found(log, "reassignment") if f.nodes == ("check",)}
    assert details == {"assignment_group"}


def test_changes_of_hands_without_delay_are_not_found():
    p: list[float] = []
    for seed in range(80):
        draft, second = _checked_twice(seed, 200)
        draft.people[second[chosen_cases(draft, 0.3, seed=seed + 500)]] = "somebody else"
        p.extend(candidates(draft.build(), "reassignment").tested)
    assert np.mean(np.array(p) <= 0.05) <= 0.05 + 2.5 * np.sqrt(0.05 * 0.95 / len(p))


def test_long_cases_that_change_hands_more_often_by_chance_are_not_found():
    findings = [
        f for seed in range(20)
        for f in found(random_draft(seed=seed, n_cases=300, repeat=0.4).build(), "reassignment")
    ]  # fmt: skip
    assert len(findings) <= 1
