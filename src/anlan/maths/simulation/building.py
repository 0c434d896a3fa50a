"""From a network to the arrays of the kernels, with every number checked on the way."""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from anlan.domain.errors import UsageError
from anlan.maths.simulation.arrays import HOURS, MOST_RISKS, Model
from anlan.maths.simulation.laws import Law, constant, law_table
from anlan.maths.simulation.network import (
    ASSIGNS,
    EFFECTS,
    KINDS,
    LOADS,
    ORDERS,
    OUT,
    Network,
    Node,
    Pool,
    Risk,
    lines_of,
)
from anlan.maths.simulation.open_hours import Schedule, lines_by_hours

MOST_NODES, MOST_SERVERS, MOST_AT_ONCE = 5_000, 1_000_000, 1_000
VISITS, MOST_LUCK = 1 << 16, 1 << 16
"""Visits of a case to a node that have draws of their own; numbers that the draws of nodes are keyed by."""


def model_of(network: Network) -> Model:
    """The arrays of a network. Errors: UsageError `simulation.*` with what is wrong and where."""
    _check(network)
    nodes, pools, risks = network.nodes, network.pools, network.risks
    at = {node.id: i for i, node in enumerate(nodes)} | {OUT: -1}
    pool_at = {pool.id: i for i, pool in enumerate(pools)}
    lines, laws = lines_of(network), _Laws([node.law or constant(0.0) for node in nodes])
    line_at = {group: i for i, group in enumerate(lines)} | {(): -1}
    in_order = risks_in_order(network)
    risk_at = {risk.id: i for i, risk in enumerate(in_order)}
    patience = [laws.add(node.patience) for node in nodes]
    delays = [laws.add(risk.delay) for risk in in_order]
    up = [laws.add(pool.outage.between if pool.outage else None) for pool in pools]
    down = [laws.add(pool.outage.lasts if pool.outage else None) for pool in pools]
    joins = _joins(nodes)
    made, ways = law_table(laws.all), [way for node in nodes for way in node.ways]
    return Model(
        kind=_ints(KINDS.index(node.kind) for node in nodes),
        luck=_ints(VISITS * (i if node.luck is None else node.luck) for i, node in enumerate(nodes)),
        line=_ints(line_at[node.pools] for node in nodes),
        level=_ints(node.level for node in nodes),
        patience=_ints(patience),
        give_up_to=_ints(at[node.give_up_to] for node in nodes),
        balk=_ints(-1 if node.balk is None else node.balk for node in nodes),
        promise=_floats(node.promise_s for node in nodes),
        cost=_floats(node.cost for node in nodes),
        batch_size=_ints(node.batch for node in nodes),
        batch_wait=_floats(node.batch_wait_s for node in nodes),
        join=_ints(joins.get(node.id, -1) for node in nodes),
        needed=_ints(_needed(node, nodes) for node in nodes),
        anyone=_ints(ASSIGNS.index(node.assign) for node in nodes),
        way_first=_first(len(node.ways) for node in nodes),
        way_to=_ints(at[way.to] for way in ways),
        way_share=_floats(way.share for way in ways),
        way_sum=_floats(total for node in nodes for total in _sums(node)),
        law_code=made.code, law_numbers=made.numbers, law_first=made.first, law_values=made.values,
        line_pool_first=_first(len(group) for group in lines),
        line_pool=_ints(pool_at[name] for group in lines for name in group),
        line_order=_ints(ORDERS.index(pools[pool_at[group[0]]].order) for group in lines),
        pool_line_first=_first(sum(pool.id in group for group in lines) for pool in pools),
        pool_line=_ints(i for pool in pools for i, group in enumerate(lines) if pool.id in group),
        speed=_floats(
            pool.speed * pool.skills.get(node.id, 1.0) for pool in pools for node in nodes
        ).reshape(len(pools), len(nodes)),
        at_once=_ints(pool.at_once for pool in pools),
        slows=_floats(pool.slows if pool.at_once > 1 else 0.0 for pool in pools),
        preempts=_ints(pool.preempts for pool in pools),
        suspends=_ints(pool.suspends for pool in pools),
        pool_cost=_floats(pool.cost_per_h / 3600.0 / pool.at_once for pool in pools),
        by_hours=lines_by_hours(network, {}),
        **_changes(pools, {}),
        up=_ints(up), down=_ints(down),
        takes=_ints(pool.outage.servers * pool.at_once if pool.outage else 0 for pool in pools),
        risk_first=_first(sum(risk.at == node.id for risk in risks) for node in nodes),
        risk_luck=_ints(2 * (i if risk.luck is None else risk.luck) for i, risk in enumerate(in_order)),
        risk_chance=_floats(risk.chance for risk in in_order),
        risk_effect=_ints(EFFECTS.index(risk.effect) for risk in in_order),
        risk_to=_ints(at[risk.to] for risk in in_order),
        risk_found=_ints(at[risk.found_at] for risk in in_order),
        risk_delay=_ints(delays),
        risk_cost=_floats(risk.cost for risk in in_order),
        risk_given=_ints(risk_at[risk.given] if risk.given else -1 for risk in in_order),
        risk_factor=_floats(risk.factor for risk in in_order),
        risk_load=_ints(LOADS.index(risk.load) for risk in in_order),
        risk_from=_floats(risk.load_from for risk in in_order),
        risk_slope=_floats(risk.slope for risk in in_order),
        risk_hours=np.array([risk.hours or (1.0,) * HOURS for risk in in_order]).reshape(-1, HOURS),
        found_first=_first(len(_found_at(node, risks)) for node in nodes),
        found_risk=_ints(risk_at[risk.id] for node in nodes for risk in _found_at(node, risks)),
        week_start=np.array([network.week_start_s]),
    )  # fmt: skip


