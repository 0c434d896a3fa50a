"""Keeping files, giving them out, taking them away. Each step checks the permission and is audited.

1. The content decides what a file is; a name that says otherwise is refused.
2. A file lies below ANLAN_HOME/files/attachments under the hash of its content and the number of its row, so
   that taking one away never touches another.
3. Who gives a file out holds it against its hash first.
"""

import hashlib
import re
from pathlib import Path

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from anlan.domain.errors import RefusedInput, UsageError
from anlan.web.catalog.attachments.contents import kind_of
from anlan.web.catalog.attachments.holders import KINDS, Holder, Kind
from anlan.web.common.audit import record
from anlan.web.common.models import Attachment
from anlan.web.people.models import User
from anlan.web.people.permissions import in_scope, may, require

_LONGEST_REASON = 400


def attach(holder: Holder, upload: UploadedFile, *, actor: User) -> Attachment:
    """Keep the file with the record; RefusedInput says what is wrong with it."""
    kind = KINDS[holder.kind]
    require(actor, kind.change, holder.unit)
    name = re.sub(r"[^\w.\- ()（）]+", "_", Path(upload.name or "file").name)[-120:]
    if (upload.size or 0) > settings.ATTACHMENT_MOST_BYTES:
        raise RefusedInput(
            "attachment.size", name=name, size=upload.size, limit=settings.ATTACHMENT_MOST_BYTES
        )
    content = upload.read()
    found = kind_of(name, content)
    with transaction.atomic():
        made = Attachment.objects.create(
            object_type=kind.object_type, object_id=holder.object_id, unit=holder.unit, name=name,
            content_type=found.content_type, size=len(content), sha256=hashlib.sha256(content).hexdigest(),
            by=actor,
        )  # fmt: skip
        _write(path_of(made), content)
        kept = {"name": (None, name), "of": (None, holder.name), "sha256": (None, made.sha256)}
        record("catalog.attachment.add", actor=actor, target=made, unit=holder.unit, changes=kept)
    return made


def attachments_of(holder: Holder) -> QuerySet[Attachment]:
    """Files of the record that were not taken away, the newest first."""
    found = Attachment.objects.filter(
        object_type=KINDS[holder.kind].object_type, object_id=holder.object_id, removed_at=None
    )
    return found.select_related("by").order_by("-id")


def attachment_for(user: User) -> QuerySet[Attachment]:
    """Files of records that the person may see, for `get_object_or_404`."""
    seen = Q(pk__in=[])
    for kind in KINDS.values():
        own = in_scope(Attachment.objects.filter(object_type=kind.object_type), user, kind.view)
        seen |= Q(pk__in=own)
    return Attachment.objects.filter(seen, removed_at=None).select_related("unit", "by")


def given_out(attachment: Attachment, *, actor: User) -> bytes:
    """The content, after its hash was checked."""
    path = path_of(attachment)
    content = path.read_bytes() if path.exists() else b""
    if hashlib.sha256(content).hexdigest() != attachment.sha256:
        raise UsageError("attachment.altered", name=attachment.name)
    record("catalog.attachment.read", actor=actor, target=attachment, unit=attachment.unit)
    return content


@transaction.atomic
def remove(attachment: Attachment, *, reason: str, actor: User) -> Attachment:
    """Take the file away: its content is deleted, the row stays with the reason."""
    require(actor, _kind(attachment).change, attachment.unit)
    locked = Attachment.objects.select_for_update(of=("self",)).get(pk=attachment.pk)
    if locked.removed_at is not None:
        raise UsageError("attachment.removed", name=locked.name)
    if not reason.strip():
        raise UsageError("web.reason_missing")
    locked.removed_at, locked.removed_by = timezone.now(), actor
    locked.removed_reason = reason.strip()[:_LONGEST_REASON]
    locked.save(update_fields=["removed_at", "removed_by", "removed_reason"])
    transaction.on_commit(lambda: path_of(locked).unlink(missing_ok=True))
    record("catalog.attachment.remove", actor=actor, target=locked, unit=locked.unit,
           reason=locked.removed_reason, changes={"name": (locked.name, None)})  # fmt: skip
    return locked


def may_change(user: User, holder: Holder) -> bool:
    return may(user, KINDS[holder.kind].change, holder.unit)


def path_of(attachment: Attachment) -> Path:
    """Where the content lies."""
    folder = Path(settings.ANLAN_HOME) / "files" / "attachments" / attachment.sha256[:2]
    return folder / f"{attachment.sha256}.{attachment.pk}"


def _kind(attachment: Attachment) -> Kind:
    return next(kind for kind in KINDS.values() if kind.object_type == attachment.object_type)


def _write(path: Path, content: bytes) -> None:
    """Readable by the owner of the installation alone."""
    path.parent.mkdir(parents=True, mode=0o700, exist_ok=True)
    path.touch(mode=0o600)
    path.write_bytes(content)
