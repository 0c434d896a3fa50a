"""What the API shows and takes of sources."""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import Field

from anlan.domain.errors import AnlanError
from anlan.web.common.rest.paging import Page, Paging
from anlan.web.common.rest.values import Code, Given, Named, Shown, Text, named
from anlan.web.common.texts import error_of, error_text
from anlan.web.sources.models import Source, SourceRun
from anlan.web.sources.running import is_silent
from anlan.web.sources.services import Preview


class SourceFilters(Paging):
    q: Annotated[Text, Field(max_length=120)] = ""
    kind: Annotated[Text, Field(max_length=12)] = ""
    status: Literal["", "active", "paused"] = ""


class SourceRow(Shown):
    """silent: nothing came for longer than stated; error: why the newest run failed, empty where it did not;
    taken, corrected, doubts: readings since it was made."""

    code: str
    name: str
    kind: str
    unit: Named
    status: str
    silent: bool
    error: str
    every_s: int
    silent_after_s: int | None
    next_at: datetime
    run_at: datetime | None
    seen_at: datetime | None
    taken: int
    corrected: int
    doubts: int
    version: int


class SourcePage(Page):
    items: list[SourceRow]


class SourceRunShown(Shown):
    """item: the file, where it was one; error: why it failed, empty where it did not."""

    at: datetime
    item: str
    rows: int
    taken: int
    corrected: int
    unchanged: int
    doubts: int
    error: str


class SourceShown(SourceRow):
    """settings: null for whoever may not change the source; has_secret: whether one is kept; runs: the
    newest."""

    settings: dict[str, Any] | None
    has_secret: bool
    runs: list[SourceRunShown]


class NewSource(Given):
    """settings: of the kind, see the reference; secret: kept sealed, shown to nobody."""

    unit: Code
    kind: Annotated[Text, Field(max_length=12)]
    name: Annotated[Text, Field(min_length=1, max_length=120)]
    settings: dict[str, Any]
    secret: Annotated[Text, Field(max_length=400)] = ""
    every_s: int = 300
    silent_after_s: int | None = None


class SourceChange(Given):
    """What is left out stays; settings are given whole. status: active or paused."""

    name: Annotated[Text, Field(min_length=1, max_length=120)] | None = None
    settings: dict[str, Any] | None = None
    secret: Annotated[Text, Field(max_length=400)] | None = None
    every_s: int | None = None
    silent_after_s: int | None = None
    status: Literal["active", "paused"] | None = None


class PreviewedRow(Shown):
    """value: as it would be kept; why: why it would not be believed, empty where it is."""

    row: Any
    value: float | None
    why: str


class SourcePreview(Shown):
    """The first rows that would be taken next, of `n` in `item`; error: why nothing can be read."""

    item: str
    n: int
    error: str
    rows: list[PreviewedRow]


def source_row(found: Source) -> dict[str, Any]:
    names = ("code", "name", "kind", "status", "every_s", "silent_after_s", "next_at", "run_at", "seen_at",
             "taken", "corrected", "doubts", "version")  # fmt: skip
    return {name: getattr(found, name) for name in names} | {
        "unit": named(found.unit), "silent": is_silent(found), "error": error_of(found.error),
    }  # fmt: skip


def source_shown(found: Source, *, may_edit: bool) -> dict[str, Any]:
    return source_row(found) | {
        "settings": found.settings if may_edit else None, "has_secret": bool(found.secret),
        "runs": [run_shown(each) for each in found.runs.all()[:20]],
    }  # fmt: skip


def run_shown(found: SourceRun) -> dict[str, Any]:
    names = ("at", "item", "rows", "taken", "corrected", "unchanged", "doubts")
    return {name: getattr(found, name) for name in names} | {"error": error_of(found.error)}


def preview_shown(found: Preview) -> dict[str, Any]:
    return {
        "item": found.item, "n": found.n, "error": _said(found.fault),
        "rows": [{"row": each.row, "value": each.value, "why": _said(each.fault)} for each in found.rows],
    }  # fmt: skip


def _said(fault: AnlanError | None) -> str:
    return "" if fault is None else error_text(fault)
