"""Twins: made, put in force, written out; each is a version that stays as it was."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.db.models import Max

from anlan.domain.errors import UsageError
from anlan.formats.spec_file import spec_text
from anlan.loop.improve.twin.differences import differences
from anlan.loop.quantify.methods.process.process_inputs import read_process
from anlan.studies.methods.spec import SPEC, read_spec
from anlan.studies.twin.plain import plain_inputs
from anlan.web.catalog.models import EventLog, Process
from anlan.web.common.audit import record
from anlan.web.common.codes import next_code
from anlan.web.common.texts import in_language
from anlan.web.people.models import User
from anlan.web.people.permissions import require
from anlan.web.runs.models import Run
from anlan.web.studio.models import Twin
from anlan.web.studio.selectors import EDIT
from anlan.web.studio.services.carrying import carry_designs
from anlan.web.studio.services.checking import METHOD

LONGEST_NOTE = 400


def make_twin(
    process: Process, *, source: str, inputs: Mapping[str, Any], actor: User, note: str = "",
    file: str = "", seed: int = 0,
) -> Twin:  # fmt: skip
    """The next twin of the process, in force.

    Errors: RefusedInputs with every fault of the inputs, each at its place.
    """
    require(actor, EDIT, process.unit)
    return keep_twin(process, source=source, inputs=inputs, actor=actor, note=note, file=file, seed=seed)


def keep_twin(
    process: Process, *, source: str, inputs: Mapping[str, Any], actor: User | None, note: str = "",
    file: str = "", seed: int = 0, told: Mapping[str, Any] | None = None,
    card: Mapping[str, Any] | None = None, log: EventLog | None = None, run: Run | None = None,
    based_on: Twin | None = None,
) -> Twin:  # fmt: skip
    """As `make_twin`, of a run that somebody who may has started, or of a twin that was changed. Open designs
    of the twin it is based on, else of the one in force until now, come along."""
    spec = read_spec({"schema": SPEC, "method": METHOD, "inputs": dict(inputs), "seed": seed})
    read_process(spec.inputs)
    with transaction.atomic():
        Process.objects.select_for_update().get(pk=process.pk)
        before = Twin.objects.filter(process=process, in_force=True)
        held = before.first()
        was = held.code if held is not None else None
        before.update(in_force=False)
        last = Twin.objects.filter(process=process).aggregate(n=Max("number"))["n"] or 0
        made = Twin.objects.create(
            code=next_code("TW"), unit=process.unit, process=process, number=last + 1, in_force=True,
            source=source, note=note.replace("\0", "").strip()[:LONGEST_NOTE], file=file[:200],
            inputs=dict(inputs), seed=seed, told=dict(told or {}), card=dict(card or {}), log=log, run=run,
            checked_by=run if card else None, based_on=based_on, created_by=actor, updated_by=actor,
        )  # fmt: skip
        record("studio.twin.create", actor=actor, target=made,
               changes={"source": (None, source), "in_force": (was, made.code), **_origin(made)})  # fmt: skip
        source_of_designs = based_on or held
        if source_of_designs is not None:
            carry_designs(source_of_designs, made, actor=actor)
        return made


def _origin(made: Twin) -> dict[str, tuple[Any, Any]]:
    """For the audit: which twin was changed, and in what."""
    if made.based_on is None:
        return {}
    changes = differences(plain_inputs(made.based_on.inputs), made.inputs)
    places = [" ".join(part for part in (each.table, each.name, each.field) if part) for each in changes]
    return {"based_on": (None, made.based_on.code), "inputs": (None, "; ".join(places)[:LONGEST_NOTE])}


def twin_from_document(
    process: Process, document: Mapping[str, Any], *, actor: User, note: str = "", file: str = ""
) -> Twin:
    """The twin of a spec. Errors: RefusedInputs; UsageError `twin.other_method`."""
    named = str(document.get("method"))
    if named != METHOD:
        raise UsageError("twin.other_method", found=named[:40])
    spec = read_spec(document)
    return make_twin(
        process,
        source="file",
        inputs=spec.given,
        actor=actor,
        note=note or spec.title,
        file=file,
        seed=spec.seed,
    )


def put_in_force(twin: Twin, *, actor: User) -> Twin:
    """An earlier twin holds again."""
    require(actor, EDIT, twin.unit)
    with transaction.atomic():
        Process.objects.select_for_update().get(pk=twin.process_id)
        before = Twin.objects.filter(process=twin.process, in_force=True).exclude(pk=twin.pk)
        was = before.values_list("code", flat=True).first()
        if was is None and Twin.objects.filter(pk=twin.pk, in_force=True).exists():
            return twin
        before.update(in_force=False)
        Twin.objects.filter(pk=twin.pk).update(in_force=True, updated_by=actor)
        twin.refresh_from_db()
        record("studio.twin.put_in_force", actor=actor, target=twin, changes={"in_force": (was, twin.code)})
        return twin


def document_of(twin: Twin) -> dict[str, Any]:
    """The twin as a spec file has it."""
    return {"schema": SPEC, "method": METHOD, "title": in_language(twin.process), "seed": twin.seed,
            "inputs": twin.inputs}  # fmt: skip


def spec_of(twin: Twin, *, actor: User) -> bytes:
    """The file; who takes it stands in the audit."""
    require(actor, "reports.export", twin.unit)
    content = spec_text(document_of(twin)).encode()
    record("studio.twin.export", actor=actor, target=twin, changes={"file": (None, "yaml")})
    return content
