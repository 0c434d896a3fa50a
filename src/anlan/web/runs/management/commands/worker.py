"""`django worker`: take work from the queue until stopped, and show that it is alive.

Asked to stop (SIGTERM, Ctrl+C), it gives a run in progress back to the queue at the run's next step, so
that stopping never takes long and nothing is lost.
"""

import sys
import threading
import time
from types import FrameType
from typing import Any

from django.db import DatabaseError, connection
from django_tasks_db.management.commands import db_worker

from anlan.web.common.workers import asked_to_stop
from anlan.web.runs import presence


class Worker(db_worker.Worker):
    def shutdown(self, signum: int, frame: FrameType | None) -> None:
        """The first signal gives work back, the second one ends at once."""
        if not asked_to_stop.is_set():
            asked_to_stop.set()
            self.running = False
            if self.running_task:
                return
        super().shutdown(signum, frame) if self.running else self._end()

    def _end(self) -> None:
        self.reset_signals()
        raise SystemExit(0)


class Command(db_worker.Command):
    help = "Compute runs and do other work of the queue"

    def handle(self, *, worker_id: str, **options: Any) -> None:
        """As `db_worker`, under this process's name."""
        stop = threading.Event()
        presence.beat()
        thread = presence.keep_beating(stop)
        try:
            self._work(options)
        finally:
            stop.set()
            thread.join(timeout=10)
            presence.leave()

    def _work(self, options: dict[str, Any]) -> None:
        self.configure_logging(options["verbosity"])
        worker = Worker(
            queue_names=options["queue_name"].split(","),
            interval=options["interval"],
            batch=options["batch"],
            backend_name=options["backend_name"],
            startup_delay=options["startup_delay"],
            max_tasks=options["max_tasks"],
            worker_id=presence.my_name(),
            excluded_queue_names=[],
        )
        worker.configure_signals()
        while True:
            try:
                return worker.run()
            except DatabaseError as fault:  # away for a while, or held by a long write
                print(f"worker: {fault}", file=sys.stderr, flush=True)
                connection.close()
                time.sleep(1.0)
