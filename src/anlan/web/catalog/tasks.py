"""The tasks of this app that the worker takes from the queue."""

from django_tasks import task


@task()
def execute_import(upload_id: int, attempts: int) -> str:
    """Read an upload, unless it was cancelled or claimed since (`attempts` has grown); the state after."""
    from anlan.web.catalog.uploads import perform

    return perform(upload_id, attempts=attempts)
