import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anlan.domain.errors import UsageError
from anlan.loop.identify import SlaOutcome, SlaSettings
from anlan.loop.identify.sla import duration_us
from finders import context_of
from logs import MONDAY_2024_US, make_log, random_draft

HOUR_US = 3_600_000_000


def _by_name(log, values) -> dict[str, object]:
    return dict(zip(log.case_names.to_pylist(), values.tolist(), strict=True))


def _outcome(rows, sla: SlaSettings, **named) -> tuple[object, SlaOutcome]:
    attributes = named.pop("attributes", None)
    case_attributes = named.pop("case_attributes", None)
    zone = named.pop("zone", "UTC")
    log = make_log(rows, zone, attributes=attributes, case_attributes=case_attributes)
    outcome = context_of(log, sla=sla, closing_activities=("close",), **named).sla
    assert outcome is not None
    return log, outcome


ROWS = [
    ("quick", "open", "2024-01-01 08:00"),
    ("quick", "close", "2024-01-01 10:00"),
    ("late", "open", "2024-01-01 08:00"),
    ("late", "close", "2024-01-01 16:00"),
    ("open and late", "open", "2024-01-01 08:00"),
    ("open and young", "open", "2024-01-01 15:00"),
]


def test_a_case_limit_judges_finished_cases_and_open_ones_only_once_late():
    log, outcome = _outcome(ROWS, SlaSettings(case_limit_us=5 * HOUR_US))
    assert _by_name(log, outcome.checked) == {
        "quick": True, "late": True, "open and late": True, "open and young": False,
    }  # fmt: skip
    assert _by_name(log, outcome.breached) == {
        "quick": False, "late": True, "open and late": True, "open and young": False,
    }  # fmt: skip
    assert _by_name(log, outcome.overrun_us)["late"] == 3 * HOUR_US


def test_no_time_is_lost_after_the_last_event_of_an_open_case():
    rows = [*ROWS, ("stopped", "open", "2024-01-01 08:00"), ("stopped", "check", "2024-01-01 14:00")]
    rows += [("last of the log", "open", "2024-02-01 08:00")]
    log, outcome = _outcome(rows, SlaSettings(case_limit_us=5 * HOUR_US))
    breached, overrun = _by_name(log, outcome.breached), _by_name(log, outcome.overrun_us)
    assert breached["stopped"]
    assert breached["open and late"]
    assert overrun["stopped"] == HOUR_US
    assert overrun["open and late"] == 0


def test_a_case_is_checked_once_its_limit_has_passed():
    rows = [
        ("early", "open", "2024-01-01 08:00"),
        ("early", "close", "2024-01-01 09:00"),
        ("just passed", "open", "2024-01-01 11:00"),
        ("just passed", "close", "2024-01-01 12:00"),
        ("quick but young", "open", "2024-01-01 12:00"),
        ("quick but young", "close", "2024-01-01 13:00"),
        ("open and young", "open", "2024-01-01 16:00"),
    ]
    log, outcome = _outcome(rows, SlaSettings(case_limit_us=5 * HOUR_US))
    expected = {"early": True, "just passed": True, "quick but young": False, "open and young": False}
    assert _by_name(log, outcome.checked) == expected
    durations = {name: dict.fromkeys(expected, "5h") for name in ("target",)}
    log, outcome = _outcome(rows, SlaSettings(column="target"), case_attributes=durations)
    assert _by_name(log, outcome.checked) == expected
    due = {"due": dict.fromkeys(expected, "2024-01-01 16:00") | {"early": "2024-01-01 17:00"}}
    log, outcome = _outcome([*rows[:6], ("x", "open", "2024-01-01 16:00")], SlaSettings(column="due"),
                            case_attributes=due)  # fmt: skip
    assert _by_name(log, outcome.checked) == {
        "early": False, "just passed": True, "quick but young": True, "x": False,
    }  # fmt: skip


def test_an_open_case_flagged_as_kept_is_not_known_to_keep_its_promise():
    flags = {
        "made_sla": {"quick": "true", "late": "false", "open and late": "false", "open and young": "true"}
    }
    log, outcome = _outcome(ROWS, SlaSettings(column="made_sla"), case_attributes=flags)
    assert _by_name(log, outcome.checked) == {
        "quick": True, "late": True, "open and late": True, "open and young": False,
    }  # fmt: skip
    assert _by_name(log, outcome.breached)["open and late"]


def test_the_share_of_broken_promises_of_a_log_cut_off_is_that_of_the_whole():
    limit = SlaSettings(case_limit_us=12 * 24 * HOUR_US)
    shares, truths, naive = [], [], []
    for seed in range(10):
        draft = random_draft(seed=seed, n_cases=1_500, days=40, mean_gap_s=2.5 * 86_400)
        whole = context_of(draft.build(), sla=limit, closing_activities=("close",)).sla
        truths.append(whole.breached.mean())
        draft.keep(draft.ends_us() <= MONDAY_2024_US + 40 * 24 * HOUR_US)
        context = context_of(draft.build(), sla=limit, closing_activities=("close",))
        shares.append(context.sla.breached.sum() / context.sla.checked.sum())
        naive.append(context.sla.breached.sum() / (context.finished | context.sla.breached).sum())
    assert np.mean(shares) == pytest.approx(np.mean(truths), abs=0.01)
    assert np.mean(naive) < np.mean(truths) - 0.03


def test_exactly_at_the_limit_is_kept():
    _, outcome = _outcome(ROWS[:4], SlaSettings(case_limit_us=8 * HOUR_US))
    assert not outcome.breached.any()


