"""A log of a hall, and a mail server."""

from web.runs.conftest import hall  # noqa: F401 - fixtures
