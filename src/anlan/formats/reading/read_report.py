"""What reading a log found, decided and set aside."""

from collections.abc import Mapping
from dataclasses import dataclass

from anlan.formats.reading.rejects import RejectedRows


@dataclass(frozen=True)
class ResolvedColumn:
    """The column taken for a role, how sure that is (0..1), and why (`columns.reason.*`)."""

    column: str
    confidence: float
    reason: str


@dataclass(frozen=True)
class ReadReport:
    """How one file was read.

    sha256, bytes      of the file as stored
    format             csv, xes, xlsx, parquet, feather; with `.gz` where it was compressed
    encoding           of texts: utf-8, utf-8-bom, utf-16, gb18030; else None
    columns            all columns in file order
    mapping            role -> column taken for it
    zone, zone_source  as in the log: option, calendar, log, epoch, as_written
    time_formats       column -> how its times are written (`text`, `pattern`, `number`, `temporal`)
    lifecycle_used     True where life-cycle transitions decided which rows are events
    n_rows             rows of the file, good and bad
    counters           only those above 0: starts_without_end, other_lifecycle_rows,
                       repeated_xes_events, long_names, bad_costs, and the readers' own
    dropped_columns    attributes not kept -> number of distinct values when given up
    """

    path: str
    sha256: str
    bytes: int
    format: str
    encoding: str | None
    delimiter: str | None
    sheet: str | None
    columns: tuple[str, ...]
    mapping: Mapping[str, ResolvedColumn]
    zone: str
    zone_source: str
    time_formats: Mapping[str, str]
    lifecycle_used: bool
    n_rows: int
    rejected_rows: RejectedRows
    counters: Mapping[str, int]
    dropped_columns: Mapping[str, int]

    @property
    def rejected(self) -> dict[str, int]:
        """Reason -> number of rows set aside; every reason is present."""
        return self.rejected_rows.counts()

    @property
    def notes(self) -> tuple[tuple[str, dict[str, object]], ...]:
        """Codes of `reading.notes.*` with parameters, in a fixed order."""
        found: list[tuple[str, dict[str, object]]] = []
        bad = len(self.rejected_rows)
        if bad:
            found.append(("rows_set_aside", {"bad": bad, "rows": self.n_rows}))
        found += [(name, {"n": number}) for name, number in sorted(self.counters.items()) if number]
        found += [
            ("column_not_kept", {"column": name, "distinct": n})
            for name, n in sorted(self.dropped_columns.items())
        ]
        found.append((f"zone_{self.zone_source}", {"zone": self.zone}))
        return tuple(found)
