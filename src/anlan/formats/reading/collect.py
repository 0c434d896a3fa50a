"""Encoded blocks into one `EventLog`: names become one dictionary, rows go to their cases.

1. Every block's distinct names get codes of the log's own tables; columns are kept in pieces.
2. Rows are placed case by case (`grouping`) and each case is put into order of time.
3. Repeated rows are set aside (or only counted), start and complete rows are paired (`lifecycle`).
4. Dictionaries lose the names no event uses any more.
"""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from anlan.domain.errors import RefusedInput
from anlan.domain.event_log import MISSING, NO_TIME, CodedColumn, EventLog, code_type, no_times
from anlan.domain.lifecycle_rows import LifecycleRows, lifecycle_rows
from anlan.formats.reading.blocks import CASE_PREFIX
from anlan.formats.reading.encode import EncodedBlock
from anlan.formats.reading.encode_kernels import translated
from anlan.formats.reading.grouping import (
    Pieces,
    Placement,
    RowNumbers,
    gather_column,
    missing_codes,
    offsets_of_kept,
    place,
    time_order,
)
from anlan.formats.reading.grouping_kernels import count_rows, first_known, repeats
from anlan.formats.reading.lifecycle import Pairing, has_standard_transition, kinds_of, pair_lifecycle
from anlan.formats.reading.rejects import REASONS, RejectedRows, RejectPile, rejected_rows
from anlan.formats.reading.texts import NameTable

MAX_ROWS = 2**31 - 1
MIN_DISTINCT_LIMIT = 1_000
DISTINCT_SHARE_LIMIT = 0.05
"""An attribute with more distinct values than both limits (a share of the rows) is not kept."""

_EARLY_LIMIT, _EARLY_SHARE = 50_000, 0.25
LONG_NAME = 120


@dataclass(frozen=True)
class Roles:
    """Columns with a part of their own; the others among `Plan.texts` are attributes."""

    case: str
    activity: str
    resource: str | None = None
    lifecycle: str | None = None
    instance: str | None = None
    always_kept: frozenset[str] = frozenset()

    @property
    def named(self) -> frozenset[str | None]:
        return frozenset((self.case, self.activity, self.resource, self.lifecycle, self.instance))


@dataclass(frozen=True)
class Collected:
    """The log and what was counted on the way."""

    log: EventLog
    rejected: RejectedRows
    n_rows: int
    counters: dict[str, int]
    dropped_columns: dict[str, int]
    """Attribute columns not kept -> how many distinct values they had when they were given up."""
    lifecycle_used: bool


