"""How many people each interval needs so that a promise of service is kept, and what they achieve.

1. Each interval has arrivals and a mean time of handling, so a load in erlang; by choice the load of the
   interval alone, or with what earlier intervals left in hand.
2. The fewest people that keep every part of the target, by Erlang C, A or B.
3. What one person less or more would achieve, and how many must be paid for so many to be at work.
4. Of people already planned: what they achieve, and where the promise is missed.
"""

import datetime
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from anlan.domain.method import Answer, AnswerTable, Chart, Field, Method, Note, Quantity
from anlan.loop.quantify.methods.faults import Faults
from anlan.loop.quantify.methods.resources.clock import DAY_MIN, day_after, interval_names
from anlan.maths.queueing.staffing import (
    Performance,
    Queue,
    Rule,
    Target,
    carried_load,
    keeps,
    people_needed,
    performance,
)

MOST_INTERVALS, _MOST_LOAD, _MOST_CALLS = 2_016, 20_000.0, 1e7
_LAST = 0.5
"""Erlang in hand below which an interval without arrivals needs nobody of its own."""
_LONG = 0.25
"""Handling that lasts this share of an interval is carried into the next one."""
FIELDS = (
    Field("demand", "numbers", low=0, high=_MOST_CALLS, most=MOST_INTERVALS),
    Field("interval", "integer", default=60, low=5, high=1440, unit="minute"),
    Field("first_hour", "number", default=0.0, low=0, below=24, unit="hour"),
    Field("handling", "numbers", low=0.1, high=1e6, most=MOST_INTERVALS, unit="second"),
    Field("rule", "choice", default="wait", choices=("wait", "leave", "lost")),
    Field("patience", "number", default=None, above=0, high=1e6, unit="second"),
    Field("share", "number", default=0.8, above=0, below=1),
    Field("within", "number", default=20.0, low=0, high=1e6, unit="second"),
    Field("most_lost", "number", default=None, above=0, below=1),
    Field("most_busy", "number", default=None, above=0, high=1),
    Field("shrinkage", "number", default=0.0, low=0, high=0.9),
    Field("load", "choice", default="carried", choices=("carried", "interval")),
    Field("repeats", "flag", default=True),
    Field("start", "text", default=""),
    Field("planned", "numbers", default=(), low=0, high=_MOST_CALLS, least=0, most=MOST_INTERVALS),
    Field("demand_low", "numbers", default=(), low=0, high=_MOST_CALLS, least=0, most=MOST_INTERVALS),
    Field("demand_high", "numbers", default=(), low=0, high=_MOST_CALLS, least=0, most=MOST_INTERVALS),
)


@dataclass(frozen=True)
class Planned:
    """One interval. load: erlang planned for; needed: what the fewest people achieve; less, more: one person
    less or more; otherwise: people by the other way to count the load; low, high: at the limits of demand;
    planned: what those already planned achieve, missed: that it is not what was promised."""

    demand: float
    load: float
    needed: Performance
    less: Performance | None
    more: Performance
    otherwise: int
    low: int | None
    high: int | None
    planned: Performance | None
    missed: bool


def run(inputs: Mapping[str, Any], *, seed: int = 0) -> Answer:
    """The people of every interval. Errors: RefusedInputs for lists that do not fit each other."""
    _check(inputs)
    start, plan = _start(inputs), _plan(inputs)
    names = interval_names(
        len(inputs["demand"]), minutes=inputs["interval"], first_hour=inputs["first_hour"], start=start
    )
    return Answer(
        quantities=tuple(_quantities(plan, inputs)),
        tables=(_table(plan, names, inputs),),
        charts=(_by_day(plan, names, inputs, start), _chart(plan, names)),
        assumptions=tuple(_assumptions(inputs)),
        warnings=tuple(_warnings(plan, names, inputs)),
    )


