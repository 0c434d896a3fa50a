"""Blocks of activities that go on side by side in a case: a split, one activity on each way, and a join.

1. Two activities that hold somebody are side by side where they overlap in at least `LEAST_SHARE` of the
   executions of the rarer one (lower Wilson limit, `FEWEST` times at least), each time by a quarter of the
   shorter one: a start noted a moment too early is no parallel work. Work that goes one after the other, in
   whatever order, does not overlap.
2. A block is a set of activities of which every two are side by side, and none of them with any other.
3. It is kept where its executions stand together, with nothing else of the case between them, and `COMPLETE`
   of the times it was met it was met with all of them, each once.

Within a block each activity is ready when what came before the block has ended, and what follows it is ready
when the last of them has. Sequences of several steps on one way of a block are not recognised.

Source: overlaps as signs of parallel work: van der Werf et al. (2009), Fundamenta Informaticae 94; blocks:
Leemans, Fahland & van der Aalst (2013), LNCS 7927.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from anlan.domain.interval import Interval
from anlan.loop.improve.twin.names import split_name
from anlan.loop.improve.twin.observed import Observed, only_rows
from anlan.maths.rates import wilson
from anlan.maths.sequences.instances import Instances, Whole

FEWEST, LEAST_SHARE, COMPLETE, MOST_WAYS = 30, 0.25, 0.95, 6
_PART = 0.25


@dataclass(frozen=True)
class Block:
    """members: codes of the activities; met: how often; overlap: share of the times that some two of them
    overlapped."""

    members: tuple[int, ...]
    met: int
    overlap: Interval

    def name(self, names: Sequence[str]) -> str:
        return split_name([names[code] for code in self.members])


def find_blocks(of: Observed, held: np.ndarray) -> tuple[Block, ...]:
    """The blocks of a log. held: (n_activities,) whether an activity holds somebody."""
    beside = _side_by_side(of, held)
    found = []
    for code in np.flatnonzero(beside.any(axis=0)).tolist():
        members = (code, *np.flatnonzero(beside[code]).tolist())
        if code == min(members) and len(members) <= MOST_WAYS and _closed(beside, members):
            found += _block(of, tuple(sorted(members)))
    return tuple(found)


def _side_by_side(of: Observed, held: np.ndarray) -> np.ndarray:
    """(n_activities, n_activities) symmetric."""
    rows, n = of.rows, of.n_activities
    first, second = _overlapping(rows, held)
    times = np.zeros((n, n))
    np.add.at(times, (rows.activity[first], rows.activity[second]), 1.0)
    times += times.T
    np.fill_diagonal(times, 0.0)
    visits = np.bincount(rows.activity, minlength=n)
    found = np.zeros((n, n), dtype=bool)
    for a, b in np.argwhere(times >= FEWEST).tolist():
        rarer = int(min(visits[a], visits[b]))
        found[a, b] = wilson(min(int(times[a, b]), rarer), rarer).low >= LEAST_SHARE
    return found


def _overlapping(rows: Instances, held: np.ndarray) -> tuple[Whole, Whole]:
    """Pairs of executions of a case that overlap by a part of the shorter one."""
    length = rows.end_s - rows.start_s
    usable = rows.started & held[rows.activity] & (length > 0)
    first, second = [], []
    for apart in range(1, MOST_WAYS):
        one = np.arange(max(0, len(rows.case) - apart))
        two = one + apart
        common = np.minimum(rows.end_s[one], rows.end_s[two]) - rows.start_s[two]
        much = common >= _PART * np.minimum(length[one], length[two])
        kept = (rows.case[one] == rows.case[two]) & usable[one] & usable[two] & much
        first.append(one[kept])
        second.append(two[kept])
    return np.concatenate(first), np.concatenate(second)


def _closed(beside: np.ndarray, members: tuple[int, ...]) -> bool:
    """Whether every two are side by side, and none with any other."""
    own = set(members)
    return all({code, *np.flatnonzero(beside[code]).tolist()} == own for code in members)


def _block(of: Observed, members: tuple[int, ...]) -> list[Block]:
    """The block, if it is met complete."""
    rows = of.rows
    met = met_in(rows, [members])
    inside = np.flatnonzero(met >= 0)
    size = np.bincount(met[inside])
    last = np.zeros(len(size), dtype=np.int64)
    last[met[inside]] = inside
    over = of.finished[rows.case[last]] | (rows.after[last] >= 0)
    complete = size == len(members)
    if over.sum() < FEWEST or complete[over].mean() < COMPLETE:
        return []
    held = np.zeros(of.n_activities, dtype=bool)
    held[list(members)] = True
    first, second = _overlapping(rows, held)
    together = np.unique(met[first][met[first] == met[second]])
    return [Block(members, len(size), wilson(len(together), len(size)))]


def met_in(rows: Instances, blocks: Sequence[Sequence[int]]) -> Whole:
    """(n,) number of the time that a block was met, -1 outside: executions of it with nothing else of the
    case between, each activity once."""
    block_of = np.full(int(rows.activity.max(initial=0)) + 1, -1)
    for number, members in enumerate(blocks):
        block_of[[code for code in members if code < len(block_of)]] = number
    block = block_of[rows.activity]
    new = np.ones(len(block), dtype=bool)
    new[1:] = (np.diff(block) != 0) | (np.diff(rows.case) != 0)
    found, number, seen = np.full(len(block), -1), -1, set[int]()
    inside = np.flatnonzero(block >= 0)
    for row, begins, code in zip(
        inside.tolist(), new[inside].tolist(), rows.activity[inside].tolist(), strict=True
    ):
        if begins or code in seen:
            number, seen = number + 1, set()
        seen.add(code)
        found[row] = number
    return found


def side_by_side(of: Observed, blocks: Sequence[Sequence[int]]) -> Observed:
    """The log with every activity of a block ready when what came before the block has ended; an activity
    without executions stands for each block after the others."""
    if not blocks:
        return of
    rows = of.rows
    met = met_in(rows, blocks)
    inside = np.flatnonzero(met >= 0)
    first, last, latest = _places(met[inside], inside, rows)
    of_first = first[met[inside]]
    changed = {name: getattr(rows, name).copy() for name in _FROM_FIRST}
    for name in _FROM_FIRST:
        changed[name][inside] = changed[name][of_first]
    after = rows.after.copy()
    after[inside] = rows.after[last[met[inside]]]
    follows = rows.after[last]
    changed["before"][follows[follows >= 0]] = latest[follows >= 0]
    return replace(
        of,
        rows=replace(rows, after=after, **changed),
        names=(*of.names, *(split_name([of.names[code] for code in each]) for each in blocks)),
        silence_s=np.append(of.silence_s, [of.silence_s[list(each)].max() for each in blocks]),
    )


_FROM_FIRST = ("ready_s", "reached_s", "before", "overlaps")


def _places(met: Whole, inside: Whole, rows: Instances) -> tuple[Whole, Whole, Whole]:
    """Of each time a block was met its first row, its last, and the one to end last."""
    begins = np.flatnonzero(np.diff(met, prepend=-1))
    first, last = inside[begins], inside[np.append(begins[1:], len(met)) - 1] if len(met) else inside
    by_end = inside[np.lexsort((rows.end_s[inside], met))]
    return first, last, by_end[np.append(begins[1:], len(met)) - 1] if len(met) else inside


def as_one(of: Observed, blocks: Sequence[Sequence[int]]) -> tuple[Observed, Whole]:
    """The flow of cases, each block one execution from its first start to its last end; (n,) the row of the
    flow that each row is in. of: as `side_by_side` left it."""
    rows = of.rows
    met = met_in(rows, blocks)
    inside = np.flatnonzero(met >= 0)
    first, _, latest = _places(met[inside], inside, rows)
    kept = met < 0
    kept[first] = True
    activity, end_s = rows.activity.copy(), rows.end_s.copy()
    block_of = {code: number for number, members in enumerate(blocks) for code in members}
    base = of.n_activities - len(blocks)
    activity[first] = [base + block_of[code] for code in rows.activity[first].tolist()]
    end_s[first] = rows.end_s[latest]
    place = np.cumsum(kept) - 1
    place[inside] = place[first[met[inside]]]
    return replace(of, rows=only_rows(replace(rows, activity=activity, end_s=end_s), kept)), place
