"""One raw block to codes and numbers; rows that cannot be events are set aside with the reason.

Text columns become codes into the block's own distinct values, times UTC microseconds, costs millionths.
The hash of a row adds up contributions of (column, value), so it does not depend on the order of columns
or on how many rows are read together.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cache, cached_property

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from anlan.domain.event_log import NO_TIME
from anlan.formats.reading.amounts import millionths
from anlan.formats.reading.blocks import RawBlock
from anlan.formats.reading.hashing_kernels import add_by_code, add_numbers, mix_values
from anlan.formats.reading.rejects import (
    REASONS,
    RejectedRows,
    from_bad_rows,
    no_rows,
    rejected_rows,
    row_texts,
)
from anlan.formats.reading.texts import Distinct, as_text, distinct_values, hash_of
from anlan.formats.reading.times import TimeFormat, parse_times

_GOOD = 255
_CASE, _ACTIVITY, _TIME, _END = (REASONS.index(reason) for reason in ("case", "activity", "time", "end"))


@dataclass(frozen=True)
class Plan:
    """What each column of a log is for and how its values are read; the same for every block.

    `texts`: the columns kept as codes, among them those of case, activity, resource and so on.
    """

    case: str
    activity: str
    end: str
    end_format: TimeFormat
    texts: tuple[str, ...]
    start: str | None = None
    start_format: TimeFormat | None = None
    cost: str | None = None
    zone: str | None = None
    missing_markers: tuple[str, ...] = ("", "?", "NULL", "-")
    hash_only: frozenset[str] = field(default_factory=frozenset)
    """Columns with too many distinct values: they count in the row's hash and are not kept."""

    @cached_property
    def known(self) -> frozenset[str]:
        """Columns that have a place; a stream may bring more later, which are kept as codes."""
        return frozenset(filter(None, (*self.texts, *self.hash_only, self.end, self.start, self.cost)))

    @property
    def marker_hashes(self) -> NDArray[np.uint64]:
        return hash_of(("", *self.missing_markers))


@dataclass(frozen=True)
class EncodedBlock:
    """The good rows of a block. Arrays have one entry per good row; `rows` are source row numbers."""

    rows: NDArray[np.int64]
    texts: Mapping[str, Distinct]
    end_us: NDArray[np.int64]
    start_us: NDArray[np.int64] | None
    cost: NDArray[np.int64] | None
    row_hash: NDArray[np.uint64]
    rejected: RejectedRows
    reader_rejected: RejectedRows
    n_rows: int
    cases_only: Mapping[str, Distinct] | None = None
    bad_costs: int = 0
    notes: Mapping[str, int] = field(default_factory=dict)


def encode_block(block: RawBlock, plan: Plan) -> EncodedBlock:
    """Code all columns of a block, judge its rows, and keep the good ones."""
    markers = plan.marker_hashes
    later = [name for name in block.columns if name not in plan.known]
    texts = {
        name: distinct_values(block.columns[name], markers=markers, name=name, first_row=block.first_row)
        for name in (*plan.texts, *sorted(plan.hash_only), *later)
    }
    reasons = np.full(block.n_rows, _GOOD, np.uint8)
    end_us, no_end = _times(block.columns[plan.end], plan.end_format, plan)
    start_us, bad_start = _starts(block, plan)
    reasons[texts[plan.case].codes < 0] = _CASE
    _mark(reasons, texts[plan.activity].codes < 0, _ACTIVITY)
    _mark(reasons, no_end if bad_start is None else no_end | bad_start, _TIME)
    if start_us is not None:
        _mark(reasons, (start_us != NO_TIME) & (end_us < start_us), _END)
    cost, bad_costs = (
        (None, 0) if plan.cost is None else millionths(block.columns[plan.cost], missing=plan.missing_markers)
    )
    encoded = EncodedBlock(
        rows=row_numbers(block),
        texts={name: texts[name] for name in (*plan.texts, *later)},
        end_us=end_us,
        start_us=start_us,
        cost=cost,
        row_hash=_row_hashes(texts, end_us, start_us, plan, n=block.n_rows),
        rejected=no_rows(),
        reader_rejected=from_bad_rows(block.bad_rows),
        n_rows=block.n_rows + len(block.bad_rows),
        cases_only=_cases_only(block, {*plan.texts, *later}, markers),
        bad_costs=bad_costs,
        notes=block.notes,
    )
    return encoded if (reasons == _GOOD).all() else _without_bad(encoded, block, plan, reasons, no_end)


def _mark(reasons: NDArray[np.uint8], bad: NDArray[np.bool_], reason: int) -> None:
    """Give rows that are still good a reason to be set aside."""
    reasons[bad & (reasons == _GOOD)] = reason


