import numpy as np
import pytest

from finders import add_type, at, candidates, chosen_cases, found, numbers_of
from logs import random_draft


def _late_decisions(late_share: float, *, by_type: bool = False):
    draft = random_draft(seed=1, n_cases=600, gap_shape=2.0)
    late = add_type(draft, late_share, seed=2) if by_type else chosen_cases(draft, late_share, seed=2)
    draft.gap_s[(draft.steps == "decide") & late[draft.case]] *= 40
    return draft, late


def test_a_planted_tail_is_found_at_its_passage_with_its_share():
    draft, late = _late_decisions(0.1)
    log = draft.build()
    findings = found(log, "tail_delay")
    assert [f.nodes for f in findings] == [("check", "decide")]
    finding = findings[0]
    assert finding.rate.low <= late.mean() <= finding.rate.high
    assert np.isin(finding.affected, numbers_of(log, late)).all()
    assert finding.q is not None
    assert finding.q <= 0.05


def test_the_delay_is_the_time_beyond_the_normal_of_the_step():
    draft, _ = _late_decisions(0.1)
    finding = at(found(draft.build(), "tail_delay"), "check", "decide")
    gap_min = draft.gap_s[draft.steps == "decide"] / 60
    beyond = gap_min - np.quantile(gap_min, 0.75)
    expected = beyond[gap_min * 60 > finding.parameters["limit_s"]].sum()
    assert np.isclose(finding.delay_min.sum(), expected, rtol=1e-4)


def test_the_effect_is_the_share_against_that_of_the_other_passages():
    draft, _ = _late_decisions(0.1)
    draft.gap_s[(draft.steps == "notify") & chosen_cases(draft, 0.02, seed=3)[draft.case]] *= 40
    finding = at(found(draft.build(), "tail_delay"), "check", "decide")
    gaps = draft.gap_s.reshape(600, 5)
    beyond = gaps[:, 1:] > 8 * np.median(gaps[:, 1:], axis=0)
    usual = beyond[:, [0, 2, 3]].mean()
    assert finding.parameters["usual_share"] == pytest.approx(usual, abs=2e-3)
    assert finding.effect.size.estimate == pytest.approx(finding.rate.estimate / usual, rel=0.25)
    assert (finding.effect.minimum, finding.suspected) == (2.0, False)


def test_a_tail_among_skewed_passages_is_found():
    draft = random_draft(seed=1, n_cases=2_000, gap_shape=8.0)
    draft.gap_s *= np.random.default_rng(2).lognormal(0.0, 1.3, len(draft.gap_s))
    late = chosen_cases(draft, 0.2, seed=3)
    draft.gap_s[(draft.steps == "decide") & late[draft.case]] *= 40
    assert [f.nodes for f in found(draft.build(), "tail_delay")] == [("check", "decide")]


def test_where_every_passage_has_late_ones_none_stands_out():
    draft = random_draft(seed=1, n_cases=600, gap_shape=2.0)
    draft.gap_s[np.random.default_rng(4).random(len(draft.gap_s)) < 0.1] *= 40
    assert found(draft.build(), "tail_delay") == []


def test_memoryless_waits_have_no_tail():
    p = [p for seed in range(60) for p in candidates(random_draft(seed=seed).build(), "tail_delay").tested]
    assert len(p) == 240
    assert np.mean(np.array(p) <= 0.05) <= 0.05


def test_a_tail_made_by_one_rare_type_of_case_says_so():
    draft, _ = _late_decisions(0.08, by_type=True)
    finding = at(found(draft.build(), "tail_delay"), "check", "decide")
    assert "concentrated_in_group" in finding.notes
    assert (finding.parameters["group"], finding.parameters["group_value"]) == ("type", "complex")


def test_a_passage_of_seconds_reports_no_minutes():
    draft = random_draft(seed=3, n_cases=400)
    draft.gap_s[draft.steps == "check"] = 1.0
    draft.gap_s[(draft.steps == "check") & chosen_cases(draft, 0.2, seed=4)[draft.case]] = 60.0
    findings = found(draft.build(), "tail_delay", min_delay_share=0.0)
    assert ("register", "check") not in [f.nodes for f in findings]
