"""A reading as it comes in, and why it would not be believed.

    {"indicator": "K-0009", "unit": "NH", "at": "2026-11-30T09:30+08:00", "value": 12.9, "in": "min", "n": 31}

`at` is the time the reading is of: ISO 8601 with its offset from UTC, or seconds since 1970. `in` is the
unit of the value, where it is not the indicator's own. `value` null says that there was nothing to measure.
"""

import hashlib
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from anlan.domain.errors import UsageError
from anlan.loop.monitor.definitions import Definition
from anlan.loop.monitor.measures import factor

QUALITIES = ("good", "doubtful", "estimated")
FIELDS = ("indicator", "unit", "at", "value", "in", "n", "dimensions", "quality")
FIRST_US, LAST_US = 0, 4_102_444_800_000_000  # 1970 to 2100
AHEAD_US = 300_000_000
"""A reading may be this far ahead of the clock that takes it: clocks differ."""
MOST_CASES = 2_000_000_000
LONGEST_DIMENSION = 40
LONGEST_KEY = 400


@dataclass(frozen=True)
class Incoming:
    """at: microseconds UTC; sent_in: unit of the value, empty for the indicator's own; key: of the series
    among those of the indicator and unit."""

    indicator: str
    unit: str
    at: int
    value: float | None
    sent_in: str
    n: int | None
    dimensions: Mapping[str, str]
    quality: int

    @property
    def key(self) -> str:
        return series_key(self.dimensions)


def series_key(dimensions: Mapping[str, str]) -> str:
    """The same for the same values of the same dimensions, in whatever order."""
    if not dimensions:
        return ""
    key = json.dumps(dimensions, sort_keys=True, ensure_ascii=False)
    return key if len(key) <= LONGEST_KEY else hashlib.sha256(key.encode("utf-8")).hexdigest()


def read_row(row: Any) -> Incoming:
    """What a row says. Errors: UsageError `monitor.row.*` that names the field."""
    if not isinstance(row, Mapping):
        raise UsageError("monitor.row.object", found=str(row)[:60])
    for name in row:
        if name not in FIELDS:
            raise UsageError("monitor.row.field", found=str(name)[:40], accepted=FIELDS)
    value = row.get("value", math.nan)
    if value is not None and not _is_number(value):
        raise UsageError("monitor.row.value", found="" if "value" not in row else str(value)[:40])
    n = row.get("n")
    if n is not None and (isinstance(n, bool) or not isinstance(n, int) or not 0 <= n <= MOST_CASES):
        raise UsageError("monitor.row.n", found=str(n)[:40], most=MOST_CASES)
    quality = row.get("quality") or "good"
    if quality not in QUALITIES:
        raise UsageError("monitor.row.quality", found=str(quality)[:40], accepted=QUALITIES)
    return Incoming(
        _name(row, "indicator"), _name(row, "unit"), read_time(row.get("at")),
        None if value is None else float(value), str(row.get("in") or "")[:20], n,
        _dimensions(row.get("dimensions") or {}), QUALITIES.index(quality),
    )  # fmt: skip


def read_time(found: Any) -> int:
    """Microseconds UTC. Errors: UsageError `monitor.row.at`; a time without its offset is none."""
    at: int | None = None
    if _is_number(found):
        at = round(found * 1_000_000)
    elif isinstance(found, str) and len(found) <= 40:
        try:
            moment = datetime.fromisoformat(found.strip())
        except ValueError:
            moment = None
        if moment is not None and moment.tzinfo is not None:
            at = round(moment.timestamp() * 1_000_000)
    if at is None or not FIRST_US <= at <= LAST_US:
        raise UsageError("monitor.row.at", found="" if found is None else str(found)[:40])
    return at


def believed(row: Incoming, definition: Definition, *, now: int) -> float | None:
    """The value in the unit of the definition. Errors: UsageError `monitor.row.*` why it is not believed."""
    if definition.formula is not None:
        raise UsageError("monitor.row.formula", indicator=row.indicator)
    if row.at > now + AHEAD_US:
        raise UsageError("monitor.row.ahead", by_s=(row.at - now) / 1e6)
    if set(row.dimensions) != set(definition.dimensions):
        raise UsageError(
            "monitor.row.dimensions", found=tuple(row.dimensions), accepted=definition.dimensions
        )
    if row.value is None:
        return None
    value = row.value * factor(row.sent_in or definition.unit, kept=definition.unit)
    low, high = definition.lowest, definition.highest
    if (low is not None and value < low) or (high is not None and value > high):
        raise UsageError("monitor.row.unbelievable", found=value, low=low, high=high, unit=definition.unit)
    return value


def _is_number(value: Any) -> bool:
    plain = isinstance(value, int | float) and not isinstance(value, bool)
    return plain and abs(value) <= 1e15


def is_text(value: Any) -> bool:
    """Whether it is a text that every database keeps: whole characters, none of them U+0000."""
    if not isinstance(value, str) or "\0" in value:
        return False
    try:
        value.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def _name(row: Mapping[str, Any], field: str) -> str:
    found = row.get(field)
    if not isinstance(found, str) or not 0 < len(found) <= 60 or not is_text(found):
        raise UsageError("monitor.row.name", field=field, found="" if found is None else str(found)[:60])
    return found


def _dimensions(found: Any) -> dict[str, str]:
    fine = isinstance(found, Mapping) and all(
        is_text(name) and is_text(value) and 0 < len(value) <= LONGEST_DIMENSION
        for name, value in found.items()
    )
    if not fine:
        raise UsageError("monitor.row.dimension", found=str(found)[:60], longest=LONGEST_DIMENSION)
    return dict(found)
