import numpy as np

from finders import at, candidates, found
from logs import MONDAY_2024_US, random_draft

DAY_US = 86_400_000_000


def test_a_step_that_slows_from_a_day_on_is_found_with_the_day():
    draft = random_draft(seed=1, n_cases=1_500, days=200)
    draft.gap_s[(draft.steps == "decide") & (draft.arrival_s >= 120 * 86_400)[draft.case]] *= 3
    finding = at(found(draft.build(), "drift"), "decide", detail="step")
    since_day = (finding.parameters["since_time"] - MONDAY_2024_US) / DAY_US
    assert abs(since_day - 120) <= 14
    assert finding.effect.size.low <= 3 <= finding.effect.size.high


def test_a_change_for_the_better_is_no_risk():
    draft = random_draft(seed=2, n_cases=1_500, days=200)
    draft.gap_s[(draft.steps == "decide") & (draft.arrival_s < 120 * 86_400)[draft.case]] *= 3
    assert found(draft.build(), "drift") == []


def test_a_steady_process_does_not_drift():
    p = [
        p for seed in range(60) for p in candidates(random_draft(seed=seed, days=200).build(), "drift").tested
    ]
    assert len(p) == 300
    assert np.mean(np.array(p) <= 0.05) <= 0.05


def test_a_change_in_the_mix_of_cases_is_no_drift():
    draft = random_draft(seed=3, n_cases=2_000, days=200)
    rng = np.random.default_rng(4)
    late = draft.arrival_s >= 100 * 86_400
    slow = rng.random(2_000) < np.where(late, 0.6, 0.15)
    draft.gap_s[slow[draft.case]] *= 4
    draft.case_values["type"] = np.where(slow, "complex", "simple").astype(object)
    aware = draft.build()
    draft.case_values = {}
    assert found(draft.build(), "drift") != []
    assert found(aware, "drift") == []


def test_cases_still_open_at_the_end_do_not_hide_or_make_a_drift():
    for seed in range(5):
        draft = random_draft(seed=seed, n_cases=1_000, days=200, mean_gap_s=5 * 86_400)
        draft.keep(draft.ends_us() <= MONDAY_2024_US + 200 * DAY_US)
        assert found(draft.build(), "drift") == []
