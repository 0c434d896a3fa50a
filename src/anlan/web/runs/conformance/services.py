"""Start what the page of conformance offers; what a finished discovery becomes."""

from collections.abc import Mapping
from typing import Any

from anlan.domain.errors import UsageError
from anlan.formats.bpmn import read_bpmn
from anlan.studies.catalogue import CONFORM, DISCOVER
from anlan.web.catalog.drafting import draft_from_discovery
from anlan.web.catalog.models import Process
from anlan.web.people.models import User
from anlan.web.people.permissions import may, require
from anlan.web.runs.asking.known import CARRIED, Known, known_of
from anlan.web.runs.models import Run
from anlan.web.runs.services import start_run


def hold_against_force(process: Process, *, actor: User) -> Run:
    """The current log against the version in force; closing activities as the newest run had them."""
    known = known_of(process, actor)
    closing = known.newest.parameters.get("closing") if known.newest else None
    answers = {"model": _model(process, known), "closing": closing}
    return start_run(process=process, study=CONFORM, parameters=answers, actor=actor)


def assess_against_force(process: Process, *, actor: User) -> Run:
    """A whole assessment that makes deviations candidates; its other answers as the newest run had them."""
    known = known_of(process, actor)
    newest = known.newest.parameters if known.newest else {}
    answers = {name: newest.get(name) for name in CARRIED} | {"model": _model(process, known)}
    return start_run(process=process, study="assess", parameters=answers, actor=actor)


def find_draft(process: Process, *, noise: str, actor: User) -> Run:
    """A model found in the current log; when it is done, a draft is made of it."""
    require(actor, "catalog.edit", process.unit)
    return start_run(process=process, study=DISCOVER, parameters={"noise": noise}, actor=actor)


def draft_from_run(run: Run, result: Mapping[str, Any]) -> None:
    """A finished discovery as a draft; one that only verifies another, or whose author may not edit, adds
    nothing."""
    if run.study != DISCOVER or run.verifies_id is not None or run.process is None or run.created_by is None:
        return
    if may(run.created_by, "catalog.edit", run.process.unit):
        design = read_bpmn(result["bpmn"].encode(), name="model.bpmn").design
        draft_from_discovery(
            run.process, design, actor=run.created_by, reason=f"{run.code} {result['noise']:g}"
        )


def _model(process: Process, known: Known) -> str:
    if not known.model:
        raise UsageError("study.model_missing", study=process.name)
    return known.model
