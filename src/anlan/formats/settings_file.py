"""Small TOML files of settings: read with limits, checked entry by entry, all faults said at once."""

import itertools
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from anlan.formats.settings_bytes import SettingsBytes, read_once
from anlan.formats.settings_document import parse_settings, shown

SMALLEST, LARGEST = 1e-9, 1e12
"""Sizes a setting can have; beyond them products of settings leave the range of numbers."""

MOST_STEPS = 9
"""Bounds of one scale: ten scores are more than anyone tells apart."""


def read_settings(path: Path | SettingsBytes) -> dict[str, Any]:
    """The tables of a TOML file in UTF-8; RefusedInput where it cannot be read or is not TOML."""
    return parse_settings(read_once(path))


class Table:
    """One table of a settings file; what does not fit is noted in `faults` as `where = found`."""

    def __init__(self, values: Mapping[str, Any], faults: list[str], *, where: str = "") -> None:
        self._values = values
        self._where = where
        self.faults = faults

    def only(self, names: Sequence[str]) -> None:
        """Any other entry is a fault: a misspelt name must not be silently without effect."""
        for name in sorted(set(self._values) - set(names)):
            self.faults.append(f"{self._where}{name} = ?")

    def __contains__(self, name: str) -> bool:
        return name in self._values

    def fault(self, name: str, accepted: str = "") -> None:
        found = shown(self._values[name]) if name in self._values else "—"
        self.faults.append(f"{self._where}{name} = {found}" + (f" ({accepted})" if accepted else ""))

    def table(self, name: str) -> "Table":
        value = self._values.get(name, {})
        if not isinstance(value, Mapping):
            self.fault(name)
            value = {}
        return Table(value, self.faults, where=f"{self._where}{name}.")

    def tables(self, name: str) -> list["Table"]:
        rows = self._values.get(name, [])
        if not isinstance(rows, list) or not all(isinstance(row, Mapping) for row in rows):
            self.fault(name)
            return []
        return [Table(row, self.faults, where=f"{self._where}{name}[{i + 1}].") for i, row in enumerate(rows)]

    def text(self, name: str, default: str | None = None) -> str:
        value = self._values.get(name, default)
        if not isinstance(value, str) or not value.strip():
            self.fault(name)
            return ""
        return value.strip()

    def texts(self, name: str, n: int | None = None) -> tuple[str, ...]:
        values = self._values.get(name, [])
        good = isinstance(values, list) and all(isinstance(v, str) and v.strip() for v in values)
        if not good or (n is not None and len(values) != n):
            self.fault(name, "" if n is None else f"n = {n}")
            return ()
        return tuple(values)

    def number(self, name: str, *, smallest: float = SMALLEST, largest: float = LARGEST) -> float | None:
        """A number from `smallest` to `largest`; None where the entry is absent or a fault."""
        if name not in self._values:
            return None
        value = self._values[name]
        if not _is_number(value) or not smallest <= value <= largest:
            self.fault(name, f"{smallest:g} .. {largest:g}")
            return None
        return float(value)

    def ascending(self, name: str) -> tuple[float, ...]:
        """One to `MOST_STEPS` positive numbers, each larger than the one before."""
        values = self._values.get(name, [])
        good = isinstance(values, list) and 0 < len(values) <= MOST_STEPS
        if not good or not all(_is_number(v) and SMALLEST <= v <= LARGEST for v in values):
            self.fault(name, f"n = 1 .. {MOST_STEPS}, {SMALLEST:g} .. {LARGEST:g}")
            return ()
        if any(b <= a for a, b in itertools.pairwise(values)):
            self.fault(name, "0 < x1 < x2 < ...")
            return ()
        return tuple(float(v) for v in values)

    def rows(self, name: str, *, n_rows: int, n_columns: int) -> list[list[Any]]:
        """A table of `n_rows` lists of `n_columns` values."""
        rows = self._values.get(name)
        if (
            not isinstance(rows, list)
            or len(rows) != n_rows
            or not all(isinstance(row, list) and len(row) == n_columns for row in rows)
        ):
            self.fault(name, f"{n_rows} x {n_columns}")
            return []
        return rows


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
