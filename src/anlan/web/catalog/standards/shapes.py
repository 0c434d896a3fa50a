"""Standards as the API takes and shows them."""

from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import Field

from anlan.domain.interval import Interval
from anlan.web.catalog.standards.records import LONGEST, StandardEntry, StandardVersion
from anlan.web.catalog.standards.selectors import KeptShare
from anlan.web.catalog.standards.services import MOST_ITEMS
from anlan.web.common.rest.paging import Page
from anlan.web.common.rest.values import Code, Given, Line, Named, Number, Person, Shown, Text, named, person

Filled400 = Annotated[Text, Field(min_length=1, max_length=LONGEST)]
Up400 = Annotated[Text, Field(max_length=LONGEST)]
Figure = Annotated[Text, Field(max_length=120)]
Measured = Annotated[float, Field(ge=-1e15, le=1e15, allow_inf_nan=False)]


class CheckItemShown(Shown):
    """number: the same over versions."""

    number: int
    text: str
    text_en: str


class KeptShown(Shown):
    """Of n entries written from `since` on `kept` say so; low and high: 95 % Wilson interval of
    the share, null without entries."""

    since: date
    n: int
    kept: int
    share: float | None
    low: float | None
    high: float | None


class StandardVersionShown(Shown):
    """What a standard says from a day on. node: key of the node, empty: the whole process; elsewhere: of a
    process that one may not see, which is then not named."""

    number: int
    text: str
    text_en: str
    process: Named | None
    node: str
    elsewhere: bool
    figure: str
    figure_en: str
    figure_unit: str
    direction: Literal["at_most", "at_least"]
    target: float | None
    review_on: date | None
    valid_from: date
    reason: str
    author: Person | None
    items: list[CheckItemShown]


class StandardShown(Shown):
    """A standard with what it says today; kept: since that holds, of the last 365 days at most."""

    code: str
    kind: Literal["standard", "promise"]
    unit: Named
    withdrawn_at: datetime | None
    withdrawn_reason: str
    says: StandardVersionShown
    kept: KeptShown


class StandardPage(Page):
    items: list[StandardShown]


class StandardVersionPage(Page):
    items: list[StandardVersionShown]


class StandardEntryShown(Shown):
    """item: number of the check item, as it read in the version of that day; measured: in `figure_unit`, the
    unit of that version."""

    number: int
    on: date
    kept: bool
    item: int | None
    measured: float | None
    figure_unit: str
    cause: str
    remedy: str
    note: str
    by: Person | None
    at: datetime
    withdrawn_at: datetime | None
    withdrawn_by: Person | None
    withdrawn_reason: str


class StandardEntryPage(Page):
    items: list[StandardEntryShown]


class CheckItemGiven(Given):
    """Without a number the item is new."""

    number: Annotated[int, Field(ge=0, le=32767)] = 0
    text: Filled400
    text_en: Up400 = ""


class StandardChange(Given):
    """What is left out stays; `items` are given as a whole. valid_from: today where left out."""

    text: Filled400 | None = None
    text_en: Up400 | None = None
    process: Annotated[Text, Field(max_length=80)] | None = None
    node: Line | None = None
    figure: Figure | None = None
    figure_en: Figure | None = None
    figure_unit: Annotated[Text, Field(max_length=20)] | None = None
    direction: Literal["at_most", "at_least"] | None = None
    target: Measured | None = None
    review_on: date | None = None
    items: Annotated[list[CheckItemGiven], Field(max_length=MOST_ITEMS)] | None = None
    valid_from: date | None = None
    reason: Filled400


class NewStandardGiven(StandardChange):
    """A standard from its beginning."""

    unit: Code
    kind: Literal["standard", "promise"]
    text: Filled400


class EndOfStandardGiven(Given):
    """version: of the standard as it was seen, what `ETag` names."""

    version: Number
    reason: Filled400


class StandardEntryGiven(Given):
    """on: today where left out."""

    on: date | None = None
    kept: bool
    item: Number | None = None
    measured: Measured | None = None
    cause: Up400 = ""
    remedy: Up400 = ""
    note: Up400 = ""


class StandardEntryEnd(Given):
    reason: Filled400


def version_shown(version: StandardVersion) -> dict[str, Any]:
    """A version as `selectors.placed` gives it."""
    own = ("number", "text", "text_en", "figure", "figure_en", "figure_unit", "direction", "target",
           "review_on", "valid_from", "reason")  # fmt: skip
    items = [{"number": i.number, "text": i.text, "text_en": i.text_en} for i in version.items.all()]
    return {name: getattr(version, name) for name in own} | {
        "process": named(version.process) if version.place_seen else None,
        "node": version.node_key if version.place_seen else "", "elsewhere": not version.place_seen,
        "author": person(version.author), "items": items,
    }  # fmt: skip


def standard_shown(version: StandardVersion, share: KeptShare) -> dict[str, Any]:
    standard = version.standard
    return {
        "code": standard.code, "kind": standard.kind, "unit": named(standard.unit),
        "withdrawn_at": standard.withdrawn_at, "withdrawn_reason": standard.withdrawn_reason,
        "says": version_shown(version), "kept": _kept(share),
    }  # fmt: skip


def entry_shown(entry: StandardEntry, said: StandardVersion) -> dict[str, Any]:
    own = ("number", "on", "kept", "measured", "cause", "remedy", "note", "at", "withdrawn_at",
           "withdrawn_reason")  # fmt: skip
    return {name: getattr(entry, name) for name in own} | {
        "item": entry.item and entry.item.number, "by": person(entry.by),
        "figure_unit": said.figure_unit,
        "withdrawn_by": person(entry.withdrawn_by),
    }  # fmt: skip


def _kept(share: KeptShare) -> dict[str, Any]:
    limits: Interval | None = share.share
    return {
        "since": share.since, "n": share.n, "kept": share.kept, "share": limits and limits.estimate,
        "low": limits and limits.low, "high": limits and limits.high,
    }  # fmt: skip
