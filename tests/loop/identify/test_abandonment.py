import numpy as np

from finders import candidates, chosen_cases, context_of, found, numbers_of
from logs import MONDAY_2024_US, random_draft


def _stopped(draft, stopped):
    draft.keep(~(np.isin(draft.steps, ["decide", "notify", "close"]) & stopped[draft.case]))
    return draft.build()


def test_cases_that_stop_at_a_step_are_found_there_with_their_share():
    draft = random_draft(seed=1, n_cases=800)
    stopped = chosen_cases(draft, 0.08, seed=2) & (draft.arrival_s < 90 * 86_400)
    log = _stopped(draft, stopped)
    findings = found(log, "abandonment")
    assert [f.nodes for f in findings] == [("check",)]
    assert np.array_equal(findings[0].affected, numbers_of(log, stopped))
    assert findings[0].effect.size.low <= stopped.mean() <= findings[0].effect.size.high


def test_no_time_is_claimed_after_the_last_event():
    draft = random_draft(seed=1, n_cases=800)
    stopped = chosen_cases(draft, 0.08, seed=2) & (draft.arrival_s < 90 * 86_400)
    finding = found(_stopped(draft, stopped), "abandonment")[0]
    assert finding.count == stopped.sum()
    assert finding.parameters["idle_median_s"] > 86_400
    assert (finding.delay_min == 0).all()


def test_a_log_cut_off_while_cases_run_shows_no_abandonment():
    for seed in range(10):
        draft = random_draft(seed=seed, n_cases=800, days=20, mean_gap_s=6 * 3_600)
        cut = MONDAY_2024_US + 18 * 86_400_000_000
        draft.keep(draft.ends_us() <= cut)
        log = draft.build()
        assert candidates(log, "abandonment").tested != ()
        assert found(log, "abandonment") == []


def test_an_as_of_long_after_the_end_tells_running_cases_from_dead_ones():
    draft = random_draft(seed=3, n_cases=400, days=20)
    cut = MONDAY_2024_US + 18 * 86_400_000_000
    draft.arrival_s[-40:] = 18 * 86_400 - 3_600
    draft.keep(draft.ends_us() <= cut)
    log = draft.build()
    assert found(log, "abandonment") == []
    assert found(log, "abandonment", as_of_us=cut + 100 * 86_400_000_000) != []


def test_where_no_end_is_usual_nothing_is_said():
    draft = random_draft(seed=4, n_cases=300, path=tuple(f"step {k}" for k in range(60)))
    rng = np.random.default_rng(5)
    draft.keep(np.arange(60)[None, :].repeat(300, 0).ravel() < rng.integers(1, 61, 300)[draft.case])
    assert candidates(draft.build(), "abandonment").tested == ()


def test_a_rare_step_that_ends_nearly_all_its_cases_is_an_end_and_no_abandonment():
    draft = random_draft(seed=6, n_cases=2_000)
    cancelled = chosen_cases(draft, 0.02, seed=7)
    draft.steps = np.where((draft.steps == "decide") & cancelled[draft.case], "cancelled", draft.steps)
    draft.keep(~(np.isin(draft.steps, ["notify", "close"]) & cancelled[draft.case]))
    log = draft.build()
    names = np.array(log.activity_names)
    assert set(names[context_of(log).closing]) == {"close", "cancelled"}
    assert found(log, "abandonment") == []
    assert [f.nodes for f in found(log, "abandonment", closing_activities=("close",))] == [("cancelled",)]


def test_a_rare_step_that_ends_half_of_its_cases_is_no_end():
    draft = random_draft(seed=6, n_cases=2_000)
    halted, asked = chosen_cases(draft, 0.02, seed=7), chosen_cases(draft, 0.5, seed=8)
    draft.steps = np.where((draft.steps == "decide") & halted[draft.case], "ask back", draft.steps)
    draft.keep(~(np.isin(draft.steps, ["notify", "close"]) & (halted & asked)[draft.case]))
    log = draft.build()
    assert set(np.array(log.activity_names)[context_of(log).closing]) == {"close"}
    assert [f.nodes for f in found(log, "abandonment")] == [("ask back",)]
