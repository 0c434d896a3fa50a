"""Rework of each activity, where nothing else of a log is asked for."""

from anlan.domain.event_log import EventLog
from anlan.maths.read_only import constant
from anlan.maths.sequences.rework_kernels import count_repeating_cases


def cases_with_rework(log: EventLog) -> dict[str, int]:
    """Cases that hold an activity more than once, by activity; those without such a case are left out.

    The same numbers as `rework_cases` of the summary.
    """
    names = log.activity_names
    counts = count_repeating_cases(constant(log.activity), constant(log.case), len(names))
    return {name: int(n) for name, n in zip(names, counts, strict=True) if n}
