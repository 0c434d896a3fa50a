"""A stream of readings cut anywhere, late and corrected: the level is that of all readings in order."""

from hypothesis import given, settings
from hypothesis import strategies as st

from anlan.loop.monitor.watching import KEPT, Seen, Watched, begin, first_needed, look
from anlan.maths.detection.thresholds import Grade, GradedThreshold

RULE = GradedThreshold((
    Grade(2, 10.0, 8.0, needed=2, clearing=2), Grade(4, 20.0, 10.0, needed=2, clearing=2),
))  # fmt: skip


class _Store:
    """Readings by time, as the database holds them."""

    def __init__(self) -> None:
        self.kept: dict[int, float] = {}
        self.watched: Watched = begin(RULE, 1)
        self.moves: list[tuple[int, int]] = []

    def take(self, batch: dict[int, float]) -> None:
        self.kept |= batch
        since = min(batch)
        first = first_needed(self.watched, since)
        readings = [Seen(at, value, None) for at, value in sorted(self.kept.items()) if at > first]
        self.watched, moves = look(RULE, self.watched, readings, since=since)
        self.moves += [(move.before, move.level) for move in moves]


def _whole(values: dict[int, float]) -> int:
    watched, _ = look(
        RULE, begin(RULE, 1), [Seen(at, v, None) for at, v in sorted(values.items())], since=min(values)
    )
    return watched.level


_VALUES = st.lists(st.sampled_from([1.0, 9.0, 12.0, 25.0]), min_size=1, max_size=40)


@given(_VALUES, st.lists(st.integers(1, 5), min_size=1, max_size=8))
def test_batches_say_what_one_after_the_other_says(values: list[float], sizes: list[int]) -> None:
    store, at, whole = _Store(), 0, {}
    rows = list(enumerate(values))
    while rows:
        size = sizes[at % len(sizes)]
        batch, rows = dict(rows[:size]), rows[size:]
        store.take(batch)
        whole |= batch
        at += 1
        assert store.watched.level == _whole(whole)


@given(_VALUES, st.randoms())
@settings(deadline=None)
def test_readings_in_any_order_end_at_the_level_of_their_order_in_time(
    values: list[float], luck: object
) -> None:
    rows = list(enumerate(values))
    luck.shuffle(rows)  # type: ignore[attr-defined]
    store = _Store()
    for at, value in rows:
        store.take({at: value})
    assert store.watched.level == _whole(dict(enumerate(values)))


@given(_VALUES)
def test_moves_lead_from_level_to_level_without_a_gap(values: list[float]) -> None:
    store = _Store()
    for at, value in enumerate(values):
        store.take({at: value})
    level = 0
    for before, after in store.moves:
        assert before == level
        assert after != before
        level = after
    assert level == store.watched.level


def test_a_correction_takes_a_level_back() -> None:
    store = _Store()
    for at, value in enumerate([1.0, 25.0, 25.0]):
        store.take({at: value})
    assert store.watched.level == 4
    store.take({1: 1.0})
    assert store.watched.level == 0
    assert store.moves == [(0, 4), (4, 0)]


def test_what_comes_before_the_base_sets_nothing_off_and_is_counted() -> None:
    store = _Store()
    for at in range(1, 3 * KEPT):
        store.take({at: 1.0})
    store.take({0: 25.0})
    assert store.watched.too_late == 1
    assert store.watched.level == 0
    assert store.watched.base_at > 0
