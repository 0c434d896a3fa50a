"""The risks of a process: those that strike executions of a step, and those that come over time.

A risk over time is an outage, which takes people from a pool, or a surge, in which more cases arrive. It
comes by chance at its rate and lasts as given; how it comes is drawn before the run, keyed by the row of the
risk, so that leaving one out changes nothing of the others.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from anlan.loop.quantify.methods.faults import Faults
from anlan.loop.quantify.methods.names import numbered, place
from anlan.loop.quantify.methods.process.process_fields import AT_STEPS
from anlan.loop.quantify.methods.process.process_hours import HOURS, MINUTE_S, factors_of
from anlan.maths.distributions import Distribution
from anlan.maths.simulation.arrivals import ARRIVAL, by_hour_of_week
from anlan.maths.simulation.laws import Law
from anlan.maths.simulation.network import Node, Risk
from anlan.maths.streams import Stream

EVERYBODY = 1_000_000
Rows = Sequence[Mapping[str, Any]]
_UNSET: Mapping[str, Any] = {"effect": "none", "load": "none", "cost": 0.0, "hours": ()}
_ALWAYS = {"name", "effect", "delay", "cost", "hours"}
_AT_A_STEP = _ALWAYS | {"step", "chance", "given", "factor", "load", "load_from", "load_slope"}
_TAKEN = {
    "rework": _AT_A_STEP | {"leads_to"},
    "found_later": _AT_A_STEP | {"leads_to", "found_at"},
    "outage": _ALWAYS | {"per_week", "pool", "people"},
    "surge": _ALWAYS | {"per_week", "times"},
}
"""Effect -> what may be said of the risk; of others what holds at a step."""
_NEEDED = {"outage": ("per_week", "pool", "delay"), "surge": ("per_week", "times", "delay")}


@dataclass(frozen=True)
class Disturbance:
    """A risk over time.

    number    row among the risks, from 0: it keys the draws
    rates     (168,) times an hour by hour of the week
    lasts     how long, minutes
    pool, people: of an outage; times: arrivals during a surge over the usual ones, 1 of an outage
    """

    id: str
    number: int
    rates: tuple[float, ...]
    lasts: Distribution
    pool: str = ""
    people: int = 0
    times: float = 1.0
    cost: float = 0.0

    @property
    def share_of_time(self) -> float:
        """At most so much of the time it is there."""
        return min(1.0, sum(self.rates) * self.lasts.mean / 60 / HOURS)


def windows_of(each: Disturbance, stream: Stream, until_s: float) -> NDArray[np.float64]:
    """(n, 2): from what second to what second it is there, in the order it begins."""
    at = 1 + 2 * each.number  # of the draws; place 0 is that of the arrivals
    begins = by_hour_of_week(stream, per_hour=each.rates, until_s=until_s, place=at)
    lasts = each.lasts.quantile(stream.uniform(len(begins), purpose=ARRIVAL, place=at + 1)) * MINUTE_S
    return np.column_stack((begins, begins + lasts))


def read_risks(
    rows: Rows,
    nodes: Sequence[Node],
    pools: Mapping[str, int],
    law_of: Callable[[Distribution], Law],
    faults: Faults,
) -> tuple[tuple[Risk, ...], tuple[Disturbance, ...]]:
    """Risks at steps and risks over time."""
    places = numbered(rows, "risks", faults)
    steps = {node.id: number for number, node in enumerate(nodes)}
    at_steps: list[Risk] = []
    over_time: list[Disturbance] = []
    for number, row in enumerate(rows):
        where = f"risks[{number + 1}]"
        _check_said(row, where, faults)
        if row["effect"] in AT_STEPS:
            _check_step(row, where, nodes, steps, faults)
            _check_given(row, where, rows, places, faults)
            at_steps.append(_at_step(row, where, law_of, faults))
        else:
            over_time.append(_over_time(row, number, where, pools, faults))
    return tuple(at_steps), tuple(over_time)


def _check_said(row: Mapping[str, Any], where: str, faults: Faults) -> None:
    """Nothing that the effect has no use for, and all it needs."""
    effect = row["effect"]
    for name in set(row) - _TAKEN.get(effect, _AT_A_STEP):
        if row[name] not in (None, "", _UNSET.get(name)):
            faults.add("process.effect_without", where=f"{where}.{name}", effect=effect)
    needed = _NEEDED.get(effect, ("step", "chance"))
    for name in needed:
        if row[name] in (None, ""):
            faults.add("method.missing_input", where=f"{where}.{name}")


def _check_step(
    row: Mapping[str, Any], where: str, nodes: Sequence[Node], steps: Mapping[str, int], faults: Faults
) -> None:
    at = place(row["step"], steps, f"{where}.step", faults) if row["step"] else None
    if at is not None and nodes[at].kind != "task":
        faults.add("process.risk_of_no_work", where=f"{where}.step", found=row["step"])
    for name in {"rework": ("leads_to",), "found_later": ("leads_to", "found_at")}.get(row["effect"], ()):
        place(row[name], steps, f"{where}.{name}", faults)
    if row["load"] != "none":
        if at is not None and not nodes[at].pools:
            faults.add("process.load_of_no_line", where=f"{where}.load")
        if row["load_slope"] is None:
            faults.add("method.missing_input", where=f"{where}.load_slope")
    for name in ("load_from", "load_slope"):
        if row[name] is not None and row["load"] == "none":
            faults.add("process.needs", where=f"{where}.{name}", needed="load")


def _check_given(
    row: Mapping[str, Any], where: str, rows: Rows, places: Mapping[str, int], faults: Faults
) -> None:
    if row["given"]:
        other = place(row["given"], places, f"{where}.given", faults)
        if other is not None and (rows[other] is row or rows[other]["effect"] not in AT_STEPS):
            faults.add("process.given", where=f"{where}.given", found=row["given"])
        if row["factor"] is None:
            faults.add("method.missing_input", where=f"{where}.factor")
    elif row["factor"] is not None:
        faults.add("process.needs", where=f"{where}.factor", needed="given")


def _at_step(
    row: Mapping[str, Any], where: str, law_of: Callable[[Distribution], Law], faults: Faults
) -> Risk:
    return Risk(
        row["name"],
        row["step"],
        row["chance"] or 0.0,
        AT_STEPS[row["effect"]],
        row["step"] if row["effect"] == "repeat" else row["leads_to"],
        row["found_at"],
        law_of(row["delay"]) if row["delay"] is not None else None,
        row["cost"],
        row["given"],
        1.0 if row["factor"] is None else row["factor"],
        row["load"],
        row["load_from"] or 0.0,
        row["load_slope"] or 0.0,
        factors_of(row["hours"], f"{where}.hours", faults),
    )


def _over_time(
    row: Mapping[str, Any], number: int, where: str, pools: Mapping[str, int], faults: Faults
) -> Disturbance:
    if row["pool"]:
        place(row["pool"], pools, f"{where}.pool", faults)
    factors = factors_of(row["hours"], f"{where}.hours", faults) or (1.0,) * HOURS
    if not sum(factors) > 0:
        faults.add("process.hours_zero", where=f"{where}.hours")
    per_hour = (row["per_week"] or 0.0) / HOURS
    return Disturbance(
        row["name"],
        number,
        tuple(per_hour * factor for factor in factors),
        row["delay"] or Distribution("none"),
        row["pool"],
        EVERYBODY if row["people"] is None else row["people"],
        1.0 if row["times"] is None else row["times"],
        row["cost"],
    )
