"""Risk criteria from a TOML file; the default ones are in `packs/criteria.toml`.

    version = "2025-01 board"
    assumptions = ["severity"]                        # optional: what was not decided by yourselves

    [likelihood]
    unit = "per_1000_cases"
    bounds = [0.1, 1, 10, 50]                         # lower limit in, upper limit out
    labels_zh = ["极少", "偶尔", "可能", "经常", "频发"]
    labels_en = ["rare", "occasional", "possible", "frequent", "very frequent"]

    [severity]
    unit = "median_case_durations"                    # or customer_min
    bounds = [0.1, 0.5, 2, 10]
    labels_zh = [...]
    labels_en = [...]

    [[levels]]                                        # from the lowest to the highest
    code = "low"
    zh = "低"
    en = "Low"
    colour = "grey"                                   # grey, blue, yellow, orange, red
    index_from = 1                                    # band: likelihood x severity from here on
    report_within_hours = 24                          # optional

    [[at_least]]                                      # optional: exceptions from the bands
    severity = 5                                      # and/or likelihood = ...
    level = "moderate"

    [matrix]                                          # optional: every cell by name, row 1 = likelihood 1
    cells = [["low", "low", ...], ...]

Give bands, or cells, or both: where both are given they must agree, so a slip in one is found.
"""

import itertools
from pathlib import Path

from anlan.domain.criteria import Criteria, Level, Scale
from anlan.domain.errors import RefusedInput
from anlan.formats.settings_bytes import SettingsBytes
from anlan.formats.settings_file import Table, read_settings

DEFAULT = Path(__file__).parents[1] / "packs" / "criteria.toml"

LIKELIHOOD_UNITS = ("per_1000_cases",)
SEVERITY_UNITS = ("median_case_durations", "customer_min")
COLOURS = ("grey", "blue", "yellow", "orange", "red")

_Cells = tuple[tuple[int, ...], ...]


def load_criteria(path: Path | SettingsBytes | None = None) -> Criteria:
    """The criteria of a file (None: the default ones), with all its faults reported at once."""
    path = path or DEFAULT
    faults: list[str] = []
    table = Table(read_settings(path), faults)
    table.only(("version", "assumptions", "likelihood", "severity", "levels", "at_least", "matrix"))
    version = table.text("version")
    assumptions = table.texts("assumptions")
    likelihood = _scale(table.table("likelihood"), LIKELIHOOD_UNITS)
    severity = _scale(table.table("severity"), SEVERITY_UNITS)
    levels, band_starts = _levels(table)
    if faults:
        raise RefusedInput("criteria.faults", file=path.name, faults=tuple(faults))
    cells = _cells(table, likelihood, severity, levels, band_starts)
    if faults:
        raise RefusedInput("criteria.faults", file=path.name, faults=tuple(faults))
    return Criteria(version, likelihood, severity, levels, cells, assumptions)


def _scale(table: Table, units: tuple[str, ...]) -> Scale:
    table.only(("unit", "bounds", "labels_zh", "labels_en"))
    unit = table.text("unit")
    if unit and unit not in units:
        table.fault("unit", " / ".join(units))
    bounds = table.ascending("bounds")
    n = len(bounds) + 1 if bounds else None
    return Scale(unit, bounds, table.texts("labels_zh", n), table.texts("labels_en", n))


def _levels(table: Table) -> tuple[tuple[Level, ...], list[float | None]]:
    """The levels and the index at which the band of each begins."""
    rows = table.tables("levels")
    levels, starts = [], []
    for row in rows:
        row.only(("code", "zh", "en", "colour", "index_from", "report_within_hours"))
        colour = row.text("colour")
        if colour and colour not in COLOURS:
            row.fault("colour", " / ".join(COLOURS))
        hours = row.number("report_within_hours")
        levels.append(Level(row.text("code"), row.text("zh"), row.text("en"), colour, hours))
        starts.append(row.number("index_from"))
    codes = [level.code for level in levels]
    if len(levels) < 2 or len(set(codes)) < len(codes):
        table.faults.append(f"levels.code = {codes!r} (n >= 2, x1 ≠ x2)")
    return tuple(levels), starts


def _cells(
    table: Table,
    likelihood: Scale,
    severity: Scale,
    levels: tuple[Level, ...],
    starts: list[float | None],
) -> _Cells:
    written = _written_cells(table, likelihood, severity, levels) if "matrix" in table else None
    if all(start is None for start in starts) and written is not None:
        return written
    by_band = _cells_by_band(table, likelihood, severity, levels, starts)
    if written and by_band and written != by_band:
        for i, (row, other) in enumerate(zip(written, by_band, strict=True), 1):
            for j, (cell, banded) in enumerate(zip(row, other, strict=True), 1):
                if cell != banded:
                    said, implied = levels[cell].code, levels[banded].code
                    table.faults.append(f"matrix.cells[{i}][{j}] = {said!r} (index_from: {implied!r})")
    return by_band


def _written_cells(table: Table, likelihood: Scale, severity: Scale, levels: tuple[Level, ...]) -> _Cells:
    matrix = table.table("matrix")
    matrix.only(("cells",))
    place = {level.code: i for i, level in enumerate(levels)}
    rows = matrix.rows("cells", n_rows=likelihood.size, n_columns=severity.size)
    unknown = [
        (i, j, code) for i, row in enumerate(rows, 1) for j, code in enumerate(row, 1) if code not in place
    ]
    for i, j, code in unknown:
        table.faults.append(f"matrix.cells[{i}][{j}] = {code!r} ({' / '.join(place)})")
    return () if unknown else tuple(tuple(place[code] for code in row) for row in rows)


def _cells_by_band(
    table: Table,
    likelihood: Scale,
    severity: Scale,
    levels: tuple[Level, ...],
    starts: list[float | None],
) -> _Cells:
    known = [start for start in starts if start is not None]
    if len(known) < len(starts) or known[0] > 1 or any(b <= a for a, b in itertools.pairwise(known)):
        table.faults.append(f"levels.index_from = {starts!r} (x1 <= 1, x1 < x2 < ...)")
        return ()
    floors = _floors(table, likelihood, severity, levels)
    return tuple(
        tuple(
            max(
                sum(p * s >= start for start in known) - 1,
                max((f for rows, columns, f in floors if p in rows and s in columns), default=0),
            )
            for s in range(1, severity.size + 1)
        )
        for p in range(1, likelihood.size + 1)
    )


def _floors(
    table: Table, likelihood: Scale, severity: Scale, levels: tuple[Level, ...]
) -> list[tuple[range, range, int]]:
    """Exceptions: (likelihood scores, severity scores, lowest level there)."""
    place = {level.code: i for i, level in enumerate(levels)}
    floors = []
    for row in table.tables("at_least"):
        row.only(("likelihood", "severity", "level"))
        code = row.text("level")
        if code not in place:
            row.fault("level", " / ".join(place))
        floors.append(
            (_scores(row, "likelihood", likelihood), _scores(row, "severity", severity), place.get(code, 0))
        )
    return floors


def _scores(row: Table, name: str, scale: Scale) -> range:
    score = row.number(name)
    if score is None:
        return range(1, scale.size + 1)
    if score != int(score) or score > scale.size:
        row.fault(name, f"1..{scale.size}")
    return range(int(score), int(score) + 1)
