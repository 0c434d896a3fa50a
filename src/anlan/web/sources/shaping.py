"""Rows of a table or a stream brought into the shape of readings: columns renamed, what all share filled in.

columns = "value=wait_min, at=day, dimension.channel=channel"
"""

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from anlan.domain.errors import UsageError
from anlan.loop.monitor.incoming import FIELDS
from anlan.web.monitoring.batches import plain_row

_NUMBERS = ("value", "n")


class Shape:
    """How rows become readings.

    columns          field of a reading -> column it stands in; columns not named keep their own name
    indicator, unit  of rows that name none
    measured_in      unit of the values of rows that name none
    zone             of times without their offset; empty: such a time is not believed
    """

    def __init__(self, settings: Mapping[str, Any]) -> None:
        self.columns = columns_of(str(settings.get("columns") or ""))
        self.filled = {
            name: settings[key]
            for name, key in (("indicator", "indicator"), ("unit", "unit"), ("in", "measured_in"))
            if settings.get(key)
        }
        zone = settings.get("zone")
        self.zone = ZoneInfo(zone) if zone else None

    def readings(self, rows: Iterable[Any], *, drop: frozenset[str] = frozenset()) -> list[Any]:
        """Rows as `report` takes them. drop: columns that are no field of a reading."""
        return [self._reading(row, drop) for row in rows]

    def _reading(self, row: Any, drop: frozenset[str]) -> Any:
        if not isinstance(row, Mapping):
            return row
        theirs = {column: field for field, column in self.columns.items()}
        named = {
            theirs.get(name, name): _plain(value) for name, value in row.items()
            if name in theirs or (name not in drop and name not in self.columns)
        }  # fmt: skip
        found = self.filled | {name: value for name, value in plain_row(named).items() if value != ""}
        if self.zone is not None:
            found["at"] = _with_offset(found.get("at"), self.zone)
        return found


def columns_of(written: str) -> dict[str, str]:
    """field -> column. Errors: UsageError `sources.columns` for what is no pair or no field."""
    found: dict[str, str] = {}
    for pair in written.replace("\n", ",").split(","):
        field, sign, column = (part.strip() for part in pair.partition("="))
        if not pair.strip():
            continue
        if not (sign and column and (field in FIELDS or field.startswith("dimension."))):
            raise UsageError("sources.columns", found=pair.strip()[:60], accepted=FIELDS)
        found[field] = column
    return found


def _plain(value: Any) -> Any:
    """A cell of a database or a workbook as JSON has it."""
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, date):
        return f"{value.isoformat()}T00:00:00"
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, bytes | memoryview):
        return bytes(value).decode("utf-8", "replace")
    return value


def _with_offset(written: Any, zone: ZoneInfo) -> Any:
    """A time of day in the zone with its offset; what is none stays. Of an hour twice the first."""
    if not isinstance(written, str):
        return written
    try:
        found = datetime.fromisoformat(written.strip())
    except ValueError:
        return written
    return found.isoformat() if found.tzinfo is not None else found.replace(tzinfo=zone).isoformat()


def moment(written: Any) -> datetime:
    """A kept time. Errors: ValueError."""
    found = datetime.fromisoformat(str(written))
    return found if found.tzinfo is not None else found.replace(tzinfo=UTC)


def as_text(value: Any) -> Any:
    """A value of a watermark as JSON keeps it."""
    plain = _plain(value)
    json.dumps(plain)
    return plain
