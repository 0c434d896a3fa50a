"""A replication that is watched: the same numbers as without, no token lost, the same times as counted."""

from dataclasses import replace

import numpy as np
import pytest

from anlan.maths.simulation import laws
from anlan.maths.simulation.arrays import BUSY, DROPPED, FINISHED
from anlan.maths.simulation.arrivals import steady
from anlan.maths.simulation.network import OUT, Network, Node, Outage, Pool, Risk, Way
from anlan.maths.simulation.replications import Arrivals, Asked, Replication, simulate, watch
from anlan.maths.simulation.stays import MERGED, PASSES, UNMANNED, WAITS, WITH_OTHERS, Token, tokens_of
from anlan.maths.streams import Stream

HOUR, CASES = 3600.0, 3_000


def _everything() -> Network:
    """Patience, balking, batches, splits, joins, interrupts, outages and risks that drop and hide."""
    nodes = (
        Node("take", laws.exponential(HOUR / 4), ("desk",), (Way("either"),),
             patience=laws.exponential(2 * HOUR)),
        Node("either", None, (), (Way("both", 0.7), Way("urgent", 0.3)), "choice"),
        Node("both", None, (), (Way("check", 0.6), Way("print", 0.7)), "some"),
        Node("check", laws.exponential(HOUR / 3), ("desk", "helper"), (Way("meet"),), level=1),
        Node("print", laws.constant(HOUR / 2), ("printer",), (Way("meet"),), batch=3, batch_wait_s=HOUR),
        Node("meet", None, (), (Way("close"),), "join", of="both"),
        Node("urgent", laws.exponential(HOUR / 5), ("helper",), (Way("close"),), balk=4),
        Node("close", laws.constant(60.0), (), (Way("take", 0.1), Way(OUT, 0.9))),
    )  # fmt: skip
    pools = (
        Pool("desk", 2, preempts=True, outage=Outage(laws.exponential(30 * HOUR), laws.exponential(HOUR), 1)),
        Pool("helper", 1, ((0.0, 1), (20 * HOUR, 0), (26 * HOUR, 1)), suspends=True, speed=0.8),
        Pool("printer", 1),
    )
    risks = (
        Risk("lost", "urgent", 0.05, "drop"),
        Risk("wrong", "check", 0.1, "hide", "take", "close", delay=laws.exponential(HOUR / 10)),
    )
    return Network(nodes, pools, risks, levels=2)


def _plain() -> Network:
    nodes = (Node("one", laws.exponential(HOUR), ("p",), (Way("two"),)),
             Node("two", laws.exponential(HOUR), ("q",), (Way("one", 0.2), Way(OUT, 0.8))))  # fmt: skip
    return Network(nodes, (Pool("p", 2), Pool("q", 2)))


def _watched(network: Network, per_hour: float) -> tuple[Arrivals, Replication, Replication, list[Token]]:
    arrivals = Arrivals(steady(Stream(5), CASES, per_hour=per_hour))
    asked = Asked(5, 1)
    (alone,) = simulate(network, lambda _: arrivals, asked)
    seen, notes = watch(network, arrivals, asked, np.ones(CASES, dtype=bool))
    joins = [place for place, node in enumerate(network.nodes) if node.kind == "join"]
    return arrivals, alone, seen, tokens_of(notes, joins=joins)


@pytest.mark.parametrize(("network", "per_hour"), [(_plain(), 1.3), (_everything(), 3.0)])
def test_watching_changes_no_number(network, per_hour) -> None:
    _, alone, seen, _ = _watched(network, per_hour)
    np.testing.assert_array_equal(alone.cycle_s, seen.cycle_s)
    np.testing.assert_array_equal(alone.fate, seen.fate)
    np.testing.assert_allclose(alone.waited_s, seen.waited_s, rtol=1e-12)


@pytest.mark.parametrize(("network", "per_hour"), [(_plain(), 1.3), (_everything(), 3.0)])
def test_the_last_token_leaves_when_its_case_is_counted_as_done(network, per_hour) -> None:
    arrivals, run, _, tokens = _watched(network, per_hour)
    first, last = np.full(CASES, np.inf), np.zeros(CASES)
    for token in tokens:
        if token.born < 0:
            first[token.case] = min(first[token.case], token.stays[0].from_s if token.stays else np.inf)
        if token.stays:
            last[token.case] = max(last[token.case], token.until_s)
    lasts = run.cycle_s > 0
    np.testing.assert_array_equal(first[lasts], arrivals.times[lasts])
    np.testing.assert_array_equal((last - arrivals.times)[lasts], run.cycle_s[lasts])


def test_no_token_is_lost_or_made_of_nothing() -> None:
    _, run, _, tokens = _watched(_everything(), 3.0)
    own = [token for token in tokens if token.born < 0]
    assert sorted(token.case for token in own) == list(range(CASES))
    for token in tokens:
        for before, after in zip(token.stays, token.stays[1:], strict=False):
            assert before.until_s == after.from_s
        assert token.fate == MERGED or token.fate == run.fate[token.case]
    ended = np.zeros(CASES, dtype=int)
    for token in tokens:
        ended[token.case] += token.fate != MERGED
    assert (ended[run.fate == FINISHED] == 1).all(), "a case that is finished leaves with one token"
    assert (ended >= 1).all()
    assert (run.fate == DROPPED).any()
    assert any(token.fate == MERGED for token in tokens)
    assert any(stay.doing == WITH_OTHERS for token in tokens for stay in token.stays)


@pytest.mark.parametrize(("network", "per_hour"), [(_plain(), 1.3), (_everything(), 3.0)])
def test_waits_and_busy_times_add_up_to_those_counted(network, per_hour) -> None:
    _, run, _, tokens = _watched(network, per_hour)
    stays = [(token.case, stay) for token in tokens for stay in token.stays]
    busy = np.zeros(len(network.pools))
    for _, stay in stays:
        if stay.doing >= 0:
            busy[stay.doing] += stay.until_s - stay.from_s
    np.testing.assert_allclose(busy, run.pool[:, BUSY], rtol=1e-9)
    joins = {place for place, node in enumerate(network.nodes) if node.kind == "join"}
    waited = np.zeros(CASES)
    for case, stay in stays:
        if stay.doing == WAITS and stay.node not in joins:
            waited[case] += stay.until_s - stay.from_s
    served = run.fate == FINISHED
    np.testing.assert_allclose(waited[served], run.waited_s[served], atol=1e-6)


def test_only_the_cases_that_are_watched_are_noted_and_room_grows() -> None:
    network, arrivals = _everything(), Arrivals(steady(Stream(5), CASES, per_hour=3.0))
    some = np.arange(CASES) % 7 == 0
    _, notes = watch(network, arrivals, Asked(5, 1), some)
    assert set(notes.case.tolist()) == set(np.flatnonzero(some).tolist())
    whole = watch(network, arrivals, Asked(5, 1), np.ones(CASES, dtype=bool))[1]
    assert len(whole.time_s) > len(notes.time_s)
    assert (np.diff(whole.time_s) >= 0).all()
    kept = np.isin(whole.case, np.flatnonzero(some))
    np.testing.assert_array_equal(whole.place[kept], notes.place)


def test_a_gateway_is_passed_and_work_without_people_is_told_apart() -> None:
    _, _, _, tokens = _watched(replace(_everything(), risks=()), 3.0)
    doing = {(stay.node, stay.doing) for token in tokens for stay in token.stays}
    assert (1, PASSES) in doing
    assert (7, UNMANNED) in doing
    assert (5, WAITS) in doing
