"""What counts as lost time: hand-made logs with known excess, and laws."""

import numpy as np
import pytest

from anlan.domain.finding import Finding
from anlan.loop.identify import IdentifyContext, IdentifySettings, SlaSettings, WorkingClock, identify
from anlan.loop.quantify.attribution import attribute
from finders import add_type, chosen_cases, context_of, found
from logs import LogDraft, make_log, random_draft

HOUR_US = 3_600_000_000
DAY_US = 24 * HOUR_US


def _hours(values: np.ndarray) -> list[float]:
    return (np.asarray(values) / HOUR_US).tolist()


def _five_cases(**more):
    """Cases a..e wait 1, 2, 3, 4 and 10 hours for `do`, then one hour each for `end`."""
    rows = []
    for name, wait in zip("abcde", (1, 2, 3, 4, 10), strict=True):
        rows += [(name, "come", 0), (name, "do", wait * HOUR_US), (name, "end", (wait + 1) * HOUR_US)]
    return make_log(rows, **more)


def _cap_by_name(context: IdentifyContext) -> dict[str, float]:
    return dict(zip(context.log.case_names.to_pylist(), _hours(context.case_cap_us), strict=True))


def test_the_normal_of_a_step_is_the_upper_quartile_of_its_times():
    context = context_of(_five_cases())
    names = context.log.activity_names
    assert dict(zip(names, _hours(context.normal.us), strict=True)) == {"come": 0, "do": 4, "end": 1}
    assert set(context.normal.source) == {"observed"}
    assert _cap_by_name(context) == {"a": 0, "b": 0, "c": 0, "d": 0, "e": 6}


def test_a_promise_for_the_step_is_its_normal():
    sla = SlaSettings(activity_limits_us={"do": 2 * HOUR_US})
    context = context_of(_five_cases(), sla=sla)
    assert dict(zip(context.log.activity_names, context.normal.source, strict=True))["do"] == "promise"
    assert _cap_by_name(context) == {"a": 0, "b": 0, "c": 1, "d": 2, "e": 8}


def test_a_case_within_its_promise_loses_nothing_and_a_late_one_no_more_than_its_overrun():
    sla = SlaSettings(activity_limits_us={"do": 2 * HOUR_US}, case_limit_us=int(4.5 * HOUR_US))
    assert _cap_by_name(context_of(_five_cases(), sla=sla)) == {"a": 0, "b": 0, "c": 0, "d": 0.5, "e": 6.5}


def test_a_due_time_bounds_the_loss_of_the_cases_that_have_one():
    due = {"e": "1970-01-01T09:00+00:00", "d": "1970-01-01T06:00+00:00"}
    log = _five_cases(case_attributes={"due": due})
    sla = SlaSettings(activity_limits_us={"do": 2 * HOUR_US}, column="due")
    assert _cap_by_name(context_of(log, sla=sla)) == {"a": 0, "b": 0, "c": 1, "d": 0, "e": 2}


def test_a_flag_does_not_tell_how_late_a_case_was_so_it_bounds_nothing():
    log = _five_cases(
        case_attributes={"late": {name: "true" if name == "e" else "false" for name in "abcde"}}
    )
    sla = SlaSettings(activity_limits_us={"do": 2 * HOUR_US}, column="late")
    assert _cap_by_name(context_of(log, sla=sla)) == {"a": 0, "b": 0, "c": 1, "d": 2, "e": 8}


def test_the_first_step_has_a_time_only_where_its_start_is_known():
    rows = [(f"c{k}", "come", 10 * HOUR_US, None, (9 - 3 * (k == 0)) * HOUR_US) for k in range(8)]
    context = context_of(make_log(rows))
    assert sorted(_hours(context.case_cap_us)) == [0] * 7 + [3]
    assert context_of(make_log([row[:3] for row in rows])).case_cap_us.tolist() == [0] * 8


def test_on_a_working_calendar_only_working_time_is_lost():
    log = _five_cases()
    worked = np.minimum(log.end_us, 6 * HOUR_US)
    context = IdentifyContext(
        log, IdentifySettings(), working=WorkingClock(log.start_us, worked, 6 * HOUR_US)
    )
    assert _cap_by_name(context)["e"] == 2


def test_a_nearly_constant_wait_before_a_closing_step_is_a_fixed_period_and_counts_nothing():
    draft = random_draft(seed=1, n_cases=200)
    draft.gap_s[draft.steps == "close"] += 5 * 86_400
    context = context_of(draft.build())
    source = dict(zip(context.log.activity_names, context.normal.source, strict=True))
    assert [name for name, kind in source.items() if kind == "fixed_wait"] == ["close"]
    at_close = np.array(context.log.activity_names)[context.log.activity] == "close"
    assert context.excess_us[at_close].sum() == 0
    assert context.excess_us[~at_close].sum() > 0


@pytest.mark.parametrize(("step", "min_cases"), [("notify", 20), ("close", 500)])
def test_a_constant_wait_inside_the_process_or_of_few_cases_is_not_called_a_fixed_period(step, min_cases):
    draft = random_draft(seed=1, n_cases=200)
    draft.gap_s[draft.steps == step] += 5 * 86_400
    assert set(context_of(draft.build(), min_cases=min_cases).normal.source) == {"observed"}


