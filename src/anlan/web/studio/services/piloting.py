"""Try a design: a draft of the process that a second person puts in force, linked to the design.

Steps of the twin become nodes by the activity they stand for: laps and waits that calibration tells apart are
one node again. A node that the process has keeps its facts; only what the design changed is changed.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.db import transaction

from anlan.domain.design import Design, Link, Step, checked
from anlan.domain.errors import UsageError
from anlan.loop.improve.twin.flow import END, flow_of
from anlan.loop.improve.twin.names import START, activity_of, is_wait
from anlan.web.catalog.drafting import design_of, in_force
from anlan.web.catalog.services import draft_design, node_key
from anlan.web.common.audit import record
from anlan.web.common.links import link
from anlan.web.people.models import User
from anlan.web.people.permissions import require
from anlan.web.runs.models import Run
from anlan.web.studio.models import DesignComparison, TwinDesign
from anlan.web.studio.services.checking import checked as inputs_after
from anlan.web.studio.services.designs import OPEN, State
from anlan.web.studio.told import changes_said

TRIES = "tries_design"
"""Kind of the link from a version of a process to the design it tries."""
LOWERS, EVIDENCE = "lowers", "evidence_of"
"""Kinds of the links from the version to the risks it is to lower, and from the runs that compared the design
to the version."""


def start_pilot(found: TwinDesign, *, seen: int, actor: User) -> TwinDesign:
    """The design is a pilot; its draft waits to be submitted and approved on the pages of versions.

    Errors: UsageError `web.conflict`, `studio.closed`, `studio.no_change`.
    """
    require(actor, "catalog.edit", found.unit)
    with transaction.atomic():
        current = TwinDesign.objects.select_for_update(of=("self",)).select_related(
            "twin__process__unit").get(pk=found.pk)  # fmt: skip
        if current.version != seen:
            raise UsageError("web.conflict", label=str(current))
        if current.state not in OPEN:
            raise UsageError("studio.closed", design=current.code, state=current.state)
        if not current.changes:
            raise UsageError("studio.no_change", design=current.name)
        process = current.twin.process
        after = inputs_after(current.twin, current.name, current.changes)
        drafted = drafted_from(design_of(in_force(process)), current.twin.inputs, after)
        said = "; ".join(f"{each.operator} {each.said}" for each in changes_said(current.changes))
        reason = f"{current}: {said}"[:400]
        version = draft_design(process, drafted, source="design", actor=actor, reason=reason)
        was, current.state, current.draft = current.state, State.PILOT, version
        current.version, current.updated_by = seen + 1, actor
        current.save()
        link(TRIES, version, current)
        for risk in current.risks.all():
            link(LOWERS, version, risk)
        for run in _compared_in(current):
            link(EVIDENCE, run, version)
        record("studio.design.pilot", actor=actor, target=current,
               changes={"state": (was, "pilot"), "draft": (None, str(version))})  # fmt: skip
        return current


def _compared_in(design: TwinDesign) -> list[Run]:
    """Finished runs that compared the design, and the run that proposed it."""
    compared = DesignComparison.objects.filter(twin=design.twin, run__state=Run.State.DONE).select_related(
        "run"
    )
    found = [each.run for each in compared if any(kept["code"] == design.code for kept in each.designs)]
    return [*found, *Run.objects.filter(code=design.origin.get("run", ""))]


def drafted_from(known: Design, before: Mapping[str, Any], after: Mapping[str, Any]) -> Design:
    """The version in force with what the design changes in it: steps it takes out, adds or gives to other
    people, and ways that it turns. What the twin leaves out of the process stays as it is."""
    was, now = _as_nodes(known, before), _as_nodes(known, after)
    gone = {step.key for step in was.steps} - {step.key for step in now.steps}
    facts = {step.key: (step.role, step.sla_s) for step in was.steps}
    changed = {step.key: step for step in now.steps if facts.get(step.key) != (step.role, step.sla_s)}
    kept = [changed.get(step.key, step) for step in known.steps if step.key not in gone]
    here = {step.key for step in kept}
    new = [step for step in now.steps if step.key not in facts and step.key not in here]
    return checked(Design((*kept, *new), _turned(known, was, now, here | {step.key for step in new})))


def _turned(known: Design, was: Design, now: Design, steps: set[str]) -> tuple[Link, ...]:
    """Ways of the version in force without those the design closes, with those it opens."""
    before = {(link.source, link.target): link.probability for link in was.links}
    after = {(link.source, link.target): link.probability for link in now.links}
    ways = {(link.source, link.target): link for link in known.links}
    for way in before.keys() - after.keys():
        ways.pop(way, None)
    for way, share in after.items():
        if way not in before or (way in ways and share != before[way]):
            ways[way] = replace(ways.get(way, Link(*way)), probability=share)
    return tuple(link for (source, target), link in ways.items() if {source, target} <= steps)


def _as_nodes(known: Design, inputs: Mapping[str, Any]) -> Design:
    """A twin as nodes of the process: its steps by the activity they stand for, found by key or name."""
    by_name = {name: step for step in known.steps for name in (step.key, step.name, step.name_en) if name}
    by_name = _ends(known) | by_name
    flow = flow_of(inputs)
    nodes: dict[str, Step] = {}
    of: dict[str, str] = {}
    for step in flow.steps:
        name = _activity(step)
        key = by_name[name].key if name in by_name else node_key(name)
        of[step.key] = key
        if is_wait(step.key) or key in nodes:
            continue
        made = by_name.get(name) or Step(key, name, kind=step.kind, form=step.form)
        if step.kind == "task":
            made = replace(made, role=step.role or made.role, sla_s=step.sla_s or made.sla_s)
        nodes[key] = made
    steps = {key: nodes[key] for key in dict.fromkeys(of.values()) if key in nodes}
    if END not in by_name:
        steps.pop(of.get(END, ""), None)
    if START not in by_name:
        steps.pop(of.get(START, ""), None)
    return Design(tuple(steps.values()), _links(flow, of, steps))


def _ends(known: Design) -> dict[str, Step]:
    """Where cases begin and end in the process, for the beginning and the end of the twin; where it has none
    drawn, or several, ways from and to them are left out."""
    found: dict[str, Step] = {}
    for name, form in ((START, "start"), (END, "end")):
        own = [step for step in known.steps if step.kind == "event" and step.form == form]
        if len(own) == 1:
            found[name] = own[0]
    return found


def _activity(step: Step) -> str:
    return step.key if step.key in (START, END) else activity_of(step.key)


def _links(flow: Design, of: Mapping[str, str], steps: Mapping[str, Step]) -> tuple[Link, ...]:
    """Ways between nodes; a share is kept where one step alone stands for the node."""
    laps: dict[str, int] = {}
    for name, key in of.items():
        laps[key] = laps.get(key, 0) + (not is_wait(name))
    found: dict[tuple[str, str], Link] = {}
    for each in flow.links:
        source, target = of[each.source], of[each.target]
        if source == target and is_wait(each.source):
            continue
        alone = laps[source] == 1 and (source, target) not in found
        if source in steps and target in steps:
            found[source, target] = Link(source, target, each.probability if alone else None)
    return tuple(found.values())
