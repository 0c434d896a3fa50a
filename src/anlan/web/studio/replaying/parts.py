"""What is replayed side by side: a twin, a design (beside the process as it is), or the cases of a log."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404

from anlan.domain.design import Design, Link, Step
from anlan.domain.errors import UsageError
from anlan.formats.report.charts.process_map import map_selection
from anlan.formats.report.flow.selection import END, START, Selection
from anlan.loop.improve.designs.luck import numbers_of, with_numbers
from anlan.loop.improve.designs.series import process_of
from anlan.loop.improve.replay.recorded import replay_log
from anlan.loop.improve.replay.replay import HOUR_S, Replay
from anlan.loop.improve.replay.simulated import replay_run
from anlan.loop.improve.twin.flow import flow_of
from anlan.loop.quantify.methods.process.process_fields import FIELDS
from anlan.loop.quantify.methods.process.process_hours import MINUTE_S
from anlan.loop.quantify.methods.process.process_inputs import ProcessAsked
from anlan.loop.quantify.methods.reading import read_inputs
from anlan.studies.loading import log_store
from anlan.web.catalog.models import EventLog, Process
from anlan.web.common.texts import text
from anlan.web.people.models import User
from anlan.web.runs.models import Run
from anlan.web.runs.results import result_of
from anlan.web.studio import selectors
from anlan.web.studio.maps import named_end
from anlan.web.studio.models import DesignComparison, Twin, TwinDesign
from anlan.web.studio.services.checking import checked

KINDS = ("twin", "design", "comparison", "process")
MOST_EVENTS = 2_000_000
"""Of a log that a page replays."""


@dataclass(frozen=True)
class When:
    """What is asked for: from_h: hours from second 0, hours: how many; None: as the replay chooses.
    replication: its number from 0; design: code of that of a comparison; on: of a log, the day that from_h
    counts from."""

    from_h: float | None = None
    hours: float | None = None
    replication: int = 0
    design: str = ""
    on: date | None = None


@dataclass(frozen=True, eq=False)
class Part:
    """One of those shown in step. code, title: of what it is; seed, replication, replications: of a run, the
    replication by its number from 0; None of a log."""

    code: str
    title: str
    flow: Design
    replay: Replay
    seed: int | None = None
    replication: int = 0
    replications: int = 0


def record_of(user: User, kind: str, code: str) -> Any:
    """The record of that kind and code, within what the person may see; else Http404."""
    found: dict[str, QuerySet[Any]] = {
        "twin": selectors.twin_of(user, code),
        "design": selectors.designs_of(user).filter(code=code),
        "comparison": selectors.comparisons_of(user).filter(code=code),
        "process": selectors.process_to_see(user, code),
    }
    return get_object_or_404(found[kind])


def parts_of(record: Any, when: When) -> list[Part]:
    """The parts of a record, the process as it is first where there are two.

    Errors: UsageError `replay.*`, `simulation.*`; RefusedInputs for inputs that a later program refuses.
    """
    if isinstance(record, Twin):
        return [_simulated(record.code, str(record), record.inputs, record.seed, when)]
    if isinstance(record, TwinDesign):
        after = checked(record.twin, record.name, record.changes)
        return _beside(record.twin, record.code, record.name, after, record.twin.seed, None, when)
    if isinstance(record, DesignComparison):
        return _of_comparison(record, when)
    return [_recorded(record, when)]


def _of_comparison(found: DesignComparison, when: When) -> list[Part]:
    """Errors: UsageError `replay.not_done` before its run has ended."""
    if found.run.state != Run.State.DONE:
        raise UsageError("replay.not_done", comparison=found.code)
    told = result_of(found.run)["found"]
    kept = next((each for each in found.designs if each["code"] == when.design), found.designs[0])
    after = checked(found.twin, kept["name"], kept["changes"])
    return _beside(found.twin, kept["code"], kept["name"], after, told["seed"], told["replications"], when)


def _beside(
    twin: Twin, code: str, name: str, after: Mapping[str, Any], seed: int, count: int | None, when: When
) -> list[Part]:
    """The process as it is and with a design, with the same luck, in the same time."""
    first = _simulated(twin.code, text("studio.compare.as_is"), twin.inputs, seed, when, count=count)
    span = first.replay.span
    same = replace(when, from_h=span.from_s / HOUR_S, hours=(span.until_s - span.from_s) / HOUR_S)
    second = _simulated(code, name, after, seed, same, count=count, like=process_of(twin.inputs))
    return [first, second]


def _simulated(
    code: str, title: str, inputs: Mapping[str, Any], seed: int, when: When, *, count: int | None = None,
    like: ProcessAsked | None = None,
) -> Part:  # fmt: skip
    """like: the process as it is, whose luck this one shares."""
    asked = process_of(inputs)
    if like is not None:
        asked = with_numbers(asked, numbers_of(like))
    replications = count or int(read_inputs(FIELDS, inputs)["replications"])
    if not 0 <= when.replication < replications:
        raise UsageError("replay.replication", found=when.replication + 1, most=replications)
    seen = replay_run(asked, seed=seed, number=when.replication, from_h=when.from_h, hours=when.hours)
    return Part(code, title, named_end(flow_of(inputs)), seen, seed, when.replication, replications)


def _recorded(process: Process, when: When) -> Part:
    """Errors: UsageError `replay.no_log`, `replay.long_log`."""
    log = _log_of(process)
    twin = process.twins.filter(in_force=True).first()
    promise = twin.inputs.get("promise") if twin is not None else None
    seen = replay_log(log_store().open(log.store_id).load(), on=when.on, from_h=when.from_h, hours=when.hours,
                      promise_s=None if promise is None else float(promise) * MINUTE_S)  # fmt: skip
    return Part(process.code, str(log), _discovered(log), seen)


def _log_of(process: Process) -> EventLog:
    log = process.logs.filter(current=True).first()
    if log is None:
        raise UsageError("replay.no_log", process=process.code)
    if log.n_events > MOST_EVENTS:
        raise UsageError("replay.long_log", found=log.n_events, most=MOST_EVENTS)
    return log


def _discovered(log: EventLog) -> Design:
    """The activities of a log and its most frequent ways, with one start and one end."""
    found = map_selection({"process": log.facts["process"]})
    steps = [Step(START, text("studio.replay.start"), kind="event", form="start")]
    steps += [Step(name, name) for name in sorted(found.nodes, key=lambda name: _hops(found, name))]
    steps.append(Step(END, text("studio.map.end"), kind="event", form="end"))
    known = {step.key for step in steps}
    return Design(tuple(steps), tuple(
        Link(source, target) for source, target in found.edges
        if source in known and target in known and source != target
    ))  # fmt: skip


def _hops(of: Selection, name: str) -> int:
    """How many ways the widest path from the start to an activity has."""
    count = 0
    while name != START and name in of.reached_by and count <= len(of.nodes):
        name, count = of.reached_by[name][0], count + 1
    return count