def _check(inputs: Mapping[str, Any]) -> None:
    faults, n = Faults(), len(inputs["demand"])
    if len(inputs["handling"]) not in (1, n):
        faults.add("staffing.one_or_each", where="handling", found=len(inputs["handling"]), n=n)
    for name in ("demand_low", "demand_high", "planned"):
        if len(inputs[name]) not in (0, n):
            faults.add("staffing.none_or_each", where=name, found=len(inputs[name]), n=n)
    if inputs["rule"] == "leave" and inputs["patience"] is None:
        faults.add("staffing.patience", where="patience")
    if inputs["rule"] != "leave" and inputs["patience"] is not None:
        faults.add("staffing.no_patience", where="patience")
    if not max(inputs["demand"]) > 0:
        faults.add("staffing.nobody", where="demand")
    most = max((*inputs["demand"], *inputs["demand_high"])) / _seconds(inputs) * max(inputs["handling"])
    if most > _MOST_LOAD:
        faults.add("staffing.too_much", where="demand", found=most, most=_MOST_LOAD)
    if inputs["start"] and _start(inputs) is None:
        faults.add("forecast.date", where="start", found=inputs["start"][:60])
    faults.raise_any()


def _start(inputs: Mapping[str, Any]) -> datetime.date | None:
    """The first day, where it is given as a day."""
    try:
        return datetime.date.fromisoformat(inputs["start"])
    except ValueError:
        return None


def _seconds(inputs: Mapping[str, Any]) -> float:
    return float(inputs["interval"]) * 60.0


def _handling(inputs: Mapping[str, Any]) -> tuple[float, ...]:
    given: tuple[float, ...] = inputs["handling"]
    return given if len(given) > 1 else given * len(inputs["demand"])


def _target(inputs: Mapping[str, Any]) -> Target:
    share = None if inputs["rule"] == "lost" and inputs["most_lost"] is not None else inputs["share"]
    return Target(share, inputs["within"], inputs["most_lost"], inputs["most_busy"])


def _queues(inputs: Mapping[str, Any], demand: Sequence[float], *, carried: bool) -> list[Queue]:
    """A queue an interval; its rate is that which brings the load planned for."""
    length, handling, rule = _seconds(inputs), _handling(inputs), _rule(inputs)
    rates = [count / length for count in demand]
    if carried:
        loads = carried_load(rates, handling, length, cyclic=inputs["repeats"])
        rates = [float(load) / each for load, each in zip(loads, handling, strict=True)]
        # where nobody comes any more, the last ones in hand are finished by those who have them
        lasts = [
            count > 0 or rate * each > _LAST
            for count, rate, each in zip(demand, rates, handling, strict=True)
        ]
        rates = [rate if kept else 0.0 for rate, kept in zip(rates, lasts, strict=True)]
    return [Queue(rate, each, rule, inputs["patience"]) for rate, each in zip(rates, handling, strict=True)]


def _rule(inputs: Mapping[str, Any]) -> Rule:
    rule: Rule = inputs["rule"]
    return rule


def _plan(inputs: Mapping[str, Any]) -> list[Planned]:
    carried, target = inputs["load"] == "carried", _target(inputs)
    queues = _queues(inputs, inputs["demand"], carried=carried)
    others = _queues(inputs, inputs["demand"], carried=not carried)
    limits = [
        [people_needed(queue, target).people for queue in _queues(inputs, inputs[name], carried=carried)]
        if inputs[name]
        else [None] * len(queues)
        for name in ("demand_low", "demand_high")
    ]
    plan = []
    for n, (queue, other) in enumerate(zip(queues, others, strict=True)):
        needed = people_needed(queue, target)
        less = performance(queue, needed.people - 1, within_s=inputs["within"]) if needed.people else None
        more = performance(queue, needed.people + 1, within_s=inputs["within"])
        planned = _achieved(queue, inputs, n)
        missed = planned is not None and not keeps(planned, target)
        plan.append(Planned(inputs["demand"][n], queue.load, needed, less, more,
                            people_needed(other, target).people, limits[0][n], limits[1][n],
                            planned, missed))  # fmt: skip
    return plan


