"""How often the standards and promises of a unit were kept in a month."""

from datetime import timedelta

from django.db.models import Count, Q
from django.utils import timezone

from anlan.formats import wording
from anlan.formats.printing import Amount, Table, Value
from anlan.web.catalog.standards.records import StandardEntry
from anlan.web.catalog.standards.selectors import KeptShare, current_standards
from anlan.web.common.texts import in_language, language, text
from anlan.web.people.models import Unit, User
from anlan.web.risks.reports import shown
from anlan.web.risks.reports.month import Span

_M = "reports.month"
_HEADS = ("code", "standard", "kept", "broken", "share", "interval")


def standards_of_month(user: User, unit: Unit, span: Span) -> Table:
    """A row for each that was valid on the last day, with the entries of the month; a dash where none."""
    valid = current_standards(user, span.last_day).filter(standard__unit__path__startswith=unit.path)
    versions = list(valid.select_related("standard").order_by("standard__code"))
    counts = _counts([version.standard_id for version in versions], span)
    rows = tuple(
        (version.standard.code, in_language(version, "text"), *_figures(counts.get(version.standard_id)))
        for version in versions
    )
    headings = tuple(text(f"{_M}.heads.{name}") for name in _HEADS)
    note = text(f"{_M}.standards_note") if rows else ""
    return Table(text(f"{_M}.standards"), headings, rows, (1.1, 4, 0.9, 0.9, 1.1, 1.9),
                 empty=text(f"{_M}.no_standards"), note=note)  # fmt: skip


def _counts(standards: list[int], span: Span) -> dict[int, KeptShare]:
    """By standard: entries of days in the month that were not withdrawn."""
    first, last = timezone.localtime(span.first).date(), span.last_day
    entries = StandardEntry.objects.filter(
        standard__in=standards, on__gte=first, on__lt=last + timedelta(days=1), withdrawn_at=None
    )
    rows = entries.order_by().values_list("standard").annotate(kept=Count("pk", Q(kept=True)), n=Count("pk"))
    return {standard: KeptShare(kept, n) for standard, kept, n in rows}


def _figures(counted: KeptShare | None) -> tuple[Value, ...]:
    share = counted.share if counted else None
    if counted is None or share is None:
        return (shown.NONE,) * 4
    low, high = (wording.percent(value, language()) for value in (share.low, share.high))
    return (
        Amount(counted.kept, f"{counted.kept:,}"), Amount(counted.broken, f"{counted.broken:,}"),
        Amount(share.estimate, wording.percent(share.estimate, language())), f"{low}–{high}",
    )  # fmt: skip
