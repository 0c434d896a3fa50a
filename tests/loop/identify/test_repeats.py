"""Rework loops and self-loops: planted, without effect, and misleading."""

import numpy as np
import pytest

from finders import add_type, at, candidates, chosen_cases, found, numbers_of
from logs import random_draft


def _with_loops(loops: np.ndarray, *, seed: int, gap_s: float, code: str):
    """After `decide` the chosen cases check and decide again (loop), or decide again (self-loop)."""
    draft = random_draft(seed=seed, n_cases=len(loops))
    for step in ("decide", "check") if code == "rework_loop" else ("decide",):
        last = (draft.steps == "decide") & np.concatenate([draft.steps[1:] == "notify", [False]])
        if step == "check":
            last = (draft.steps == "decide") & np.concatenate([draft.steps[1:] == "decide", [False]])
        draft.insert_after(last & loops[draft.case], step, gap_s)
    return draft


@pytest.mark.parametrize("code", ["rework_loop", "self_loop"])
def test_planted_repetitions_that_cost_time_are_found(code):
    loops = np.random.default_rng(1).random(500) < 0.2
    draft = _with_loops(loops, seed=2, gap_s=20_000.0, code=code)
    log = draft.build()
    finding = at(found(log, code), "decide")
    assert np.array_equal(finding.affected, numbers_of(log, loops))
    hours = 11.11 if code == "rework_loop" else 5.556
    detour = ("check", "decide") if code == "rework_loop" else ("decide",)
    beyond_s = sum(20_000 - np.quantile(draft.gap_s[draft.steps == step], 0.75) for step in detour)
    assert np.isclose(np.mean(finding.delay_min) * 60, beyond_s, rtol=0.01)
    durations = np.bincount(draft.case, weights=draft.gap_s)
    true_ratio = (4 + hours) / 4 * np.median(durations[~loops]) / np.median(durations[~loops])
    assert finding.effect.size.low <= np.median(durations[loops]) / np.median(durations[~loops])
    assert finding.effect.size.high >= true_ratio * 0.9


@pytest.mark.parametrize("code", ["rework_loop", "self_loop"])
def test_repetitions_that_cost_nothing_are_not_found(code):
    p: list[float] = []
    for seed in range(60):
        loops = np.random.default_rng(1000 + seed).random(200) < 0.3
        p.extend(candidates(_with_loops(loops, seed=seed, gap_s=1.0, code=code).build(), code).tested)
    assert len(p) >= 60
    assert np.mean(np.array(p) <= 0.05) <= 0.05 + 2.5 * np.sqrt(0.05 * 0.95 / len(p))


@pytest.mark.parametrize("code", ["rework_loop", "self_loop"])
def test_a_loop_is_not_blamed_for_the_slow_type_it_occurs_in(code):
    draft = random_draft(seed=3, n_cases=800)
    slow = add_type(draft, 0.3, seed=4)
    loops = slow & chosen_cases(draft, 0.5, seed=5)
    looped = _with_loops(loops, seed=3, gap_s=1.0, code=code)
    looped.gap_s[slow[looped.case] & (looped.gap_s != 1.0)] *= 5
    assert min(candidates(looped.build(), code).tested) < 1e-3
    looped.case_values = draft.case_values
    assert min(candidates(looped.build(), code).tested) > 0.05


def test_a_log_of_state_updates_says_so():
    draft = random_draft(seed=12, n_cases=300)
    often = chosen_cases(draft, 0.5, seed=13)
    for _ in range(14):
        last = (draft.steps == "decide") & np.concatenate([draft.steps[1:] == "notify", [False]])
        draft.insert_after(last & often[draft.case], "decide", 0.0)
    again = (draft.steps == "decide") & (draft.gap_s == 0.0)
    draft.gap_s[again] = np.random.default_rng(14).exponential(3_600.0, again.sum())
    assert "state_updates" in at(found(draft.build(), "self_loop"), "decide").notes
    few = _with_loops(often, seed=2, gap_s=20_000.0, code="self_loop")
    assert all("state_updates" not in finding.notes for finding in found(few.build(), "self_loop"))


def test_repetitions_at_the_very_same_time_are_left_to_data_quality():
    draft = random_draft(seed=6, n_cases=300)
    again = (draft.steps == "decide") & chosen_cases(draft, 0.4, seed=7)[draft.case]
    draft.insert_after(again, "decide", 0.0)
    log = draft.build()
    assert candidates(log, "self_loop").tested == ()
    assert at(found(log, "data_quality"), "decide", detail="repeated").count == again.sum()


def test_a_direct_repetition_is_no_return():
    loops = np.random.default_rng(10).random(300) < 0.3
    log = _with_loops(loops, seed=11, gap_s=20_000.0, code="self_loop").build()
    assert candidates(log, "rework_loop").tested == ()


def test_nested_loops_over_the_same_cases_are_told_once():
    loops = np.random.default_rng(8).random(500) < 0.2
    findings = found(_with_loops(loops, seed=9, gap_s=20_000.0, code="rework_loop").build(), "rework_loop")
    assert len(findings) == 1
    assert "merged" in findings[0].notes
