"""Scheduled work on runs."""

from anlan.web.common import background
from anlan.web.common.schedule import every
from anlan.web.runs.cleaning import clean_up
from anlan.web.runs.recovery import recover_tasks


@every(code="background.recover", seconds=10)
def recover() -> str:
    """Runs, imports and other work of workers that are gone."""
    return str(background.recover_lost() + recover_tasks() or "")


@every(code="runs.clean", days=1)
def clean() -> str:
    """Rows of the queue and files nobody needs any more."""
    return str(clean_up() or "")
