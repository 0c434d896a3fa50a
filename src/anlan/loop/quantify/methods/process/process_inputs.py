"""A process as a user writes it, as a network of queues: steps, ways, people, hours, risks at steps.

Times are in minutes here and in seconds in the network; the run begins on Monday at 0:00.
"""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from anlan.loop.quantify.methods.faults import Faults
from anlan.loop.quantify.methods.names import numbered, place
from anlan.loop.quantify.methods.process.process_appointments import Appointments, appointments_of
from anlan.loop.quantify.methods.process.process_fields import FIELDS, QUEUE_ORDERS
from anlan.loop.quantify.methods.process.process_hours import MINUTE_S, WEEK_S, rates_of, schedules_of
from anlan.loop.quantify.methods.process.process_orders import LEAST_ORDERS, every_set, runs_needed
from anlan.loop.quantify.methods.process.process_risks import Disturbance, read_risks
from anlan.loop.quantify.methods.process.process_skills import Skills, check_used, read_skills
from anlan.maths.distributions import Distribution
from anlan.maths.simulation import laws
from anlan.maths.simulation.network import OUT, Network, Node, Pool, Way

MOST_CASES = 5_000_000
_CELLS = 1024
_ORDERS = dict(zip(QUEUE_ORDERS, ("first_come", "shortest", "due", "random"), strict=True))
_SPLIT = re.compile(r"[,，、;；\n]")
_ONLY_TASKS = ("time", "pool", "promise", "patience", "longest_line", "batch_wait")


@dataclass(frozen=True)
class CaseClass:
    """A share of the cases and what it adds to the level of the steps."""

    name: str
    share: float
    level: int


@dataclass(frozen=True)
class Complaints:
    """Chance that a case complains: `chance`, and more with every hour beyond `after_s`; of cases that are
    not served `if_lost`. cost of one."""

    chance: float
    after_s: float
    more_per_hour: float
    if_lost: float
    cost: float


@dataclass(frozen=True)
class ProcessAsked:
    """A process ready to run. rates: 168 arrivals an hour from Monday 0:00; times in seconds.

    together      cases that come at once; the rates count cases
    cool_down_s   cases still come for so long after `until_s`: those that count meet them in the queues, and
                  they do not count themselves
    day_variation standard deviation of the level of a day, which has mean 1 and a gamma law
    usual_rates   of the process it is compared with: cases that come in both come at the same time with the
                  same luck; none: its own
    appointments  cases that come at set times, beside the rates
    disturbances  risks that come over time, whatever is done at the steps
    risks         names of all risks, in the order asked
    """

    network: Network
    rates: tuple[float, ...]
    until_s: float
    warm_up_s: float
    promise_s: float | None
    replications: int
    disturbances: tuple[Disturbance, ...] = ()
    risks: tuple[str, ...] = ()
    classes: tuple[CaseClass, ...] = ()
    complaints: Complaints | None = None
    orders: int = 0
    cool_down_s: float = 0.0
    together: int = 1
    usual_rates: tuple[float, ...] = ()
    day_variation: float = 0.0
    appointments: tuple[Appointments, ...] = ()

    @property
    def arrivals_until_s(self) -> float:
        """When the last case may come."""
        return self.until_s + self.cool_down_s

    @property
    def window_s(self) -> tuple[float, float]:
        """From..to: the time that counts."""
        return self.warm_up_s, self.until_s


