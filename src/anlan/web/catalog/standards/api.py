"""Endpoints of service standards and of whether they were kept."""

from dataclasses import replace
from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from ninja import Query, Router, Status
from pydantic import Field

from anlan.web.catalog.selectors import process_of
from anlan.web.catalog.standards import selectors, services, shapes
from anlan.web.catalog.standards.records import Standard
from anlan.web.common.rest import versions
from anlan.web.common.rest.paging import Paging, paged
from anlan.web.common.rest.refusals import Refusal
from anlan.web.common.rest.values import Number, Text
from anlan.web.common.texts import text
from anlan.web.people.lookup import unit_in
from anlan.web.people.permissions import require

router = Router(tags=["catalog"])


class StandardFilters(Paging):
    """Empty ones narrow nothing."""

    q: Annotated[Text, Field(max_length=200)] = ""
    kind: Literal["", "standard", "promise"] = ""
    process: Annotated[Text, Field(max_length=80)] = ""
    node: Annotated[Text, Field(max_length=200)] = ""
    unit: Annotated[Text, Field(max_length=80)] = ""
    state: Literal[selectors.STATES] = "valid"  # type: ignore[valid-type]


@router.get("/standards", response=shapes.StandardPage)
def list_standards(request: HttpRequest, asked: Query[StandardFilters]) -> dict[str, Any]:
    require(request.user, "catalog.view")
    today = timezone.localdate()
    wanted = selectors.Wanted(asked.q.strip(), asked.kind, asked.process, asked.node, asked.unit, asked.state)
    found = selectors.current_standards(request.user, today, wanted).prefetch_related("items")
    page = paged(request, found, asked, lambda version: version)
    shares = selectors.shares_of(page["items"], today)
    shown = selectors.placed(request.user, page["items"])
    return page | {"items": [shapes.standard_shown(v, shares[v.standard_id]) for v in shown]}


@router.post("/standards", response={201: shapes.StandardShown})
def create_standard(
    request: HttpRequest, given: shapes.NewStandardGiven, response: HttpResponse
) -> Status[dict[str, Any]]:
    unit = unit_in(request.user, given.unit, "catalog.view")
    require(request.user, "catalog.edit", unit)
    made = services.create_standard(
        unit=unit, kind=given.kind, content=_content(request, services.Content(given.text), given),
        valid_from=given.valid_from or timezone.localdate(), reason=given.reason, actor=request.user,
    )  # fmt: skip
    response["Location"] = f"{request.path}/{made.code}"
    return Status(201, _shown(request, response, made))


@router.get("/standards/{code}", response=shapes.StandardShown)
def get_standard(request: HttpRequest, code: str, response: HttpResponse) -> dict[str, Any]:
    return _shown(request, response, _standard(request, code))


@router.patch("/standards/{code}", response=shapes.StandardShown)
def change_standard(
    request: HttpRequest, code: str, given: shapes.StandardChange, response: HttpResponse
) -> dict[str, Any]:
    found = _standard(request, code)
    require(request.user, "catalog.edit", found.unit)
    last = selectors.versions_of(found).first()
    changed = services.change_standard(
        found, _content(request, services.content_of(last), given), seen=versions.seen(request, found),
        valid_from=given.valid_from or max(last.valid_from, timezone.localdate()), reason=given.reason,
        actor=request.user,
    )  # fmt: skip
    return _shown(request, response, changed)


@router.post("/standards/{code}/withdraw", response=shapes.StandardShown)
def withdraw_standard(
    request: HttpRequest, code: str, given: shapes.EndOfStandardGiven, response: HttpResponse
) -> dict[str, Any]:
    done = services.withdraw_standard(
        _standard(request, code), seen=given.version, reason=given.reason, actor=request.user
    )
    return _shown(request, response, done)


@router.get("/standards/{code}/versions", response=shapes.StandardVersionPage)
def list_standard_versions(request: HttpRequest, code: str, asked: Query[Paging]) -> dict[str, Any]:
    found = selectors.versions_of(_standard(request, code))
    page = paged(request, found, asked, lambda version: version)
    return page | {"items": [shapes.version_shown(v) for v in selectors.placed(request.user, page["items"])]}


@router.get("/standards/{code}/entries", response=shapes.StandardEntryPage)
def list_standard_entries(request: HttpRequest, code: str, asked: Query[Paging]) -> dict[str, Any]:
    found = _standard(request, code)
    entries, said = found.entries.select_related("item", "by", "withdrawn_by"), list(found.versions.all())
    return paged(
        request, entries, asked, lambda entry: shapes.entry_shown(entry, selectors.said_on(said, entry.on))
    )


@router.post("/standards/{code}/entries", response={201: shapes.StandardEntryShown})
def log_standard_entry(
    request: HttpRequest, code: str, given: shapes.StandardEntryGiven
) -> Status[dict[str, Any]]:
    facts = given.model_dump() | {"on": given.on or timezone.localdate()}
    made = services.log_entry(_standard(request, code), actor=request.user, **facts)
    return Status(201, shapes.entry_shown(made, services.version_on(made.standard, made.on)))


@router.post("/standards/{code}/entries/{number}/withdraw", response=shapes.StandardEntryShown)
def withdraw_standard_entry(
    request: HttpRequest, code: str, number: Number, given: shapes.StandardEntryEnd
) -> dict[str, Any]:
    entries = _standard(request, code).entries.select_related("standard__unit")
    entry = get_object_or_404(entries, number=number)
    gone = services.withdraw_entry(entry, reason=given.reason, actor=request.user)
    return shapes.entry_shown(gone, services.version_on(gone.standard, gone.on))


def _standard(request: HttpRequest, code: str) -> Standard:
    return get_object_or_404(selectors.standard_of(request.user, code))


def _content(
    request: HttpRequest, before: services.Content, given: shapes.StandardChange
) -> services.Content:
    """What was said before with what is given in its place; an empty process code takes the process away."""
    facts = given.model_dump(exclude_unset=True, exclude={"unit", "kind", "valid_from", "reason"})
    facts = {name: value for name, value in facts.items()
             if value is not None or name in ("target", "review_on", "process")}  # fmt: skip
    if "process" in facts:
        facts["process"] = _process(request, facts["process"])
        facts.setdefault("node", "")
    if "items" in facts:
        facts["items"] = tuple(services.Item(i.text, i.text_en, i.number) for i in given.items or ())
    return replace(before, **facts)


def _process(request: HttpRequest, code: str | None) -> Any:
    if not code:
        return None
    found = process_of(request.user, code).first()
    if found is None:
        unknown = text("api.values.process", found=code)
        raise Refusal(422, "invalid", fields={"process": unknown}, n=1)
    return found


def _shown(request: HttpRequest, response: HttpResponse, found: Standard) -> dict[str, Any]:
    today = timezone.localdate()
    [version] = selectors.placed(request.user, [services.version_on(found, today)])
    shares = selectors.shares_of([version], today)
    versions.mark(response, found)
    return shapes.standard_shown(version, shares[found.pk])
