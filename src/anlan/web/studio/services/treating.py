"""A treatment that an assessment proposes as a design of a twin, with the run and the risks it is for."""

from collections.abc import Mapping
from typing import Any

from anlan.domain.errors import UsageError
from anlan.formats.messages import in_both_languages
from anlan.studies.twin.treatments import Treatment, treatments_of
from anlan.web.common.texts import of, text
from anlan.web.people.models import User
from anlan.web.people.permissions import in_scope, require
from anlan.web.risks.models import Candidate, Risk
from anlan.web.runs.models import Run
from anlan.web.runs.results import result_of
from anlan.web.studio.models import Twin, TwinDesign
from anlan.web.studio.selectors import EDIT, SEE
from anlan.web.studio.services.designs import LONGEST, create_design

STUDIES = ("assess", "treat")
FROM_PLAN = "treatment"


def plans_of(twin: Twin, user: User) -> list[Run]:
    """Finished assessments of the process that may propose treatments, the newest first."""
    found = Run.objects.filter(process=twin.process, study__in=STUDIES, state=Run.State.DONE, verifies=None)
    return list(in_scope(found, user, SEE).defer("parameters").order_by("-finished_at", "-id")[:20])


def treatments_in(twin: Twin, run: Run, user: User) -> tuple[Treatment, ...]:
    """Measures of the run with what the twin can try of each."""
    found = _register(twin, user)
    names = {key: (risk.code, risk.title, risk.title_en) for key, risk in found.items()}
    return treatments_of(result_of(run), twin.inputs, also=names)


def try_treatment(twin: Twin, run: Run, code: str, *, actor: User) -> TwinDesign:
    """A draft of the measure. Errors: UsageError `studio.treatment.*`; as of `create_design`."""
    require(actor, EDIT, twin.unit)
    measures = treatments_in(twin, run, actor)
    wanted = next((each for each in measures if each.code == code), None)
    if wanted is None:
        raise UsageError("studio.treatment.unknown", found=code[:40], run=run.code)
    if not wanted.found.changes:
        raise UsageError("studio.treatment.untold", found=of(wanted.title), run=run.code)
    register = _register(twin, actor)
    risks = {register[key].pk: register[key] for key in wanted.risks if key in register}
    return create_design(
        twin, name=f"{of(wanted.title)} {code}"[: LONGEST["name"]], changes=wanted.found.changes,
        origin=_origin(run, wanted), risks=list(risks.values()), actor=actor,
    )  # fmt: skip


def _register(twin: Twin, user: User) -> dict[str, Risk]:
    """Finding -> the risk of the register it became, where the person may see it."""
    seen = in_scope(Risk.objects.filter(process=twin.process), user, "risks.view")
    kept = Candidate.objects.filter(process=twin.process, risk__in=seen).exclude(key="")
    return {each.key: each.risk for each in kept.select_related("risk") if each.risk is not None}


def _origin(run: Run, of_plan: Treatment) -> Mapping[str, Any]:
    key = "split" if of_plan.split else "whole"
    return {
        "source": FROM_PLAN,
        "reason": in_both_languages(f"web.studio.treatment.{key}", code=of_plan.code, run=run.code),
        "run": run.code, "measure": of_plan.code, "nodes": [], "version": None, "evidence": None,
        "finding": None, "changes": [],
    }  # fmt: skip


def untold_said(measure: Treatment) -> list[str]:
    """What cannot be tried, a sentence each."""
    comma = text("common.comma")
    return [
        text(f"studio.treatment.untold.{each.reason}", risk=of(measure.titles[each.risk]),
             names=comma.join(each.names))
        for each in measure.found.untold
    ]  # fmt: skip
