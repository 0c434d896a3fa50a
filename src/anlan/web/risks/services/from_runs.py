"""Assessments by what a finished run found."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.db.models import Q

from anlan.domain.errors import RefusedInput, UsageError
from anlan.studies.catalogue import METHOD
from anlan.studies.methods.assessing import ASSESSMENT
from anlan.studies.methods.carrying import Figure, figures_to_carry
from anlan.web.common.links import link
from anlan.web.people.models import User
from anlan.web.people.permissions import in_scope, require
from anlan.web.risks.models import Assessment, Criteria, Risk
from anlan.web.risks.services.assessing import assess_by_scores, assess_from_finding
from anlan.web.risks.services.carrying import Taken, keep_carried, origin_of
from anlan.web.risks.services.criteria import criteria_for
from anlan.web.runs.models import Run
from anlan.web.runs.results import result_of

_WITH_RISKS = ("anlan.assess/1", "anlan.study/1")
"""Schemas of results whose `risks` say likelihood, severity and loss of each risk."""


@transaction.atomic
def assess_by_run(
    risk: Risk, *, run: Run, stage: str, rationale: str, actor: User, finding: str = "",
    likelihood: int | None = None, severity: int | None = None, taken: Taken | None = None,
) -> Assessment:  # fmt: skip
    """A finished run as an assessment.

    Where its result names risks, the one that belongs here gives likelihood, severity and loss. Of a method
    the numbers `taken` give what they can. Otherwise the run is evidence, and a person scores.
    """
    require(actor, "risks.assess", risk.unit)
    require(actor, "runs.view", run.unit)
    if run.state != Run.State.DONE:
        raise UsageError("assess_run.not_done", run=run.code, found=run.state)
    if run.about not in ("", risk.code):
        raise UsageError("assess_run.other_risk", run=run.code, found=run.about, risk=risk.code)
    result = result_of(run)
    if taken is not None and taken.any:
        made = keep_carried(risk, run=run, result=result, taken=taken, stage=stage, rationale=rationale,
                            actor=actor)  # fmt: skip
        link("evidence_of", run, risk)
        return made
    if likelihood is None and severity is None:
        likelihood, severity = _scores_of(result, criteria_for(risk.unit))
    entry = None if likelihood is not None and not finding else _entry(risk, run, result, finding)
    if entry is not None:
        made = assess_from_finding(
            risk, finding=entry, unit=result["portfolio"]["unit"], run=run, actor=actor, stage=stage,
            rationale=rationale,
        )  # fmt: skip
    elif likelihood is None or severity is None:
        raise UsageError("assess_run.scores_missing", run=run.code, study=run.study)
    else:
        made = assess_by_scores(
            risk, stage=stage, likelihood=likelihood, severity=severity, rationale=rationale, actor=actor,
            technique="run", values=origin_of(run, result), run=run,
        )  # fmt: skip
    link("evidence_of", run, risk)
    return made


def figures_of(run: Run | None) -> tuple[Figure, ...]:
    """What can be taken of a finished run of a method; nothing of another. A result that is gone has none:
    whoever attaches the run is told."""
    if run is None or not run.study.startswith(METHOD):
        return ()
    try:
        return figures_to_carry(result_of(run))
    except RefusedInput:
        return ()


def _scores_of(result: Mapping[str, Any], criteria: Criteria) -> tuple[int | None, int | None]:
    """Likelihood and severity of a method that scored on the very matrix in force. A 3 of another scale is
    another thing, so that a person must score there."""
    scores = result.get("scores") if result.get("schema") == ASSESSMENT else None
    cells = result.get("inputs", {}).get("cells") if scores else None
    if not scores or not cells or not _same_matrix(cells, criteria.content):
        return None, None
    return scores[0], scores[1]


def _same_matrix(cells: list[list[str]], content: Mapping[str, Any]) -> bool:
    """Whether every cell names the level that the criteria have there, by code or by either name."""
    names = [{level["code"], *level["name"].values()} for level in content["levels"]]
    own = content["cells"]
    return [len(row) for row in cells] == [len(row) for row in own] and all(
        str(cell) in names[place]
        for row, places in zip(cells, own, strict=True)
        for cell, place in zip(row, places, strict=True)
    )


def methods_of(risk: Risk, user: User) -> list[Run]:
    """Finished assessments of the risk by methods that the person may see, the newest of each first."""
    found = in_scope(
        Run.objects.filter(about=risk.code, state=Run.State.DONE, verifies=None), user, "runs.view"
    )
    newest: dict[str, Run] = {}
    for run in found.defer("parameters").order_by("-finished_at")[:100]:
        newest.setdefault(run.study, run)
    return list(newest.values())


def entries_of(result: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Risks of the result with their numbers; none where its schema has none."""
    if result.get("schema") not in _WITH_RISKS or "portfolio" not in result:
        return []
    return list(result.get("risks", ()))


def _entry(risk: Risk, run: Run, result: Mapping[str, Any], finding: str) -> Mapping[str, Any] | None:
    """The entry named, or the one whose finding became this risk."""
    entries = {entry["id"]: entry for entry in entries_of(result)}
    if finding:
        if finding not in entries:
            raise UsageError("assess_run.finding", run=run.code, found=finding)
        return entries[finding]
    known = risk.candidates.exclude(key="").values_list("key", flat=True)
    mine = [entries[key] for key in known if key in entries]
    if len(mine) > 1:
        raise UsageError("assess_run.several", run=run.code, found=", ".join(entry["id"] for entry in mine))
    return mine[0] if mine else None


def runs_to_attach(risk: Risk, user: User) -> list[Run]:
    """Finished runs the person may see: about the risk, of its process, or of its unit where it has none."""
    found = in_scope(Run.objects.filter(state=Run.State.DONE, verifies=None), user, "runs.view")
    near = Q(process=risk.process) if risk.process_id else Q(unit=risk.unit)
    found = found.filter(near | Q(about=risk.code), about__in=("", risk.code))
    return list(found.select_related("process").defer("parameters").order_by("-finished_at")[:50])
