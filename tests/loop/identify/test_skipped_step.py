import numpy as np
import pytest

from anlan.domain.errors import UsageError
from finders import add_type, at, candidates, chosen_cases, found, numbers_of
from logs import make_log, random_draft


def _without_check(draft, skipping):
    draft.keep(~((draft.steps == "check") & skipping[draft.case]))
    return draft.build()


def test_a_planted_skip_is_found_with_its_share():
    draft = random_draft(seed=1, n_cases=600)
    skipping = chosen_cases(draft, 0.06, seed=2)
    log = _without_check(draft, skipping)
    findings = found(log, "skipped_step")
    assert [f.nodes for f in findings] == [("check",)]
    assert np.array_equal(findings[0].affected, numbers_of(log, skipping))
    assert findings[0].effect.size.low <= 0.06 <= findings[0].effect.size.high
    assert findings[0].delay_min.sum() == 0


def test_a_complete_log_and_an_optional_step_give_nothing():
    assert found(random_draft(seed=3).build(), "skipped_step") == []
    draft = random_draft(seed=4, n_cases=600)
    assert found(_without_check(draft, chosen_cases(draft, 0.3, seed=5)), "skipped_step") == []


def test_skips_at_the_border_of_a_rule_are_rarely_called_skips():
    p: list[float] = []
    for seed in range(60):
        draft = random_draft(seed=seed, n_cases=200)
        p.extend(
            candidates(_without_check(draft, chosen_cases(draft, 0.2, seed=seed)), "skipped_step").tested
        )
    assert len(p) == 60
    assert np.mean(np.array(p) <= 0.05) <= 0.15


def test_a_step_one_type_never_needs_says_so():
    draft = random_draft(seed=6, n_cases=600)
    finding = at(found(_without_check(draft, add_type(draft, 0.08, seed=7)), "skipped_step"), "check")
    assert "concentrated_in_group" in finding.notes


def test_a_step_introduced_during_the_period_says_so():
    draft = random_draft(seed=8, n_cases=600)
    finding = at(found(_without_check(draft, draft.arrival_s < 10 * 86_400), "skipped_step"), "check")
    assert "concentrated_in_time" in finding.notes


def test_open_cases_have_not_skipped_what_is_still_to_come():
    draft = random_draft(seed=9, n_cases=600)
    still_open = chosen_cases(draft, 0.06, seed=10)
    draft.keep(~(np.isin(draft.steps, ["notify", "close"]) & still_open[draft.case]))
    assert found(draft.build(), "skipped_step") == []


def test_cases_cancelled_early_have_not_skipped_what_comes_after_their_end():
    draft = random_draft(seed=13, n_cases=600)
    cancelled = chosen_cases(draft, 1 / 12, seed=14)
    skipping = chosen_cases(draft, 1 / 12, seed=15) & ~cancelled
    ending_early = cancelled[draft.case]
    draft.steps[ending_early & (draft.steps == "check")] = "cancel"
    draft.keep(~ending_early | np.isin(draft.steps, ["register", "cancel"]))
    log = _without_check(draft, skipping)
    findings = found(log, "skipped_step")
    assert [f.nodes for f in findings] == [("check",)]
    assert np.array_equal(findings[0].affected, numbers_of(log, skipping))
    assert findings[0].exposure == 600 - int(cancelled.sum())


def test_cases_that_ended_at_the_step_do_not_thin_the_share_of_those_that_skipped_it():
    """Of 600 cases 280 end at the step; of the 320 that go beyond it 80 lack it: 25 %, optional."""
    draft = random_draft(seed=20, n_cases=600)
    order = np.random.default_rng(21).permutation(600)
    ending, skipping = np.isin(np.arange(600), order[:280]), np.isin(np.arange(600), order[280:360])
    draft.keep(~(np.isin(draft.steps, ["decide", "notify", "close"]) & ending[draft.case]))
    log = _without_check(draft, skipping)
    assert found(log, "skipped_step") == []
    path = ("register", "check", "decide", "notify", "close")
    finding = at(found(log, "skipped_step", reference_path=path), "check")
    assert (len(finding.affected), finding.exposure) == (80, 320)
    assert finding.effect.size.estimate == 0.25


def test_a_case_that_ends_in_the_middle_of_the_reference_path_skipped_nothing():
    draft = random_draft(seed=16, n_cases=300)
    ended = chosen_cases(draft, 0.3, seed=17)
    draft.keep(~(np.isin(draft.steps, ["notify", "close"]) & ended[draft.case]))
    path = ("register", "check", "notify", "close")
    assert found(draft.build(), "skipped_step", reference_path=path) == []


def test_a_reference_path_is_the_rule_even_for_a_step_many_skip():
    draft = random_draft(seed=11, n_cases=300)
    log = _without_check(draft, chosen_cases(draft, 0.4, seed=12))
    finding = at(found(log, "skipped_step", reference_path=("register", "check", "close")), "check")
    assert (finding.p, finding.q) == (None, None)


def test_a_reference_path_with_an_unknown_step_is_refused():
    log = make_log([(str(k), "a", k * 10**6) for k in range(30)])
    with pytest.raises(UsageError) as refused:
        found(log, "skipped_step", reference_path=("a", "b"))
    assert refused.value.parameters["names"] == ["b"]