def _times(column: pa.Array, form: TimeFormat, plan: Plan) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    return parse_times(column, form, zone=plan.zone)


def _starts(block: RawBlock, plan: Plan) -> tuple[NDArray[np.int64] | None, NDArray[np.bool_] | None]:
    """Start times, `NO_TIME` where missing, and the mask of those written but unreadable."""
    if plan.start is None or plan.start_format is None:
        return None, None
    column = block.columns[plan.start]
    start_us, bad = _times(column, plan.start_format, plan)
    where = np.flatnonzero(bad)
    if len(where):
        written = pc.utf8_trim_whitespace(as_text(column.take(pa.array(where))).fill_null(""))
        known = pa.array(["", *plan.missing_markers], pa.large_string())
        missing = pc.is_in(written, value_set=known).to_numpy(zero_copy_only=False)
        start_us[where[missing]] = NO_TIME
        bad[where[missing]] = False
    return start_us, bad


def row_numbers(block: RawBlock) -> NDArray[np.int64]:
    """Source row numbers of a block's rows."""
    if block.rows is not None:
        return np.asarray(block.rows, np.int64)
    return np.arange(block.first_row, block.first_row + block.n_rows, dtype=np.int64)


def _row_hashes(
    texts: Mapping[str, Distinct],
    end_us: NDArray[np.int64],
    start_us: NDArray[np.int64] | None,
    plan: Plan,
    *,
    n: int,
) -> NDArray[np.uint64]:
    """Sum over columns of a hash of (column name, value); a missing value adds nothing."""
    out = np.zeros(n, np.uint64)
    for name, values in texts.items():
        contributions = np.empty(len(values.hashes), np.uint64)
        mix_values(values.hashes, values.missing, column_key(name), contributions)
        add_by_code(out, values.codes, contributions)
    add_numbers(out, end_us, np.zeros(n, np.bool_), column_key(plan.end))
    if start_us is not None and plan.start is not None:
        add_numbers(out, start_us, start_us == NO_TIME, column_key(plan.start))
    return out


@cache
def column_key(name: str) -> np.uint64:
    """The hash of a column's name, which tells equal values of two columns apart."""
    return np.uint64(hash_of([name])[0])


def _cases_only(
    block: RawBlock, kept: set[str], markers: NDArray[np.uint64]
) -> Mapping[str, Distinct] | None:
    """Cases announced without an event: the case and its attributes, coded."""
    if block.cases_only is None or not block.cases_only.num_rows:
        return None
    table = block.cases_only.combine_chunks()
    return {
        name: distinct_values(table.column(name).chunk(0), markers=markers, name=name)
        for name in table.column_names
        if name in kept
    }


def _without_bad(
    encoded: EncodedBlock,
    block: RawBlock,
    plan: Plan,
    reasons: NDArray[np.uint8],
    no_end: NDArray[np.bool_],
) -> EncodedBlock:
    """The block's good rows; the others become rejected rows."""
    good = np.flatnonzero(reasons == _GOOD)
    bad = np.flatnonzero(reasons != _GOOD)
    return replace(
        encoded,
        rows=encoded.rows[good],
        texts={name: replace(values, codes=values.codes[good]) for name, values in encoded.texts.items()},
        end_us=encoded.end_us[good],
        start_us=None if encoded.start_us is None else encoded.start_us[good],
        cost=None if encoded.cost is None else encoded.cost[good],
        row_hash=encoded.row_hash[good],
        rejected=rejected_rows(
            encoded.rows[bad],
            reasons[bad],
            _details(block, plan, bad, reasons[bad], no_end[bad]),
            row_texts(list(block.columns.values()), bad),
        ),
    )


def _details(
    block: RawBlock,
    plan: Plan,
    bad: NDArray[np.int64],
    reasons: NDArray[np.uint8],
    no_end: NDArray[np.bool_],
) -> list[str]:
    """What was found in the field that speaks against each bad row; empty where it is missing."""
    ends = _texts_at(block, plan.end, bad)
    starts = _texts_at(block, plan.start, bad) if plan.start else ends
    found = []
    for reason, start, end, end_is_bad in zip(reasons.tolist(), starts, ends, no_end.tolist(), strict=True):
        if reason == _END:
            found.append(f"{start} > {end}")
        elif reason == _TIME:
            found.append(end if end_is_bad else start)
        else:
            found.append("")
    return found


def _texts_at(block: RawBlock, name: str, chosen: NDArray[np.int64]) -> list[str]:
    taken: list[str] = as_text(block.columns[name].take(pa.array(chosen))).fill_null("").to_pylist()
    return taken