def read_process(inputs: Mapping[str, Any]) -> ProcessAsked:
    """The network and how long it runs. Errors: RefusedInputs with every fault, each at its place."""
    faults = Faults()
    steps = numbered(inputs["steps"], "steps", faults)
    pools = numbered(inputs["pools"], "pools", faults)
    classes = _classes(inputs["classes"], faults)
    ways = _ways(inputs, steps, faults)
    skills = read_skills(inputs["skills"], pools, steps, faults)
    rows = {row["name"]: row for row in inputs["steps"]}
    reading = _Steps(steps, pools, rows, inputs["pools"], skills, faults)
    nodes = tuple(reading.node(row, n, ways[row["name"]]) for n, row in enumerate(inputs["steps"]))
    until_s, warm_up_s = inputs["weeks"] * WEEK_S, inputs["warm_up_weeks"] * WEEK_S
    cool_down_s = _cool_down(inputs) * WEEK_S
    _check_orders(inputs, faults)
    check_used(inputs["skills"], {node.id: node.pools for node in nodes}, faults)
    schedules = schedules_of(inputs["shifts"], pools, until_s + cool_down_s, faults)
    by_name = {each.name: number for number, each in enumerate(classes)}
    set_times = appointments_of(inputs["appointments"], inputs["arrival_times"], by_name, faults)
    rates = rates_of(inputs["arrivals"], faults, others=bool(set_times))
    at_steps, over_time = read_risks(inputs["risks"], nodes, pools, law_of, faults)
    _check_size(inputs, rates, over_time, faults, set_times)
    faults.raise_any()
    made = tuple(_pool(row, schedules, skills) for row in inputs["pools"])
    levels = 1 + max(node.level for node in nodes) + max((each.level for each in classes), default=0)
    promise = inputs["promise"]
    return ProcessAsked(
        Network(nodes, made, at_steps, levels=levels), rates, until_s, warm_up_s,
        None if promise is None else promise * MINUTE_S, inputs["replications"], over_time,
        tuple(row["name"] for row in inputs["risks"]), classes, _complaints(inputs["complaints"]),
        inputs["orders"], cool_down_s, inputs["together"], day_variation=inputs["day_variation"],
        appointments=set_times,
    )  # fmt: skip


def _cool_down(inputs: Mapping[str, Any]) -> float:
    """Weeks; as many as warm it up where none are given."""
    given = inputs["cool_down_weeks"]
    return float(inputs["warm_up_weeks"] if given is None else given)


def law_of(time: Distribution) -> laws.Law:
    """The law of a time given in minutes; what the kernels have no quantile function of becomes a table."""
    p = time.parameters
    if time.kind in ("none", "constant"):
        return laws.constant(time.mean * MINUTE_S)
    if time.kind == "lognormal":
        return laws.Law(laws.LOGNORMAL, p["mu"] + math.log(MINUTE_S), p["sigma"])
    if time.kind == "weibull":
        return laws.weibull(p["scale"] * MINUTE_S, p["shape"])
    if time.kind == "gamma":
        return laws.gamma(time.mean * MINUTE_S, math.sqrt(time.variance) * MINUTE_S)
    if time.kind == "quantiles":
        return laws.table(time.points * MINUTE_S)
    return laws.table(time.quantile(np.linspace(0.0, 1.0, _CELLS + 1)) * MINUTE_S)


def names_in(text: str, known: Mapping[str, int]) -> tuple[str, ...]:
    """The names of one answer: `坐席、班长`, the preferred first. A known name is one, whatever it holds."""
    if not text or text in known:
        return (text,) if text else ()
    return tuple(dict.fromkeys(part.strip() for part in _SPLIT.split(text) if part.strip()))


def _ways(inputs: Mapping[str, Any], steps: Mapping[str, int], faults: Faults) -> dict[str, tuple[Way, ...]]:
    """Ways from each step: those given, else on to the next row and out after the last."""
    found: dict[str, list[Way]] = {name: [] for name in steps}
    kinds = {row["name"]: row["kind"] for row in inputs["steps"]}
    for number, row in enumerate(inputs["ways"]):
        where = f"ways[{number + 1}]"
        known = place(row["from"], steps, f"{where}.from", faults) is not None
        if row["to"]:
            known = place(row["to"], steps, f"{where}.to", faults) is not None and known
        if known:
            found[row["from"]].append(Way(row["to"] or OUT, row["share"]))
    names = list(steps)
    for name, after in zip(names, [*names[1:], OUT], strict=True):
        given, total = found[name], math.fsum(way.share for way in found[name])
        if kinds[name] in ("split", "some"):
            if given and total == 0.0:
                faults.add("process.no_share", where=f"ways: {name}")
            found[name] = given or [Way(after)]
            continue
        if given and not math.isclose(total, 1.0, abs_tol=1e-6):
            faults.add("process.shares", where=f"ways: {name}", found=total)
        found[name] = [Way(w.to, w.share / total) for w in given] if total > 0 else [Way(after)]
    return {name: tuple(ways) for name, ways in found.items()}


