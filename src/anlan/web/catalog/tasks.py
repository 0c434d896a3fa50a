"""The tasks of this app that the worker takes from the queue."""

from django_tasks import task


@task()
def execute_import(upload_id: int) -> str:
    """Read an upload, unless it was cancelled or taken since; the state it is left in."""
    from anlan.web.catalog.uploads import perform

    return perform(upload_id)
