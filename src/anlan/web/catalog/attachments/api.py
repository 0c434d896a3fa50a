"""Endpoints of attached files."""

from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from ninja import File, Query, Router, Status, UploadedFile

from anlan.web.catalog.attachments import services
from anlan.web.catalog.attachments.answers import answer_with
from anlan.web.catalog.attachments.holders import KINDS, Holder, holder
from anlan.web.catalog.standards.shapes import Filled400
from anlan.web.common.models import Attachment
from anlan.web.common.rest.paging import Page, Paging, paged
from anlan.web.common.rest.values import Given, Person, Shown, file_of, person
from anlan.web.people.permissions import require

router = Router(tags=["catalog"])


class AttachmentShown(Shown):
    """A file of a record."""

    number: int
    name: str
    content_type: str
    size: int
    sha256: str
    at: datetime
    by: Person | None


class AttachmentPage(Page):
    items: list[AttachmentShown]


class AttachmentEnd(Given):
    reason: Filled400


@router.get(
    "/attachments/{int:number}", response={200: None}, openapi_extra=file_of("application/octet-stream")
)
def get_attachment(request: HttpRequest, number: int) -> HttpResponse:
    return answer_with(get_object_or_404(services.attachment_for(request.user), pk=number), request.user)


@router.post("/attachments/{int:number}/remove", response=AttachmentShown)
def remove_attachment(request: HttpRequest, number: int, given: AttachmentEnd) -> dict[str, Any]:
    found = get_object_or_404(services.attachment_for(request.user), pk=number)
    return _shown(services.remove(found, reason=given.reason, actor=request.user))


@router.get("/attachments/{kind}/{any_text:name}", response=AttachmentPage)
def list_attachments(request: HttpRequest, kind: str, name: str, asked: Query[Paging]) -> dict[str, Any]:
    return paged(request, services.attachments_of(_holder(request, kind, name)), asked, _shown)


@router.post("/attachments/{kind}/{any_text:name}", response={201: AttachmentShown})
def add_attachment(
    request: HttpRequest, kind: str, name: str, response: HttpResponse, file: File[UploadedFile]
) -> Status[dict[str, Any]]:
    found = _holder(request, kind, name)
    require(request.user, KINDS[kind].change, found.unit)
    made = services.attach(found, file, actor=request.user)
    response["Location"] = request.path.split("/attachments/")[0] + f"/attachments/{made.pk}"
    return Status(201, _shown(made))


def _holder(request: HttpRequest, kind: str, name: str) -> Holder:
    found = holder(request.user, kind, name)
    if found is None:
        raise Http404
    return found


def _shown(attachment: Attachment) -> dict[str, Any]:
    own = ("name", "content_type", "size", "sha256", "at")
    return {name: getattr(attachment, name) for name in own} | {
        "number": attachment.pk, "by": person(attachment.by)
    }  # fmt: skip
