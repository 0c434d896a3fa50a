"""Work that is due again and again. An app declares it in its module `schedule`:

    @every(hours=1, code="audit.anchor")
    def anchor() -> str:
        ...
        return "seq 4,812"      # one line for the job page, may be empty

The scheduler runs each duty in one process at a time, also where several schedulers are started.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.utils.module_loading import autodiscover_modules


@dataclass(frozen=True)
class ScheduledWork:
    """`run` is called when `every` has passed since the last start; what it returns is shown."""

    code: str
    every: timedelta
    run: Callable[[], Any]


_known: dict[str, ScheduledWork] = {}


def every(*, code: str, **period: float) -> Callable[[Callable[[], Any]], Callable[[], Any]]:
    """Declare a function as scheduled work; `period` as for `timedelta` (`minutes=5`)."""

    def declare(run: Callable[[], Any]) -> Callable[[], Any]:
        if code in _known and _known[code].run.__module__ != run.__module__:
            raise ValueError(f"scheduled work {code} is declared twice")
        _known[code] = ScheduledWork(code, timedelta(**period), run)
        return run

    return declare


def scheduled_work() -> tuple[ScheduledWork, ...]:
    """All declared work, in the order of the codes."""
    autodiscover_modules("schedule")
    return tuple(_known[code] for code in sorted(_known))
