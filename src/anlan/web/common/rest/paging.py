"""Lists in pages, with the address of the next one and, where asked, only some fields."""

from collections.abc import Callable, Iterable
from typing import Annotated, Any

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest
from ninja import Schema
from pydantic import Field

from anlan.web.common.rest.refusals import Refusal
from anlan.web.common.rest.values import Text
from anlan.web.common.texts import text

PER_PAGE = 50
MOST_PER_PAGE = 200


class Paging(Schema):
    """Which page, how many entries on it."""

    page: Annotated[int, Field(ge=1, le=1_000_000)] = 1
    per_page: Annotated[int, Field(ge=1, le=MOST_PER_PAGE)] = PER_PAGE


class Sparse(Paging):
    """Only the named fields of each entry, comma separated; the code is always there."""

    fields: Annotated[Text, Field(max_length=400)] = ""


class Page(Schema):
    """count: entries on all pages; next, previous: addresses, null at the ends."""

    count: int
    page: int
    pages: int
    next: str | None
    previous: str | None


def paged(
    request: HttpRequest, found: QuerySet[Any] | list[Any], asked: Paging, shown: Callable[[Any], Any]
) -> dict[str, Any]:
    """The page asked for; one behind the last is empty, so that a loop over `next` always ends."""
    pages = Paginator(found, asked.per_page)
    behind = asked.page > pages.num_pages
    entries = [] if behind else pages.page(asked.page).object_list
    return {
        "items": [shown(entry) for entry in entries],
        "count": pages.count,
        "page": asked.page,
        "pages": pages.num_pages,
        "next": None if asked.page >= pages.num_pages else _address(request, asked.page + 1),
        "previous": _address(request, min(asked.page - 1, pages.num_pages)) if asked.page > 1 else None,
    }


def chosen(fields: str, known: Iterable[str], *, always: str = "code") -> frozenset[str]:
    """The fields named in `fields`, all where it is empty. Refusal names what is known."""
    wanted = {name.strip() for name in fields.split(",") if name.strip()}
    unknown = sorted(wanted - set(known))
    if unknown:
        fault = text("api.values.field", found=unknown[0][:40], known=", ".join(known))
        raise Refusal(422, "invalid", fields={"fields": fault}, n=1)
    return frozenset(wanted | {always}) if wanted else frozenset(known)


def _address(request: HttpRequest, page: int) -> str:
    query = request.GET.copy()
    query["page"] = str(page)
    return request.build_absolute_uri(f"{request.path}?{query.urlencode()}")
