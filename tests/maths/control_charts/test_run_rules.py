import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from anlan.domain.errors import UsageError
from anlan.maths.control_charts.run_rules import (
    NELSON,
    NHS,
    RULE_SETS,
    WESTERN_ELECTRIC,
    RunRule,
    fires,
    run_rules,
)

EVERY = [rule for rules in RULE_SETS.values() for rule in rules]
zs = st.lists(st.one_of(st.floats(-4, 4), st.sampled_from([0.0, 1.0, 2.0, 3.0, -1.0])), max_size=40)


def named(z, rules):
    return {episode.rule.code: episode for episode in run_rules(z, rules)}


PATTERNS = {
    "nelson_1": [0, 0, 3.1],
    "nelson_2": [0.5] * 9,
    "nelson_3": [-1, -0.5, 0, 0.4, 0.8, 0.9],
    "nelson_4": [0.2, -0.2] * 7,
    "nelson_5": [2.1, -1, 2.5],
    "nelson_6": [1.1, 1.2, -0.5, 1.3, 1.4],
    "nelson_7": [0.5, -0.5, 0.4, 0.3, -0.2] * 3,
    "nelson_8": [1.5, -1.5, -1.2, 1.1] * 2,
    "we_4": [0.1] * 8,
    "nhs_shift": [-0.1] * 7,
    "nhs_trend": [0.7, 0.6, 0.3, 0.2, 0.1, -0.1, -0.2],
    "nhs_two_of_three": [-2.2, 0, -2.2],
}


@pytest.mark.parametrize("code", PATTERNS)
def test_a_rule_fires_at_the_last_point_of_its_pattern_and_not_before(code):
    rule = next(rule for rule in EVERY if rule.code == code)
    z = PATTERNS[code]
    assert run_rules(z[:-1], [rule]) == ()
    (episode,) = run_rules(z, [rule])
    assert episode.fired == (len(z) - 1,)
    assert len(episode.points) == rule.needed


def test_the_sets_have_their_published_sizes():
    assert [len(rules) for rules in (WESTERN_ELECTRIC, NELSON, NHS)] == [4, 8, 4]


def test_a_point_on_the_border_or_a_tie_fires_nothing():
    assert run_rules([3.0, -3.0], [NELSON[0]]) == ()
    assert run_rules([0.5] * 4 + [0.0] + [0.5] * 8, [NELSON[1]]) == ()
    assert run_rules([0, 0.1, 0.2, 0.2, 0.3, 0.4], [NELSON[2]]) == ()


def test_points_on_both_sides_do_not_add_up_where_the_rule_asks_for_one_side():
    assert run_rules([2.5, 0, -2.5], [NELSON[4]]) == ()
    assert named([2.5, 0, 2.5], NELSON)["nelson_5"].side == 1
    assert named([-2.5, 0, -2.5], NELSON)["nelson_5"].side == -1


def test_a_long_run_is_one_episode_and_a_second_run_another():
    run = [0.5] * 12
    (one,) = run_rules(run, [NELSON[1]])
    assert one.points == tuple(range(12))
    assert one.fired == (8, 9, 10, 11)
    two = run_rules([*run, -0.1, *run], [NELSON[1]])
    assert [episode.points[0] for episode in two] == [0, 13]


def test_an_overlapping_rule_says_each_firing_is_its_own():
    rule = RunRule("each", 9, 9, overlapping=True)
    assert len(run_rules([0.5] * 12, [rule])) == 4


@given(zs)
def test_no_point_counts_for_two_episodes_of_a_rule_and_every_firing_is_told(z):
    for rule in EVERY:
        for side in rule.sides:
            mine = [e for e in run_rules(z, [rule]) if e.side == side]
            points = [p for e in mine for p in e.points]
            assert len(points) == len(set(points))
            fired = [p for e in mine for p in e.fired]
            assert sorted(fired) == np.flatnonzero(fires(rule, np.array(z), side)).tolist()


@given(zs, st.integers(0, 15))
def test_whether_a_rule_fires_depends_on_its_window_alone(z, before):
    for rule in EVERY:
        for side in rule.sides:
            whole = fires(rule, np.array([*np.linspace(-3, 3, before), *z]), side)
            for i in range(rule.window - 1 + before, len(whole)):
                series = np.array([*np.linspace(-3, 3, before), *z])
                assert whole[i] == fires(rule, series[i - rule.window + 1 : i + 1], side)[-1]


@given(zs)
def test_turning_the_chart_over_turns_the_sides(z):
    ups = run_rules(z, EVERY)
    downs = run_rules([-x for x in z], EVERY)
    key = [(e.rule.code, e.side, e.points) for e in ups]
    assert sorted(key) == sorted((e.rule.code, -e.side, e.points) for e in downs)


@given(st.lists(st.sampled_from([1e308, -1e308, float("inf"), 5e-324, 0.0]), max_size=30))
def test_extreme_points_overflow_nothing(z):
    with np.errstate(all="raise", under="ignore"):
        run_rules(z, EVERY)


@pytest.mark.parametrize(
    "rule",
    [
        {"needed": 3, "window": 2},
        {"needed": 0, "window": 2},
        {"needed": 3, "window": 5, "pattern": "trend"},
        {"needed": 3, "window": 3, "pattern": "spiral"},
    ],
)
def test_a_rule_that_cannot_be_is_refused(rule):
    with pytest.raises(UsageError, match=r"spc\.run_rule"):
        RunRule("x", **rule)
