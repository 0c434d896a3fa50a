"""What the findings of a log and the run of a twin propose, each with what it rests on."""

from collections.abc import Mapping, Sequence
from typing import Any

from anlan.formats.messages import in_both_languages
from anlan.formats.packs import load_operators
from anlan.loop.improve import Idea, propose
from anlan.loop.improve.designs.applying import Design, cost_of
from anlan.loop.improve.designs.drafts import Draft
from anlan.loop.improve.designs.proposing import Proposal, from_ideas, from_twin, observe
from anlan.loop.improve.twin.names import activity_of
from anlan.loop.quantify.run import risk_id
from anlan.maths.progress import part, watched
from anlan.studies.progress import METHOD
from anlan.studies.quantify import statement
from anlan.studies.running import Ask, request_of
from anlan.studies.twin.models import TwinModel, shortened
from anlan.studies.workspace import Workspace

SCHEMA = "anlan.design_proposals/1"
MOST_IDEAS = 12
"""More than a report lists: many ideas are about rules and people that no twin knows."""


def proposals_of(model: TwinModel, ideas: Sequence[Idea] = (), *, seed: int = 0) -> tuple[Proposal, ...]:
    """What the findings of a log and the run of the twin ask for, those of the log first."""
    found = (*from_ideas(model.given, ideas), *from_twin(model.given, observe(model.given, seed=seed)))
    return tuple({each.design.name: each for each in reversed(found)}.values())[::-1]


def run_proposals(ask: Ask) -> dict[str, Any]:
    """Designs that the log (where there is one) and the run of the twin ask for (schema `SCHEMA`)."""
    twin = ask.values["twin"]
    model = shortened(TwinModel(twin["inputs"], twin["title"], ask.seed))
    ask.progress(METHOD, 0.0)
    ideas, found_in = _ideas(ask)
    with watched(lambda share: ask.progress(METHOD, share)), part(0.5, 1.0):
        found = proposals_of(model, ideas, seed=ask.seed)
    return {
        "schema": SCHEMA,
        "title": twin["title"],
        "log": ask.loaded.facts.name if ask.loaded is not None else None,
        "proposals": [
            {
                "name": each.design.name,
                "changes": [dict(change) for change in each.design.changes],
                "operator": each.operator,
                "once": cost_of(model.given, each.design).once,
                **resting_on(model.given, each),
                "finding": _finding(each.idea, found_in, ask.process),
            }
            for each in found
        ],
    }


def figures_of_proposals(result: Mapping[str, Any]) -> dict[str, Any]:
    return {"designs_proposed": len(result["proposals"])}


def resting_on(inputs: Mapping[str, Any], of: Proposal) -> dict[str, Any]:
    """Where a proposal comes from, where it acts, and the figures of the finding it cites.

    nodes     activities it acts at
    evidence  of a finding: its code, how often and in how many cases it was seen, the minutes of case time
              beyond the normal it accounts for and their share of all; None where the run of the twin asks
    """
    idea = of.idea
    return {
        "source": of.source,
        "findings": list(of.findings),
        "reason": in_both_languages(of.reason.code, **of.reason.parameters),
        "effort": of.effort,
        "nodes": nodes_of(inputs, of.design) if idea is None else list(idea.nodes),
        "evidence": None
        if idea is None
        else {
            "finding": idea.finding.code,
            "count": idea.finding.count,
            "cases": len(idea.finding.affected),
            "delay_min": idea.delay_min,
            "delay_share": idea.delay_share,
        },
    }


def nodes_of(inputs: Mapping[str, Any], asked: Design) -> list[str]:
    """Activities a design acts at: of its steps, of the steps its risks strike, of those its people do."""
    draft = Draft(inputs)
    rows = {row["name"]: row for row in draft.rows("steps")}
    found: list[str] = []
    for change in asked.changes:
        named = [row["name"] for row in draft.several("steps", change.get("steps") or "", "steps")]
        risks = draft.several("risks", change.get("risks") or "", "risks")
        named += [risk["step"] for risk in risks if risk.get("step")]
        pools = {change.get("to_pool") or change.get("pool")} - {None, ""}
        if not named:
            named = [name for name, row in rows.items() if pools & set(draft.pools_of(row))]
        found += [activity_of(name) for name in named]
    return list(dict.fromkeys(found))


def _ideas(ask: Ask) -> tuple[Sequence[Idea], Workspace | None]:
    """Ideas from the findings of the log; none without a log."""
    if ask.loaded is None:
        return (), None
    request = request_of(ask, zone=ask.loaded.log.zone)
    space = Workspace(ask.loaded.log, ask.loaded.facts, request, progress=_half(ask))
    found = propose(space.findings, summary=space.summary, operators=load_operators(), most=MOST_IDEAS)
    return found, space


def _half(ask: Ask) -> Any:
    """Progress of the finders as the first half of the whole."""
    return lambda step, share: ask.progress(METHOD, 0.5 * share if step == "identify" else 0.0)


def _finding(idea: Idea | None, space: Workspace | None, process: str) -> dict[str, Any] | None:
    """The finding in words, and the id its risk has in a result of this process."""
    if idea is None or space is None:
        return None
    return {
        "key": risk_id(idea.finding, process=process),
        "statement": statement(idea.finding, clock=space.clock),
    }
