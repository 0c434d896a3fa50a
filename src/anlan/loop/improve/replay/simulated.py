"""One replication of a process, replayed: the cases and draws of the run that was computed, no average."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from anlan.loop.improve.replay.replay import (
    HOUR_S,
    Replay,
    Span,
    Team,
    checked_span,
    there_in,
    usual_span,
    within,
)
from anlan.loop.improve.twin.names import is_wait
from anlan.loop.quantify.methods.process.process_hours import Schedule
from anlan.loop.quantify.methods.process.process_inputs import ProcessAsked
from anlan.loop.quantify.methods.process.process_runs import come
from anlan.maths.simulation.network import Network
from anlan.maths.simulation.replications import Asked, simulate, watch
from anlan.maths.simulation.stays import UNMANNED, WAITS, Token, tokens_of


def replay_run(
    asked: ProcessAsked,
    *,
    seed: int,
    number: int = 0,
    from_h: float | None = None,
    hours: float | None = None,
) -> Replay:
    """Replication `number` of the process, from an hour on for some hours; where not given, its fullest day
    that counts.

    Run twice: once to see which cases are there in the time shown, once more to note what happens to them.
    Errors: UsageError `replay.*`, `simulation.*`.
    """
    arrivals = come(asked, asked.disturbances, seed, number).arrivals
    wanted = Asked(seed, 1, window_s=asked.window_s, first=number)
    (run,) = simulate(asked.network, lambda _: arrivals, wanted)
    left_s, last_s = arrivals.times + run.cycle_s, asked.arrivals_until_s
    usual_s, usual_h = usual_span(arrivals.times, left_s, *asked.window_s)
    begin = usual_s if from_h is None else from_h * HOUR_S
    span = wished = checked_span(begin, usual_h if hours is None else hours, last_s)
    watched, span = there_in(arrivals.times, left_s, span)
    _, notes = watch(asked.network, arrivals, wanted, watched)
    nodes, numbers = asked.network.nodes, np.cumsum(watched) - 1
    joins = [place for place, node in enumerate(nodes) if node.kind == "join"]
    delays = frozenset(place for place, node in enumerate(nodes) if is_wait(node.id))
    tokens = [_of_delays(replace(each, case=int(numbers[each.case])), delays)
              for each in tokens_of(notes, joins=joins)]  # fmt: skip
    shown, kept = within(tokens, span)
    return Replay(
        tuple(node.id for node in nodes), _teams(asked.network, arrivals.schedules, kept),
        arrivals.times[watched], left_s[watched], run.fate[watched], shown, kept,
        kept.until_s < wished.until_s, asked.promise_s,
        first_day="", knows_work=True, first_s=0.0, last_s=last_s,
    )  # fmt: skip


def _of_delays(token: Token, delays: frozenset[int]) -> Token:
    """A delay before a step that nobody is busy with is a wait."""
    if not delays:
        return token
    return replace(token, stays=[
        stay._replace(doing=WAITS) if stay.node in delays and stay.doing == UNMANNED else stay
        for stay in token.stays
    ])  # fmt: skip


def _teams(network: Network, changed: Mapping[str, Schedule] | None, span: Span) -> tuple[Team, ...]:
    """Who is there in the span."""
    found = []
    for pool in network.pools:
        rows = (changed or {}).get(pool.id) or pool.schedule or ((0.0, pool.servers),)
        first = max((n for n, (time, _) in enumerate(rows) if time <= span.from_s), default=0)
        found.append(Team(pool.id, tuple(row for row in rows[first:] if row[0] < span.until_s)))
    return tuple(found)