@dataclass(frozen=True)
class _Steps:
    """Reads the steps one by one. by_name: their rows; pool_rows: those of the pools."""

    places: Mapping[str, int]
    pools: Mapping[str, int]
    by_name: Mapping[str, Mapping[str, Any]]
    pool_rows: Sequence[Mapping[str, Any]]
    skills: Skills
    faults: Faults

    def node(self, row: Mapping[str, Any], number: int, ways: tuple[Way, ...]) -> Node:
        """Its node; every fault at its place."""
        where = f"steps[{number + 1}]"
        if row["kind"] != "task":
            return self._gateway(row, where, ways)
        if row["time"] is None:
            self.faults.add("method.missing_input", where=f"{where}.time")
        if row["joins"]:
            self.faults.add("process.joins", where=f"{where}.joins", found=row["joins"])
        pools = self._pools(row, where)
        self._check_line(row, where, pools)
        patience = None if row["patience"] is None else laws.exponential(row["patience"] * MINUTE_S)
        return Node(
            row["name"],
            law_of(row["time"] or Distribution("none")),
            pools,
            ways,
            level=row["level"],
            patience=patience,
            give_up_to=row["gives_up_to"] or OUT,
            balk=row["longest_line"],
            promise_s=math.inf if row["promise"] is None else row["promise"] * MINUTE_S,
            cost=row["cost"],
            batch=row["batch"],
            batch_wait_s=math.inf if row["batch_wait"] is None else row["batch_wait"] * MINUTE_S,
            assign="anyone" if row["assign"] == "anyone" else "preferred",
        )

    def _gateway(self, row: Mapping[str, Any], where: str, ways: tuple[Way, ...]) -> Node:
        for name in _ONLY_TASKS:
            if row[name] not in (None, ""):
                self.faults.add("process.only_tasks", where=f"{where}.{name}", kind=row["kind"])
        for name, default in (
            ("cost", 0.0), ("batch", 1), ("level", 0), ("gives_up_to", ""), ("assign", "preferred"),
        ):  # fmt: skip
            if row[name] != default:
                self.faults.add("process.only_tasks", where=f"{where}.{name}", kind=row["kind"])
        of = self.by_name.get(row["joins"], {}).get("kind")
        if (row["kind"] == "join") != (of in ("split", "some")) or (row["joins"] and of is None):
            self.faults.add("process.joins", where=f"{where}.joins", found=row["joins"])
        return Node(row["name"], None, (), ways, row["kind"], of=row["joins"])

    def _pools(self, row: Mapping[str, Any], where: str) -> tuple[str, ...]:
        """The pools that can do the step, the preferred first."""
        names = names_in(row["pool"], self.pools)
        known = [place(name, self.pools, f"{where}.pool", self.faults) for name in names]
        rows = [self.pool_rows[at] for at in known if at is not None]
        if len({(each["newest_first"], each["order"]) for each in rows}) > 1:
            self.faults.add("process.mixed_lines", where=f"{where}.pool", found=row["pool"])
        able = [each for each in rows if self.skills.can(each["name"], row["name"])]
        if rows and not able:
            self.faults.add("process.nobody_can", where=f"{where}.pool", found=row["pool"])
        if row["assign"] == "fastest":
            able = self.skills.fastest_first(able, row["name"])
        return tuple(each["name"] for each in able)

    def _check_line(self, row: Mapping[str, Any], where: str, pools: tuple[str, ...]) -> None:
        """What is said of a line needs one; who leaves it must have a reason to."""
        impatient = [name for name in ("patience", "longest_line") if row[name] is not None]
        for name in impatient if not row["pool"] else ():
            self.faults.add("process.patience_of_no_line", where=f"{where}.{name}")
        if row["batch"] > 1 and impatient:
            self.faults.add("process.batch_impatient", where=f"{where}.batch")
        if row["batch_wait"] is not None and row["batch"] == 1:
            self.faults.add("process.needs", where=f"{where}.batch_wait", needed="batch")
        if row["batch_wait"] is None and row["batch"] > 1:  # the last cases would wait for ever
            self.faults.add("process.needs", where=f"{where}.batch", needed="batch_wait")
        if row["gives_up_to"]:
            place(row["gives_up_to"], self.places, f"{where}.gives_up_to", self.faults)
            if not impatient:
                self.faults.add("process.needs", where=f"{where}.gives_up_to", needed="patience")


