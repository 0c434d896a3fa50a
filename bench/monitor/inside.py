"""Measured within the program: `python -m bench.monitor.inside TASK` in a home of its own; prints JSON.

count    readings that are kept
watch    seconds of processor and of the clock to look at one new reading of every series, after a first look
"""

import argparse
import json
import os
import sys
import time
from collections.abc import Callable

import django

os.environ["DJANGO_SETTINGS_MODULE"] = "anlan.web.project.settings"
django.setup()

from anlan.web.monitoring.models import Series
from anlan.web.monitoring.services.watching import watch
from anlan.web.readings.models import Reading
from anlan.web.readings.taking import Value, take

_MINUTE_US = 60_000_000


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.monitor.inside", description=__doc__)
    parser.add_argument("task", choices=list(TASKS))
    parser.add_argument("--minutes", type=int, default=3)
    asked = parser.parse_args()
    json.dump(TASKS[asked.task](asked.minutes), sys.stdout)


def count(minutes: int) -> dict[str, float]:
    return {"readings": Reading.objects.count()}


def looked(minutes: int) -> dict[str, float]:
    """The mean of minutes in which every series has one reading; the first look at each is not counted."""
    while watch():
        pass
    series = list(Series.objects.values_list("pk", flat=True))
    last = max(Series.objects.values_list("last_at", flat=True))
    processor = clock = 0.0
    for minute in range(1, minutes + 1):
        at = last + minute * _MINUTE_US
        values = [Value(pk, at, 300 + (pk * 37 + minute) % 100, 12, 0) for pk in series]
        for first in range(0, len(values), 1000):
            part = values[first : first + 1000]
            take("bench", "", f"{minute}.{first}", part, (), now=time.time_ns() // 1000)
        began = time.process_time(), time.perf_counter()
        while watch():
            pass
        processor += time.process_time() - began[0]
        clock += time.perf_counter() - began[1]
    return {"series": len(series), "processor_s": processor / minutes, "clock_s": clock / minutes}


TASKS: dict[str, Callable[[int], dict[str, float]]] = {"count": count, "watch": looked}

if __name__ == "__main__":
    main()
