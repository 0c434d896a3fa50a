"""Endpoints of one's own notices."""

from datetime import datetime

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Query, Router

from anlan.web.common.rest.paging import Page, Paging, paged
from anlan.web.common.rest.values import Number, Shown
from anlan.web.notices import selectors, services
from anlan.web.notices.models import Notice
from anlan.web.notices.words import words_of

router = Router(tags=["notices"])


class NoticeShown(Shown):
    """Something one should hear of. text: in the language of the request; link: address of its page;
    visible: false where its record is gone or no longer for one to see; text and link are then empty."""

    number: int
    kind: str
    text: str
    link: str
    visible: bool
    created_at: datetime
    read_at: datetime | None


class NoticePage(Page):
    items: list[NoticeShown]


class NoticeFilters(Paging):
    """unread: only those not read yet."""

    unread: bool = False


class ReadShown(Shown):
    """read: how many were unread."""

    read: int


@router.get("/notices", response=NoticePage)
def list_notices(request: HttpRequest, asked: Query[NoticeFilters]) -> dict[str, object]:
    found = selectors.unread_first(request.user)
    if asked.unread:
        found = found.filter(read_at=None)
    answer = paged(request, found, asked, lambda notice: notice)
    seen = {notice.pk for notice in selectors.still_seen(request.user, answer["items"])}
    answer["items"] = [_shown(notice, visible=notice.pk in seen) for notice in answer["items"]]
    return answer


@router.post("/notices/read", response=ReadShown)
def read_notices(request: HttpRequest) -> dict[str, int]:
    return {"read": services.mark_read(selectors.notices_of(request.user))}


@router.post("/notices/{number}/read", response=NoticeShown)
def read_notice(request: HttpRequest, number: Number) -> dict[str, object]:
    found = selectors.notices_of(request.user)
    notice = get_object_or_404(found, pk=number)
    services.mark_read(found.filter(pk=number))
    notice.refresh_from_db()
    return _shown(notice, visible=bool(selectors.still_seen(request.user, [notice])))


def _shown(notice: Notice, *, visible: bool) -> dict[str, object]:
    return {
        "number": notice.pk,
        "kind": notice.kind,
        "text": words_of(notice) if visible else "",
        "link": notice.link if visible else "",
        "visible": visible,
        "created_at": notice.created_at,
        "read_at": notice.read_at,
    }
