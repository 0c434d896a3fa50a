"""Calibrate a twin from the process's log in the background; what comes out is a twin in force."""

from collections.abc import Mapping
from typing import Any

from anlan.web.catalog.models import Process, ProcessVersion
from anlan.web.common.audit import record
from anlan.web.common.texts import language
from anlan.web.people.models import User
from anlan.web.runs.models import Run
from anlan.web.runs.services import start_run
from anlan.web.studio.models import Twin
from anlan.web.studio.selectors import CALIBRATION, PROPOSALS, SIMULATION, VALIDATION
from anlan.web.studio.services.twins import keep_twin


def start_calibration(process: Process, *, actor: User, hold_back: float | None = None, seed: int = 0) -> Run:
    """A run that estimates a twin from the current log and holds it against the last cases.

    hold_back: share of the cases; None: a fifth. Errors: UsageError without a log, or for a share outside.
    """
    parameters = {"hold_back": hold_back, "language": language()}
    return start_run(process=process, study=CALIBRATION, parameters=parameters, seed=seed, actor=actor)


def start_validation(twin: Twin, *, actor: User, hold_back: float | None = None) -> Run:
    """A run that holds a twin against the current log, or the last part of it."""
    parameters = {"twin": {"code": twin.code, "inputs": twin.inputs, "title": str(twin)},
                  "hold_back": hold_back}  # fmt: skip
    return start_run(
        process=twin.process, study=VALIDATION, parameters=parameters, seed=twin.seed, actor=actor
    )


def start_proposing(twin: Twin, *, actor: User) -> Run:
    """A run of the twin, and of the finders on the current log where there is one, that asks where a change
    would pay. Limit, closing activities and calendar are those of the newest assessment of the process."""
    given = {"code": twin.code, "inputs": twin.inputs, "title": str(twin)}
    parameters = {"twin": given, **_as_assessed(twin.process)}
    return start_run(
        process=twin.process, study=PROPOSALS, parameters=parameters, seed=twin.seed, actor=actor
    )


def start_simulation(twin: Twin, *, actor: User) -> Run:
    """A run of the twin as it is: its main figures with their intervals."""
    parameters = {"twin": {"code": twin.code, "inputs": twin.inputs, "title": str(twin)}}
    return start_run(
        process=twin.process, study=SIMULATION, parameters=parameters, seed=twin.seed, actor=actor
    )


def _as_assessed(process: Process) -> dict[str, Any]:
    done = Run.objects.filter(process=process, study__in=("assess", "identify"), state=Run.State.DONE).first()
    return {name: done.parameters.get(name) for name in _OF_FINDINGS} if done is not None else {}


def twin_from_run(run: Run, result: Mapping[str, Any]) -> None:
    """What a finished run says of twins is kept: a new one, or the card, the figures or the proposals of
    one."""
    if run.study == CALIBRATION and run.process is not None:
        told = {name: result[name] for name in _TOLD}
        keep_twin(
            run.process, source="log", inputs=result["spec"]["inputs"], seed=result["spec"]["seed"],
            told=told, card=result["card"], log=run.log, run=run, actor=run.created_by,
        )  # fmt: skip
    if run.study == SIMULATION:
        Twin.objects.filter(code=run.parameters["twin"]["code"]).update(simulated_by=run)
    if run.study == VALIDATION:
        _keep_card(run, result["card"])
    if run.study == PROPOSALS:
        kept = {"run": run.code, "version": _version_in_force(run.process)}
        proposals = [{**each, **kept} for each in result["proposals"]]
        Twin.objects.filter(code=run.parameters["twin"]["code"]).update(proposals=proposals)


def _version_in_force(process: Process | None) -> int | None:
    """The number of the version that the proposals are about."""
    if process is None:
        return None
    found = process.versions.filter(status=ProcessVersion.Status.IN_FORCE)
    number: int | None = found.values_list("number", flat=True).first()
    return number


def _keep_card(run: Run, card: Mapping[str, Any]) -> None:
    twin = Twin.objects.filter(code=run.parameters["twin"]["code"]).first()
    if twin is None:
        return
    was = twin.card.get("verdict")
    Twin.objects.filter(pk=twin.pk).update(card=dict(card), checked_by=run)
    record("studio.twin.check", actor=run.created_by, target=twin, source="worker",
           changes={"verdict": (was, card["verdict"])})  # fmt: skip


_OF_FINDINGS = ("sla", "closing", "calendar")
"""What an assessment was asked that decides what is found in the log."""
_TOLD = ("source", "steps", "routes", "pools", "arrivals", "waits", "assumptions", "doubts")
"""Sections of the result that are kept beside the inputs."""
