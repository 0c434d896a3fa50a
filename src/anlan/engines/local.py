"""Summarise a log on this machine: the 64 buckets of cases, shared out among threads."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from anlan.domain.event_log import N_BUCKETS, EventLog
from anlan.domain.log_summary import LogSummary
from anlan.maths.sequences.coded_summary import CodedSummary, add_up
from anlan.maths.sequences.scratch import Scratch
from anlan.maths.sequences.summary import Frame, SummarySettings, coded_summary, frame_of


def summarise_log(
    log: EventLog, *, settings: SummarySettings | None = None, threads: int = 2
) -> tuple[LogSummary, tuple[LogSummary, ...]]:
    """The summary of the log and of each of its 64 buckets; the sum of the buckets is the first.

    The result does not depend on `threads`.
    """
    log = replace(log, attributes={}, case_attributes={})  # not summarised; there may be thousands to cut
    frame = frame_of(log, settings=settings or SummarySettings())
    parts = _by_bucket(log, frame, max(1, threads))
    summaries = tuple(frame.named(part) for part in parts)
    return frame.named(add_up(parts)), summaries


def _by_bucket(log: EventLog, frame: Frame, threads: int) -> list[CodedSummary]:
    """Coded summaries of all buckets in order; each thread takes every `threads`-th bucket."""

    def take(worker: int) -> list[CodedSummary]:
        scratch = Scratch()
        return [
            coded_summary(log.bucket(number), frame, scratch, first_case=int(log.bucket_offsets[number]))
            for number in range(worker, N_BUCKETS, threads)
        ]

    with ThreadPoolExecutor(threads) as pool:
        shares = list(pool.map(take, range(threads)))
    return [shares[number % threads][number // threads] for number in range(N_BUCKETS)]
