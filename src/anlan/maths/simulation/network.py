"""What is simulated, in the terms of queueing networks: nodes, ways, pools of servers, risks.

A `Network` is checked once when it is made into arrays; its errors name the node, pool or risk.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from anlan.maths.simulation.laws import Law

KINDS = ("task", "choice", "split", "some", "join")
EFFECTS = ("nothing", "go_to", "drop", "hide")
LOADS = ("none", "line_length", "busy_share")
ASSIGNS = ("preferred", "anyone")
ORDERS = ("first_come", "last_come", "shortest", "due", "random")
OUT = ""
"""In place of a node: out of the network."""


@dataclass(frozen=True)
class Way:
    """On to a node, or OUT. share: of those that leave a task, a choice or a join, adding up to 1; of a
    `some`, the chance of this way by itself; of no meaning after a split, which takes all."""

    to: str
    share: float = 1.0


@dataclass(frozen=True)
class Node:
    """kind     task: work; choice: no time, one way; split: all ways at once; some: each way by its own
    chance,
             one at least; join: goes on when all tokens of its split have come
    law      time of the work in seconds, of a task
    pools    those that can do it, the preferred first; none: everybody is served at once
    assign   whom of the free servers a case goes to: of the first pool that has one, or anyone with the same
             chance
    level    0 is served first, added to the level of the case's class
    patience how long a case waits in line before it leaves for `give_up_to` (OUT: the case ends as abandoned)
    balk     length of the line at which a case does not join it
    promise_s seconds from coming to the node to being done that are promised
    cost     of one execution
    batch    cases served together; batch_wait_s: after which an unfilled batch begins
    of       of a join, the split or `some` it brings together
    luck     number its draws are keyed by, its place where not given: nodes of two networks that have the
             same number meet the same luck
    """

    id: str
    law: Law | None = None
    pools: tuple[str, ...] = ()
    ways: tuple[Way, ...] = ()
    kind: str = "task"
    level: int = 0
    patience: Law | None = None
    give_up_to: str = OUT
    balk: int | None = None
    promise_s: float = math.inf
    cost: float = 0.0
    batch: int = 1
    batch_wait_s: float = math.inf
    of: str = ""
    luck: int | None = None
    assign: str = "preferred"


@dataclass(frozen=True)
class Outage:
    """Time between outages, how long one lasts, and how many servers it takes."""

    between: Law
    lasts: Law
    servers: int


@dataclass(frozen=True)
class Pool:
    """Servers that are alike. schedule: from what second there are how many, the first at 0, ascending.

    speed      of work: 2 does an hour's work in half an hour
    preempts   a higher level interrupts a lower one, which goes on later where it stopped
    suspends   when servers go, work begun waits; otherwise it is finished. A pool that suspends and has
               nobody or `NEVER_FEW` and more by turns is hours: while it is open, everybody's work goes on
    order      who of a level is served first, all pools of a line alike: who came first or last, whose work
               left is shortest, who is due first by the promise of the node (who was promised nothing after
               the others), or anybody with the same chance
    cost_per_h of a busy server
    skills     speed at a node, times `speed`: 1 where a node is not named
    at_once    cases a server can hold; slows: by how much of its time each other one slows a case down, 0 not
               at all, 1 so much that all of them share the server, see `sharing_kernels`. Busy is the share
               of the places for cases that are taken, in time and in cost
    """

    id: str
    servers: int = 1
    schedule: tuple[tuple[float, int], ...] = ()
    speed: float = 1.0
    preempts: bool = False
    suspends: bool = False
    order: str = "first_come"
    cost_per_h: float = 0.0
    outage: Outage | None = None
    skills: Mapping[str, float] = field(default_factory=dict)
    at_once: int = 1
    slows: float = 0.0


@dataclass(frozen=True)
class Risk:
    """Something that happens at executions of a node with a chance of its own, drawn when the case comes to
    the node: who then gives up in line takes it along.

    effect   nothing (beside delay and cost), go_to: `to` instead of the way on, drop: the case ends, hide:
    the
             fault is found when the case comes by `found_at`, and leads to `to` then
    delay    added to the work, the server held
    given    another risk; where it has happened to the case before, the chance is times `factor`
    load     what the chance grows with: times 1 + slope (load - load_from) above `load_from`
    hours    168 factors by hour of the week, from its start
    luck     number its draws are keyed by, as of a node
    """

    id: str
    at: str
    chance: float
    effect: str = "nothing"
    to: str = OUT
    found_at: str = ""
    delay: Law | None = None
    cost: float = 0.0
    given: str = ""
    factor: float = 1.0
    load: str = "none"
    load_from: float = 0.0
    slope: float = 0.0
    hours: tuple[float, ...] = ()
    luck: int | None = None


@dataclass(frozen=True)
class Network:
    """entry: the node where cases come in; levels: of service, at least one more than the highest used.
    week_start_s: seconds from the start of a week (Monday 0:00) to second 0 of the run."""

    nodes: tuple[Node, ...]
    pools: tuple[Pool, ...] = ()
    risks: tuple[Risk, ...] = ()
    entry: str = ""
    levels: int = 1
    week_start_s: float = 0.0

    @property
    def first(self) -> str:
        """Where cases come in: the entry, or the first node."""
        return self.entry or self.nodes[0].id


def in_a_row(nodes: Sequence[Node]) -> tuple[Node, ...]:
    """Nodes one after the other: each without ways leads to the next, the last out."""
    following = [node.id for node in nodes[1:]] + [OUT]
    return tuple(
        node if node.ways else replace(node, ways=(Way(after),))
        for node, after in zip(nodes, following, strict=True)
    )


def lines_of(network: Network) -> list[tuple[str, ...]]:
    """The pools of each line: one line for each set of pools, in the order they are met."""
    return list(dict.fromkeys(node.pools for node in network.nodes if node.pools))
