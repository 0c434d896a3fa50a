"""The priority table: every combination has one priority or is a gap, and none falls."""

import itertools

from anlan.loop.quantify.methods.matrix.action_priority import (
    OWN_TABLE,
    PRIORITIES,
    Area,
    priority_table,
)

OWN = priority_table(OWN_TABLE, PRIORITIES, scale=10)


def test_the_own_table_has_no_overlaps_and_never_falls() -> None:
    assert OWN.clashes == ()
    assert OWN.falls == 0
    held = [
        sum(
            a.severity[0] <= s <= a.severity[1]
            and a.occurrence[0] <= o <= a.occurrence[1]
            and a.detection[0] <= d <= a.detection[1]
            for a in OWN_TABLE
        )
        for s, o, d in itertools.product(range(1, 11), repeat=3)
    ]
    assert max(held) == 1


def test_its_gaps_are_the_rare_failures_of_the_gravest_kind_and_nothing_else() -> None:
    gaps = {scores for scores in itertools.product(range(1, 11), repeat=3) if OWN.priority(scores) is None}
    assert gaps == {(s, o, d) for s in (9, 10) for o in range(1, 7) for d in range(1, 11) if o <= 3 or d <= 3}
    assert OWN.gap_share == len(gaps) / 1000


def test_looking_up_follows_the_areas() -> None:
    assert OWN.priority((10, 10, 10)) == "H"
    assert OWN.priority((1, 1, 1)) == "L"
    assert OWN.priority((7, 5, 3)) == "M"


def test_contradicting_areas_and_falling_priorities_are_seen() -> None:
    all_of_it = (1, 3)
    low, high = Area(all_of_it, all_of_it, all_of_it, "L"), Area((2, 2), (2, 2), (2, 2), "H")
    assert priority_table([low, high], PRIORITIES, scale=3).clashes == (1,)
    assert priority_table([high, low], PRIORITIES, scale=3).falls == 3
