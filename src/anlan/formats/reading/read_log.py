"""Read a log: open, recognise, encode block by block on two threads, group, report.

log, report = read_log("orders.csv").log, ...   # see `ReadOptions` for what a caller can decide
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from itertools import chain
from pathlib import Path

import pyarrow as pa

from anlan.domain.errors import RefusedInput, TooManyBadRows
from anlan.domain.event_log import EventLog
from anlan.formats.reading.blocks import CASE_PREFIX, RawBlock
from anlan.formats.reading.collect import Collected, Collector
from anlan.formats.reading.column_names import ROLES
from anlan.formats.reading.columns import heading_strength
from anlan.formats.reading.delimited import NotUtf8
from anlan.formats.reading.encode import EncodedBlock, Plan, encode_block
from anlan.formats.reading.openers import BlockMaker, OpenedFile, open_log_file, with_all_columns
from anlan.formats.reading.options import ReadOptions
from anlan.formats.reading.planning import Planned, plan_reading
from anlan.formats.reading.read_report import ReadReport
from anlan.formats.reading.rejects import write_rejected_table
from anlan.formats.reading.repeated_rows import with_repeated_rows
from anlan.formats.reading.source import Source, file_sha256, inspect

THREADS = 2
_IN_FLIGHT = 3

Progress = Callable[[int], None]
"""Called with the number of rows read so far."""


@dataclass(frozen=True)
class ReadLog:
    """A log and how it was read."""

    log: EventLog
    report: ReadReport


def read_log(
    path: Path | str,
    *,
    options: ReadOptions | None = None,
    progress: Progress | None = None,
    sha256: str | None = None,
) -> ReadLog:
    """Read `path` as an event log; the format is found from the content. `sha256`: the file's digest,
    where the caller has it already.

    Raises RefusedInput where the file is no log or its columns are unclear, TooManyBadRows where bad
    rows are to stop the reading or exceed the allowed share.
    """
    chosen = options or ReadOptions()
    source = inspect(path, max_bytes=chosen.max_bytes)
    with ThreadPoolExecutor(THREADS + 1) as pool:
        digest = pool.submit(file_sha256, source.path) if sha256 is None else _known(sha256)
        try:
            return _read(source, chosen, progress, pool, digest)
        except NotUtf8 as fault:
            again = _as_gb18030(source, fault)
        return _read(again, chosen, progress, pool, digest)


def _known(sha256: str) -> "Future[str]":
    digest: Future[str] = Future()
    digest.set_result(sha256)
    return digest


def _as_gb18030(source: Source, fault: NotUtf8) -> Source:
    """A file that began as plain ASCII may still be GB18030; one that began as UTF-8 is damaged."""
    from anlan.formats.reading.encodings import ACCEPTED_ENCODINGS, Encoding

    if source.encoding.sure or source.encoding.name != "utf-8":
        raise RefusedInput(
            "reading.encoding_broken",
            name=source.name,
            encoding=source.encoding.label,
            accepted=list(ACCEPTED_ENCODINGS),
        ) from fault
    return replace(source, encoding=Encoding("gb18030", 0, sure=True))


def _read(
    source: Source,
    options: ReadOptions,
    progress: Progress | None,
    pool: ThreadPoolExecutor,
    digest: "Future[str]",
) -> ReadLog:
    opened = open_log_file(source, options)
    try:
        return _read_opened(opened, source, options, progress, pool, digest)
    except _LateRoleError:
        again = with_all_columns(source, opened)
    return _read_opened(again, source, options, progress, pool, digest)


class _LateRoleError(Exception):
    """A column met only after the reading was planned may be more than an attribute."""


def _read_opened(
    opened: OpenedFile,
    source: Source,
    options: ReadOptions,
    progress: Progress | None,
    pool: ThreadPoolExecutor,
    digest: "Future[str]",
) -> ReadLog:
    makers = opened.blocks()
    first = next(makers)()
    planned = plan_reading(first, opened, options)
    collector = Collector(planned.roles, set_aside_repeats=source.format != "xes")
    every: Iterator[BlockMaker] = chain([partial(_same, first)], makers)
    del first
    for encoded in _encoded(every, planned.plan, pool):
        if _may_have_a_role(encoded, planned, options):
            raise _LateRoleError
        collector.add(encoded)
        if progress is not None:
            progress(collector.n_rows)
    pa.default_memory_pool().release_unused()
    collected = collector.finish(zone=planned.zone.zone, zone_source=planned.zone.source)
    _stop_if_too_bad(collected, source, options)
    collected = replace(collected, rejected=with_repeated_rows(collected.rejected, opened))
    return ReadLog(collected.log, _report(source, opened, planned, collected, digest.result()))


def _may_have_a_role(encoded: EncodedBlock, planned: Planned, options: ReadOptions) -> bool:
    """A column that the plan does not know is named like a role that no column has yet."""
    later = [name for name in encoded.texts if name not in planned.plan.known]
    free = [role for role in ROLES if role not in planned.mapping]
    return any(heading_strength(role, name)[0] >= options.min_confidence for name in later for role in free)


def _same(block: RawBlock) -> RawBlock:
    return block


def _encoded(makers: Iterable[BlockMaker], plan: Plan, pool: ThreadPoolExecutor) -> Iterator[EncodedBlock]:
    """Blocks parsed and encoded on the pool, in file order, a few ahead."""

    def work(maker: BlockMaker) -> EncodedBlock:
        return encode_block(maker(), plan)

    waiting: deque[Future[EncodedBlock]] = deque()
    for maker in makers:
        waiting.append(pool.submit(work, maker))
        if len(waiting) >= _IN_FLIGHT:
            yield waiting.popleft().result()
    while waiting:
        yield waiting.popleft().result()


def _stop_if_too_bad(collected: Collected, source: Source, options: ReadOptions) -> None:
    """Exit with all counts at once where the caller or the share of bad rows says stop."""
    bad, rows = len(collected.rejected), collected.n_rows
    if not bad:
        return
    counts = {reason: n for reason, n in collected.rejected.counts().items() if n}
    facts = {
        "name": source.name,
        "bad": bad,
        "rows": rows,
        "share": bad / rows,
        "counts": ", ".join(f"{reason} {n}" for reason, n in counts.items()),
        "first_rows": collected.rejected.rows[:5].tolist(),
    }
    if options.on_bad_rows == "stop":
        raise TooManyBadRows("reading.bad_rows", **facts)
    if bad > options.max_bad_share * rows:
        raise TooManyBadRows("reading.too_many_bad_rows", limit=options.max_bad_share, **facts)


def _report(
    source: Source, opened: OpenedFile, planned: Planned, collected: Collected, sha256: str
) -> ReadReport:
    return ReadReport(
        path=str(source.path),
        sha256=sha256,
        bytes=source.size,
        format=source.format + (".gz" if source.gzipped else ""),
        encoding=opened.encoding,
        delimiter=opened.delimiter,
        sheet=opened.sheet,
        columns=_all_columns(opened, collected),
        mapping=planned.mapping,
        zone=collected.log.zone,
        zone_source=collected.log.zone_source,
        time_formats=planned.time_formats,
        lifecycle_used=collected.lifecycle_used,
        n_rows=collected.n_rows,
        rejected_rows=collected.rejected,
        counters=collected.counters,
        dropped_columns=collected.dropped_columns,
    )


def _all_columns(opened: OpenedFile, collected: Collected) -> tuple[str, ...]:
    """The columns known when the file was opened, then those that came later."""
    of_cases = (CASE_PREFIX + name for name in collected.log.case_attributes)
    return tuple(dict.fromkeys((*opened.columns, *of_cases, *collected.log.attributes)))


def write_rejected_csv(report: ReadReport, path: Path) -> None:
    """The rows set aside, with reason and what was found; see `rejects.write_rejected_table`."""
    write_rejected_table(report.rejected_rows, path)


__all__ = ["ReadLog", "ReadOptions", "ReadReport", "read_log", "write_rejected_csv"]
