"""The arrays the full kernel works on: what is simulated, where things stand, what is counted.

Tokens walk; a case has one, or several between a split and its join. Places are numbers: node, line, pool,
risk. A line is what waits for one set of pools; several nodes may share a line, several pools may serve one.
Tables of different lengths lie one after the other: those of i are `first[i]` up to `first[i + 1]`.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

TASK, PASSING, SPLIT, SOME, JOIN = range(5)
"""Kinds of nodes: work, a choice without time, all ways at once, each way by its own chance, a meeting."""
NOTHING, GO_TO, DROP, HIDE = range(4)
"""What a risk does to the way of a case, see `Model.risk_effect`."""
NO_LOAD, LINE_LENGTH, BUSY_SHARE = range(3)
"""What the chance of a risk grows with."""
FINISHED, ABANDONED, BALKED, DROPPED = (np.int64(fate) for fate in range(4))
"""How a case ended."""
DONE, NO_ROOM, TOO_MANY_VISITS, STUCK, STARVED, TOO_LONG, PAUSED = (np.int64(status) for status in range(7))
"""How a run ended: PAUSED, it has not and can be gone on with; STUCK, a join waits for what cannot come;
STARVED, work waits for what never opens; TOO_LONG, there were more events than a run may have."""
FIRST_COME, LAST_COME, SHORTEST, DUE, RANDOM = range(5)
"""Who of a line is served first."""
MOST_RISKS, HOURS = 64, 168

COUNT, SERVED, WAITED, WAITED_SQUARED, LONGEST, GAVE_UP, TURNED_AWAY, LATE, COST = (
    np.int64(column) for column in range(9)
)
"""Columns of `Tally.node`; the first five as in the lean kernel."""
BUSY, DOWN = range(2)
"""Columns of `Tally.pool`, server-seconds in the window."""
HAPPENED, DELAYED, SPENT = range(3)
"""Columns of `Tally.risk`: how often, seconds added, cost added."""

BORN, WENT_BY, CAME, BEGUN, HALTED, HELD, LEFT = (np.int64(kind) for kind in range(7))
"""Kinds of notes: split off at a node, went through one without work, came to work, its work began, was
interrupted, waits for the others at a join, left the process. The place of BEGUN is the pool, of LEFT how the
case ended, else the node."""
WITH_FIRST = np.int64(-2)
"""In place of a pool: served together with the first of its batch."""


class Model(NamedTuple):
    """What is simulated. Numbers of laws point into the law table; -1 is none everywhere.

    Per node: kind; luck, where the numbers of its draws begin; line (-1: served at once); level (0 is served
      first); patience, give_up_to; balk, the length of the line at which a case turns away; promise, seconds
      from coming to being done; cost; batch_size, batch_wait, seconds until a batch begins unfilled; join,
      number of the join (of a SOME, of that where its ways meet); needed, ways a JOIN waits for (0: as many
      as its SOME took); anyone, 1 where each free server is as likely as any other.
    way_first, way_to, way_share, way_sum: ways on; shares add up to 1 except at SPLIT and SOME.
    line_pool_first, line_pool: pools of a line, the preferred first; line_order: who is
    served first.
    by_hours: (n_lines,) 1 where its pool is hours, see `open_hours`.
    pool_line_first, pool_line: lines of a pool.
    speed: (n_pools, n_nodes). Per pool: at_once, cases a person can hold, the servers of the kernel being
      the places for them; slows, see `sharing_kernels`; preempts, a higher level interrupts a lower one,
      which goes on later; suspends, work begun stops when servers go instead of being finished; pool_cost
      per busy second; up, down, takes: laws of the times between and of outages, and the servers each takes.
    change_first, change_time, change_to: when a pool's number of servers becomes what, the first at time 0.
    risk_first: (n_nodes + 1,) risks of a node's executions. Per risk: risk_luck, where its numbers begin;
      risk_chance; risk_effect (NOTHING; GO_TO: risk_to instead of the way on; DROP: out; HIDE: to risk_to
      when the case comes by risk_found);
      risk_delay, a law, the server held; risk_cost; risk_given, risk_factor: chance times factor where that
      risk has happened to the case before; risk_load, risk_from, risk_slope: chance times 1 + slope (load -
      from) above `from`; risk_hours, (n_risks, 168), factor by hour of the week.
    found_first, found_risk: risks that come to light at a node.
    week_start: seconds from the start of a week to the start of the run.
    """

    kind: Ints
    luck: Ints
    line: Ints
    level: Ints
    patience: Ints
    give_up_to: Ints
    balk: Ints
    promise: Floats
    cost: Floats
    batch_size: Ints
    batch_wait: Floats
    join: Ints
    needed: Ints
    anyone: Ints
    way_first: Ints
    way_to: Ints
    way_share: Floats
    way_sum: Floats
    law_code: Ints
    law_numbers: Floats
    law_first: Ints
    law_values: Floats
    line_pool_first: Ints
    line_pool: Ints
    line_order: Ints
    by_hours: Ints
    pool_line_first: Ints
    pool_line: Ints
    speed: Floats
    at_once: Ints
    slows: Floats
    preempts: Ints
    suspends: Ints
    pool_cost: Floats
    change_first: Ints
    change_time: Floats
    change_to: Ints
    up: Ints
    down: Ints
    takes: Ints
    risk_first: Ints
    risk_luck: Ints
    risk_chance: Floats
    risk_effect: Ints
    risk_to: Ints
    risk_found: Ints
    risk_delay: Ints
    risk_cost: Floats
    risk_given: Ints
    risk_factor: Floats
    risk_load: Ints
    risk_from: Floats
    risk_slope: Floats
    risk_hours: Floats
    found_first: Ints
    found_risk: Ints
    week_start: Floats


class Tally(NamedTuple):
    """What is counted. node (n_nodes, 9), pool (n_pools, 2), risk (n_risks, 3), queued (n_lines,)
    token-seconds in lines; hour_line, hour_pool: (168, n) token-seconds waiting and server-seconds busy by
    hour of the week, with no rows where not wanted; cycle, waited, spent, fate: per case; window: seconds
    from..to. watched: (n_cases,) whether what happens to the case is noted, empty where nothing is; note_s,
    notes: (n_rows,), (n_rows, 4) when, and case, token, place, kind; n_notes: (1,) how many there were, also
    beyond the rows."""

    node: Floats
    pool: Floats
    risk: Floats
    queued: Floats
    hour_line: Floats
    hour_pool: Floats
    cycle: Floats
    waited: Floats
    spent: Floats
    fate: Ints
    window: Floats
    watched: NDArray[np.bool_]
    note_s: Floats
    notes: Ints
    n_notes: Ints


class Run(NamedTuple):
    """One replication: words of its stream, arrivals (n_cases,) in seconds, ascending, what a case adds to
    the level of every node it waits at, and luck, the number its draws are keyed by."""

    key: NDArray[np.uint64]
    arrivals: Floats
    class_level: Ints
    luck: Ints


class State(NamedTuple):
    """Where things stand.

    times, orders, whats: the events to come. Per token: case (its slot), at, onward, service (seconds of
    work left
      at speed 1), came (to the node), since (in line), idle (not served since), began, level, pool, version,
      before and after (neighbours in a line or in a pool's list of work begun), member (next of its batch),
      struck (bits of risks that happened at this visit), due (work of its pool at which it is done).
    Per slot of a case: number, luck (what its draws are keyed by), open (tokens), gone (fate), joined and
      expected by join, hidden and happened (bits of risks), waits, costs, visits by node.
    head, tail by line and level; length by line; newest by pool and level: work begun last.
    Per pool: open_now, out_now, busy_now, change, outage, out_since; where cases are slower together
      soonest, planned (tokens done first, and as planned), pace, worked, settled. Per node: batch_head,
      batch_count, batch_version. stack_token, stack_node: ways not yet walked. totals: places named in
      `places_kernels`.
    """

    times: Floats
    orders: Ints
    whats: Ints
    case: Ints
    at: Ints
    onward: Ints
    service: Floats
    came: Floats
    since: Floats
    idle: Floats
    began: Floats
    level: Ints
    pool: Ints
    version: Ints
    before: Ints
    after: Ints
    member: Ints
    struck: NDArray[np.uint64]
    due: Floats
    number: Ints
    luck: Ints
    open: Ints
    gone: Ints
    joined: Ints
    expected: Ints
    hidden: NDArray[np.uint64]
    happened: NDArray[np.uint64]
    waits: Floats
    costs: Floats
    visits: NDArray[np.uint16]
    head: Ints
    tail: Ints
    length: Ints
    newest: Ints
    open_now: Ints
    out_now: Ints
    busy_now: Ints
    change: Ints
    outage: Ints
    out_since: Floats
    soonest: Ints
    planned: Ints
    pace: Floats
    worked: Floats
    settled: Floats
    batch_head: Ints
    batch_count: Ints
    batch_version: Ints
    stack_token: Ints
    stack_node: Ints
    free_token: Ints
    free_case: Ints
    totals: Ints


def empty_state(model: Model, *, tokens: int, levels: int, joins: int, most_events: int) -> State:
    """Room for so many tokens (and as many cases) at once."""
    n_nodes, n_lines, n_pools = len(model.kind), len(model.line_order), len(model.speed)

    def ints(*shape: int, value: int = 0) -> Ints:
        return np.full(shape, value, dtype=np.int64)

    # one completion per token, one patience per token, one batch per node, two events per pool
    events = 2 * tokens + n_nodes + 2 * n_pools + 1
    return State(
        times=np.zeros(events), orders=ints(events), whats=ints(events),
        case=ints(tokens), at=ints(tokens), onward=ints(tokens), service=np.zeros(tokens),
        came=np.zeros(tokens), since=np.zeros(tokens), idle=np.zeros(tokens), began=np.zeros(tokens),
        level=ints(tokens), pool=ints(tokens), version=ints(tokens), before=ints(tokens), after=ints(tokens),
        member=ints(tokens), struck=np.zeros(tokens, np.uint64), due=np.zeros(tokens),
        number=ints(tokens), luck=ints(tokens),
        open=ints(tokens), gone=ints(tokens), joined=ints(tokens,
        joins), expected=ints(tokens, joins), hidden=np.zeros(tokens, np.uint64), happened=np.zeros(tokens,
        np.uint64), waits=np.zeros(tokens), costs=np.zeros(tokens), visits=np.zeros((tokens, n_nodes),
        np.uint16), head=ints(n_lines, levels, value=-1), tail=ints(n_lines, levels, value=-1),
        length=ints(n_lines), newest=ints(n_pools, levels, value=-1), open_now=ints(n_pools),
        out_now=ints(n_pools), busy_now=ints(n_pools), change=ints(n_pools), outage=ints(n_pools),
        out_since=np.zeros(n_pools), soonest=ints(n_pools, value=-1), planned=ints(n_pools, value=-1),
        pace=np.ones(n_pools), worked=np.zeros(n_pools), settled=np.zeros(n_pools),
        batch_head=ints(n_nodes, value=-1), batch_count=ints(n_nodes),
        batch_version=ints(n_nodes), stack_token=ints(tokens + 1), stack_node=ints(tokens + 1),
        free_token=np.arange(tokens)[::-1].copy(), free_case=np.arange(tokens)[::-1].copy(),
        totals=np.array([0, 0, 0, 0, tokens, tokens, -1, most_events, 0, 0, 0, 0, 0]),
    )  # fmt: skip
