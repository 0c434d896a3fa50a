from datetime import date
from itertools import pairwise

import numpy as np
import pytest

from anlan.domain.event_log import EventLog
from anlan.domain.finding import Effect, Finding
from anlan.domain.interval import Interval
from anlan.domain.log_summary import LogSummary
from anlan.formats.messages import in_both_languages
from anlan.formats.packs import load_packs
from anlan.loop.identify.checklist import match_packs
from anlan.loop.identify.context import WorkingClock
from anlan.loop.monitor import propose_indicators
from anlan.loop.monitor.indicators import KINDS, SHARE
from anlan.loop.monitor.periods import case_table
from logs import make_log, random_draft

DAY_US = 86_400_000_000


def finding(code, log, *nodes, affected, minutes=30.0, detail="", **parameters):
    affected = np.asarray(sorted(affected), dtype=np.int64)
    share = Interval(len(affected) / log.n_cases, 0.0, 1.0)
    return Finding(
        code=code, category="process", nodes=nodes, count=len(affected), exposure=log.n_cases,
        exposure_unit="cases", exposure_cases=log.n_cases, period_days=100.0, rate=share,
        effect=Effect("share", share, 0.05), p=None, q=None, affected=affected,
        delay_min=np.full(len(affected), minutes), case_ids=(), detail=detail,
        parameters=parameters,
    )  # fmt: skip


class Durations:
    """Stands for the summary's case durations: only their median is asked for."""

    def __init__(self, log: EventLog) -> None:
        table = case_table(log)
        self._median = float(np.median(table.duration_us)) / 1e6 if len(table.case) else None

    def __len__(self) -> int:
        return 1

    def quantile_s(self, key: int, q: float) -> float | None:
        return self._median


def summary_of(log: EventLog) -> LogSummary:
    summary = object.__new__(LogSummary)
    object.__setattr__(summary, "case_duration", Durations(log))
    return summary


def propose(findings, log, **settings):
    return propose_indicators(findings, log=log, summary=summary_of(log), **settings).indicators


@pytest.fixture(scope="module")
def log():
    return random_draft(seed=4, n_cases=3_000, days=300.0, repeat=0.1, mean_gap_s=7_200.0).build()


def repeated(log, name):
    code = log.activity_names.index(name)
    counts = np.bincount(log.case[log.activity == code], minlength=log.n_cases)
    return np.flatnonzero(counts > 1)


def test_a_rework_indicator_is_the_share_of_reworked_cases_by_week(log):
    hit = repeated(log, "check")
    (indicator,) = propose([finding("rework_loop", log, "check", affected=hit)], log)
    assert (indicator.kind, indicator.unit, indicator.grain, indicator.chart) == (
        "affected_share", "share", "week", "p",
    )  # fmt: skip
    assert indicator.points >= 38
    assert indicator.baseline == pytest.approx(len(hit) / log.n_cases, abs=0.01)
    assert (
        indicator.lower_limit < indicator.baseline < indicator.clear < indicator.fire == indicator.upper_limit
    )


def test_what_hits_no_case_or_every_case_gets_no_indicator(log):
    rejected = finding("data_quality", log, detail="rejected", affected=[])
    everyone = finding("skipped_step", log, "check", affected=range(log.n_cases))
    some = finding("rework_loop", log, "check", affected=repeated(log, "check"))
    proposal = propose_indicators([rejected, everyone, some], log=log, summary=summary_of(log))
    assert [indicator.finding for indicator in proposal.indicators] == [some]
    assert set(map(id, proposal.unvarying)) == {id(rejected), id(everyone)}


def test_every_case_is_in_exactly_one_period_of_its_own_week(log):
    hit = repeated(log, "check")
    (indicator,) = propose([finding("rework_loop", log, "check", affected=hit)], log)
    assert sum(size for _, _, size in indicator.series) == log.n_cases
    assert sum(round(value * size) for _, value, size in indicator.series if value is not None) == len(hit)
    days = [date.fromisoformat(day) for day, _, _ in indicator.series]
    assert {day.weekday() for day in days} == {0}
    assert all((b - a).days == 7 for a, b in pairwise(days))


