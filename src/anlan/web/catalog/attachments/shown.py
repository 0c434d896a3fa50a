"""The files of a record as a page shows them: context of `attachments/list.html`."""

from typing import Any

from django.conf import settings

from anlan.web.catalog.attachments.contents import endings
from anlan.web.catalog.attachments.holders import Holder
from anlan.web.catalog.attachments.services import attachments_of, may_change
from anlan.web.people.models import User


def files_of(user: User, holder: Holder) -> dict[str, Any]:
    return {
        "holder": holder, "list": list(attachments_of(holder)), "may_change": may_change(user, holder),
        "endings": endings(), "most_mb": settings.ATTACHMENT_MOST_BYTES // 2**20,
    }  # fmt: skip
