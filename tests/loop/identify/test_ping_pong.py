import numpy as np

from finders import at, candidates, chosen_cases, found, numbers_of
from logs import random_draft


def _checked_three_times(seed: int, n_cases: int = 500, n_people: int = 8):
    """Every case is checked three times in a row, each time by a random person."""
    draft = random_draft(seed=seed, n_cases=n_cases, n_people=n_people)
    for _ in range(2):
        last = (draft.steps == "check") & np.concatenate([draft.steps[1:] == "decide", [False]])
        draft.insert_after(last, "check", 3_000.0)
    rng = np.random.default_rng(seed)
    people = np.array([f"person-{k}" for k in range(n_people)], dtype=object)
    draft.people = people[rng.integers(0, n_people, len(draft.case))]
    return draft


def _positions(draft):
    return np.flatnonzero(draft.steps == "check").reshape(-1, 3)


def test_planted_returns_are_found_at_their_step():
    draft = _checked_three_times(1)
    returned = chosen_cases(draft, 0.25, seed=2)
    first, second, third = _positions(draft)[returned].T
    draft.people[first], draft.people[second], draft.people[third] = "ann", "bob", "ann"
    draft.gap_s[third] = 20_000.0
    log = draft.build()
    finding = at(found(log, "ping_pong"), "check")
    assert np.isin(numbers_of(log, returned), finding.affected).all()
    assert finding.effect.size.low > 1.5
    beyond_min = (20_000 - np.quantile(draft.gap_s[draft.steps == "check"], 0.75)) / 60
    assert np.isclose(np.median(finding.delay_min), beyond_min, rtol=1e-3)


def test_random_people_return_only_by_chance():
    p = [
        p
        for seed in range(80)
        for p in candidates(_checked_three_times(seed, 200).build(), "ping_pong").tested
    ]
    assert len(p) == 80
    assert np.mean(np.array(p) <= 0.05) <= 0.05 + 2.5 * np.sqrt(0.05 * 0.95 / len(p))


def test_with_two_people_a_return_is_no_finding():
    draft = _checked_three_times(3, n_people=2)
    first, second, third = _positions(draft).T
    draft.people[first], draft.people[second], draft.people[third] = "ann", "bob", "ann"
    assert found(draft.build(), "ping_pong") == []


def test_a_reviewer_who_hands_back_a_new_step_is_no_ping_pong():
    draft = random_draft(seed=4, n_cases=400)
    for step, person in (("register", "ann"), ("check", "bob"), ("decide", "ann")):
        draft.people[draft.steps == step] = person
    assert candidates(draft.build(), "ping_pong").tested == ()