@dataclass
class Collector:
    """Takes encoded blocks in file order, then makes the log."""

    roles: Roles
    set_aside_repeats: bool = True
    n_rows: int = 0
    pile: RejectPile = field(default_factory=RejectPile)
    dropped: dict[str, int] = field(default_factory=dict)
    counters: dict[str, int] = field(default_factory=dict)
    _tables: dict[str, NameTable] = field(default_factory=dict)
    _codes: dict[str, Pieces] = field(default_factory=dict)
    _numbers: dict[str, Pieces] = field(default_factory=dict)
    _rows: RowNumbers = field(default_factory=RowNumbers)
    _n_kept: int = 0
    _counts: NDArray[np.int64] = field(default_factory=lambda: np.zeros(1024, np.int64))
    _announced: list[dict[str, NDArray[np.int32]]] = field(default_factory=list)

    def add(self, block: EncodedBlock) -> None:
        """The next block of the file."""
        self.n_rows += block.n_rows
        if self.n_rows > MAX_ROWS:
            raise RefusedInput("reading.too_many_rows", limit=MAX_ROWS)
        self.pile.add(block.reader_rejected)
        self.pile.add(block.rejected)
        self._count("bad_costs", block.bad_costs)
        for name, number in block.notes.items():
            self._count(name, number)
        for name, values in block.texts.items():
            if name in self.dropped:
                continue
            table = self._tables.setdefault(name, NameTable())
            translated(values.codes, table.insert(values))
            kind = np.int32 if name == self.roles.case else code_type(len(table))
            if name not in self._codes:
                self._codes[name] = missing_codes(self._n_kept, kind)
            self._codes[name].append(values.codes, kind)
            self._give_up_if_too_many(name, table)
        self._announce(block)
        self._count_cases(block.texts[self.roles.case].codes)
        for name, numbers in (
            ("end", block.end_us), ("start", block.start_us), ("cost", block.cost), ("hash", block.row_hash)
        ):  # fmt: skip
            if numbers is not None:
                self._numbers.setdefault(name, Pieces(numbers.dtype.type)).append(numbers)
        self._rows.append(block.rows)
        self._n_kept += len(block.rows)

    def _count(self, name: str, number: int) -> None:
        if number:
            self.counters[name] = self.counters.get(name, 0) + number

    def _give_up_if_too_many(self, name: str, table: NameTable) -> None:
        """Stop keeping an attribute that is on the way to far too many values; memory would grow."""
        if name in self.roles.named or name in self.roles.always_kept or name.startswith(CASE_PREFIX):
            return
        if len(table) > max(_EARLY_LIMIT, _EARLY_SHARE * self.n_rows):
            self._give_up(name, len(table))

    def _give_up(self, name: str, distinct: int) -> None:
        self.dropped[name] = distinct
        self._codes.pop(name, None)
        self._tables.pop(name, None)

    def _announce(self, block: EncodedBlock) -> None:
        """Cases without an event; a trace is none where the case is a column of the events."""
        if block.cases_only is None or self.roles.case not in block.cases_only:
            return
        codes = {}
        for name, values in block.cases_only.items():
            table = self._tables.setdefault(name, NameTable())
            translated(values.codes, table.insert(values))
            codes[name] = values.codes
        self._announced.append(codes)

    def _count_cases(self, codes: NDArray[np.int32]) -> None:
        n = len(self._tables[self.roles.case])
        if n > len(self._counts):
            grown = np.zeros(max(n, 2 * len(self._counts)), np.int64)
            grown[: len(self._counts)] = self._counts
            self._counts = grown
        count_rows(codes, self._counts)

    def finish(self, *, zone: str, zone_source: str) -> Collected:
        """Make the log; the collector is used up."""
        self._drop_columns_of_many_values()
        with ThreadPoolExecutor(2) as pool:
            draft = _Draft(self, pool)
        draft.set_repeats_aside()
        lifecycle_used = draft.pair_lifecycle()
        log = draft.event_log(zone=zone, zone_source=zone_source)
        return Collected(log, self.pile.all_rows(), self.n_rows, self.counters, self.dropped, lifecycle_used)

    def _drop_columns_of_many_values(self) -> None:
        limit = max(MIN_DISTINCT_LIMIT, DISTINCT_SHARE_LIMIT * self.n_rows)
        for name, table in list(self._tables.items()):
            special = name in self.roles.named or name in self.roles.always_kept
            if not special and not name.startswith(CASE_PREFIX) and len(table) > limit:
                self._give_up(name, len(table))