def _achieved(queue: Queue, inputs: Mapping[str, Any], n: int) -> Performance | None:
    """By the people planned for an interval, whole ones after shrinkage; None where none are given."""
    if not inputs["planned"]:
        return None
    at_work = math.floor(inputs["planned"][n] * (1.0 - inputs["shrinkage"]) + 1e-9)
    return performance(queue, at_work, within_s=inputs["within"])


def paid(people: int, shrinkage: float) -> int:
    """How many are on the list so that so many are at work."""
    return math.ceil(people / (1.0 - shrinkage) - 1e-9)


def _quantities(plan: Sequence[Planned], inputs: Mapping[str, Any]) -> list[Quantity]:
    hours, shrinkage = float(inputs["interval"]) / 60.0, float(inputs["shrinkage"])

    def person_hours(people: Sequence[int | None]) -> float | None:
        if any(each is None for each in people):
            return None
        return hours * sum(paid(each or 0, shrinkage) for each in people)

    needed = person_hours([each.needed.people for each in plan]) or 0.0
    low, high = person_hours([each.low for each in plan]), person_hours([each.high for each in plan])
    both = low is not None and high is not None
    calls = sum(each.demand for each in plan)
    found = [
        Quantity("person_hours", needed, "hour", min(low, needed) if both and low is not None else None,
                 max(high, needed) if both and high is not None else None, "demand_limits" if both else ""),
        Quantity("most_people", float(max(paid(each.needed.people, shrinkage) for each in plan))),
        Quantity("served_within", _by_calls(plan, calls, lambda each: each.needed.level), "share"),
        Quantity("mean_wait", _by_calls(plan, calls, lambda each: each.needed.wait_s or 0.0), "second"),
        Quantity("busy_share", _busy(plan), "share"),
    ]  # fmt: skip
    if inputs["planned"]:
        kept = sum(not each.missed for each in plan) / len(plan)
        level = _by_calls(plan, calls, lambda each: each.planned.level)
        found[1:1] = [Quantity("intervals_kept", kept, "share"), Quantity("planned_within", level, "share")]
    if inputs["rule"] != "wait":
        found.append(Quantity("lost_share", _by_calls(plan, calls, lambda each: each.needed.lost), "share"))
    return found


def _by_calls(plan: Sequence[Planned], calls: float, figure: Any) -> float:
    """Mean over those who come, not over intervals."""
    return float(math.fsum(each.demand * figure(each) for each in plan) / calls)


def _busy(plan: Sequence[Planned]) -> float:
    there = sum(each.needed.people for each in plan)
    return math.fsum(each.needed.people * each.needed.busy for each in plan) / there if there else 0.0


def _table(plan: Sequence[Planned], names: Sequence[str], inputs: Mapping[str, Any]) -> AnswerTable:
    columns = ["interval", "arrivals", "load_erlang", "people_needed", "people_paid", "level_reached", "busy",
               "wait_s", "level_one_less", "level_one_more", "people_other_load"]  # fmt: skip
    extra = {"lost": inputs["rule"] != "wait", "limits": bool(inputs["demand_low"] and inputs["demand_high"]),
             "planned": bool(inputs["planned"])}  # fmt: skip
    columns += ["lost_share"] * extra["lost"] + ["people_low", "people_high"] * extra["limits"]
    columns += ["people_planned", "level_planned", "promise_kept"] * extra["planned"]
    return AnswerTable(
        "staffing_intervals",
        tuple(columns),
        tuple(_row(each, name, inputs["shrinkage"], extra) for each, name in zip(plan, names, strict=True)),
    )


