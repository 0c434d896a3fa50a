"""A twin that a person changes: the answers become a new twin that says what it is based on."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.db.models import Max

from anlan.domain.errors import UsageError
from anlan.loop.improve.twin.differences import REMOVED, InputChange, differences
from anlan.loop.quantify.methods.process.process_inputs import read_process
from anlan.studies.methods.spec import SPEC, read_spec
from anlan.studies.twin.plain import plain_inputs
from anlan.web.catalog.models import Process
from anlan.web.people.models import User
from anlan.web.people.permissions import require
from anlan.web.studio.models import Twin
from anlan.web.studio.selectors import EDIT
from anlan.web.studio.services.checking import METHOD
from anlan.web.studio.services.twins import keep_twin


def newest_number(process: Process) -> int:
    """Number of the newest twin, 0 without any."""
    return int(Twin.objects.filter(process=process).aggregate(n=Max("number"))["n"] or 0)


def edit_twin(
    found: Twin, *, inputs: Mapping[str, Any], seen: int, actor: User, note: str = "", seed: int | None = None
) -> Twin:
    """A new twin in force with these inputs; the one it is based on stays as it is.

    seen: number of the newest twin when the answers were begun. Errors: RefusedInputs with every fault of the
    inputs; UsageError `web.conflict` where somebody made another twin meanwhile, `studio.unchanged`.
    """
    require(actor, EDIT, found.unit)
    seed = found.seed if seed is None else seed
    after = checked_inputs(inputs, seed=seed)
    changes = differences(plain_inputs(found.inputs), after)
    with transaction.atomic():
        Process.objects.select_for_update().get(pk=found.process_id)
        if newest_number(found.process) != seen:
            raise UsageError("web.conflict", label=str(found))
        if plain_inputs(found.inputs) == after and seed == found.seed:
            raise UsageError("studio.unchanged", twin=found.code)
        return keep_twin(
            found.process, source="edit", inputs=after, actor=actor, note=note, seed=seed,
            told=_told(found, changes), log=found.log, based_on=found,
        )  # fmt: skip


def checked_inputs(inputs: Mapping[str, Any], *, seed: int = 0) -> dict[str, Any]:
    """The inputs without what says nothing. Errors: RefusedInputs with every fault, each at its place."""
    after = plain_inputs(inputs)
    spec = read_spec({"schema": SPEC, "method": METHOD, "inputs": after, "seed": seed})
    read_process(spec.inputs)
    return after


def _told(found: Twin, changes: Sequence[InputChange]) -> dict[str, Any]:
    """What the twin before was told, and which of its rows people have changed since."""
    edited = {table: set(names) for table, names in found.told.get("edited", {}).items()}
    for each in changes:
        if each.table and each.kind != REMOVED:
            edited.setdefault(each.table, set()).add(each.name)
    origin = found.told.get("origin", found.source)
    return {**found.told, "origin": origin, "edited": {name: sorted(of) for name, of in edited.items()}}
