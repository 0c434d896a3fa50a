import numpy as np

from finders import at, candidates, chosen_cases, found, numbers_of
from logs import random_draft

PEOPLE = np.array([f"person-{k}" for k in range(6)], dtype=object)


def _two_persons(draft, broken, *, seed: int):
    """`decide` is never done by the person of `check`, except in the broken cases."""
    rng = np.random.default_rng(seed)
    check, decide = (np.flatnonzero(draft.steps == step) for step in ("check", "decide"))
    who = rng.integers(0, 6, draft.n_cases)
    draft.people[check] = PEOPLE[who]
    draft.people[decide] = PEOPLE[np.where(broken, who, (who + rng.integers(1, 6, draft.n_cases)) % 6)]
    return draft.build()


def test_violations_of_a_kept_rule_are_found():
    draft = random_draft(seed=1, n_cases=1_000, days=50)
    broken = chosen_cases(draft, 0.03, seed=2)
    log = _two_persons(draft, broken, seed=3)
    findings = found(log, "four_eyes")
    assert [f.nodes for f in findings] == [("check", "decide")]
    assert np.isin(findings[0].affected, numbers_of(log, broken)).all()
    assert findings[0].count >= 0.95 * broken.sum()
    assert findings[0].effect.size.low <= (1 / 6) / broken.mean() <= findings[0].effect.size.high


def test_a_rule_nobody_breaks_is_no_finding():
    draft = random_draft(seed=4, n_cases=800, days=50)
    assert found(_two_persons(draft, np.zeros(800, dtype=bool), seed=5), "four_eyes") == []


def test_random_people_follow_no_rule():
    p = [
        p for seed in range(60)
        for p in candidates(random_draft(seed=seed, n_cases=300, days=30).build(), "four_eyes").tested
    ]  # fmt: skip
    assert np.mean(np.array(p) <= 0.05) <= 0.06
    assert all(not found(random_draft(seed=seed).build(), "four_eyes") for seed in range(10))


def test_the_chance_is_that_of_the_other_cases_of_the_day():
    draft = random_draft(seed=10, n_cases=3_000, days=900)
    finding = at(found(_two_persons(draft, chosen_cases(draft, 0.08, seed=11), seed=12), "four_eyes",
                       minimums={"four_eyes": 1.5}), "check", "decide")  # fmt: skip
    assert abs(finding.parameters["expected_cases"] / finding.exposure - 1 / 6) < 0.02


def test_shifts_make_no_rule():
    draft = random_draft(seed=6, n_cases=1_000, days=60, mean_gap_s=600)
    decide = draft.steps == "decide"
    draft.gap_s[decide] = 86_400.0
    day = np.floor(draft.ends_us() / 86_400e6).astype(int)
    rng = np.random.default_rng(7)
    draft.people = PEOPLE[(day % 2) * 3 + rng.integers(0, 3, len(day))]
    overtime = decide & chosen_cases(draft, 0.03, seed=8)[draft.case]
    draft.people[overtime] = draft.people[np.flatnonzero(overtime) - 1]
    nodes = [f.nodes for f in found(draft.build(), "four_eyes")]
    assert ("check", "decide") not in nodes


def test_two_departments_make_no_rule():
    draft = random_draft(seed=8, n_cases=600)
    rng = np.random.default_rng(9)
    draft.people[draft.steps == "check"] = PEOPLE[rng.integers(0, 3, 600)]
    draft.people[draft.steps == "decide"] = PEOPLE[rng.integers(3, 6, 600)]
    assert ("check", "decide") not in [f.nodes for f in found(draft.build(), "four_eyes")]