def test_the_waiting_indicator_is_the_weekly_median_before_the_node_recomputed_by_hand(log):
    (indicator,) = propose([finding("bottleneck", log, "decide", affected=range(100))], log)
    assert (indicator.kind, indicator.unit, indicator.chart) == ("node_gap", "s", "i_mr")
    code = log.activity_names.index("decide")
    by_week = {}
    for case in range(log.n_cases):
        events = range(int(log.case_offsets[case]), int(log.case_offsets[case + 1]))
        for event in events[1:]:
            if log.activity[event] == code:
                week = (int(log.end_us[event]) // DAY_US + 3) // 7
                by_week.setdefault(week, []).append((log.end_us[event] - log.end_us[event - 1]) / 1e6)
    expected = [float(np.median(values)) for _, values in sorted(by_week.items())]
    assert [value for _, value, _ in indicator.series if value is not None] == pytest.approx(expected)


def test_a_short_log_is_read_by_day_and_a_very_short_one_gets_a_baseline_only():
    month = random_draft(seed=4, n_cases=2_000, days=30.0).build()
    (daily,) = propose([finding("rework_loop", month, affected=range(200))], month)
    assert daily.grain == "day"
    days = random_draft(seed=5, n_cases=200, days=5.0).build()
    (few,) = propose([finding("rework_loop", days, affected=range(20))], days)
    assert (few.chart, few.fire, few.clear, few.upper_limit) == ("none", None, None, None)
    assert few.baseline == pytest.approx(0.1)
    assert "too_few_periods" in few.notes


def test_partial_weeks_at_both_ends_set_no_limit(log):
    (indicator,) = propose([finding("rework_loop", log, "check", affected=repeated(log, "check"))], log)
    assert "partial_periods" in indicator.notes
    assert indicator.points < len(indicator.series)
    with_value = [day for day, value, _ in indicator.series if value is not None]
    assert set(indicator.left_out) < set(with_value)
    assert {with_value[0], with_value[-1]} <= set(indicator.left_out)
    assert indicator.points == len(with_value) - len(indicator.left_out)


def test_a_period_left_out_raises_no_signal_however_far_it_lies():
    log = random_draft(seed=6, n_cases=6_000, days=280.0).build()
    week = (case_table(log).closed_day + 3) // 7
    ends = np.flatnonzero((week == week.min()) | (week == week.max()))
    rng = np.random.default_rng(1)
    hit = np.union1d(ends, np.flatnonzero(rng.random(log.n_cases) < 0.05))
    (indicator,) = propose([finding("rework_loop", log, affected=hit)], log)
    by_day = {day: value for day, value, _ in indicator.series}
    assert by_day[indicator.series[0][0]] == by_day[indicator.series[-1][0]] == 1.0
    assert not set(indicator.beyond) & set(indicator.left_out)
    assert indicator.baseline == pytest.approx(0.05, abs=0.01)


def test_a_limit_no_share_can_pass_sets_no_alert():
    log = random_draft(seed=12, n_cases=3_000, days=200.0).build()
    week = (case_table(log).closed_day + 3) // 7
    wild = np.flatnonzero(week % 2 == 0)
    (indicator,) = propose([finding("rework_loop", log, affected=wild)], log)
    assert indicator.upper_limit == 1.0
    assert (indicator.fire, indicator.clear) == (None, None)
    assert "limit_out_of_reach" in indicator.notes


def test_the_running_out_of_a_log_sets_no_limit():
    draft = random_draft(seed=13, n_cases=4_000, days=200.0)
    late = np.arange(draft.n_cases) % 50 == 0
    draft.gap_s[late[draft.case]] *= 200
    log = draft.build()
    (indicator,) = propose([finding("rework_loop", log, affected=range(100))], log)
    assert len(indicator.series) > 32
    assert 24 <= indicator.points <= 28


def test_planted_bad_weeks_lie_outside_the_limits_of_the_rest():
    log = random_draft(seed=6, n_cases=6_000, days=280.0).build()
    table = case_table(log)
    week = (table.closed_day + 3) // 7
    rng = np.random.default_rng(1)
    bad = week == week.min() + 20
    affected = table.case[rng.random(len(week)) < np.where(bad, 0.5, 0.05)]
    (indicator,) = propose([finding("rework_loop", log, affected=affected)], log)
    assert indicator.series[20][1] > indicator.fire
    assert indicator.series[20][0] in indicator.beyond
    assert "outside_in_baseline" in indicator.notes


def test_a_share_that_follows_itself_is_called_autocorrelated_and_its_limits_hold_it():
    log = random_draft(seed=14, n_cases=9_000, days=700.0).build()
    table, rng = case_table(log), np.random.default_rng(14)
    week = (table.closed_day + 3) // 7
    level = np.convolve(rng.standard_normal(week.max() - week.min() + 1), np.ones(8) / np.sqrt(8), "same")
    hit = rng.random(len(week)) < np.clip(0.3 + 0.08 * level[week - week.min()], 0, 1)
    (indicator,) = propose([finding("rework_loop", log, affected=table.case[hit])], log)
    assert {"autocorrelated", "over_dispersed"} <= set(indicator.notes)
    assert indicator.chart == "laney_p"
    assert len(indicator.beyond) <= 0.02 * indicator.points


def test_a_series_in_no_steady_state_gets_a_baseline_and_no_limits():
    log = random_draft(seed=15, n_cases=6_000, days=400.0).build()
    table, rng = case_table(log), np.random.default_rng(15)
    rise = (table.closed_day - table.closed_day.min()) / np.ptp(table.closed_day)
    hit = table.case[rng.random(len(rise)) < rise]
    (indicator,) = propose([finding("rework_loop", log, affected=hit)], log)
    assert {"not_stable", "autocorrelated"} <= set(indicator.notes)
    assert not {"over_dispersed", "outside_in_baseline", "limit_out_of_reach"} & set(indicator.notes)
    assert indicator.chart == "none"
    assert (indicator.lower_limit, indicator.upper_limit, indicator.fire, indicator.clear) == (None,) * 4
    assert indicator.baseline == pytest.approx(0.5, abs=0.05)
    assert len(indicator.beyond) > 0.1 * indicator.points


def test_each_kind_of_finding_gets_its_indicator_with_words_in_both_languages(log):
    codes = (
        "tail_delay", "bottleneck", "rework_loop", "self_loop", "ping_pong", "reassignment", "skipped_step",
        "rare_order", "sla_breach_driver", "abandonment", "overload", "wip_growth", "single_person",
        "four_eyes", "drift", "group_disparity", "data_quality",
    )  # fmt: skip
    findings = [finding(code, log, "check", affected=range(300), detail="x") for code in codes]
    indicators = propose(findings, log, most=99)
    assert {i.finding.code for i in indicators} == set(codes)
    for indicator in indicators:
        assert indicator.kind == KINDS.get(indicator.finding.code, SHARE).name
        for key in (indicator.title_key, indicator.definition_key, f"monitor.chart.{indicator.chart}"):
            text = in_both_languages(key, **indicator.parameters)
            assert text["zh"] != text["en"]
        for note in (*indicator.notes, "autocorrelated", "not_stable"):
            in_both_languages(f"monitor.note.{note}")
        assert all(value is None or np.isfinite(value) for _, value, _ in indicator.series)


def test_codes_are_unique_and_do_not_depend_on_the_order_of_findings(log):
    findings = [
        finding(code, log, "check", affected=range(300)) for code in ("tail_delay", "drift", "overload")
    ]
    forward, backward = propose(findings, log), propose(findings[::-1], log)
    assert [i.code for i in forward] == [i.code for i in backward]
    assert len({i.code for i in forward}) == 3


def test_the_costliest_findings_come_first_and_a_kind_at_most_twice(log):
    findings = [
        finding("tail_delay", log, name, affected=range(100), minutes=minutes)
        for name, minutes in (("check", 5.0), ("decide", 50.0), ("notify", 20.0))
    ]
    assert [i.nodes for i in propose(findings, log)] == [("decide",), ("notify",)]


def test_a_group_is_followed_whole_not_only_its_slow_cases():
    draft = random_draft(seed=9, n_cases=2_000, days=200.0, attributes={"region": ("north", "south")})
    north = draft.case_values["region"] == "north"
    draft.gap_s[north[draft.case]] *= 3
    log = draft.build()
    slow = finding("group_disparity", log, "check", affected=range(5), column="region", value="north")
    (indicator,) = propose([slow], log)
    table = case_table(log)
    column = log.case_attributes["region"]
    of_group = column.codes[table.case] == column.values.index("north")
    assert sum(size for *_, size in indicator.series) == of_group.sum()
    assert indicator.baseline == pytest.approx(np.median(table.duration_us[of_group]) / 1e6, rel=0.05)
    assert "region=north" in in_both_languages(indicator.title_key, **indicator.parameters)["zh"]


def test_durations_follow_the_working_clock():
    log = random_draft(seed=10, n_cases=2_000, days=200.0).build()
    half = WorkingClock(log.start_us, log.end_us // 2, int(log.end_us.max()) // 2)
    for code in ("bottleneck", "drift"):
        item = finding(code, log, "check", affected=range(5))
        (elapsed,), (working,) = propose([item], log), propose([item], log, working=half)
        assert working.baseline == pytest.approx(elapsed.baseline / 2, rel=1e-6)
        assert [day for day, *_ in working.series] == [day for day, *_ in elapsed.series]


def test_hand_overs_are_counted_per_closed_case():
    rows = []
    for k in range(400):
        start = 60 * 24 * 90 * k // 400
        day, minute = divmod(start, 1440)
        at = [
            int(np.datetime64("2024-01-01T00:00").astype("datetime64[us]").astype(int))
            + (day * 1440 + minute + m) * 60_000_000
            for m in (0, 1, 2)
        ]
        people = ("ann", "bob", "ann") if k % 4 == 0 else ("ann", "ann", "ann")
        rows += [(f"c{k}", "abc"[i], at[i], people[i]) for i in range(3)]
    log = make_log(rows)
    (indicator,) = propose([finding("reassignment", log, affected=range(100))], log)
    assert (indicator.kind, indicator.unit) == ("handovers", "per_case")
    assert indicator.baseline == pytest.approx(0.5, abs=0.03)


def test_indicators_name_the_packs_own_measures_of_the_same_risk():
    log = random_draft(seed=8, n_cases=300, path=("New", "Active", "Resolved", "Closed")).build()
    packs = load_packs(("CM", "IT"))
    (indicator,) = propose(
        [finding("ping_pong", log, "Active", affected=range(50))],
        log,
        packs=packs,
        matches=match_packs(log.activity_names, packs),
    )
    assert indicator.related == ("CC-I09", "IT-I17")


def test_a_log_without_events_has_no_indicator():
    assert propose([], make_log([])) == ()


def test_two_logs_give_different_indicators_each_citing_its_finding():
    one, other = random_draft(seed=1).build(), random_draft(seed=2, path=("a", "b", "c")).build()
    first = finding("tail_delay", one, "check", "decide", affected=range(50))
    second = finding("wip_growth", other, affected=range(50))
    (a,), (b,) = propose([first], one), propose([second], other)
    assert a.finding is first
    assert b.finding is second
    assert (a.code, a.kind, a.nodes) != (b.code, b.kind, b.nodes)
