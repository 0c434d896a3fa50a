"""What finished work leaves behind is kept for a while, then taken away. Results of runs stay."""

import shutil
import time
from datetime import timedelta

from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from anlan.web.runs import results
from anlan.web.runs.models import Lease, Run

KEEP_TASKS = timedelta(days=14)
KEEP_ORPHANS_S = 86_400.0


def clean_up() -> int:
    """How many rows and folders were removed."""
    now = timezone.now()
    tasks, _ = DBTaskResult.objects.finished().filter(finished_at__lt=now - KEEP_TASKS).delete()
    leases, _ = Lease.objects.filter(until__lt=now - timedelta(days=1)).delete()
    return tasks + leases + _remove_orphans()


def _remove_orphans() -> int:
    """Result folders no run names: a worker died between writing the file and finishing the run."""
    old = time.time() - KEEP_ORPHANS_S
    found = [
        folder for folder in results.folder().glob("??/*") if folder.is_dir() and folder.stat().st_mtime < old
    ]
    kept = set(Run.objects.exclude(result_sha256="").values_list("result_sha256", flat=True))
    orphans = [folder for folder in found if folder.name not in kept]
    for folder in orphans:
        shutil.rmtree(folder, ignore_errors=True)
    return len(orphans)