class _Draft:
    """The log being made: whole columns in case order."""

    def __init__(self, collector: Collector, pool: ThreadPoolExecutor) -> None:
        self._collector = collector
        self._roles = collector.roles
        self._tables = collector._tables
        self._n_before = collector.pile.n
        placement = self._place()
        self.placement = placement
        self.case_offsets = placement.case_offsets
        numbers, codes = collector._numbers, collector._codes
        self.end_us = gather_column(numbers.pop("end"), placement, pool=pool)
        self._order = time_order(self.end_us, self.case_offsets)
        self._order.apply(self.end_us)
        self.codes = {
            name: self._ordered(
                gather_column(codes.pop(name), placement, pool=pool, kind=self._code_type(name))
            )
            for name in list(codes)
        }
        self.row_hash = self._ordered(gather_column(numbers.pop("hash"), placement, pool=pool))
        self.numbers = {
            name: self._ordered(gather_column(numbers.pop(name), placement, pool=pool))
            for name in list(numbers)
        }
        self.row = self._ordered(collector._rows.gather(placement))
        placement.places.clear()
        self.shrunk = self._n_before > 0
        self.lifecycle: LifecycleRows | None = None

    def _place(self) -> Placement:
        collector, cases = self._collector, self._tables[self._roles.case]
        cases.close()
        announced = np.zeros(len(cases), np.bool_)
        for codes in collector._announced:
            known = codes[self._roles.case]
            announced[known[known >= 0]] = True
        counts = _padded(collector._counts, len(cases))
        collector._counts = np.zeros(0, np.int64)  # its memory is wanted
        return place(
            collector._codes.pop(self._roles.case),
            counts=counts,
            hashes=cases.hashes,
            announced=announced,
        )

    def _code_type(self, name: str) -> type[np.generic]:
        """Attributes of events take what they need; all other codes have the one type of their kernels."""
        if name in self._roles.named or name.startswith(CASE_PREFIX):
            return np.int32
        return code_type(len(self._tables[name]))

    def _ordered(self, values: NDArray[Any]) -> NDArray[Any]:
        self._order.apply(values)
        return values

    def set_repeats_aside(self) -> None:
        """Rows equal in every column: set aside, or (in XES) only counted."""
        first_equal = np.full(len(self.row), -1, np.int32)
        n = repeats(
            self.case_offsets, self.end_us, self.codes[self._roles.activity], self.row_hash, first_equal
        )
        if not n:
            return
        if not self._collector.set_aside_repeats:
            self._collector.counters["repeated_xes_events"] = int(n)
            return
        repeated = np.flatnonzero(first_equal >= 0)
        self._collector.pile.add(self._described(repeated, first_equal[repeated]))
        self._keep(first_equal < 0)

    def _described(self, repeated: NDArray[np.int64], originals: NDArray[np.int32]) -> RejectedRows:
        """What was found is the number of the row they equal; `repeated_rows` adds what they said."""
        return rejected_rows(
            self.row[repeated],
            np.full(len(repeated), REASONS.index("duplicate"), np.uint8),
            [str(row) for row in self.row[originals].tolist()],
            [""] * len(repeated),
        )

    def _keep(self, keep: NDArray[np.bool_]) -> None:
        self.shrunk = True
        self.case_offsets = offsets_of_kept(keep, self.case_offsets)
        self.end_us, self.row, self.row_hash = self.end_us[keep], self.row[keep], self.row_hash[keep]
        for columns in (self.codes, self.numbers):
            for name in list(columns):
                columns[name] = columns[name][keep]

    def pair_lifecycle(self) -> bool:
        """True where the log's life-cycle column decided which rows are events."""
        column = self._roles.lifecycle
        if column is None or column not in self.codes:
            return False
        transitions = self._tables[column].names()
        if not has_standard_transition(transitions):
            return False
        self.lifecycle = self._lifecycle_rows(self.codes[column], transitions)
        pairing = pair_lifecycle(
            case_offsets=self.case_offsets,
            time_us=self.end_us,
            activity=self.codes[self._roles.activity],
            transition=self.codes.pop(column),
            transitions=transitions,
            instance=self.codes.get(self._roles.instance) if self._roles.instance else None,
            start_us=self.numbers.get("start"),
        )
        self._apply(pairing)
        return True

    def _lifecycle_rows(self, transition: NDArray[np.int32], transitions: Sequence[str]) -> LifecycleRows:
        """Rows that may pair with those of a later part, kept so that a log can be appended to."""
        roles, own = self._roles, self.numbers.get("start")
        instance = None
        if roles.instance is not None and roles.instance in self.codes:
            hashes = np.append(self._tables[roles.instance].hashes, np.uint64(0))  # MISSING is -1
            instance = hashes[self.codes[roles.instance]]
        return lifecycle_rows(
            case_offsets=self.case_offsets,
            kind=kinds_of(transition, transitions),
            activity=self.codes[roles.activity],
            activity_names=tuple(self._tables[roles.activity].names()),
            time_us=self.end_us,
            row=self.row,
            row_hash=self.row_hash,
            instance=instance,
            own_start_us=np.full(len(self.row), NO_TIME) if own is None else own,
        )

    def _apply(self, pairing: Pairing) -> None:
        self._collector.counters["starts_without_end"] = pairing.starts_without_end
        self._collector.counters["other_lifecycle_rows"] = pairing.other_rows
        self.numbers["start"] = pairing.start_us
        if not pairing.completed.all():
            self._keep(pairing.completed)

    def event_log(self, *, zone: str, zone_source: str) -> EventLog:
        roles, cases = self._roles, self._tables[self._roles.case]
        activity, activity_names = self._final(roles.activity)
        resource, resource_names = self._final(roles.resource)
        self._collector._count("long_names", sum(len(name) > LONG_NAME for name in activity_names))
        case_attributes = self._case_attributes()
        names, case_hash = _strings(cases.array(self.placement.chosen)), cases.hashes[self.placement.chosen]
        cases.forget()  # before the last two columns are made, when memory is at its highest
        start, n, sizes = self.numbers.get("start"), len(self.row), np.diff(self.case_offsets)
        return EventLog(
            case=np.repeat(np.arange(len(sizes), dtype=np.int32), sizes),
            activity=activity,
            start_us=no_times(n) if start is None else start,
            end_us=self.end_us,
            resource=resource,
            row=self.row,
            row_hash=self.row_hash,
            case_offsets=self.case_offsets,
            case_names=names,
            case_hash=case_hash,
            bucket_offsets=self.placement.bucket_offsets,
            activity_names=activity_names,
            resource_names=resource_names,
            cost=self.numbers.get("cost"),
            attributes=self._attributes(),
            case_attributes=case_attributes,
            zone=zone,
            zone_source=zone_source,
            has_start=start is not None and bool((start != NO_TIME).any()),
            lifecycle=self.lifecycle,
        )

    def _final(self, name: str | None) -> tuple[NDArray[np.int32], tuple[str, ...]]:
        """Codes and names of one column, without names that no event has."""
        if name is None or name not in self.codes:
            return np.full(len(self.row), MISSING, np.int32), ()
        codes, names = self.codes[name], self._tables[name].names()
        return used_names(codes, names) if self.shrunk else (codes, names)

    def _attribute_columns(self) -> list[str]:
        special = {self._roles.case, self._roles.activity, self._roles.resource, self._roles.instance}
        return [name for name in self.codes if name not in special]

    def _attributes(self) -> dict[str, CodedColumn]:
        names = [name for name in self._attribute_columns() if not name.startswith(CASE_PREFIX)]
        return {name: CodedColumn(*self._final(name)) for name in names}

    def _case_attributes(self) -> dict[str, CodedColumn]:
        """The first known value in each case; cases without events as announced."""
        found = {}
        for name in self._attribute_columns():
            if name.startswith(CASE_PREFIX):
                values = np.full(len(self.case_offsets) - 1, MISSING, np.int32)
                first_known(self.codes[name], self.case_offsets, values)
                self._fill_announced(name, values)
                codes, names = used_names(values, self._tables[name].names())
                found[name.removeprefix(CASE_PREFIX)] = CodedColumn(codes, names)
        return found

    def _fill_announced(self, name: str, values: NDArray[np.int32]) -> None:
        if not self._collector._announced:
            return
        number = np.full(len(self._tables[self._roles.case]), -1, np.int64)
        number[self.placement.chosen] = np.arange(len(self.placement.chosen))
        for codes in self._collector._announced:
            if name in codes:
                case = number[codes[self._roles.case]]
                empty = values[case] < 0
                values[case[empty]] = codes[name][empty]


def _strings(names: pa.Array) -> pa.Array:
    """As `string` where its 32-bit offsets suffice."""
    return names.cast(pa.string()) if int(names.nbytes) < 2**31 else names


def _padded(counts: NDArray[np.int64], n: int) -> NDArray[np.int64]:
    out = np.zeros(n, np.int64)
    out[: min(n, len(counts))] = counts[:n]
    return out


def used_names(codes: NDArray[np.int32], names: tuple[str, ...]) -> tuple[NDArray[np.int32], tuple[str, ...]]:
    """Codes into only those names that occur, in their old order."""
    seen = np.bincount(codes[codes >= 0], minlength=len(names)) > 0
    if seen.all():
        return codes, names
    table = (np.cumsum(seen) - 1).astype(np.int32)
    fresh = codes.copy()
    translated(fresh, table)
    return fresh, tuple(name for name, used in zip(names, seen.tolist(), strict=True) if used)
