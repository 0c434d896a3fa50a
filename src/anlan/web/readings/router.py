"""Readings have a database file of their own on SQLite, so that a stream of them never holds up the register.

On PostgreSQL they stand beside the records, in tables of their own.
"""

from typing import Any

from django.conf import settings

LABEL = "readings"


def database() -> str:
    """Name of the database connection that readings are kept in."""
    return LABEL if LABEL in settings.DATABASES else "default"


class Router:
    """Sends the models of this app to their database, and no other model there."""

    def db_for_read(self, model: Any, **hints: Any) -> str | None:
        return database() if model._meta.app_label == LABEL else None

    def db_for_write(self, model: Any, **hints: Any) -> str | None:
        return self.db_for_read(model)

    def allow_relation(self, first: Any, second: Any, **hints: Any) -> bool | None:
        return None

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:
        return (db == database()) if app_label == LABEL else (db == "default")
