"""The tasks of this app that the worker takes from the queue."""

from django_tasks import task


@task()
def execute_register_import(import_id: int, attempts: int) -> str:
    """Write a confirmed workbook, unless it was cancelled or started anew since; the state it is left in."""
    from anlan.web.risks.exchange.importing import perform

    return perform(import_id, attempts=attempts)
