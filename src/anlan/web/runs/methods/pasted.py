"""A whole spec sent as a text instead of the boxes of the form."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from anlan.domain.errors import RefusedInput
from anlan.formats.settings_bytes import LARGEST_BYTES, SettingsBytes
from anlan.formats.spec_file import read_spec_file


def document_of(written: str, *, method: str) -> Mapping[str, Any]:
    """The document of a YAML text of this method.

    Errors: RefusedInput for a text that is too long, is no YAML, or is the spec of another method.
    """
    content = written.encode()
    if len(content) > LARGEST_BYTES:
        raise RefusedInput("spec.too_large", file="spec.yaml", limit=LARGEST_BYTES)
    document = read_spec_file(SettingsBytes(Path("spec.yaml"), content))
    if document.get("method") != method:
        found = str(document.get("method"))[:80]
        raise RefusedInput("method.not_a_choice", where="method", found=found, known=(method,))
    if not isinstance(document.get("inputs", {}), Mapping):
        raise RefusedInput("method.not_a_record", where="inputs", found=str(document["inputs"])[:60])
    return document
