"""The process of the runs' tests serves the twins' as well."""

from web.runs.conftest import hall, process  # noqa: F401 - fixtures
