import numpy as np
import pytest

from anlan.loop.identify import SlaSettings
from finders import add_type, at, candidates, chosen_cases, found, numbers_of
from logs import MONDAY_2024_US, random_draft

HOUR_US = 3_600_000_000
LIMIT = SlaSettings(case_limit_us=8 * HOUR_US)


def test_the_overall_breach_is_a_plain_count_with_the_time_beyond_the_limit():
    draft = random_draft(seed=1, n_cases=500)
    finding = next(f for f in found(draft.build(), "sla_breach_driver", sla=LIMIT) if f.detail == "overall")
    minutes = np.bincount(draft.case, weights=draft.gap_s) / 60
    late = minutes > 8 * 60
    assert finding.p is None
    assert finding.count == late.sum()
    assert np.isclose(finding.delay_min.sum(), (minutes[late] - 480).sum(), rtol=1e-3)


def test_cases_open_past_the_limit_are_counted_and_told_apart():
    """Their step "close" is gone; all but the youngest are past eight hours at the last time of the log."""
    draft = random_draft(seed=21, n_cases=500)
    still_open = chosen_cases(draft, 0.2, seed=22)
    draft.keep(~((draft.steps == "close") & still_open[draft.case]))
    findings = found(draft.build(), "sla_breach_driver", sla=LIMIT, closing_activities=("close",))
    finding = next(f for f in findings if f.detail == "overall")
    recorded = np.bincount(draft.case, weights=draft.gap_s) / 60
    late = still_open & ((draft.ends_us().max() - MONDAY_2024_US - draft.arrival_s * 1e6) > 8 * HOUR_US)
    assert finding.open_cases == finding.parameters["open_count"] == late.sum()
    assert finding.parameters["statement"] == "sla_breach_driver.overall_open"
    of_open = np.isin(finding.affected, numbers_of(draft.build(), still_open))
    beyond = np.maximum(recorded - 480, 0)[still_open]
    assert finding.delay_min[of_open].sum() == pytest.approx(beyond.sum(), rel=0.02)


def test_a_slow_channel_drives_the_breaches():
    draft = random_draft(seed=2, n_cases=800)
    slow = add_type(draft, 0.3, seed=3, name="channel")
    draft.gap_s[slow[draft.case]] *= 2
    findings = found(draft.build(), "sla_breach_driver", sla=LIMIT)
    finding = next(f for f in findings if f.detail == "channel=complex")
    late = np.bincount(draft.case, weights=draft.gap_s) > 8 * 3_600
    size = finding.effect.size
    assert size.low <= late[slow].mean() / late[~slow].mean() <= size.high


def test_a_step_that_costs_time_drives_the_breaches_against_cases_of_equal_length():
    draft = random_draft(seed=4, n_cases=800)
    inspected = chosen_cases(draft, 0.3, seed=5)
    draft.insert_after((draft.steps == "check") & inspected[draft.case], "inspect", 6 * 3_600.0)
    draft.insert_after((draft.steps == "check") & ~inspected[draft.case], "note", 60.0)
    findings = found(draft.build(), "sla_breach_driver", sla=LIMIT)
    assert at(findings, "inspect", detail="present").effect.size.low > 1.5
    assert not [f for f in findings if f.nodes == ("note",) and f.detail == "present"]


def test_the_step_with_the_longest_waits_of_late_cases_is_named():
    draft = random_draft(seed=6, n_cases=600)
    draft.gap_s[draft.steps == "decide"] *= 4
    findings = found(draft.build(), "sla_breach_driver", sla=LIMIT)
    finding = at(findings, "decide", detail="longest_wait")
    gaps = draft.gap_s.reshape(600, 5)
    late, here = gaps.sum(axis=1) > 8 * 3_600, gaps.argmax(axis=1) == 2
    assert finding.effect.size.estimate == pytest.approx(here[late].mean() / here[~late].mean(), rel=1e-3)
    assert finding.parameters["other_rate_share"] == pytest.approx(here[~late].mean())
    assert (finding.count, finding.exposure) == ((here & late).sum(), late.sum())
    assert not finding.suspected
    assert not [f for f in findings if f.detail == "longest_wait" and f.nodes != ("decide",)]


def test_without_drivers_few_tests_are_below_the_level():
    p: list[float] = []
    for seed in range(60):
        log = random_draft(seed=seed, n_cases=250, attributes={"channel": ["a", "b"]}).build()
        p.extend(candidates(log, "sla_breach_driver", sla=SlaSettings(case_limit_us=5 * HOUR_US)).tested)
    assert np.mean(np.array(p) <= 0.05) <= 0.05 + 2.5 * np.sqrt(0.05 * 0.95 / len(p))


def test_a_step_is_not_blamed_for_the_late_type_that_passes_it():
    draft = random_draft(seed=7, n_cases=1_000)
    late_type = add_type(draft, 0.3, seed=8)
    draft.gap_s[late_type[draft.case]] *= 3
    inspected = np.where(late_type, chosen_cases(draft, 0.8, seed=9), chosen_cases(draft, 0.1, seed=9))
    draft.insert_after((draft.steps == "check") & inspected[draft.case], "inspect", 60.0)
    draft.insert_after((draft.steps == "check") & ~inspected[draft.case], "note", 60.0)
    aware = draft.build()
    draft.case_values = {}
    suspects = [
        f.nodes for f in found(draft.build(), "sla_breach_driver", sla=LIMIT) if f.detail == "present"
    ]
    assert ("inspect",) in suspects
    suspects = [f.nodes for f in found(aware, "sla_breach_driver", sla=LIMIT) if f.detail == "present"]
    assert ("inspect",) not in suspects


def test_a_harmless_step_is_not_blamed_for_standing_in_long_cases():
    draft = random_draft(seed=12, n_cases=1_000)
    long = chosen_cases(draft, 0.4, seed=13)
    for _ in range(30):
        last = (draft.steps == "check") & np.concatenate([draft.steps[1:] == "decide", [False]])
        draft.insert_after(last & long[draft.case], "check", 3_600.0)
    noted = np.random.default_rng(14).random(len(draft.case)) < 0.03
    draft.insert_after(noted & (draft.steps == "check"), "note", 1.0)
    findings = found(draft.build(), "sla_breach_driver", sla=LIMIT)
    assert not [f for f in findings if f.nodes == ("note",)]


def test_limits_of_activities_are_counted_by_case():
    draft = random_draft(seed=10, n_cases=300)
    settings = SlaSettings(activity_limits_us={"decide": 2 * HOUR_US})
    finding = at(found(draft.build(), "sla_breach_driver", sla=settings), "decide", detail="limit")
    late = draft.gap_s[draft.steps == "decide"] - 7_200
    assert finding.count == (late > 0).sum()
    assert np.isclose(finding.delay_min.sum(), late[late > 0].sum() / 60, rtol=1e-3)


def test_without_a_promise_there_is_nothing_to_break():
    assert candidates(random_draft(seed=11).build(), "sla_breach_driver").findings == ()
