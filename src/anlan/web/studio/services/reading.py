"""A twin from files that people bring: read and shown first, then kept as it was read.

1. `read_twin` reads the files whole and keeps nothing.
2. What was read goes to the page and comes back signed (`Read.sealed`): what is kept is what was shown.
3. `keep_read` makes the twin.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.core import signing
from django.core.files.uploadedfile import UploadedFile

from anlan.domain.errors import RefusedInput, UsageError
from anlan.formats.messages import in_both_languages
from anlan.formats.scenarios import Told
from anlan.formats.settings_bytes import SettingsBytes
from anlan.loop.quantify.methods.process.process_inputs import read_process
from anlan.studies.methods.spec import read_spec
from anlan.studies.twin.given_files import largest, model_of_files
from anlan.studies.twin.models import document_of
from anlan.web.catalog.models import Process
from anlan.web.people.models import User
from anlan.web.people.permissions import require
from anlan.web.studio.models import Twin
from anlan.web.studio.selectors import EDIT
from anlan.web.studio.services.twins import keep_twin

_SALT, _A_DAY_S = "studio.reading", 86_400
_LONGEST_STEM, _LONGEST_ENDING = 60, 10


@dataclass(frozen=True)
class Read:
    """What files hold. document: the spec; notes: what was not carried over, `{"text": {"zh", "en"}}`; file:
    their names."""

    document: Mapping[str, Any]
    notes: list[dict[str, Any]]
    file: str

    def sealed(self, process: Process, *, to: User) -> str:
        """To be sent back by the page, by the person it was shown to, for this process alone."""
        kept = {"process": process.code, "person": to.pk, "document": self.document, "notes": self.notes,
                "file": self.file}  # fmt: skip
        return signing.dumps(kept, salt=_SALT, compress=True)


def read_twin(
    process: Process, upload: UploadedFile | None, scenario: UploadedFile | None = None, *, actor: User
) -> Read:
    """The files read whole, nothing is kept.

    Errors: RefusedInput of the files with every fault at its place; UsageError `studio.no_file`, `twin.*`.
    """
    require(actor, EDIT, process.unit)
    if upload is None:
        raise UsageError("studio.no_file")
    given = [_bytes_of(each) for each in (upload, scenario) if each is not None]
    model = model_of_files(*given)
    document = document_of(model)
    read_process(read_spec(document).inputs)
    return Read(document, [_note(told) for told in model.notes], " + ".join(each.name for each in given))


def _note(told: Told) -> dict[str, Any]:
    said = in_both_languages(f"simulate.notes.{told.code}", found=told.found, n=told.n)
    return {"code": told.code, "text": said}


def _bytes_of(upload: UploadedFile) -> SettingsBytes:
    sent = Path(str(upload.name).replace("\0", ""))
    name = Path(sent.stem[:_LONGEST_STEM] + sent.suffix[:_LONGEST_ENDING])
    limit = largest(name.suffix.lower())
    content = upload.read(limit + 1)
    if len(content) > limit:
        raise RefusedInput("spec.too_large", file=name.name, limit=limit)
    return SettingsBytes(name, content)


def keep_read(process: Process, sealed: str, *, actor: User, note: str = "") -> Twin:
    """The twin of what was read and shown to this person. Errors: UsageError `studio.read_again` of anything
    else."""
    require(actor, EDIT, process.unit)
    try:
        kept = signing.loads(sealed, salt=_SALT, max_age=_A_DAY_S)
    except signing.BadSignature as error:
        raise UsageError("studio.read_again") from error
    if (kept["process"], kept.get("person")) != (process.code, actor.pk):
        raise UsageError("studio.read_again")
    document, told = kept["document"], {"assumptions": kept["notes"]} if kept["notes"] else {}
    return keep_twin(
        process, source="file", inputs=document["inputs"], actor=actor, note=note or document["title"],
        file=kept["file"], seed=document["seed"], told=told,
    )  # fmt: skip
