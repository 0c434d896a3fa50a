"""Facts of the log and controllability: planted evidence is seen, absent evidence is null."""

import numpy as np
import pytest

from anlan.loop.quantify import case_facts
from anlan.loop.quantify.controllability import controllability
from logs import make_log, random_draft
from risk_findings import FACTS, finding


def test_a_worked_example() -> None:
    log = make_log(
        [
            ("a", "open", "2024-01-01 00:00"),
            ("a", "check", "2024-01-01 01:00"),
            ("a", "close", "2024-01-01 04:00"),
            ("b", "open", "2024-01-01 12:00"),
            ("b", "close", "2024-01-02 00:00"),
        ]
    )
    facts = case_facts(log)
    assert facts.n_cases == 2
    assert facts.median_case_duration_s == pytest.approx(8 * 3600)
    assert facts.progress == {"open": 0.0, "check": 0.25, "close": 1.0}
    assert facts.by_person == {}
    assert facts.arrival_us.tolist() == [log.end_us[i] for i in log.case_offsets[:-1]]


def test_a_log_of_one_moment_has_no_durations() -> None:
    facts = case_facts(make_log([("a", "x", "2024-01-01"), ("b", "y", "2024-01-01")]))
    assert (facts.median_case_duration_s, facts.progress) == (None, {})


def test_a_planted_difference_between_people_is_seen_at_its_step_alone() -> None:
    draft = random_draft(seed=4, n_cases=600, n_people=4)
    slow = (draft.steps == "decide") & (draft.people == "person-0")
    draft.gap_s[slow] *= 60
    shares = case_facts(draft.build()).by_person
    assert shares["decide"] > 0.25
    assert max(shares["check"], shares["notify"], shares["close"]) < 0.05


def test_the_share_between_people_is_that_of_a_plain_analysis_of_variance() -> None:
    draft = random_draft(seed=5, n_cases=150, n_people=3)
    draft.gap_s[draft.people == "person-1"] *= 5
    log = draft.build()
    ends, steps = log.end_us.astype(float), np.array(log.activity_names, dtype=object)[log.activity]
    at = np.flatnonzero(steps == "check")
    value = np.log1p((ends[at] - ends[at - 1]) / 1e6)
    people = log.resource[at]
    groups = [value[people == person] for person in np.unique(people)]
    within = sum(((g - g.mean()) ** 2).sum() for g in groups) / (len(value) - len(groups))
    between = sum(len(g) * (g.mean() - value.mean()) ** 2 for g in groups)
    expected = (between - (len(groups) - 1) * within) / ((value - value.mean()) ** 2).sum()
    assert case_facts(log).by_person["check"] == pytest.approx(expected, rel=1e-6)


def test_controllability_without_evidence_is_null() -> None:
    parts = controllability(finding(affected=[1, 2], nodes=("elsewhere",)), FACTS)
    assert parts == {
        "detectable": None,
        "preventable": None,
        "mitigable": None,
        "basis": "none",
    }


def test_loss_in_few_cases_is_more_mitigable_than_loss_spread_evenly() -> None:
    even = controllability(finding(affected=range(100), delay_min=1.0), FACTS)
    uneven = controllability(finding(affected=range(100), delay_min=[100.0] * 5 + [0.1] * 95), FACTS)
    assert even["mitigable"] == pytest.approx(0.2)
    assert uneven["mitigable"] > 0.95
    assert set(uneven) == {"detectable", "preventable", "mitigable", "basis"}


def test_what_shows_early_is_more_detectable() -> None:
    facts = case_facts(random_draft(seed=1).build())
    early = controllability(finding(nodes=("check",)), facts)["detectable"]
    late = controllability(finding(nodes=("notify",)), facts)["detectable"]
    assert early > late > 0


def test_usual_durations_are_those_of_finished_cases_by_the_step_they_pass() -> None:
    rows = []
    for k in range(60):
        passes_check, ends = k % 3 == 0, k % 2 == 0
        rows.append((f"c{k}", "open", 0))
        if passes_check:
            rows.append((f"c{k}", "check", 3_600_000_000))
        rows.append((f"c{k}", "close" if ends else "wait", (10 if passes_check else 2) * 3_600_000_000))
    log = make_log([*rows, ("rare", "odd", 0), ("rare", "close", 9)])
    closed = np.array(log.activity_names)[log.activity[log.case_offsets[1:] - 1]] == "close"
    facts = case_facts(log, finished=closed)
    assert facts.median_case_duration_s == 2 * 3_600
    assert facts.median_s_through == {"open": 7_200.0, "close": 7_200.0}
    everything = case_facts(log)
    assert everything.median_s_through["check"] == 36_000.0
    assert everything.usual_duration_s(("open", "check")) == 36_000.0
    assert everything.usual_duration_s(("odd",)) == everything.median_case_duration_s
    longer = case_facts(log, duration_us=np.full(log.n_cases, 60_000_000))
    assert longer.median_case_duration_s == 60.0


def test_without_a_finished_case_that_takes_time_no_duration_is_usual() -> None:
    log = make_log([("a", "x", 0), ("a", "y", 5_000_000), ("b", "x", 7), ("b", "x", 7)])
    finished = np.array([name == "b" for name in log.case_names.to_pylist()])
    assert case_facts(log, finished=finished).median_case_duration_s is None
