"""What a caller can decide about the reading of a log."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from anlan.domain.errors import UsageError
from anlan.formats.reading.columns import SURE_ENOUGH

MISSING_MARKERS = ("", "?", "NULL", "-")
ON_BAD_ROWS = ("set-aside", "stop")


@dataclass(frozen=True)
class ReadOptions:
    """Everything left out is found from the file.

    mapping          role -> column name; roles: case, activity, start, end, resource, cost, sla,
                     lifecycle, instance. Columns without a role are attributes.
    tz               zone of times written without one
    calendar_zone    zone of the working calendar, used where `tz` is not given
    time_format      how times are written, see `times.decide_time_format`
    sheet            sheet of a workbook
    on_bad_rows      `set-aside` or `stop`
    max_bad_share    share of bad rows (0..1) above which reading stops anyway
    missing_markers  texts that mean "no value"
    max_bytes        largest file accepted, after decompression
    min_confidence   a role is taken from a column by itself only from this confidence (0..1) on
    """

    mapping: Mapping[str, str] = field(default_factory=dict)
    tz: str | None = None
    calendar_zone: str | None = None
    time_format: str | None = None
    sheet: str | None = None
    on_bad_rows: str = "set-aside"
    max_bad_share: float = 0.5
    missing_markers: tuple[str, ...] = MISSING_MARKERS
    max_bytes: int | None = None
    min_confidence: float = SURE_ENOUGH

    def __post_init__(self) -> None:
        if self.on_bad_rows not in ON_BAD_ROWS:
            raise UsageError("reading.option_bad_rows", found=self.on_bad_rows, accepted=list(ON_BAD_ROWS))
        if not 0 <= self.max_bad_share <= 1:
            raise UsageError("reading.option_share", option="max_bad_share", found=self.max_bad_share)
        if not 0 <= self.min_confidence <= 1:
            raise UsageError("reading.option_share", option="min_confidence", found=self.min_confidence)
