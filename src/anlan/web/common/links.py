"""The trace: typed links between records, each with the time it holds."""

from django.db import models
from django.utils import timezone

from anlan.web.common.models import Link


def link(kind: str, source: models.Model, target: models.Model) -> Link:
    """An edge from `source` to `target`; the same edge is not made twice."""
    made, _ = Link.objects.get_or_create(kind=kind, valid_to=None, **_ends(source, target))
    return made


def unlink(kind: str, source: models.Model, target: models.Model) -> None:
    """End the edge now; that it held stays known."""
    Link.objects.filter(kind=kind, valid_to=None, **_ends(source, target)).update(valid_to=timezone.now())


def _ends(source: models.Model, target: models.Model) -> dict[str, str]:
    return {
        "source_type": source._meta.label_lower,
        "source_id": str(source.pk),
        "target_type": target._meta.label_lower,
        "target_id": str(target.pk),
    }
