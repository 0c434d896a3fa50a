"""What a twin with the changes of a design is, or why there is no such process."""

from collections.abc import Mapping, Sequence
from typing import Any

from anlan.domain.errors import AnlanError
from anlan.loop.improve.designs.applying import apply, design
from anlan.loop.quantify.methods.process.process_inputs import read_process
from anlan.studies.methods.spec import SPEC, read_spec
from anlan.web.studio.models import Twin

METHOD = "process_simulation"


def checked(twin: Twin, name: str, changes: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The inputs after the changes. Errors: RefusedInput `designs.*` where a change cannot be made;
    RefusedInputs where what comes out is no process."""
    if not changes:
        return dict(twin.inputs)
    after = apply(twin.inputs, design(name, *changes))
    read_process(read_spec({"schema": SPEC, "method": METHOD, "inputs": after}).inputs)
    return after


def faults_of(twin: Twin, name: str, changes: Sequence[Mapping[str, Any]]) -> tuple[AnlanError, ...]:
    """Why the changes cannot be made in this twin; nothing where they can."""
    try:
        checked(twin, name, changes)
    except AnlanError as found:
        return found.several or (found,)
    return ()
