"""`django scheduler`: do scheduled work until stopped; `--once` does what is due now."""

import signal
import threading
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from anlan.web.runs import presence, scheduler


class Command(BaseCommand):
    help = "Do scheduled work"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--once", action="store_true", help="do what is due now, then end")

    def handle(self, *args: Any, once: bool, **options: Any) -> None:
        if once:
            scheduler.tick(presence.my_name())
            scheduler.release(presence.my_name())
            return
        stop = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        scheduler.run_until(stop.is_set)
