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


def test_a_step_that_becomes_slower_by_half_is_seen_in_nearly_every_log():
    seen = 0
    for seed in range(12):
        draft = random_draft(seed=seed, n_cases=3_000, days=200)
        draft.gap_s[(draft.steps == "decide") & (draft.arrival_s > 120 * 86_400)[draft.case]] *= 1.6
        findings = candidates(draft.build(), "drift").findings
        seen += [f.nodes for f in findings if f.detail == "step"] == [("decide",)]
    assert seen >= 11


def test_few_waits_after_the_intake_do_not_hide_a_drift():
    seen = 0
    for seed in range(8):
        draft = random_draft(seed=seed, n_cases=4_000, days=120)
        draft.gap_s *= np.random.default_rng(seed + 2).lognormal(0.0, 2.0, len(draft.gap_s)) * 24
        draft.gap_s[(draft.steps == "decide") & (draft.arrival_s > 72 * 86_400)[draft.case]] *= 1.6
        seen += ("decide",) in [f.nodes for f in candidates(draft.build(), "drift").findings]
    assert seen >= 5


def _weekly_moods(r: float):
    """Three years of cases, a step up at half time, and weeks that differ, `r` alike to the week before."""
    draft = random_draft(seed=5, n_cases=12_000, days=1_050)
    rng, mood = np.random.default_rng(6), [0.0]
    for _ in range(150):
        mood.append(r * mood[-1] + np.sqrt(1 - r**2) * rng.normal(0, 0.6))
    week = (draft.arrival_s // (7 * 86_400)).astype(int)
    slow = np.exp(np.array(mood)[week]) * np.where(week >= 75, 6.0, 1.0)
    draft.gap_s *= np.where(draft.steps == "decide", slow[draft.case], 1.0)
    return draft


def test_a_change_among_slow_swings_says_that_it_may_be_one():
    for r, noted in ((0.9, True), (0.0, False)):
        findings = candidates(_weekly_moods(r).build(), "drift").findings
        assert [("slow_swing" in f.notes) for f in findings if f.detail == "step"] == [noted]
