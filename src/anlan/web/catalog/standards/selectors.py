"""Reading standards within the units a person may see, and how often they were kept."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import groupby, takewhile
from operator import attrgetter
from typing import Any

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce, TruncMonth

from anlan.domain.interval import Interval
from anlan.maths.rates import wilson
from anlan.web.catalog.models import Node, Process
from anlan.web.catalog.standards.records import Standard, StandardEntry, StandardVersion
from anlan.web.common.texts import in_language
from anlan.web.people.models import User
from anlan.web.people.permissions import in_scope

STATES = ("valid", "due", "withdrawn", "all")
YEAR = timedelta(days=365)


@dataclass(frozen=True)
class Wanted:
    """What a list is narrowed to; empty: not at all. state: one of STATES."""

    q: str = ""
    kind: str = ""
    process: str = ""
    node: str = ""
    unit: str = ""
    state: str = "valid"


@dataclass(frozen=True)
class KeptShare:
    """Of `n` entries written from the day `since` on `kept` say so; the share with its 95 % Wilson interval,
    None without entries."""

    kept: int
    n: int
    since: date | None = field(default=None, kw_only=True)

    @property
    def broken(self) -> int:
        return self.n - self.kept

    @property
    def share(self) -> Interval | None:
        return wilson(self.kept, self.n) if self.n else None


@dataclass(frozen=True)
class MonthShare(KeptShare):
    month: date


def current_standards(user: User, day: date, wanted: Wanted | None = None) -> QuerySet[StandardVersion]:
    """What each standard says on that day, one version each, by code."""
    wanted = wanted or Wanted()
    found = in_scope(StandardVersion.objects.all(), user, "catalog.view", unit="standard__unit")
    found = found.annotate(current=_current(day)).filter(pk=F("current"))
    for name, value in (("standard__kind", wanted.kind), ("process__code", wanted.process),
                        ("node_key", wanted.node), ("standard__unit__code", wanted.unit)):  # fmt: skip
        if value:
            found = found.filter(**{name: value})
    if wanted.q:
        words = ("text", "text_en", "standard__code", "figure", "figure_en", "items__text", "items__text_en")
        matching = Q()
        for name in words:
            matching |= Q(**{f"{name}__icontains": wanted.q})
        found = found.filter(matching).distinct()
    if wanted.state != "all":
        found = found.filter(standard__withdrawn_at__isnull=wanted.state != "withdrawn")
    if wanted.state == "due":
        found = found.filter(review_on__lte=day)
    return found.select_related("standard__unit", "process", "author").order_by("standard__code")


def standard_of(user: User, code: str) -> QuerySet[Standard]:
    """The standard of that code, for `get_object_or_404`."""
    found = in_scope(Standard.objects.filter(code=code), user, "catalog.view")
    return found.select_related("unit", "withdrawn_by")


def versions_of(standard: Standard) -> QuerySet[StandardVersion]:
    """All it ever said, newest first, with what pages and programs show of it."""
    return standard.versions.select_related("author", "process").prefetch_related("items")


def placed(user: User, versions: Iterable[StandardVersion]) -> list[StandardVersion]:
    """The versions, each with `place_seen`, whether the person may see its process, and `node_name`, what
    its node is called in the newest version that has it."""
    found = list(versions)
    processes = {version.process_id for version in found if version.process_id}
    visible = in_scope(Process.objects.filter(pk__in=processes), user, "catalog.view")
    seen = set(visible.values_list("pk", flat=True))
    keys = {version.node_key for version in found if version.node_key}
    named = Node.objects.filter(version__process__in=seen, key__in=keys).order_by("version__number")
    names = {
        (node.version.process_id, node.key): in_language(node) for node in named.select_related("version")
    }
    for version in found:
        version.place_seen = version.process_id is None or version.process_id in seen
        version.node_name = names.get((version.process_id, version.node_key), version.node_key)
    return found


def standards_at(user: User, process: Process, node: str, day: date) -> list[StandardVersion]:
    """Those valid on that day for the node, or for the whole process."""
    found = current_standards(user, day, Wanted(process=process.code))
    return [version for version in found if version.node_key in ("", node)]


def counted(standard: Standard) -> QuerySet[StandardEntry]:
    """Entries that were not withdrawn."""
    return standard.entries.filter(withdrawn_at=None)


def counts_since(versions: Iterable[StandardVersion], day: date) -> dict[int, date]:
    """By key of the standard, of one version each: from when entries count. Those written while something
    else was asked are not mixed in, nor those over a year old."""
    newest = {version.standard_id: version for version in versions}
    told = StandardVersion.objects.filter(standard__in=newest).order_by("standard_id", "-number")
    since = {}
    for standard, all_said in groupby(told.prefetch_related("items"), attrgetter("standard_id")):
        held = [version for version in all_said if version.number <= newest[standard].number]
        since[standard] = max(_asked_since(held), day - YEAR)
    return since


def _asked_since(held: Sequence[StandardVersion]) -> date:
    """Since when the same was asked without a break as in the first of these, newest first."""
    now = _asked(held[0])
    return min(version.valid_from for version in takewhile(lambda version: _asked(version) == now, held))


def _asked(version: StandardVersion) -> tuple[object, ...]:
    """What the version holds people to: all but when to look at it again and the words of the other
    language."""
    items = [(item.number, item.text) for item in version.items.all()]
    return (version.text, version.process_id, version.node_key, version.figure, version.figure_unit,
            version.direction, version.target, items)  # fmt: skip


def shares_of(versions: Iterable[StandardVersion], day: date) -> dict[int, KeptShare]:
    """By key of the standard: how often it was kept since it asks what it asks that day, a year at most."""
    since = counts_since(versions, day)
    counting = Q(pk__in=())
    for standard, first in since.items():
        counting |= Q(standard=standard, on__gte=first)
    entries = StandardEntry.objects.filter(counting, withdrawn_at=None).order_by().values_list("standard")
    rows = entries.annotate(kept=Count("pk", Q(kept=True)), n=Count("pk"))
    counts = {standard: (kept, n) for standard, kept, n in rows}
    return {pk: KeptShare(*counts.get(pk, (0, 0)), since=first) for pk, first in since.items()}


def said_on(versions: Sequence[StandardVersion], day: date) -> StandardVersion:
    """What held on that day, of all versions of a standard, newest first; before the first day, the first."""
    return next((version for version in versions if version.valid_from <= day), versions[-1])


def shares_by_item(standard: Standard, *, since: date) -> dict[int | None, KeptShare]:
    """The same by number of the check item; None: entries that name none."""
    entries = counted(standard).filter(on__gte=since).order_by().values_list("item__number")
    rows = entries.annotate(kept=Count("pk", Q(kept=True)), n=Count("pk"))
    return {number: KeptShare(kept, n) for number, kept, n in rows}


def months_of(standard: Standard, *, until: date, n: int = 12) -> list[MonthShare]:
    """The last `n` calendar months to that of `until`, oldest first; a month without entries has n = 0."""
    months = [_month_before(until, back) for back in range(n - 1, -1, -1)]
    entries = counted(standard).filter(on__gte=months[0], on__lte=until).order_by()
    rows: dict[Any, tuple[int, int]] = {
        month: (kept, n)
        for month, kept, n in entries.annotate(month=TruncMonth("on")).values_list("month").annotate(
            kept=Count("pk", Q(kept=True)), n=Count("pk"))
    }  # fmt: skip
    return [MonthShare(*rows.get(month, (0, 0)), month=month) for month in months]


def _month_before(day: date, back: int) -> date:
    count = day.year * 12 + day.month - 1 - back
    return date(count // 12, count % 12 + 1, 1)


def _current(day: date) -> Coalesce:
    versions = StandardVersion.objects.filter(standard=OuterRef("standard"))
    valid = versions.filter(valid_from__lte=day).order_by("-number").values("pk")[:1]
    return Coalesce(Subquery(valid), Subquery(versions.order_by("number").values("pk")[:1]))