def with_schedules(model: Model, network: Network, schedules: Mapping[str, Schedule]) -> Model:
    """The model with other schedules of the pools named; their numbers may go down to nobody for a time.

    Errors: UsageError `simulation.schedule`, `simulation.number` where one does not ascend from 0.
    """
    for name, schedule in schedules.items():
        _check_schedule(name, schedule)
    return model._replace(by_hours=lines_by_hours(network, schedules), **_changes(network.pools, schedules))


def _changes(pools: Sequence[Pool], others: Mapping[str, Schedule]) -> dict[str, NDArray[Any]]:
    """Places for cases in the pools, by `others` where they have a schedule for one."""
    each = [(others.get(pool.id) or pool.schedule or ((0.0, pool.servers),), pool.at_once) for pool in pools]
    return {
        "change_first": _first(len(schedule) for schedule, _ in each),
        "change_time": _floats(time for schedule, _ in each for time, _ in schedule),
        "change_to": _ints(servers * at_once for schedule, at_once in each for _, servers in schedule),
    }


def risks_in_order(network: Network) -> list[Risk]:
    """Risks as the tallies have them: by their node."""
    return [risk for node in network.nodes for risk in network.risks if risk.at == node.id]


def _found_at(node: Node, risks: Sequence[Risk]) -> list[Risk]:
    """What was hidden and comes to light at the node."""
    return [risk for risk in risks if risk.effect == "hide" and risk.found_at == node.id]


class _Laws:
    """The law table, growing."""

    def __init__(self, laws: list[Law]) -> None:
        self.all = laws

    def add(self, law: Law | None) -> int:
        if law is None:
            return -1
        self.all.append(law)
        return len(self.all) - 1


def _ints(values: Iterable[int]) -> NDArray[np.int64]:
    return np.array(list(values), dtype=np.int64)


def _floats(values: Iterable[float]) -> NDArray[np.float64]:
    return np.array(list(values), dtype=np.float64)


def _first(lengths: Iterable[int]) -> NDArray[np.int64]:
    return np.concatenate(([0], np.cumsum(list(lengths)))).astype(np.int64)


