import numpy as np

from anlan.loop.identify import IdentifyContext, IdentifySettings, WorkingClock
from finders import chosen_cases, context_of
from logs import make_log, random_draft, to_us

HOUR_US = 3_600_000_000


def test_waits_end_at_the_start_where_it_is_known():
    log = make_log(
        [
            ("x", "a", "2024-01-01T08:00", None, "2024-01-01T07:30"),
            ("x", "b", "2024-01-01T12:00", None, "2024-01-01T11:00"),
            ("x", "c", "2024-01-01T13:00"),
            ("x", "d", "2024-01-01T14:00", None, "2024-01-01T12:30"),
        ]
    )
    context = context_of(log)
    assert (context.wait_us / HOUR_US).tolist() == [0, 3, 1, 0]
    assert (context.gap_us / HOUR_US).tolist() == [0, 4, 1, 1]
    assert (context.step_us / HOUR_US).tolist() == [0.5, 4, 1, 1]
    assert (context.duration_us / HOUR_US).tolist() == [6.5]


def test_the_usual_ends_are_learned_and_can_be_given():
    draft = random_draft(seed=1, n_cases=300)
    draft.keep(~((draft.steps == "close") & chosen_cases(draft, 0.1, seed=2)[draft.case]))
    log = draft.build()
    names = np.array(log.activity_names)
    assert names[context_of(log).closing].tolist() == ["close"]
    assert names[context_of(log, closing_activities=("notify", "close")).closing].tolist() == [
        "notify",
        "close",
    ]
    assert context_of(log, closing_activities=("notify", "close")).finished.all()


def test_the_moment_of_judgement_is_the_last_time_of_the_log_unless_given():
    log = make_log([("x", "a", 5), ("y", "a", 9)])
    assert context_of(log).as_of_us == 9
    assert context_of(log, as_of_us=20).idle_us.tolist() == [20 - int(t) for t in log.end_us]


def test_groups_are_read_at_the_first_event_of_a_case():
    rows = [("x", "a", 1), ("x", "b", 2), ("y", "a", 3)]
    log = make_log(rows, attributes={"state": ["new", "old", "new"]})
    column = context_of(log).groups["state"]
    assert [column.values[code] for code in column.codes] == ["new", "new"]


def test_only_columns_of_few_frequent_values_are_strata():
    draft = random_draft(seed=3, n_cases=500, attributes={"channel": ["a", "b"], "constant": ["only"]})
    draft.case_values["number"] = np.array([f"n{k}" for k in range(500)], dtype=object)
    assert set(context_of(draft.build()).strata) == {"channel"}
    assert set(context_of(draft.build(), skip_attributes=("channel",)).strata) == set()


def test_rare_values_are_pooled_in_strata():
    draft = random_draft(seed=4, n_cases=1_000)
    values = np.where(np.arange(1_000) < 5, "rare", np.where(np.arange(1_000) % 2, "a", "b")).astype(object)
    draft.case_values["kind"] = values
    codes, n = context_of(draft.build()).strata["kind"]
    assert n == 3
    assert (codes == 0).sum() == 5


def test_durations_follow_the_working_clock_where_given():
    log = make_log([("x", "a", 0), ("x", "b", 10 * HOUR_US), ("y", "a", 0), ("y", "b", 4 * HOUR_US)])
    worked = np.minimum(log.end_us, 6 * HOUR_US)
    context = IdentifyContext(
        log, IdentifySettings(), working=WorkingClock(log.start_us, worked, 6 * HOUR_US)
    )
    assert sorted((context.duration_us / HOUR_US).tolist()) == [4, 6]
    assert sorted((context.idle_us / HOUR_US).tolist()) == [0, 2]


def test_edges_are_the_directly_following_pairs():
    log = make_log([("x", "a", 1), ("x", "b", 2), ("x", "a", 3), ("y", "a", 1), ("y", "b", 2)])
    edges = context_of(log).edges
    names = log.activity_names
    counts = np.bincount(edges.of_event[edges.of_event >= 0])
    pairs = [(names[a], names[b]) for a, b in zip(edges.source, edges.target, strict=True)]
    assert dict(zip(pairs, counts.tolist(), strict=True)) == {("a", "b"): 2, ("b", "a"): 1}


def test_cases_of_equal_duration_are_ordered_by_hash_not_by_appearance():
    log = make_log([(f"c{k}", step, time) for k in range(200) for step, time in (("a", 0), ("b", 10))])
    order = context_of(log).duration_order
    assert (np.diff(log.case_hash[order].astype(object)) > 0).all()


def test_a_visit_begins_to_wait_when_the_step_before_it_is_done():
    log = make_log(
        [
            ("a", "open", "2024-01-01 08:00"),
            ("a", "check", "2024-01-05 08:00"),
            ("a", "check", "2024-01-06 08:00"),
            ("a", "close", "2024-01-09 08:00"),
        ]
    )
    context = context_of(log)
    began = dict(zip(context.visits.activity.tolist(), context.visit_began_us.tolist(), strict=True))
    expected = {"open": "2024-01-01 08:00", "check": "2024-01-01 08:00", "close": "2024-01-06 08:00"}
    assert {log.activity_names[code]: us for code, us in began.items()} == {
        name: to_us(moment) for name, moment in expected.items()
    }
    assert context.visit_has_wait.sum() == 2


def test_of_very_many_columns_the_first_200_are_compared_and_the_rest_is_said():
    names = {f"column {k:03}": ["a", "b"] for k in range(230)}
    context = context_of(random_draft(seed=31, n_cases=120, attributes=names).build())
    assert list(context.peer_strata) == [f"column {k:03}" for k in range(200)]
    assert context.more_group_columns
    few = random_draft(seed=31, n_cases=120, attributes={"column": ["a", "b"]}).build()
    assert not context_of(few).more_group_columns


def test_exactly_as_many_columns_as_are_compared_leave_none_out():
    """Columns beside them that could not group the cases are not left out either."""
    names = {f"column {k:03}": ["a", "b"] for k in range(200)}
    assert not context_of(random_draft(seed=31, n_cases=120, attributes=names).build()).more_group_columns
    constant = {**names, "constant": ["a"]}
    context = context_of(random_draft(seed=31, n_cases=120, attributes=constant).build())
    assert len(context.peer_strata) == 200
    assert not context.more_group_columns
    one_more = {**constant, "one more": ["a", "b"]}
    assert context_of(random_draft(seed=31, n_cases=120, attributes=one_more).build()).more_group_columns
