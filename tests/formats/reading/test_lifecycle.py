"""Pairing of start and complete rows against a plain queue per case, activity and instance."""

from collections import defaultdict, deque

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from anlan.domain.event_log import NO_TIME
from anlan.formats.reading.lifecycle import has_standard_transition, pair_lifecycle

TRANSITIONS = ("COMPLETE", "start", "schedule", "ate_abort", "weird")


def plain_pairing(rows):
    """rows: (case, activity, instance, transition, time) in order -> starts of completions, two counts."""
    queues, starts, others = defaultdict(deque), [], 0
    left = 0
    for case, activity, instance, transition, time in rows:
        queue = queues[case, activity, instance]
        kind = (transition or "complete").lower()
        if kind == "start":
            queue.append(time)
        elif kind == "complete":
            starts.append(queue.popleft() if queue else NO_TIME)
        else:
            others += 1
            if kind in ("withdraw", "ate_abort", "pi_abort") and queue:
                queue.popleft()
                left += 1
    return starts, left + sum(len(queue) for queue in queues.values()), others


rows_of_a_log = st.lists(
    st.tuples(
        st.integers(0, 3), st.integers(0, 2), st.integers(-1, 1), st.integers(-1, 4), st.integers(0, 9)
    ),
    max_size=60,
)


def paired(rows, *, with_instance=True):
    rows = sorted(rows, key=lambda row: (row[0], row[4]))
    columns = np.array(rows, np.int64).reshape(-1, 5)
    offsets = np.searchsorted(columns[:, 0], np.arange(5)).astype(np.int64)
    pairing = pair_lifecycle(
        case_offsets=offsets,
        time_us=columns[:, 4],
        activity=columns[:, 1].astype(np.int32),
        transition=columns[:, 3].astype(np.int32),
        transitions=TRANSITIONS,
        instance=columns[:, 2].astype(np.int32) if with_instance else None,
    )
    return rows, pairing


@settings(deadline=None)
@given(rows_of_a_log)
def test_pairs_like_a_queue_per_case_activity_and_instance(rows):
    rows, pairing = paired(rows)
    named = [(c, a, i, TRANSITIONS[t] if t >= 0 else None, m) for c, a, i, t, m in rows]
    starts, left, others = plain_pairing(named)
    assert pairing.start_us[pairing.completed].tolist() == starts
    assert (pairing.starts_without_end, pairing.other_rows) == (left, others)


def test_two_open_starts_end_in_the_order_they_began():
    _, pairing = paired([(0, 0, -1, 1, 1), (0, 0, -1, 1, 2), (0, 0, -1, 0, 5), (0, 0, -1, 0, 9)])
    assert pairing.start_us[pairing.completed].tolist() == [1, 2]


def test_instance_ids_outweigh_the_order():
    _, pairing = paired([(0, 0, 0, 1, 1), (0, 0, 1, 1, 2), (0, 0, 1, 0, 5), (0, 0, 0, 0, 9)])
    assert pairing.start_us[pairing.completed].tolist() == [2, 1]


def test_a_completion_without_a_start_gets_no_invented_one():
    _, pairing = paired([(0, 0, -1, 0, 5)])
    assert pairing.start_us.tolist() == [NO_TIME]


def test_starts_the_rows_carry_themselves_are_kept():
    pairing = pair_lifecycle(
        case_offsets=np.array([0, 2]),
        time_us=np.array([1, 5]),
        activity=np.zeros(2, np.int32),
        transition=np.array([1, 0], np.int32),
        transitions=TRANSITIONS,
        start_us=np.array([NO_TIME, 3]),
    )
    assert pairing.start_us[1] == 3


def test_standard_transitions_are_known_in_any_case():
    assert has_standard_transition(["open", "Complete "])
    assert not has_standard_transition(["open", "closed"])
