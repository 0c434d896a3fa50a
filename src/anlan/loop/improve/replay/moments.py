"""How things stand at a moment of a replay: who waits and works where, how many are busy, who is late."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from anlan.loop.improve.replay.replay import HOUR_S, Replay
from anlan.maths.simulation.stays import PASSES, WAITS

Whole = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Moment:
    """At at_s. waiting, working: (n_nodes,) tokens; late: those of them whose case is beyond the promise;
    busy, there: (n_teams,) people. arrived, left: cases since the begin of the span; under_way, late_cases:
    cases that are in the process."""

    at_s: float
    waiting: Whole
    working: Whole
    late: Whole
    busy: Whole
    there: Whole
    arrived: int
    left: int
    under_way: int
    late_cases: int

    @property
    def longest(self) -> int:
        """Where most wait, -1 where nobody does."""
        return int(np.argmax(self.waiting)) if self.waiting.any() else -1


def moments_of(replay: Replay, times_s: Sequence[float]) -> list[Moment]:
    """How things stand right after each of the times: what begins at it has begun, what ends has ended."""
    stays = [(stay.node, stay.from_s, stay.until_s, stay.doing, token.case)
             for token in replay.tokens for stay in token.stays if stay.doing != PASSES]  # fmt: skip
    columns = np.array(stays, dtype=np.float64).reshape(-1, 5)
    return [_moment(replay, columns, at_s) for at_s in times_s]


def _moment(replay: Replay, stays: NDArray[np.float64], at_s: float) -> Moment:
    now = stays[(stays[:, 1] <= at_s) & (at_s < stays[:, 2])]
    node, doing, case = (now[:, column].astype(np.int64) for column in (0, 3, 4))
    there = (replay.arrived_s <= at_s) & (at_s < replay.left_s)
    late = np.zeros(len(there), dtype=bool)
    if replay.promise_s is not None:
        late = there & (at_s - replay.arrived_s > replay.promise_s)
    waits, n = doing == WAITS, len(replay.nodes)
    begin = replay.span.from_s
    return Moment(
        at_s, np.bincount(node[waits], minlength=n), np.bincount(node[~waits], minlength=n),
        np.bincount(node[late[case]], minlength=n),
        np.bincount(doing[doing >= 0], minlength=len(replay.teams)),
        np.array([_there(team.there, at_s) for team in replay.teams], dtype=np.int64),
        int(((replay.arrived_s > begin) & (replay.arrived_s <= at_s)).sum()),
        int(((replay.left_s > begin) & (replay.left_s <= at_s)).sum()), int(there.sum()), int(late.sum()),
    )  # fmt: skip


def _there(rows: Sequence[tuple[float, int]], at_s: float) -> int:
    return next((people for time, people in reversed(rows) if time <= at_s), 0)


def course_of(replay: Replay, *, most: int = 24) -> list[Moment]:
    """Moments at equal steps of whole hours through the span, no more than `most`, and its end."""
    begin, end = replay.span.from_s, replay.span.until_s
    step = HOUR_S * max(1.0, np.ceil((end - begin) / HOUR_S / most))
    times = [*np.arange(begin, end, step).tolist(), end]
    return moments_of(replay, times)
