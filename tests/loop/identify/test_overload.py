import numpy as np

from finders import add_type, candidates, chosen_cases, found
from logs import random_draft


def _with_rush_hour(seed: int, n_cases: int = 800, share: float = 0.4):
    """Working days of 8 to 18; a share of the cases arrives between 10 and 12."""
    draft = random_draft(seed=seed, n_cases=n_cases, mean_gap_s=1_200)
    rng = np.random.default_rng(seed)
    rush = chosen_cases(draft, share, seed=seed + 900)
    hour = np.where(rush, rng.uniform(10, 12, n_cases), rng.uniform(8, 18, n_cases))
    draft.arrival_s = np.sort(rng.integers(0, 100, n_cases)) * 86_400 + hour * 3_600
    return draft, (hour >= 10) & (hour < 12)


def test_a_slow_rush_hour_is_found_as_one_block():
    draft, rush = _with_rush_hour(1)
    draft.gap_s[rush[draft.case]] *= 2
    findings = found(draft.build(), "overload")
    assert [f.detail for f in findings] == ["hour=10-11"]
    assert findings[0].effect.size.low <= 2 <= findings[0].effect.size.high
    assert (findings[0].parameters["first"], findings[0].parameters["last"]) == (10, 12)


def test_a_rush_hour_that_is_not_slower_is_not_found():
    p = [
        p for seed in range(60) for p in candidates(_with_rush_hour(seed, 200)[0].build(), "overload").tested
    ]
    assert len(p) >= 60
    assert np.mean(np.array(p) <= 0.05) <= 0.05 + 2.5 * np.sqrt(0.05 * 0.95 / len(p))


def test_a_rush_of_a_slow_type_is_not_found():
    draft, rush = _with_rush_hour(2, 1_500)
    slow = np.where(rush, chosen_cases(draft, 0.7, seed=3), chosen_cases(draft, 0.2, seed=3))
    draft.case_values["type"] = np.where(slow, "complex", "simple").astype(object)
    draft.gap_s[slow[draft.case]] *= 4
    aware = draft.build()
    draft.case_values = {}
    assert found(draft.build(), "overload") != []
    assert [f for f in found(aware, "overload") if f.detail == "hour=10-11"] == []


def test_cases_before_closing_time_say_that_closing_may_be_the_cause():
    draft = random_draft(seed=4, n_cases=600, mean_gap_s=60)
    rng = np.random.default_rng(5)
    evening = add_type(draft, 0.2, seed=6, name="unused")
    draft.case_values = {}
    hour = np.where(evening, rng.uniform(17, 17.9, 600), rng.uniform(8, 17, 600))
    draft.arrival_s = np.sort(rng.integers(0, 100, 600)) * 86_400 + hour * 3_600
    over_night = (draft.steps == "decide") & evening[draft.case]
    draft.gap_s[over_night] += 15 * 3_600
    finding = next(f for f in found(draft.build(), "overload") if f.detail.startswith("hour=17"))
    assert "before_closed_time" in finding.notes


def test_hours_are_those_of_the_zone_of_the_log():
    draft, rush = _with_rush_hour(7)
    draft.gap_s[rush[draft.case]] *= 2
    assert [f.detail for f in found(draft.build("Asia/Shanghai"), "overload")] == ["hour=18-19"]
