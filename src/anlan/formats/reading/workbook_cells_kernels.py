"""How far the cells of a sheet reach, by the references in its XML."""

from anlan.maths.compile import kernel

BEYOND = 1 << 40
"""Stands for every number too large for a row."""


@kernel
def farthest_cell(content):
    """Largest row and column (from 1) among the attributes `r="AB12"` and `r="12"`; 0 where none is.

    content: bytes of XML, uint8. Space around the equals sign is allowed, as in XML; small letters
    count like large ones. A reference cut off at the end is left out.
    """
    farthest_row = 0
    farthest_column = 0
    n = len(content)
    for i in range(n - 3):
        if content[i + 1] != 114 or content[i] > 32:
            continue
        j = i + 2
        while j < n and content[j] <= 32:
            j += 1
        if j >= n or content[j] != 61:
            continue
        j += 1
        while j < n and content[j] <= 32:
            j += 1
        if j >= n or (content[j] != 34 and content[j] != 39):
            continue
        quote = content[j]
        j += 1
        column = 0
        while j < n and (65 <= content[j] <= 90 or 97 <= content[j] <= 122):
            column = min(column * 26 + (content[j] & 31), BEYOND)
            j += 1
        row = 0
        while j < n and 48 <= content[j] <= 57:
            row = min(row * 10 + content[j] - 48, BEYOND)
            j += 1
        if j < n and content[j] == quote:
            farthest_row = max(farthest_row, row)
            farthest_column = max(farthest_column, column)
    return farthest_row, farthest_column
