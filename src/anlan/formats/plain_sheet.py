"""The cells of the first sheet of an Excel workbook that holds anything, as they are."""

from pathlib import Path
from typing import Any

from anlan.domain.errors import RefusedInput
from anlan.formats.record_sheet import opened_workbook

_MOST_CELLS = 1 << 22
"""Of the rectangle that is read into memory: four columns of full length."""
_MOST_ROWS = 200_000


def first_sheet(path: Path) -> list[tuple[int, list[Any]]]:
    """(number of the row as the spreadsheet counts, its cells from the first that any row fills) of each row;
    a blank row has no cells. A workbook without cells has no rows.

    Errors: RefusedInput `workbook.*`, `sheet.protected` for a file that cannot be read, `sheet.too_long`.
    """
    with opened_workbook(path, most_cells=_MOST_CELLS) as workbook:
        for name in workbook.sheet_names:
            sheet = workbook.get_sheet_by_name(name)
            if sheet.start is not None:
                if sheet.end[0] >= _MOST_ROWS:
                    raise RefusedInput("sheet.too_long", name=path.name, n=sheet.end[0] + 1, limit=_MOST_ROWS)
                return [(n, _filled(row)) for n, row in enumerate(sheet.iter_rows(), start=1)]
    return []


def _filled(row: list[Any]) -> list[Any]:
    """The cells up to the last that is filled."""
    cells = list(row)
    while cells and str(cells[-1]).strip() == "":
        cells.pop()
    return cells
