"""A column that names a person."""

from django.conf import settings
from django.db import models


def person(**options: object) -> models.ForeignKey:
    settings_of = {"null": True, "blank": True, "on_delete": models.PROTECT, "related_name": "+"} | options
    return models.ForeignKey(settings.AUTH_USER_MODEL, **settings_of)  # type: ignore[arg-type]
