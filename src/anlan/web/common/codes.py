"""Human codes such as `R-0042`: counted per kind, never given twice."""

from django.db import transaction
from django.db.models import F

from anlan.web.common.models import Counter


@transaction.atomic
def next_code(kind: str, *, digits: int = 4) -> str:
    """The next code of a kind; the number stays used even when its record is not kept."""
    Counter.objects.get_or_create(kind=kind)
    Counter.objects.filter(kind=kind).update(last=F("last") + 1)
    number = Counter.objects.get(kind=kind).last
    return f"{kind}-{number:0{digits}}"