def _check_orders(inputs: Mapping[str, Any], faults: Faults) -> None:
    """One order for each pool; who is due first needs something to be due; cases that slow each other down
    are not interrupted."""
    promised = {
        name
        for row in inputs["steps"]
        if row["promise"] is not None
        for name in names_in(row["pool"], {each["name"]: n for n, each in enumerate(inputs["pools"])})
    }
    for number, row in enumerate(inputs["pools"]):
        where = f"pools[{number + 1}].order"
        if row["newest_first"] and row["order"] != QUEUE_ORDERS[0]:
            faults.add("process.two_orders", where=where, found=row["order"])
        if row["order"] == "due" and row["name"] not in promised:
            faults.add("process.nothing_due", where=where)
        if row["slows"] > 0.0 and row["at_once"] == 1:
            faults.add("process.needs", where=f"pools[{number + 1}].slows", needed="at_once")
        if row["slows"] > 0.0 and (row["interrupts"] or row["suspends"]):
            faults.add("process.slower_and_stopped", where=f"pools[{number + 1}].slows")


def _pool(
    row: Mapping[str, Any], schedules: Mapping[str, tuple[tuple[float, int], ...]], skills: Skills
) -> Pool:
    return Pool(
        row["name"],
        row["people"],
        schedules.get(row["name"], ()),
        speed=row["speed"],
        preempts=row["interrupts"],
        suspends=row["suspends"],
        order="last_come" if row["newest_first"] else _ORDERS[row["order"]],
        cost_per_h=row["cost_per_hour"],
        skills=skills.of_pool(row["name"]),
        at_once=row["at_once"],
        slows=row["slows"],
    )


def _classes(rows: Sequence[Mapping[str, Any]], faults: Faults) -> tuple[CaseClass, ...]:
    numbered(rows, "classes", faults)
    total = math.fsum(row["share"] for row in rows)
    if rows and not math.isclose(total, 1.0, abs_tol=1e-6):
        faults.add("process.class_shares", where="classes", found=total)
    return tuple(CaseClass(row["name"], row["share"] / (total or 1.0), row["level"]) for row in rows)


def _complaints(given: Mapping[str, Any] | None) -> Complaints | None:
    if given is None:
        return None
    return Complaints(
        given["chance"], given["after"] * MINUTE_S, given["more_per_hour"], given["if_lost"], given["cost"]
    )


def _check_size(
    inputs: Mapping[str, Any],
    rates: Sequence[float],
    over_time: Sequence[Disturbance],
    faults: Faults,
    set_times: Sequence[Appointments],
) -> None:
    if inputs["warm_up_weeks"] >= inputs["weeks"]:
        faults.add(
            "process.warm_up", where="warm_up_weeks", found=inputs["warm_up_weeks"], weeks=inputs["weeks"]
        )
    risks, orders = len(inputs["risks"]), inputs["orders"]
    if risks and 0 < orders < LEAST_ORDERS and not every_set(risks, orders):
        faults.add("process.orders", where="orders", found=orders, least=LEAST_ORDERS)
    runs = inputs["replications"] * (1 + risks + runs_needed(risks, min(orders, MOST_CASES)))
    more = math.prod(1.0 + (each.times - 1.0) * each.share_of_time for each in over_time)
    weeks = inputs["weeks"] + _cool_down(inputs)
    cases = (sum(rates) * weeks * more + sum(each.asked(weeks * WEEK_S) for each in set_times)) * runs
    if not sum(rates) > 0 and any(each.times > 1.0 for each in over_time):
        faults.add("process.surge_of_nothing", where="arrivals")
    if cases > MOST_CASES:
        faults.add("process.too_many_cases", where="weeks", found=round(cases), most=MOST_CASES)


__all__ = ["FIELDS", "MOST_CASES", "CaseClass", "Complaints", "ProcessAsked", "law_of", "read_process"]
