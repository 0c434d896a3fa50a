"""Process simulation: events a second of both kernels, and the same network by SimPy, Ciw and Prosimos.

Five desks in a row with two servers each, one case in ten goes round again; exponential times. Events are
arrivals and completions of work, counted alike on all sides: a case that takes v visits makes 1 + v.
"""

import json
import tempfile
import time
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from anlan.maths.simulation import laws
from anlan.maths.simulation.arrivals import steady
from anlan.maths.simulation.network import OUT, Network, Node, Outage, Pool, Risk, Way
from anlan.maths.simulation.replications import Arrivals, Asked, simulate
from anlan.maths.streams import Stream
from bench.measure import Row, Table, Target, Worker, take_turns

HOUR = 3600.0
DESKS, SERVERS, AGAIN, PER_HOUR, CASES = 5, 2, 0.1, 1.4, 200_000
PEER_CASES, PROSIMOS_CASES, LARGE = 10_000, 2_000, 200_000_000
PEERS = {"simpy": 30.0, "ciw": None, "prosimos": 400.0}
"""Peer -> how many times as many events a second DESIGN asks for."""
_BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"


def plain() -> Network:
    """What the lean kernel runs."""
    ways = [(Way(f"desk{i + 1}"),) for i in range(DESKS - 1)] + [(Way("desk0", AGAIN), Way(OUT, 1 - AGAIN))]
    nodes = (Node(f"desk{i}", laws.exponential(HOUR), (f"pool{i}",), ways[i]) for i in range(DESKS))
    return Network(tuple(nodes), tuple(Pool(f"pool{i}", SERVERS) for i in range(DESKS)))


def with_everything() -> Network:
    """The same with patience, a promise, costs, risks that delay, go back and hide, priorities that
    interrupt, a second pool that is slower, and an outage."""
    network = plain()
    nodes, pools = list(network.nodes), [*network.pools, Pool("helper", 1, speed=0.8)]
    nodes[1] = replace(nodes[1], patience=laws.exponential(20 * HOUR))
    nodes[2] = replace(nodes[2], promise_s=3 * HOUR, cost=2.0, level=1)
    nodes[3] = replace(nodes[3], pools=("pool3", "helper"))
    pools[2] = replace(pools[2], preempts=True, cost_per_h=40.0)
    pools[4] = replace(pools[4], outage=Outage(laws.exponential(200 * HOUR), laws.exponential(5 * HOUR), 1))
    risks = (
        Risk("delay", "desk3", 0.1, delay=laws.exponential(HOUR / 2), load="line_length", slope=0.1),
        Risk("hidden", "desk2", 0.05, "hide", "desk1", "desk4"),
        Risk("back", "desk1", 0.02, "go_to", "desk0", given="hidden", factor=2.0),
    )
    return Network(tuple(nodes), tuple(pools), risks, levels=3)


def simulation_table(peers: dict[str, Worker | None], *, rounds: int) -> Table:
    """Millions of events a second of ours, how many times those of each peer, and a large study whole.

    Ours and the peers take turns and are timed by the same clock: seconds of the processor, medians of the
    rounds. The large study keeps two processors busy and is timed by the clock on the wall.
    """
    full = replace(plain(), levels=2)
    ours = {
        "lean": _Work(plain()),
        "full, nothing switched on": _Work(full),
        "full, every feature": _Work(with_everything()),
        "full, every feature and hours of the week": _Work(with_everything(), by_hour=True),
    }
    with tempfile.TemporaryDirectory() as folder:
        theirs = {
            name: _Peer(name, worker, _asked(name, Path(folder))) for name, worker in peers.items() if worker
        }
        taken = take_turns({**ours, **theirs}, rounds=rounds)
    speed = {name: work.events / taken[name] for name, work in {**ours, **theirs}.items()}
    limits = dict(zip(ours, (8.0, 5.0, 5.0, 5.0), strict=True))
    rows = [
        Row(name, "events a second, one core", speed[name] / 1e6, "M/s", Target(limits[name], at_least=True))
        for name in ours
    ]
    rows += [_large_study(), *(_against(name, speed) for name in peers)]
    about = (
        f"{DESKS} desks of {SERVERS} servers in a row, {AGAIN:.0%} go round again, {CASES:,} cases, kernels "
        f"compiled; SimPy and Ciw with {PEER_CASES:,} cases, Prosimos with {PROSIMOS_CASES:,}, imports not "
        "counted. Events a second of the processor, on all sides; the large study by the clock on the wall."
    )
    return Table("Process simulation", about, tuple(rows))


class _Work:
    """One replication of a network on one thread, compiled; each call returns its seconds."""

    def __init__(self, network: Network, *, by_hour: bool = False) -> None:
        self.network, self.asked = network, Asked(1, 1, threads=1, by_hour=by_hour)
        self.arrivals = Arrivals(steady(Stream(1), CASES, per_hour=PER_HOUR))
        self.events = 0
        simulate(network, lambda _: Arrivals(self.arrivals.times[:1000]), self.asked)

    def __call__(self) -> float:
        began = time.process_time()
        (run,) = simulate(self.network, lambda _: self.arrivals, self.asked)
        self.events = run.events
        return time.process_time() - began


class _Peer:
    """The same network by a peer, in its own process; each call returns its seconds."""

    def __init__(self, name: str, worker: Worker, asked: dict[str, Any]) -> None:
        self.name, self.worker, self.asked, self.events = name, worker, asked, 0.0
        worker.ask("warm", module=name)

    def __call__(self) -> float:
        answer = self.worker.ask(f"{self.name}_cases", **self.asked)
        _check_alike(self.name, answer.value["cycle_h"])
        self.events = answer.value["events"]
        return answer.cpu_s


