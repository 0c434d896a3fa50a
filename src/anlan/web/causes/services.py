"""Writing models: begun, kept from the version that was seen, calculated, taken away; all audited.

Permission is asked before the transaction begins, so that a refusal stays in the audit.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from anlan.domain.errors import RefusedInput, UsageError
from anlan.formats.settings_bytes import LARGEST_BYTES
from anlan.loop.quantify.cause_models import CODES, model_method
from anlan.loop.quantify.cause_models.drafts import faults_in, shaped
from anlan.loop.quantify.cause_models.parts import parts_of
from anlan.loop.quantify.methods.faults import RefusedInputs
from anlan.studies.methods.spec import SPEC
from anlan.studies.methods.values import check_values
from anlan.web.causes.models import CauseModel
from anlan.web.causes.selectors import CALCULATED
from anlan.web.common.audit import changes_between, record
from anlan.web.common.codes import next_code
from anlan.web.common.links import link
from anlan.web.people.models import Unit, User
from anlan.web.people.permissions import require
from anlan.web.risks.models import Risk
from anlan.web.runs.models import Run
from anlan.web.runs.services import start_assessment

EDIT = "runs.start"
LONGEST = {"title": 200, "source": 300, "note": 4000}


@dataclass(frozen=True)
class Facts:
    """What is said of a model beside its drawing."""

    title: str
    source: str = ""
    note: str = ""


def create_model(
    *,
    unit: Unit,
    method: str,
    facts: Facts,
    inputs: Mapping[str, Any],
    actor: User,
    about: Risk | None = None,
) -> CauseModel:
    """A new model. about: the risk it explains; its unit is the model's.

    Errors: UsageError for a method or facts that cannot be; RefusedInputs for inputs that cannot be drawn.
    """
    unit = about.unit if about else unit
    require(actor, EDIT, unit)
    if method not in CODES:
        raise UsageError("cause_model.method", found=method[:40], accepted=", ".join(CODES))
    said, drawable = _checked(facts), inputs_of(method, inputs)
    with transaction.atomic():
        made = CauseModel.objects.create(
            code=next_code("CM"), unit=unit, method=method, about=about, inputs=drawable,
            faults=len(faults_in(model_method(method), drawable)), created_by=actor, updated_by=actor, **said,
        )  # fmt: skip
        new = _for_audit(made) | {"method": method, "about": about.code if about else None}
        record("causes.model.create", actor=actor, target=made,
               changes={name: (None, value) for name, value in new.items()})  # fmt: skip
        return made


def keep_model(
    model: CauseModel, *, facts: Facts, inputs: Mapping[str, Any], seen: int, actor: User
) -> CauseModel:
    """Facts and drawing as they are now. seen: the version they were drawn from.

    Errors: UsageError `web.conflict` where somebody kept another version meanwhile; nothing is written then.
    """
    require(actor, EDIT, model.unit)
    said, drawable = _checked(facts), inputs_of(model.method, inputs)
    with transaction.atomic():
        current = CauseModel.objects.select_for_update().get(pk=model.pk)
        if current.version != seen:
            raise UsageError("web.conflict", label=str(current))
        before, as_drawn = _for_audit(current), current.inputs
        for name, value in said.items():
            setattr(current, name, value)
        current.inputs = drawable
        current.faults = len(faults_in(model_method(current.method), drawable))
        if _for_audit(current) == before and drawable == as_drawn:
            return current
        current.version, current.updated_by = seen + 1, actor
        current.save()
        changes = changes_between(before, _for_audit(current)) | _parts_changed(
            current.method, as_drawn, drawable
        )
        record("causes.model.change", actor=actor, target=current, changes=changes)
        return current


def remove_model(model: CauseModel, *, seen: int, actor: User) -> None:
    """The model is gone; its calculations stay. Errors: UsageError `web.conflict`."""
    require(actor, EDIT, model.unit)
    with transaction.atomic():
        current = CauseModel.objects.select_for_update().get(pk=model.pk)
        if current.version != seen:
            raise UsageError("web.conflict", label=str(current))
        gone = {name: (value, None) for name, value in _for_audit(current).items()}
        current.delete()
        current.pk = model.pk  # the audit names what is gone
        record("causes.model.remove", actor=actor, target=current, changes=gone)


def calculate_model(model: CauseModel, *, actor: User) -> Run:
    """A run of the method on the model as it is kept, about the risk it explains.

    Errors: RefusedInputs with every fault of an unfinished model.
    """
    require(actor, EDIT, model.unit)
    found = faults_in(model_method(model.method), model.inputs)
    if found:
        raise RefusedInputs("method.inputs", found)
    with transaction.atomic():
        about = model.about
        run = start_assessment(
            unit=model.unit, document=document_of(model), actor=actor,
            process=about.process if about else None, about=about.code if about else "",
        )  # fmt: skip
        link(CALCULATED, run, model)
        return run


def follow_risk(risk: Risk) -> None:
    """Models about a risk belong to its unit."""
    CauseModel.objects.filter(about=risk).update(unit=risk.unit)


def document_of(model: CauseModel) -> dict[str, Any]:
    """The model as a spec file has it."""
    about = {"risk": model.about.code} if model.about else {}
    return {"schema": SPEC, "method": model.method, "title": model.title, **about, "inputs": model.inputs}


def inputs_of(method: str, given: Any) -> dict[str, Any]:
    """The inputs where they can be drawn and kept. Errors: RefusedInputs; RefusedInput `spec.too_large`."""
    if not isinstance(given, Mapping):
        raise RefusedInput("method.not_a_record", where="inputs", found=str(given)[:60])
    check_values({"inputs": given})
    made = shaped(model_method(method), given)
    if len(json.dumps(made, ensure_ascii=False).encode()) > LARGEST_BYTES:
        raise RefusedInput("spec.too_large", file=method, limit=LARGEST_BYTES)
    return made


def _checked(facts: Facts) -> dict[str, str]:
    said = {name: getattr(facts, name).replace("\0", "").strip() for name in LONGEST}
    for name, longest in LONGEST.items():
        if len(said[name]) > longest or (name == "title" and not said[name]):
            raise UsageError(f"cause_model.{name}", n=len(said[name]), limit=longest)
    return said


def _for_audit(model: CauseModel) -> dict[str, Any]:
    n = sum(1 for _ in parts_of(model_method(model.method), model.inputs))
    return {name: getattr(model, name) for name in LONGEST} | {"parts": n, "faults": model.faults}


def _parts_changed(method: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Any]:
    """Parts that are other than they were, as the audit names them: `events-3` -> (old, new) as JSON."""
    of = model_method(method)
    old, new = ({str(part): row for part, row in parts_of(of, each)} for each in (before, after))
    found = {name: (_written(old.get(name)), _written(new.get(name))) for name in {**old, **new}
             if old.get(name) != new.get(name)}  # fmt: skip
    return dict(sorted(found.items())[:_MOST_TOLD])


def _written(row: Mapping[str, Any] | None) -> str | None:
    return None if row is None else json.dumps(row, ensure_ascii=False)[:400]


_MOST_TOLD = 100
"""Changed parts that one event of the audit lists; their number is there in any case."""
