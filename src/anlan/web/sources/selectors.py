"""Reading sources; always within the units a person may see."""

from django.db.models import Count, Q, QuerySet

from anlan.web.monitoring.services.indicators import SEE
from anlan.web.people.models import User
from anlan.web.people.permissions import in_scope
from anlan.web.sources.models import Source


def sources_of(user: User, *, search: str = "", kind: str = "", status: str = "") -> QuerySet[Source]:
    """Sources the person may see, those that failed first."""
    found = in_scope(Source.objects.all(), user, SEE).select_related("unit")
    if search:
        found = found.filter(Q(name__icontains=search) | Q(code__icontains=search))
    if kind:
        found = found.filter(kind=kind)
    if status:
        found = found.filter(status=status)
    return found.annotate(n_files=Count("files")).order_by("code")


def source_of(user: User, code: str) -> QuerySet[Source]:
    """The source of that code, for `get_object_or_404`."""
    return in_scope(Source.objects.filter(code=code), user, SEE).select_related("unit", "created_by")
