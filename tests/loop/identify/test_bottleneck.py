import numpy as np

from anlan.loop.identify import SlaSettings
from finders import add_type, at, candidates, found
from logs import random_draft


def test_a_slow_step_is_found_with_its_ratio():
    draft = random_draft(seed=1, n_cases=500)
    draft.gap_s[draft.steps == "decide"] *= 6
    findings = found(draft.build(), "bottleneck")
    assert [f.nodes for f in findings] == [("decide",)]
    size = findings[0].effect.size
    true_ratio = 6 * np.log(2) / 0.8914  # median of Exp(1) over median of the mean of three Exp(1)
    assert size.low <= true_ratio <= size.high


def test_the_delay_is_the_wait_beyond_the_normal_of_the_step_itself():
    draft = random_draft(seed=1, n_cases=500)
    draft.gap_s[draft.steps == "decide"] *= 6
    finding = at(found(draft.build(), "bottleneck"), "decide")
    waits = draft.gap_s[draft.steps == "decide"]
    beyond = np.maximum(waits - np.quantile(waits, 0.75), 0)
    assert finding.count == np.count_nonzero(beyond)
    assert np.isclose(finding.delay_min.sum(), beyond.sum() / 60, rtol=1e-3)


def test_with_a_promise_for_the_step_the_delay_is_the_wait_beyond_the_promise():
    draft = random_draft(seed=1, n_cases=500)
    draft.gap_s[draft.steps == "decide"] *= 6
    sla = SlaSettings(activity_limits_us={"decide": 7_200_000_000})
    finding = at(found(draft.build(), "bottleneck", sla=sla), "decide")
    waits = draft.gap_s[draft.steps == "decide"]
    assert np.isclose(finding.delay_min.sum(), np.maximum(waits - 7_200, 0).sum() / 60, rtol=1e-3)


def test_equal_steps_have_no_bottleneck():
    p = [p for seed in range(60) for p in candidates(random_draft(seed=seed).build(), "bottleneck").tested]
    assert np.mean(np.array(p) <= 0.05) <= 0.05


def test_a_step_of_slow_cases_is_no_bottleneck():
    draft = random_draft(seed=2, n_cases=800)
    slow = add_type(draft, 0.1, seed=3)
    draft.gap_s[slow[draft.case]] *= 10
    draft.insert_after((draft.steps == "check") & slow[draft.case], "inspect")
    at_inspect = draft.steps == "inspect"
    draft.gap_s[at_inspect] = np.random.default_rng(4).exponential(36_000, at_inspect.sum())
    log = draft.build()
    assert np.median(draft.gap_s[at_inspect]) > 5 * np.median(draft.gap_s[draft.steps == "decide"])
    assert found(log, "bottleneck") == []


def test_waiting_is_told_apart_from_work_where_starts_are_known():
    draft = random_draft(seed=5, n_cases=400, with_service=True)
    draft.gap_s[draft.steps == "decide"] *= 6
    draft.service_s[draft.steps == "decide"] = draft.gap_s[draft.steps == "decide"] * 0.99
    assert found(draft.build(), "bottleneck") == []


def test_a_fixed_waiting_period_before_a_usual_end_is_no_bottleneck():
    draft = random_draft(seed=6, n_cases=300)
    draft.gap_s[draft.steps == "close"] += 5 * 86_400
    assert found(draft.build(), "bottleneck", min_delay_share=0.0) == []


def test_a_wait_before_a_usual_end_says_it_may_be_intended():
    draft = random_draft(seed=6, n_cases=300)
    draft.gap_s[draft.steps == "close"] *= 20
    finding = at(found(draft.build(), "bottleneck"), "close")
    assert {"closing_step", "includes_work"} <= set(finding.notes)
