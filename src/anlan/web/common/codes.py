"""Human codes such as `R-0042`: counted per kind, never given twice."""

from django.db import transaction
from django.db.models import F

from anlan.web.common.models import Counter


@transaction.atomic
def next_code(kind: str, *, digits: int = 4) -> str:
    """The next code of a kind; the number stays used even when its record is not kept."""
    return next_codes(kind, 1, digits=digits)[0]


@transaction.atomic
def next_codes(kind: str, n: int, *, digits: int = 4) -> list[str]:
    """The next `n` codes of a kind, in order."""
    Counter.objects.get_or_create(kind=kind)
    Counter.objects.filter(kind=kind).update(last=F("last") + n)
    last = Counter.objects.get(kind=kind).last
    return [f"{kind}-{number:0{digits}}" for number in range(last - n + 1, last + 1)]