def _sums(node: Node) -> list[float]:
    """Running sums of the shares; the last is 1 whatever the rounding, where one way is chosen."""
    total, sums = 0.0, []
    for way in node.ways:
        total += way.share
        sums.append(total)
    if sums and node.kind in ("task", "choice", "join"):
        sums[-1] = 1.0
    return sums


def _joins(nodes: Sequence[Node]) -> dict[str, int]:
    """Number of each join, under its own id and that of the node it brings together."""
    found: dict[str, int] = {}
    for number, node in enumerate(node for node in nodes if node.kind == "join"):
        found[node.id] = found[node.of] = number
    return found


def _needed(node: Node, nodes: Sequence[Node]) -> int:
    """Tokens a join needs: all ways of its split; 0 where the `some` before it says how many."""
    if node.kind != "join":
        return 0
    opened = next(other for other in nodes if other.id == node.of)
    return len(opened.ways) if opened.kind == "split" else 0


def _check(network: Network) -> None:
    nodes = network.nodes
    if not 1 <= len(nodes) <= MOST_NODES:
        raise UsageError("simulation.nodes", found=len(nodes), most=MOST_NODES)
    known = _once("node", (node.id for node in nodes)) | {OUT}
    pools = _once("pool", (pool.id for pool in network.pools))
    risks = _once("risk", (risk.id for risk in network.risks))
    if network.first not in known or network.first == OUT:
        raise UsageError("simulation.unknown", what="node", found=network.entry, where="entry")
    if len(network.risks) > MOST_RISKS:
        raise UsageError("simulation.risks", found=len(network.risks), most=MOST_RISKS)
    _check_luck("node", [node.luck for node in nodes])
    _check_luck("risk", [risk.luck for risk in network.risks])
    orders = {pool.id: pool.order for pool in network.pools}
    for node in nodes:
        _check_node(node, known, pools, {other.id: other for other in nodes})
        if len({orders[name] for name in node.pools}) > 1:
            raise UsageError("simulation.mixed_lines", where=node.id)
        if not 0 <= node.level < network.levels:
            raise UsageError("simulation.level", where=node.id, found=node.level, levels=network.levels)
    for pool in network.pools:
        _check_pool(pool, known)
    for risk in network.risks:
        _check_risk(risk, known, risks)


def _check_luck(what: str, keys: Sequence[int | None]) -> None:
    """All or none have a number of their own, and no two the same."""
    given = [key for key in keys if key is not None]
    if given and (len(set(given)) < len(keys) or not 0 <= min(given) <= max(given) < MOST_LUCK):
        raise UsageError("simulation.luck", what=what, most=MOST_LUCK)


def _once(what: str, names: Iterable[str]) -> set[str]:
    seen: set[str] = set()
    for name in names:
        if not name or name in seen:
            raise UsageError("simulation.twice", what=what, found=name)
        seen.add(name)
    return seen


def _check_node(node: Node, known: set[str], pools: set[str], nodes: Mapping[str, Node]) -> None:
    where = node.id
    _among("kind", node.kind, KINDS, where)
    _among("assign", node.assign, ASSIGNS, where)
    _known("node", [way.to for way in node.ways] + [node.give_up_to], known, where)
    _known("pool", node.pools, pools, where)
    if node.pools and node.kind != "task":
        raise UsageError("simulation.pools_of_no_work", where=where)
    if node.kind == "task" and node.law is None:
        raise UsageError("simulation.no_time", where=where)
    if not node.ways:
        raise UsageError("simulation.no_way", where=where)
    shares = [way.share for way in node.ways]
    _number("share", shares, where, lambda x: 0.0 <= x <= 1.0)
    if node.kind in ("task", "choice", "join") and not math.isclose(math.fsum(shares), 1.0, abs_tol=1e-9):
        raise UsageError("simulation.shares", where=where, total=math.fsum(shares))
    if node.kind == "some" and max(shares) == 0.0:
        raise UsageError("simulation.shares", where=where, total=0.0)
    if node.kind == "join" and nodes.get(node.of, node).kind not in ("split", "some"):
        raise UsageError("simulation.join", where=where, found=node.of)
    if node.batch > 1 and (node.patience or node.balk is not None):
        raise UsageError("simulation.batch_impatient", where=where)
    _number("promise_s", [node.promise_s], where, lambda x: x > 0.0, endless=True)
    _number("batch_wait_s", [node.batch_wait_s], where, lambda x: x >= 0.0, endless=True)
    _number("cost", [node.cost], where, lambda x: True)
    _number("batch", [node.batch], where, lambda x: 1 <= x <= 100_000)
    _number("balk", [] if node.balk is None else [node.balk], where, lambda x: x >= 0)