@pytest.mark.parametrize(
    ("name", "values", "broken"),
    [
        ("made_sla", ["true", "true", "true", "false"], {"quick": False, "late": True}),
        ("breached", ["0", "0", "1", "0"], {"quick": False, "late": False}),
        ("是否超时", ["否", "否", "否", "是"], {"quick": False, "late": True}),
        ("outcome", ["kept", "broken", "late", "met"], {"quick": True, "late": False}),
    ],
)
def test_a_flag_counts_with_its_last_value(name, values, broken):
    log, outcome = _outcome(ROWS[:4], SlaSettings(column=name), attributes={name: values})
    assert _by_name(log, outcome.breached) == broken
    assert not outcome.has_overrun


def test_the_last_known_value_counts_and_unknown_cases_are_not_checked():
    log, outcome = _outcome(
        ROWS[:4], SlaSettings(column="made_sla"), attributes={"made_sla": ["false", None, None, None]}
    )
    assert _by_name(log, outcome.breached) == {"quick": True, "late": False}
    assert _by_name(log, outcome.checked) == {"quick": True, "late": False}


def test_a_flag_whose_name_tells_nothing_is_refused():
    with pytest.raises(UsageError) as refused:
        _outcome(ROWS[:2], SlaSettings(column="sla"), attributes={"sla": ["true", "false"]})
    assert refused.value.code == "sla.flag_meaning"


def test_a_column_of_durations_is_a_limit_of_its_own_for_each_case():
    log, outcome = _outcome(
        ROWS[:4], SlaSettings(column="target"), case_attributes={"target": {"quick": "90m", "late": "1 天"}}
    )
    assert _by_name(log, outcome.breached) == {"quick": True, "late": False}
    assert _by_name(log, outcome.overrun_us)["quick"] == HOUR_US // 2


@pytest.mark.parametrize(("zone", "late"), [("UTC", False), ("Asia/Shanghai", True), ("+08:00", True)])
def test_a_column_of_due_times_is_read_in_the_zone_of_the_log(zone, late):
    log, outcome = _outcome(
        ROWS[:2], SlaSettings(column="due"), zone=zone, case_attributes={"due": {"quick": "2024-01-01 12:00"}}
    )
    assert _by_name(log, outcome.breached) == {"quick": late}


def test_a_due_time_with_an_offset_needs_no_zone():
    log, outcome = _outcome(
        ROWS[:2], SlaSettings(column="due"), case_attributes={"due": {"quick": "2024-01-01T17:30+08:00"}}
    )
    assert _by_name(log, outcome.overrun_us) == {"quick": HOUR_US // 2}


def test_a_column_that_is_nothing_of_this_is_refused_with_examples():
    with pytest.raises(UsageError) as refused:
        _outcome(ROWS[:4], SlaSettings(column="sla"), attributes={"sla": ["1h", "soon", "1h", "2h"]})
    assert refused.value.parameters["examples"] == ["soon", "2h"]


def test_unknown_columns_and_activities_are_refused_with_what_exists():
    with pytest.raises(UsageError) as refused:
        _outcome(ROWS, SlaSettings(column="x"))
    assert refused.value.code == "sla.unknown_column"
    with pytest.raises(UsageError) as refused:
        _outcome(ROWS, SlaSettings(activity_limits_us={"x": 1}))
    assert refused.value.parameters["accepted"] == ["close", "open"]


def test_an_activity_limit_measures_from_the_completion_before():
    rows = [
        ("a", "open", "2024-01-01 08:00", None, "2024-01-01 05:00"),
        ("a", "close", "2024-01-01 12:00", None, "2024-01-01 11:30"),
    ]
    settings = SlaSettings(activity_limits_us={"open": 2 * HOUR_US, "close": 4 * HOUR_US})
    log, outcome = _outcome(rows, settings)
    names = [log.activity_names[code] for code in log.activity]
    assert dict(zip(names, outcome.event_breached.tolist(), strict=True)) == {"open": True, "close": False}
    assert outcome.event_overrun_us.max() == HOUR_US


def test_a_first_event_without_start_has_no_duration_to_judge():
    _, outcome = _outcome(ROWS[:2], SlaSettings(activity_limits_us={"open": 1, "close": 1}))
    assert outcome.event_checked.tolist() == [False, True]


@settings(deadline=None)
@given(st.integers(0, 60), st.integers(0, 23), st.integers(0, 59))
def test_durations_are_read_in_every_way_they_are_written(days, hours, minutes):
    expected = (days * 24 + hours) * HOUR_US + minutes * 60_000_000
    for text in (
        f"{days}d{hours}h{minutes}m",
        f"{days} 天 {hours}小时{minutes}分钟",
        f"P{days}DT{hours}H{minutes}M",
    ):
        assert duration_us(text) == expected


@pytest.mark.parametrize("text", ["", "5", "5x", "d5", "2h later", "P", "PT"])
def test_what_is_no_duration_is_told_apart(text):
    assert duration_us(text) is None


def test_working_time_is_the_clock_of_the_limit_where_given():
    from anlan.loop.identify import IdentifyContext, IdentifySettings, WorkingClock

    log = make_log(ROWS[2:4])
    hours = np.array([0, 3], dtype=np.int64) * HOUR_US
    context = IdentifyContext(
        log,
        IdentifySettings(sla=SlaSettings(case_limit_us=5 * HOUR_US), closing_activities=("close",)),
        working=WorkingClock(log.start_us, hours, 3 * HOUR_US),
    )
    assert not context.sla.breached.any()