def _busy_draft(seed: int) -> LogDraft:
    """Effects of several kinds at once: a tail, a slow type, loops, cases that stop."""
    draft = random_draft(seed=seed, n_cases=600, repeat=0.1, attributes={"region": ["n", "s", "e"]})
    slow = add_type(draft, 0.15, seed=seed + 1)
    draft.gap_s[slow[draft.case]] *= 4
    draft.gap_s[(draft.steps == "decide") & chosen_cases(draft, 0.06, seed=seed + 2)[draft.case]] *= 40
    stopped = chosen_cases(draft, 0.05, seed=seed + 3)
    draft.keep(~(np.isin(draft.steps, ["notify", "close"]) & stopped[draft.case]))
    return draft


def _counted_by_case(findings: tuple[Finding, ...], n_cases: int) -> np.ndarray:
    counted = np.zeros(n_cases)
    for finding, own in zip(findings, attribute(findings).own, strict=True):
        counted[finding.affected] += own
    return counted


SLAS = {
    "none": None,
    "limit": SlaSettings(case_limit_us=6 * HOUR_US),
    "steps": SlaSettings(activity_limits_us={"decide": HOUR_US, "close": HOUR_US}),
}


@pytest.mark.parametrize("sla", SLAS.values(), ids=SLAS)
@pytest.mark.parametrize("seed", [1, 2])
def test_no_case_is_counted_more_than_its_time_beyond_the_normal(seed, sla):
    context = context_of(_busy_draft(seed).build(), sla=sla)
    findings = identify(context)
    cap_min = context.case_cap_us / 60e6
    assert len({finding.code for finding in findings}) >= 3
    for finding in findings:
        assert (finding.delay_min <= cap_min[finding.affected]).all()
    counted = _counted_by_case(findings, context.log.n_cases)
    assert counted.sum() > 0
    assert (counted <= cap_min + 1e-6).all()
    assert (context.case_cap_us <= context.duration_us).all()


def test_cases_that_kept_their_promise_are_counted_no_minute():
    context = context_of(_busy_draft(3).build(), sla=SLAS["limit"])
    counted = _counted_by_case(identify(context), context.log.n_cases)
    assert context.sla is not None
    assert counted[~context.sla.breached].sum() == 0
    assert counted.sum() > 0


def _claims(log) -> list[tuple]:
    return [
        (f.code, f.nodes, f.detail, f.count, f.case_ids, round(float(f.delay_min.sum()), 3))
        for f in identify(context_of(log))
    ]


def test_a_longer_fixed_waiting_period_changes_no_claim():
    draft = _busy_draft(4)
    at_close = draft.steps == "close"
    draft.gap_s[at_close] = np.random.default_rng(5).uniform(0, 3_600, at_close.sum()) + 20 * 86_400
    before = context_of(draft.build())
    draft.gap_s[at_close] += 10 * 86_400
    after = context_of(draft.build())
    assert "fixed_wait" in before.normal.source
    assert np.array_equal(before.case_cap_us, after.case_cap_us)
    assert before.yardstick_us == after.yardstick_us
    at_nodes = ("tail_delay", "self_loop", "bottleneck", "abandonment")
    claims = [[row for row in _claims(context.log) if row[0] in at_nodes] for context in (before, after)]
    assert claims[0] == claims[1]
    assert {row[0] for row in claims[0]} >= {"tail_delay", "abandonment"}


def test_the_order_in_which_cases_come_changes_nothing():
    log = _busy_draft(6).build()
    cases = log.case_names.to_pylist()
    names = log.activity_names
    kind = log.case_attributes["type"]
    columns = {"type": {name: kind.values[kind.codes[k]] for k, name in enumerate(cases)}}
    rows = [
        (cases[c], names[a], int(t), log.resource_names[r])
        for c, a, t, r in zip(log.case, log.activity, log.end_us, log.resource, strict=True)
    ]
    order = np.random.default_rng(7).permutation(len(cases))
    by_case = [rows[log.case_offsets[c] : log.case_offsets[c + 1]] for c in order]
    shuffled = make_log([row for part in by_case for row in part], case_attributes=columns)
    assert _claims(make_log(rows, case_attributes=columns)) == _claims(shuffled)


def test_time_three_times_as_long_is_three_times_the_loss():
    draft = _busy_draft(8)
    once = context_of(draft.build()).case_cap_us
    draft.gap_s = draft.gap_s * 3
    assert np.allclose(context_of(draft.build()).case_cap_us, 3 * once, atol=10_000_000)
    assert once.sum() > 0


def test_null_logs_claim_nothing():
    findings = [
        finding for seed in range(20) for finding in identify(context_of(random_draft(seed=seed).build()))
    ]
    assert len(findings) <= 1
    assert sum(finding.delay_min.sum() for finding in findings) == 0


def test_a_planted_delay_is_counted_at_most_as_large_as_planted():
    draft = random_draft(seed=9, n_cases=800, gap_shape=3.0)
    late = (draft.steps == "decide") & chosen_cases(draft, 0.1, seed=10)[draft.case]
    draft.gap_s[late] += 5 * 86_400
    findings = identify(context_of(draft.build()))
    counted_min = sum(own.sum() for own in attribute(findings).own)
    planted_min = late.sum() * 5 * 1_440
    assert 0.95 * planted_min <= counted_min <= planted_min * 1.01
    assert found(draft.build(), "tail_delay") != []
