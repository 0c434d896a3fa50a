"""Which job goes to whom now: by skill, way, work done already and deadline, each with its reason.

1. A person can do a job whose skill they have. What that costs: the way, minutes late times urgency, hours
   already worked, skills not used by the job.
2. The assignment with the least sum of costs; a job left open costs by its urgency.
3. For each assignment the reason, whom it would go to otherwise, and what that would cost more in all.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np

from anlan.domain.method import Answer, AnswerTable, Chart, Field, Method, Note, Quantity
from anlan.loop.quantify.methods.faults import Faults
from anlan.loop.quantify.methods.names import numbered, place
from anlan.loop.quantify.methods.resources.roster_inputs import skills_of
from anlan.maths.allocation.assignment import OPEN, Assignment, assign
from anlan.maths.allocation.linear import Floats

_MOST_MIN, _MOST_KM = 1e5, 1e5


@dataclass(frozen=True)
class Weights:
    """What one unit costs: a minute of way; a minute late at urgency 1; an hour worked already; a skill the
    job does not use; a job of urgency 1 left open."""

    way: float = 1.0
    late: float = 3.0
    worked: float = 5.0
    spare_skill: float = 2.0
    open: float = 600.0


FIELDS = (
    Field("jobs", "table", most=200, columns=(
        Field("name", "text"), Field("skill", "text", default=""),
        Field("x", "number", default=0.0, low=-_MOST_KM, high=_MOST_KM),
        Field("y", "number", default=0.0, low=-_MOST_KM, high=_MOST_KM),
        Field("work", "number", low=0, high=_MOST_MIN, unit="minute"),
        Field("due", "number", default=None, low=0, high=_MOST_MIN, unit="minute"),
        Field("urgency", "number", default=1.0, above=0, high=100),
    )),
    Field("people", "table", most=300, columns=(
        Field("name", "text"), Field("skills", "text", default=""),
        Field("x", "number", default=0.0, low=-_MOST_KM, high=_MOST_KM),
        Field("y", "number", default=0.0, low=-_MOST_KM, high=_MOST_KM),
        Field("free_in", "number", default=0.0, low=0, high=_MOST_MIN, unit="minute"),
        Field("worked", "number", default=0.0, low=0, high=1000, unit="hour"),
    )),
    Field("speed", "number", default=30.0, low=0.1, high=1000),
    Field("ways", "table", default=(), least=0, most=5_000, columns=(
        Field("person", "text", names=("people",)), Field("job", "text", names=("jobs",)),
        Field("minutes", "number", low=0, high=_MOST_MIN, unit="minute"),
    )),
    Field("weights", "record", default=None, columns=tuple(
        Field(each.name, "number", default=each.default, low=0, high=1e6) for each in fields(Weights)
    )),
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class Round:
    """able, way, ready, late (jobs, people): who can, minutes of way, minute it is done, minutes late; cost,
    infinite where somebody cannot."""

    jobs: Sequence[Mapping[str, Any]]
    people: Sequence[Mapping[str, Any]]
    able: np.ndarray
    way: Floats
    ready: Floats
    late: Floats
    cost: Floats


def run(inputs: Mapping[str, Any], *, seed: int = 0) -> Answer:
    """One round of dispatch. Errors: RefusedInputs for names that are not there."""
    weights = Weights(**inputs["weights"]) if inputs["weights"] else Weights()
    of = _round(inputs, weights)
    open_cost = [weights.open * row["urgency"] for row in of.jobs]
    found = assign(of.cost, open_cost)
    done = found.person != OPEN
    pairs = [(job, person) for job, person in enumerate(found.person.tolist()) if person != OPEN]
    late = float(sum(of.late[pair] for pair in pairs))
    tables = [_assigned(of, found)]
    if not done.all():
        tables.append(_left(of, found))
    return Answer(
        quantities=(
            Quantity("jobs_open", float((~done).sum())),
            Quantity("jobs_given", float(done.sum())),
            Quantity("late_minutes", late, "minute"),
            Quantity("way_minutes", float(sum(of.way[pair] for pair in pairs)), "minute"),
            Quantity("dispatch_cost", found.cost),
        ),
        tables=tuple(tables),
        charts=(_chart(of, found),) if done.any() else (),
        assumptions=(Note("dispatch.one_each"), Note("dispatch.ways"), Note("dispatch.weights")),
        warnings=tuple(_warnings(of, found)),
    )  # fmt: skip


def _round(inputs: Mapping[str, Any], weights: Weights) -> Round:
    faults = Faults()
    jobs, people = inputs["jobs"], inputs["people"]
    job_places, person_places = numbered(jobs, "jobs", faults), numbered(people, "people", faults)
    way = np.array(
        [
            [math.hypot(j["x"] - p["x"], j["y"] - p["y"]) / inputs["speed"] * 60.0 for p in people]
            for j in jobs
        ]
    )
    for n, row in enumerate(inputs["ways"], start=1):
        person = place(row["person"], person_places, f"ways[{n}].person", faults)
        job = place(row["job"], job_places, f"ways[{n}].job", faults)
        if person is not None and job is not None:
            way[job, person] = row["minutes"]
    faults.raise_any()
    skills = [skills_of(person["skills"]) for person in people]
    able = np.array([[not job["skill"] or job["skill"] in held for held in skills] for job in jobs])
    ready = (
        way + np.array([p["free_in"] for p in people])[None, :] + np.array([j["work"] for j in jobs])[:, None]
    )
    due = np.array([math.inf if job["due"] is None else job["due"] for job in jobs])
    late = np.maximum(0.0, ready - due[:, None])
    urgency = np.array([job["urgency"] for job in jobs])[:, None]
    spare = np.array([[len(held - {job["skill"]}) for held in skills] for job in jobs])
    cost = (
        weights.way * way
        + weights.late * urgency * late
        + weights.worked * np.array([person["worked"] for person in people])[None, :]
        + weights.spare_skill * spare
    )
    return Round(jobs, people, able, way, ready, late, np.where(able, cost, np.inf))


def _assigned(of: Round, found: Assignment) -> AnswerTable:
    """The most urgent first."""
    given = [job for job in range(len(of.jobs)) if found.person[job] != OPEN]
    order = sorted(given, key=lambda job: (-of.jobs[job]["urgency"], job))
    rows = []
    for job in order:
        person = int(found.person[job])
        rows.append((of.jobs[job]["name"], of.people[person]["name"], float(of.way[job, person]),
                     float(of.ready[job, person]), float(of.late[job, person]), _reason(of, found, job),
                     _name(of, int(found.other[job])), float(found.extra[job])))  # fmt: skip
    columns = ("job", "person", "way_min", "ready_min", "late_min", "why", "next_best", "extra_cost")
    return AnswerTable("dispatch_jobs", columns, tuple(rows))


def _name(of: Round, person: int) -> Any:
    return Note("dispatch.nobody_else") if person == OPEN else of.people[person]["name"]


def _reason(of: Round, found: Assignment, job: int) -> Note:
    """Why this person: the only one able; the cheapest, by what; or the cheaper one is elsewhere."""
    person, costs = int(found.person[job]), of.cost[job]
    able = np.flatnonzero(np.isfinite(costs)).tolist()
    if len(able) == 1:
        return Note("dispatch.only_one")
    best = min(able, key=lambda each: float(costs[each]))
    if costs[person] > costs[best] + 1e-9:
        elsewhere = np.flatnonzero(found.person == best).tolist()
        if elsewhere:
            names = {"person": of.people[best]["name"], "job": of.jobs[elsewhere[0]]["name"]}
            return Note("dispatch.cheaper_elsewhere", names)
        return Note("dispatch.least_sum")
    if of.way[job, person] <= of.way[job, able].min() + 1e-9:
        return Note("dispatch.nearest")
    if of.late[job, person] < of.late[job, able].max() - 1e-9:
        return Note("dispatch.in_time")
    return Note("dispatch.least_sum")


def _left(of: Round, found: Assignment) -> AnswerTable:
    rows = []
    for job in np.flatnonzero(found.person == OPEN).tolist():
        can = tuple(of.people[person]["name"] for person in np.flatnonzero(of.able[job]).tolist())
        why = (
            Note("dispatch.no_skill", {"skill": of.jobs[job]["skill"]})
            if not can
            else Note("dispatch.all_taken")
        )
        rows.append((of.jobs[job]["name"], of.jobs[job]["urgency"], why, ", ".join(can[:8])))
    return AnswerTable("dispatch_open", ("job", "urgency", "why", "could_do"), tuple(rows))


def _chart(of: Round, found: Assignment) -> Chart:
    """When each given job is done."""
    rows = [
        {
            "name": of.jobs[job]["name"],
            "value": float(of.ready[job, found.person[job]]),
            "low": None,
            "high": None,
        }
        for job in np.flatnonzero(found.person != OPEN).tolist()
    ]
    return Chart("intervals", {"rows": rows, "all": None, "of": Note("dispatch.of_ready")})


def _warnings(of: Round, found: Assignment) -> list[Note]:
    nobody = tuple(of.jobs[job]["name"] for job in np.flatnonzero(~of.able.any(axis=1)).tolist())
    late = tuple(
        of.jobs[job]["name"]
        for job in np.flatnonzero(found.person != OPEN).tolist()
        if of.late[job, found.person[job]] > 0
    )
    warnings = [Note("dispatch.nobody_can", {"jobs": nobody})] if nobody else []
    if late:
        warnings.append(Note("dispatch.late", {"jobs": late}))
    return warnings


METHOD = Method("dispatch", FIELDS, run)