def _row(of: Planned, name: str, shrinkage: float, extra: Mapping[str, bool]) -> tuple[Any, ...]:
    needed = of.needed
    row: tuple[Any, ...] = (
        name, of.demand, of.load, needed.people, paid(needed.people, shrinkage), needed.level, needed.busy,
        needed.wait_s, of.less.level if of.less else None, of.more.level, of.otherwise,
    )  # fmt: skip
    row += (needed.lost,) if extra["lost"] else ()
    row += (of.low, of.high) if extra["limits"] else ()
    return row + ((of.planned.people, of.planned.level, not of.missed) if of.planned else ())


def _by_day(
    plan: Sequence[Planned], names: Sequence[str], inputs: Mapping[str, Any], start: datetime.date | None
) -> Chart:
    """Needed, planned and the service reached, a strip a day."""
    begin, minutes = round(inputs["first_hour"] * 60), inputs["interval"]
    intervals = []
    for place, (each, name) in enumerate(zip(plan, names, strict=True)):
        day, minute = divmod(begin + place * minutes, DAY_MIN)
        shown = each.planned or each.needed
        intervals.append({
            "label": name, "day": day, "minute": minute, "needed": each.needed.people, "level": shown.level,
            "planned": each.planned.people if each.planned else None, "under": each.missed,
        })  # fmt: skip
    numbers = range(intervals[-1]["day"] + 1)
    days = [f"day_{n + 1}" if start is None else day_after(start, n).strftime("%m-%d") for n in numbers]
    return Chart(
        "staffing_days",
        {"days": days, "minutes": minutes, "intervals": intervals, "target": _target(inputs).share},
    )


def _chart(plan: Sequence[Planned], names: Sequence[str]) -> Chart:
    needed: dict[str, Any] = {
        "name": "needed",
        "values": [each.needed.people for each in plan],
        "steps": True,
    }
    if all(each.low is not None and each.high is not None for each in plan):
        needed |= {
            "low": [min(each.low or 0, each.needed.people) for each in plan],
            "high": [max(each.high or 0, each.needed.people) for each in plan],
        }
    load = {"name": "load_erlang", "values": [each.load for each in plan]}
    return Chart("profile", {"of": "staffing", "labels": names, "series": [needed, load]})


def _assumptions(inputs: Mapping[str, Any]) -> list[Note]:
    found = [Note("staffing.by_chance"), Note(f"staffing.rule_{inputs['rule']}"), Note("staffing.steady")]
    found.append(Note(f"staffing.load_{inputs['load']}"))
    if inputs["shrinkage"]:
        found.append(Note("staffing.shrinkage", {"share": inputs["shrinkage"]}))
    return found


def _warnings(plan: Sequence[Planned], names: Sequence[str], inputs: Mapping[str, Any]) -> list[Note]:
    longest, length = max(_handling(inputs)), _seconds(inputs)
    found = []
    apart = [(abs(each.otherwise - each.needed.people), name) for each, name in zip(plan, names, strict=True)]
    if any(gap for gap, _ in apart):
        most, at = max(apart, key=lambda each: each[0])
        touched = sum(gap > 0 for gap, _ in apart)
        code = "staffing.carried_differs" if inputs["load"] == "carried" else "staffing.misleads"
        found.append(Note(code, {"n": touched, "of": len(plan), "most": most, "at": at}))
    if longest > _LONG * length:
        found.append(Note("staffing.long", {"handling": longest / 60.0, "interval": length / 60.0}))
    if inputs["rule"] == "wait" and any(each.needed.busy > 0.95 for each in plan):
        names_full = tuple(name for each, name in zip(plan, names, strict=True) if each.needed.busy > 0.95)
        found.append(Note("staffing.very_busy", {"n": len(names_full), "first": names_full[0]}))
    if any(each.missed for each in plan):
        where = [name for each, name in zip(plan, names, strict=True) if each.missed]
        found.append(Note("staffing.missed", {"n": len(where), "of": len(plan), "first": where[0]}))
    if any(each.low is not None and each.high is not None and each.low > each.high for each in plan):
        found.append(Note("staffing.limits_crossed"))
    return found


METHOD = Method("staffing", FIELDS, run)
