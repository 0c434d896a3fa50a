"""The task that the worker takes from the queue."""

from django_tasks import task


@task()
def execute_run(run_id: int, attempts: int) -> str:
    """Compute the run, unless it was claimed since (`attempts` has grown) or cancelled; its state after."""
    from anlan.web.runs.execution import execute

    return execute(run_id, attempts=attempts)
