"""BPMN files that people bring and take."""

import re
from pathlib import Path

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse

from anlan.domain.errors import RefusedInput
from anlan.formats.bpmn import ReadBpmn, bpmn_bytes, read_bpmn
from anlan.formats.bpmn.guarded_xml import MOST_BYTES
from anlan.web.catalog.drafting import design_of
from anlan.web.catalog.models import ProcessVersion
from anlan.web.common.audit import record
from anlan.web.people.models import User

ENDINGS = (".bpmn", ".xml")


def read_upload(upload: UploadedFile) -> tuple[ReadBpmn, str]:
    """What the file holds, and its name. RefusedInput says what is wrong with it."""
    name = re.sub(r"[^\w.\- ()（）]+", "_", Path(upload.name or "process").name)[-120:]
    if not name.lower().endswith(ENDINGS):
        raise RefusedInput("upload.ending", name=name, accepted=", ".join(ENDINGS))
    if (upload.size or 0) > MOST_BYTES:
        raise RefusedInput("bpmn.size", file=name, found=upload.size, most=MOST_BYTES)
    return read_bpmn(upload.read(), name=name), name


def exported(version: ProcessVersion, *, actor: User) -> HttpResponse:
    """The version as a file to keep."""
    content = bpmn_bytes(design_of(version), name=version.process.name)
    answer = HttpResponse(content, content_type="application/xml; charset=utf-8")
    name = f"{version.process.code}-v{version.number}.bpmn"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    record("catalog.version.export", actor=actor, target=version, unit=version.process.unit)
    return answer
