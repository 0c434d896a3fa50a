"""Which redesigns the evidence asks for: that of the twin as it runs, and that of the findings in the log.

    evidence = observe(inputs, seed=1)
    proposals = from_twin(inputs, evidence) + from_ideas(inputs, ideas)

From the twin: the step that is waited for longest, the busiest people, idle people beside them, work that
varies most, work that is most, steps in a row that could be one or run side by side, the hours that bring
most, and what each risk adds (left out once, with the same luck). How far a change would go (half the spread,
a fifth less work) is an assumption to be replaced by one's own figure; what it gains is for the comparison to
say. A proposal that cannot be made is not made.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from anlan.domain.errors import RefusedInput
from anlan.domain.interval import Interval
from anlan.domain.method import Note
from anlan.loop.improve.designs.applying import Design, apply, design
from anlan.loop.improve.designs.comparing import Comparison, Difference
from anlan.loop.improve.designs.drafts import Draft
from anlan.loop.improve.designs.fields import OPERATORS
from anlan.loop.improve.designs.series import process_of
from anlan.loop.improve.designs.times import law
from anlan.loop.improve.ideas import Idea
from anlan.loop.improve.twin.names import activity_of, is_wait
from anlan.loop.quantify.methods.process.process_fields import ENOUGH
from anlan.loop.quantify.methods.process.process_hours import MINUTE_S, there_s
from anlan.loop.quantify.methods.process.process_runs import gained, present, run_process
from anlan.maths.progress import part
from anlan.maths.simulation.arrays import BUSY, SERVED, WAITED

_RUNS = 5
BUSY_FROM, IDLE_BELOW, MUCH_SPREAD, PEAK, WAITS, WORTH = 0.75, 0.5, 0.7, 1.5, 0.05, 0.01
"""Use of people from which they are short, below which some can be spared; standard deviation over mean of a
time that is worth standardising; busiest hour over mean; share of the cycle time that a
wait must be for more people, and a wait or work saved for another order of steps."""
_EFFORT = {
    "dispatch": 1, "prioritise": 1, "batch": 1, "remove": 1, "reorder": 1,
    "standardise": 2, "merge": 2, "parallelise": 2, "control": 2, "treat": 2, "move_people": 2,
    "cross_train": 2, "train": 2, "smooth": 2, "staff": 3, "divert": 3, "automate": 3,
}  # fmt: skip
"""1 a rule, 2 another way of working, 3 people or systems: an assumption where no cost is known."""


@dataclass(frozen=True)
class Evidence:
    """The process as it runs, over a few replications.

    wait_min, work_min  by step: minutes a case waits before and is worked on, on all its visits
    use                 by pool: share of the people-hours there that are work; not of opening hours, which
                        are nobody who could be moved or taught
    risk_min            by risk: minutes it adds to the time of a case
    cycle_min           mean time of a case
    """

    wait_min: Mapping[str, float]
    work_min: Mapping[str, float]
    use: Mapping[str, float]
    risk_min: Mapping[str, float]
    cycle_min: float


@dataclass(frozen=True)
class Proposal:
    """design: what to try; reason: why, by the key of its text; source: `twin` or `log`; idea: what the
    finding of the log asks for, None where the run of the twin asks."""

    design: Design
    reason: Note
    source: str
    idea: Idea | None = None

    @property
    def findings(self) -> tuple[str, ...]:
        """Codes of the findings it rests on."""
        return () if self.idea is None else (self.idea.finding.code,)

    @property
    def operator(self) -> str:
        return str(self.design.changes[0]["operator"])

    @property
    def pack(self) -> str:
        """The redesign idea of the packs it carries out."""
        return OPERATORS[self.operator].pack

    @property
    def effort(self) -> int:
        """1 low to 3 high."""
        return effort_of(self.design)


@dataclass(frozen=True)
class Place:
    """Where a design stands among the others.

    changed     rows of the process it touches; difference: their share of all
    effort      1 to 3, an assumption; spend: what it costs once and in the first year, where that is told
    gain        share of the mean cycle time (or what is ranked by) it saves; None where it cannot be told
    """

    name: str
    changed: int
    difference: float
    effort: int
    spend: float
    gain: Interval | None


def observe(inputs: Mapping[str, Any], *, seed: int = 0) -> Evidence:
    """Run the process as it is, and without each risk. Errors: UsageError `simulation.*`."""
    asked = replace(process_of(inputs), replications=_RUNS)
    studies = 1 + len(asked.risks)
    with part(0.0, 1.0 / studies):
        base = run_process(asked, seed)
    added = {}
    for number, risk in enumerate(asked.risks, start=1):
        with part(number / studies, (number + 1) / studies):
            added[risk] = gained(base.measured, run_process(asked, seed, without=(risk,)).measured)
    node = np.sum([run.node for run in base.runs], axis=0)
    cases = max(1, sum(int(of.sum()) for of in base.counted))
    busy = np.mean([run.pool[:, BUSY] for run in base.runs], axis=0)
    pools = asked.network.pools
    there = [there_s(pool.schedule, pool.servers, asked.window_s) for pool in pools]
    names = [each.id for each in asked.network.nodes]
    return Evidence(
        dict(zip(names, (node[:, WAITED] / cases / MINUTE_S).tolist(), strict=True)),
        dict(zip(names, (node[:, SERVED] / cases / MINUTE_S).tolist(), strict=True)),
        {pool.id: float(busy[i]) / hours if (hours := there[i]) > 0 else 0.0 for i, pool in enumerate(pools)
         if pool.servers != ENOUGH},
        {risk: of.estimate for risk, found in added.items() if (of := found["cycle"]) is not None},
        float(np.mean(present(base.measured.cycle) or [0.0])),
    )  # fmt: skip


def from_twin(inputs: Mapping[str, Any], seen: Evidence) -> tuple[Proposal, ...]:
    """What the run asks for, each that can be made."""
    draft = Draft(inputs)
    draft.write_ways()
    asked = [
        *_people(draft, seen), *_work(draft, seen), *_structure(draft, seen), *_demand(draft, seen),
        *_risks(draft, seen),
    ]  # fmt: skip
    return _makeable(inputs, asked)


def from_ideas(inputs: Mapping[str, Any], ideas: Iterable[Idea]) -> tuple[Proposal, ...]:
    """What the findings of the log ask for: the operators of the packs, at the steps of the twin that stand
    for the activities found."""
    draft = Draft(inputs)
    draft.write_ways()
    found: list[Proposal] = []
    for idea in ideas:
        steps = [
            row["name"] for row in draft.rows("steps")
            if (row.get("kind") or "task") == "task" and activity_of(row["name"]) in idea.nodes[-1:]
        ]  # fmt: skip
        delays = [step for step in steps if is_wait(step)]
        work = [step for step in steps if not is_wait(step)]
        if idea.reason == "fixed_wait":  # the delay, never the work after it
            work = []
        changes = _by_pack(draft, idea.operator.code, work, delays)
        reason = Note(f"improve.statement.{idea.reason}", dict(idea.parameters))
        found += [_proposal(reason, *change, source="log", idea=idea) for change in changes]
    return _makeable(inputs, found)


def matrix(inputs: Mapping[str, Any], designs: Sequence[Design], found: Comparison) -> tuple[Place, ...]:
    """The innovation matrix of designs that were compared, largest gain first."""
    by = {each.name: each for each in found.outcomes}
    as_is = found.as_is.figures.get(found.by)
    base = as_is.estimate if as_is is not None else 0.0
    places = []
    for each in designs:
        changed, rows = _changed_rows(inputs, each)
        cost, difference = by[each.name].cost, by[each.name].differences.get(found.by)
        share, spend = min(1.0, changed / max(1, rows)), cost.once + max(0.0, cost.yearly)
        gain = _share_saved(difference, base)
        places.append(Place(each.name, changed, share, effort_of(each), spend, gain))
    return tuple(sorted(places, key=_order))


def effort_of(asked: Design) -> int:
    """1 low to 3 high, of its hardest change."""
    return max(_EFFORT[change["operator"]] for change in asked.changes)


def _share_saved(found: Difference | None, base: float) -> Interval | None:
    """What a difference saves, as a share of the figure as it is."""
    if found is None or base <= 0.0:
        return None
    of = found.interval
    return Interval(-of.estimate / base, -of.high / base, -of.low / base, of.level)


def _order(place: Place) -> tuple[bool, float, int, str]:
    return place.gain is None, -place.gain.estimate if place.gain else 0.0, place.effort, place.name


def touched(inputs: Mapping[str, Any], asked: Design) -> float:
    """Share of the rows of the process (steps, people, risks, arrivals) that a design changes or adds."""
    changed, rows = _changed_rows(inputs, asked)
    return min(1.0, changed / max(1, rows))


def _changed_rows(inputs: Mapping[str, Any], asked: Design) -> tuple[int, int]:
    """Rows that a design changes, adds or takes out; all rows there are, shifts and arrivals each as one."""
    now = apply(inputs, asked)
    changed = total = 0
    for table in ("steps", "pools", "risks", "classes"):
        old = {row["name"]: row for row in inputs.get(table) or ()}
        new = {row["name"]: row for row in now.get(table) or ()}
        total += len(old)
        changed += sum(old.get(name) != new.get(name) for name in {**old, **new})
    for other in ("shifts", "arrivals"):
        total += 1
        changed += (inputs.get(other) or []) != (now.get(other) or [])
    return changed, total


def _proposal(
    reason: Note, *changes: Mapping[str, Any], source: str = "twin", idea: Idea | None = None
) -> Proposal:
    parts = [_short(change) for change in changes]
    return Proposal(design(" + ".join(parts), *changes), reason, source, idea)


def _short(change: Mapping[str, Any]) -> str:
    """A name made of the answers: `staff 坐席 +1`."""
    said = [str(change["operator"])]
    for name in ("steps", "pool", "to_pool", "risks", "case_class", "name"):
        if change.get(name):
            said.append(str(change[name]))
    if change.get("people"):
        said.append(f"{change['people']:+d}")
    if change.get("factor") is not None:
        said.append(f"×{change['factor']:g}")
    if change.get("from_hour") is not None:
        said.append(f"{change['from_hour']:g}–{change['to_hour']:g} h")
    return " ".join(said)


def _makeable(inputs: Mapping[str, Any], asked: Iterable[Proposal]) -> tuple[Proposal, ...]:
    """Those that can be made, each once."""
    kept: dict[str, Proposal] = {}
    for each in asked:
        if each.design.name in kept:
            continue
        try:
            apply(inputs, each.design)
        except RefusedInput:
            continue  # does not fit this process: nothing to propose
        kept[each.design.name] = each
    return tuple(kept.values())


def _people(draft: Draft, seen: Evidence) -> list[Proposal]:
    """More people where they are short, at all hours or the busy ones; people who are idle."""
    found: list[Proposal] = []
    short = [name for name, use in sorted(seen.use.items(), key=lambda item: -item[1]) if use >= BUSY_FROM]
    waits = _waits_by_pool(draft, seen)
    longest = max(waits, key=lambda name: waits[name], default=None)
    if longest is not None and waits[longest] >= WAITS * seen.cycle_min and longest not in short:
        short.append(longest)
    idle = min(seen.use, key=lambda name: seen.use[name], default="")
    for pool in short:
        reason = Note(
            "designs.reasons.busy", {"pool": pool, "use": seen.use[pool], "wait": waits.get(pool, 0.0)}
        )
        found.append(_proposal(reason, {"operator": "staff", "pool": pool, "people": 1}))
        hours = _busy_hours(draft.inputs["arrivals"])
        if hours is not None:
            window = {"from_hour": hours[0], "to_hour": hours[1]}
            found.append(_proposal(reason, {"operator": "staff", "pool": pool, "people": 1, **window}))
        if idle != pool and seen.use[idle] < IDLE_BELOW:
            spare = Note("designs.reasons.idle", {"pool": pool, "idle": idle, "use": seen.use[idle]})
            steps = _steps_of(draft, pool)
            found.append(
                _proposal(spare, {"operator": "move_people", "pool": idle, "to_pool": pool, "people": 1})
            )
            if steps:
                longest_step = max(steps, key=lambda step: seen.wait_min[step])
                found.append(
                    _proposal(spare, {"operator": "cross_train", "steps": longest_step, "pool": idle})
                )
    return found


def _work(draft: Draft, seen: Evidence) -> list[Proposal]:
    """Work that varies most, and work that there is most of, done by people."""
    mine = [
        row
        for row in draft.rows("steps")
        if draft.kind(row["name"]) == "task" and any(pool in seen.use for pool in draft.pools_of(row))
    ]
    found = []
    spread = [(seen.work_min[row["name"]] * _variation(row), row["name"]) for row in mine
              if _variation(row) >= MUCH_SPREAD]  # fmt: skip
    for _, step in sorted(spread, reverse=True)[:2]:
        reason = Note(
            "designs.reasons.varies",
            {"step": step, "variation": _variation(draft.row("steps", step, "steps"))},
        )
        found.append(_proposal(reason, {"operator": "standardise", "steps": step, "factor": 0.5}))
    most = max(mine, key=lambda row: seen.work_min[row["name"]], default=None)
    if most is not None:
        reason = Note(
            "designs.reasons.most_work", {"step": most["name"], "work": seen.work_min[most["name"]]}
        )
        found.append(_proposal(reason, {"operator": "automate", "steps": most["name"], "factor": 0.8}))
    return found


def _structure(draft: Draft, seen: Evidence) -> list[Proposal]:
    """Steps in a row: one visit where the same people do both, side by side where others do; fixed delays."""
    found = []
    rows = {row["name"]: row for row in draft.rows("steps") if draft.kind(row["name"]) == "task"}
    for way in draft.rows("ways"):
        one, other = rows.get(way["from"]), rows.get(way.get("to") or "")
        if one is None or other is None or one is other:
            continue
        steps = f"{one['name']}、{other['name']}"
        reason = Note("designs.reasons.in_a_row", {"first": one["name"], "second": other["name"],
                                   "wait": seen.wait_min[other["name"]]})  # fmt: skip
        same = bool(one.get("pool")) and one.get("pool") == other.get("pool")
        least = (
            seen.wait_min[other["name"]] if same else min(seen.work_min[row["name"]] for row in (one, other))
        )
        if least < WORTH * seen.cycle_min:
            continue
        if same:
            found.append(_proposal(reason, {"operator": "merge", "steps": steps, "factor": 1.0}))
        else:
            found.append(_proposal(reason, {"operator": "parallelise", "steps": steps}))
    return found


def _demand(draft: Draft, seen: Evidence) -> list[Proposal]:
    rates = [float(rate) for rate in draft.inputs["arrivals"]]
    found = []
    if len(rates) >= 24 and sum(rates) > 0 and max(rates) >= PEAK * sum(rates) / len(rates):
        reason = Note("designs.reasons.peak", {"peak": max(rates) * len(rates) / sum(rates)})
        found.append(_proposal(reason, {"operator": "smooth", "factor": 0.7}))
    if max(seen.use.values(), default=0.0) >= BUSY_FROM:
        pool = max(seen.use, key=lambda name: seen.use[name])
        reason = Note(
            "designs.reasons.busy",
            {"pool": pool, "use": seen.use[pool], "wait": _waits_by_pool(draft, seen).get(pool, 0.0)},
        )
        found.append(_proposal(reason, {"operator": "divert", "factor": 0.9}))
    return found


def _risks(draft: Draft, seen: Evidence) -> list[Proposal]:
    """Rarer risks, those that add most first; a control before the step where hidden faults do most harm."""
    found = []
    worst = sorted(seen.risk_min.items(), key=lambda item: -item[1])[:3]
    for risk, added in worst:
        if added <= 0.0:
            continue
        reason = Note("designs.reasons.risk", {"risk": risk, "added": added})
        found.append(_proposal(reason, {"operator": "treat", "risks": risk, "factor": 0.5}))
        row = draft.row("risks", risk, "risks")
        after = (
            [way.get("to") for way in draft.ways_from(row["step"])]
            if row.get("effect") == "found_later"
            else []
        )
        if after and after[0] and after[0] != row["found_at"]:
            check = {"name": f"✓ {row['step']}", "time": 1, "chance": 0.8, "risks": risk}
            found.append(_proposal(reason, {"operator": "control", "steps": after[0], **check}))
    return found


def _by_pack(draft: Draft, pack: str, work: list[str], delays: list[str]) -> list[tuple[dict[str, Any], ...]]:
    """The changes that carry out an idea of the packs at these steps."""
    steps = "、".join(work)
    pools = list(
        dict.fromkeys(pool for step in work for pool in draft.pools_of(draft.row("steps", step, "steps")))
    )
    match pack:
        case "OP-1":
            return [({"operator": "remove", "steps": step},) for step in (delays or work)]
        case "OP-2" | "OP-3":
            before = [s for step in work for s in draft.sources_of(step) if s not in work]
            operator = "merge" if pack == "OP-2" else "parallelise"
            return [({"operator": operator, "steps": f"{one}、{step}"},) for step in work for one in before]
        case "OP-4":
            return [({"operator": "standardise", "steps": steps, "factor": 0.5},)] if steps else []
        case "OP-5":
            return [({"operator": "automate", "steps": steps, "factor": 0.8},)] if steps else []
        case "OP-6" | "OP-10":
            return [({"operator": "automate", "steps": step, "factor": 0.7},) for step in delays]
        case "OP-8":
            people = [pool for pool in pools if draft.row("pools", pool, "pool").get("people") != ENOUGH]
            return [({"operator": "staff", "pool": pool, "people": 1},) for pool in people]
        case "OP-9":
            return [({"operator": "divert", "factor": 0.9},)]
        case "OP-11":
            return [({"operator": "smooth", "factor": 0.7},)]
        case "OP-12":
            return [({"operator": "prioritise", "steps": steps},)] if steps else []
    return []


def _waits_by_pool(draft: Draft, seen: Evidence) -> dict[str, float]:
    waits: dict[str, float] = {}
    for row in draft.rows("steps"):
        for pool in [each for each in draft.pools_of(row)[:1] if each in seen.use]:
            waits[pool] = waits.get(pool, 0.0) + seen.wait_min[row["name"]]
    return waits


def _steps_of(draft: Draft, pool: str) -> list[str]:
    return [row["name"] for row in draft.rows("steps") if pool in draft.pools_of(row)]


def _variation(row: Mapping[str, Any]) -> float:
    made = law(row["time"])
    return float(np.sqrt(made.variance)) / made.mean if made.mean > 0.0 else 0.0


def _busy_hours(rates: Sequence[float]) -> tuple[int, int] | None:
    """From the first to the last hour of the day that brings more than the mean; None where all are alike."""
    if len(rates) % 24 or not rates:
        return None
    day = np.asarray(rates, dtype=np.float64).reshape(-1, 24).sum(axis=0)
    above = np.flatnonzero(day > day.mean() * (1.0 + 1e-9))
    if not len(above) or (above[0] == 0 and above[-1] == 23):
        return None
    return int(above[0]), int(above[-1]) + 1