def _check_pool(pool: Pool, known: set[str]) -> None:
    schedule = pool.schedule or ((0.0, pool.servers),)
    _check_schedule(pool.id, schedule)
    _among("order", pool.order, ORDERS, pool.id)
    if max(n for _, n in schedule) == 0:
        raise UsageError("simulation.nobody", where=pool.id)
    _number("speed", [pool.speed, *pool.skills.values()], pool.id, lambda x: x > 0.0)
    _known("node", pool.skills, known, pool.id)
    _number("at_once", [pool.at_once], pool.id, lambda x: 1 <= x <= MOST_AT_ONCE)
    _number("slows", [pool.slows], pool.id, lambda x: 0.0 <= x <= 1.0)
    if pool.slows > 0.0 and (pool.preempts or pool.suspends):
        raise UsageError("simulation.slower_and_stopped", where=pool.id)
    _number("cost_per_h", [pool.cost_per_h], pool.id, lambda x: x >= 0.0)
    if pool.outage:
        _number("outage", [pool.outage.servers], pool.id, lambda x: x >= 1)
        _number("outage", [pool.outage.between.mean], pool.id, lambda x: x > 0.0)


def _check_schedule(where: str, schedule: Schedule) -> None:
    times = [time for time, _ in schedule]
    if not times or times[0] != 0.0 or any(b <= a for a, b in pairwise(times)):
        raise UsageError("simulation.schedule", where=where)
    _number("schedule", times, where, lambda x: x >= 0.0)
    _number("servers", [n for _, n in schedule], where, lambda x: 0 <= x <= MOST_SERVERS)


def _check_risk(risk: Risk, known: set[str], risks: set[str]) -> None:
    where = risk.id
    _among("effect", risk.effect, EFFECTS, where)
    _among("load", risk.load, LOADS, where)
    _known("node", [risk.at], known - {OUT}, where)
    _known("node", [risk.to, risk.found_at], known, where)
    _known("risk", [risk.given] if risk.given else [], risks, where)
    if risk.effect in ("go_to", "hide") and risk.to == OUT:
        raise UsageError("simulation.risk_to", where=where, name="to")
    if risk.effect == "hide" and risk.found_at == OUT:
        raise UsageError("simulation.risk_to", where=where, name="found_at")
    _number("chance", [risk.chance], where, lambda x: 0.0 <= x <= 1.0)
    for name in ("factor", "slope", "load_from"):
        _number(name, [getattr(risk, name)], where, lambda x: x >= 0.0)
    _number("cost", [risk.cost], where, lambda x: True)
    if risk.hours and len(risk.hours) != HOURS:
        raise UsageError("simulation.hours", where=where, found=len(risk.hours))
    _number("hours", risk.hours, where, lambda x: x >= 0.0)


def _among(name: str, found: str, accepted: Sequence[str], where: str) -> None:
    if found not in accepted:
        known = ", ".join(accepted)
        raise UsageError("simulation.not_among", name=name, found=found, accepted=known, where=where)


def _known(what: str, names: Iterable[str], known: set[str], where: str) -> None:
    for name in names:
        if name not in known:
            raise UsageError("simulation.unknown", what=what, found=name, where=where)


def _number(
    name: str,
    values: Iterable[float],
    where: str,
    accepted: Callable[[float], bool],
    *,
    endless: bool = False,
) -> None:
    for value in values:
        if math.isnan(value) or (math.isinf(value) and not endless) or not accepted(value):
            raise UsageError("simulation.number", name=name, found=value, where=where)
