"""A spec file, or a fault tree of another program in its place."""

from pathlib import Path
from typing import Any

from anlan.domain.errors import UsageError
from anlan.formats.open_psa.reading import spec_of_open_psa
from anlan.formats.open_psa.writing import open_psa_of
from anlan.formats.settings_bytes import SettingsBytes, read_once
from anlan.formats.spec_file import read_spec_file
from anlan.studies.methods.spec import read_spec

OPEN_PSA = ".xml"


def document_of(given: Path | SettingsBytes, *, top: str | None = None) -> dict[str, Any]:
    """The document of a spec file; of a `.xml` file (Open-PSA) the spec of its fault tree.

    top: the gate asked for, where a model has several that stand under no other.
    Errors: RefusedInput of the file; UsageError `open_psa.top_of_spec` for a top beside a spec.
    """
    read = read_once(given, kind="spec")
    if read.path.suffix.lower() == OPEN_PSA:
        return spec_of_open_psa(read, top=top)
    if top:
        raise UsageError("open_psa.top_of_spec", file=read.name)
    return read_spec_file(read)


def open_psa_document(document: dict[str, Any]) -> str:
    """The Open-PSA model of the spec of a fault tree. Errors: RefusedInputs; UsageError
    `open_psa.other_method` for a spec of another method."""
    spec = read_spec(document)
    if spec.method.code != "fault_tree":
        raise UsageError("open_psa.other_method", found=spec.method.code)
    return open_psa_of(spec.inputs, title=spec.title)
