"""What is known of a step, in words."""

from anlan.domain.design.service_view import StepFacts, Within
from anlan.formats.report.words import NO_VALUE, Words


def times_said(step: StepFacts, words: Words) -> str:
    """Median and 95 % quantile, `9.4 min, 95 % 31 min`."""
    if step.wait is None:
        return NO_VALUE
    return words(
        "service.times", median=words.duration(step.wait.median_s), p95=words.duration(step.wait.p95_s)
    )


def short_times(step: StepFacts, words: Words) -> str:
    """The same where room is short: what was measured, and its median; empty where nothing was."""
    if step.wait is None:
        return ""
    return words(f"service.short.{step.wait_kind}", median=words.duration(step.wait.median_s))


def promise_said(step: StepFacts, words: Words) -> str:
    return words.duration(step.promise_s) if step.promise_s else NO_VALUE


def within_said(found: Within | None, words: Words) -> str:
    """`50–95 %`: between which shares the promise held."""
    if found is None:
        return NO_VALUE
    low, high = (f"{100 * share:.0f}" for share in (found.low, found.high))
    return words("service.within", low=low, high=high)


def kept_said(step: StepFacts) -> str:
    """Entries that say its standards were kept, of all."""
    return f"{step.kept} / {step.checked}" if step.checked else NO_VALUE


def count_said(count: int | None, words: Words) -> str:
    return NO_VALUE if count is None else words.count(count)
