"""Where each token of a case was, from when until when, and whether it waited or was worked on.

1. Notes of a replication are read in the order they happened; each closes the stay its token was in.
2. A token that waits at a join is held there until the join goes on, or its case leaves.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from anlan.maths.simulation.arrays import BEGUN, BORN, CAME, HALTED, HELD, LEFT, WENT_BY
from anlan.maths.simulation.replications import Notes

WAITS, PASSES, WITH_OTHERS, UNMANNED = -1, -2, -3, -4
"""What a token does at a node where it is not a pool's number: waits in a line, for a batch or at a join;
goes through; is worked on with others, that the pool is counted for; is there without anybody's work."""
MERGED = -1
"""In place of how a case ended: the token went on as another one, behind a join."""


class Stay(NamedTuple):
    """At a node, seconds of the run; doing: number of the pool that works on it, or as named above."""

    node: int
    from_s: float
    until_s: float
    doing: int


@dataclass
class Token:
    """A token of a case. born: node it was split off at, -1 where it came with the case; stays: in order;
    fate: how its case ended, or MERGED."""

    case: int
    born: int = -1
    stays: list[Stay] = field(default_factory=list)
    fate: int = MERGED

    @property
    def until_s(self) -> float:
        return self.stays[-1].until_s


@dataclass
class _Open:
    """A token under way and the stay it is in: node, since when, doing what; none between nodes."""

    token: Token
    node: int = -1
    since_s: float = 0.0
    doing: int = WAITS

    def close(self, now: float) -> None:
        """The stay ends; one without length is none, but of a node it only went through."""
        if self.node >= 0 and (now > self.since_s or self.doing != WAITS):
            self.token.stays.append(Stay(self.node, self.since_s, now, self.doing))
        self.node = -1

    def begin(self, node: int, now: float, doing: int) -> None:
        self.close(now)
        self.node, self.since_s, self.doing = node, now, doing


def tokens_of(notes: Notes, *, joins: Sequence[int] = ()) -> list[Token]:
    """The tokens of the cases that were watched, in the order they came. joins: numbers of those nodes."""
    made: list[Token] = []
    under_way: dict[int, _Open] = {}
    held: dict[tuple[int, int], list[_Open]] = {}
    rows = (notes.time_s, notes.case, notes.token, notes.place, notes.kind)
    for now, case, number, place, kind in zip(*(column.tolist() for column in rows), strict=True):
        one = under_way.get(number)
        if one is None:
            one = under_way[number] = _Open(Token(case, place if kind == BORN else -1))
            made.append(one.token)
        if kind == CAME:
            one.begin(place, now, WAITS)
        elif kind == BEGUN:
            one.begin(one.node, now, _doing(place))
        elif kind == HALTED:
            one.begin(place, now, WAITS)
        elif kind == WENT_BY:
            one.begin(place, now, PASSES)
            one.close(now)
            if place in joins:
                _let_go(held.pop((case, place), []), now, MERGED)
        elif kind == HELD:
            one.begin(place, now, WAITS)
            held.setdefault((case, place), []).append(under_way.pop(number))
        elif kind == LEFT:
            one.close(now)
            one.token.fate = place
            del under_way[number]
            for key in [key for key in held if key[0] == case] if place else ():
                _let_go(held.pop(key), now, place)
    for (case, _), those in held.items():
        _let_go(those, max(each.until_s for each in made if each.case == case and each.stays), MERGED)
    return made


def _doing(pool: int) -> int:
    return {-1: UNMANNED, -2: WITH_OTHERS}.get(pool, pool)


def _let_go(those: list[_Open], now: float, fate: int) -> None:
    for one in those:
        one.token.stays.append(Stay(one.node, one.since_s, now, WAITS))
        one.token.fate = fate