def _asked(name: str, folder: Path) -> dict[str, Any]:
    if name == "prosimos":
        bpmn, scenario = _files(folder)
        return {"bpmn": bpmn, "scenario": scenario, "cases": PROSIMOS_CASES}
    return {
        "cases": PEER_CASES,
        "desks": DESKS,
        "servers": SERVERS,
        "again": AGAIN,
        "per_hour": PER_HOUR,
    }


def _large_study() -> Row:
    """200 million events with every feature and hours of the week on two threads: results of ten replications
    are held at once."""
    network, asked = with_everything(), Asked(1, 10, threads=2, by_hour=True)

    def coming(number: int) -> Arrivals:
        return Arrivals(steady(Stream(1, number), CASES, per_hour=PER_HOUR))

    events, first = 0, 0
    began, worked = time.perf_counter(), time.process_time()
    while events < LARGE:
        events += sum(run.events for run in simulate(network, coming, replace(asked, first=first)))
        first += asked.replications
    taken, cpu_s = time.perf_counter() - began, time.process_time() - worked
    return Row(
        f"full, every feature and hours of the week, {first} replications, two threads",
        f"{LARGE / 1e6:.0f} M events",
        taken * LARGE / events,
        "s",
        Target(25.0),
        note=f"{cpu_s * LARGE / events:.1f} s of both processors",
    )


def _against(name: str, speed: Mapping[str, float]) -> Row:
    at_least = PEERS[name]
    target = None if at_least is None else Target(at_least, at_least=True)
    against = f"events a second of {name}"
    if name not in speed:
        return Row("lean", against, None, target=target, note="not run")
    return Row("lean", against, speed["lean"] / speed[name], target=target, note=f"{speed[name]:,.0f}/s")


def _check_alike(name: str, cycle_h: float) -> None:
    """The peer simulated the same network: its mean time of a case is near ours."""
    (run,) = simulate(
        plain(), lambda _: Arrivals(steady(Stream(2), PEER_CASES, per_hour=PER_HOUR)), Asked(2, 1)
    )
    ours = float(np.mean(run.cycle_s)) / HOUR
    if not 0.6 < cycle_h / ours < 1.6:
        raise RuntimeError(f"{name}: a case takes {cycle_h:.2f} h, of ours {ours:.2f} h")


def _files(folder: Path) -> tuple[str, str]:
    """The network as a diagram and a scenario of Prosimos; everybody is there at all hours."""
    flows = [("in", "merge"), ("merge", "desk0")] + [(f"desk{i}", f"desk{i + 1}") for i in range(DESKS - 1)]
    flows += [(f"desk{DESKS - 1}", "split"), ("split", "merge"), ("split", "out")]
    steps = '<startEvent id="in" name="in"/><endEvent id="out" name="out"/>'
    steps += (
        '<exclusiveGateway id="merge" name="merge" gatewayDirection="Converging">{merge}</exclusiveGateway>'
    )
    steps += (
        '<exclusiveGateway id="split" name="split" gatewayDirection="Diverging">{split}</exclusiveGateway>'
    )
    for place in ("merge", "split"):
        ways = "".join(f"<incoming>f{i}</incoming>" for i, (_, b) in enumerate(flows) if b == place)
        ways += "".join(f"<outgoing>f{i}</outgoing>" for i, (a, _) in enumerate(flows) if a == place)
        steps = steps.replace("{" + place + "}", ways)
    steps += "".join(f'<task id="desk{i}" name="desk{i}"/>' for i in range(DESKS))
    steps += "".join(
        f'<sequenceFlow id="f{i}" sourceRef="{a}" targetRef="{b}"/>' for i, (a, b) in enumerate(flows)
    )
    names = {a + b: f"f{i}" for i, (a, b) in enumerate(flows)}
    (folder / "net.bpmn").write_text(
        f'<?xml version="1.0"?><definitions xmlns="{_BPMN}"><process id="p">{steps}</process></definitions>'
    )
    always = {"from": "MONDAY", "to": "SUNDAY", "beginTime": "00:00:00", "endTime": "23:59:59.999"}

    def law(mean_s: float) -> dict[str, object]:
        return {"distribution_name": "expon", "distribution_params": [{"value": mean_s}, {"value": 0},
                                                                      {"value": 1e7}]}  # fmt: skip

    people = [f"r{i}_{n}" for i in range(DESKS) for n in range(SERVERS)]
    scenario = {
        "resource_profiles": [
            {"id": f"pool{i}", "name": f"pool{i}", "resource_list": [
                {"id": f"r{i}_{n}", "name": f"r{i}_{n}", "cost_per_hour": 1, "amount": 1,
                 "calendar": "always", "assignedTasks": [f"desk{i}"]} for n in range(SERVERS)]}
            for i in range(DESKS)
        ],
        "arrival_time_distribution": law(HOUR / PER_HOUR),
        "arrival_time_calendar": [always],
        "gateway_branching_probabilities": [{"gateway_id": "split", "probabilities": [
            {"path_id": names["splitmerge"], "value": AGAIN},
            {"path_id": names["splitout"], "value": 1 - AGAIN}]}],
        "task_resource_distribution": [
            {"task_id": f"desk{i}", "resources": [
                {"resource_id": who, **law(HOUR)} for who in people if who.startswith(f"r{i}_")]}
            for i in range(DESKS)
        ],
        "resource_calendars": [{"id": "always", "name": "always", "time_periods": [always]}],
        "event_distribution": [],
    }  # fmt: skip
    (folder / "net.json").write_text(json.dumps(scenario))
    return str(folder / "net.bpmn"), str(folder / "net.json")
