"""How wide the columns of a table stand on A4, and where one that is too wide for the page is cut.

Widths are counted in Latin letters of the report's type; a Chinese character takes two.
"""

import re
from collections.abc import Sequence

from anlan.formats.printing.document import Amount, Table, Value, text_of
from anlan.formats.workbook_cells import room

_CAPACITY = {False: 104.0, True: 152.0}
"""Letters in a line of the page, upright and across."""
_GAP, _LONGEST, _WORD, _HEADING = 2.0, 40.0, 15.0, 1.05
_TOKENS = re.compile(r"[\u2e80-\uffff]|[^\s\u2e80-\uffff]+")


def fitting(title: str, headings: Sequence[str], rows: Sequence[Sequence[Value]], *, wide: bool,
            empty: str = "") -> list[Table]:  # fmt: skip
    """The table, or several that repeat its first column where the page has not room for all columns."""
    parts = _parts([_least(at, headings, rows) for at in range(len(headings))], _CAPACITY[wide])
    found = []
    for number, part in enumerate(parts, start=1):
        named = f"{title} ({number}/{len(parts)})" if len(parts) > 1 else title
        some = tuple(tuple(row[at] for at in part) for row in rows)
        heads = tuple(headings[at] for at in part)
        found.append(Table(named, heads, some, _shares(heads, some, _CAPACITY[wide]), empty=empty))
    return found


def _parts(least: Sequence[float], capacity: float) -> list[list[int]]:
    """Columns of each table, the first one in all."""
    parts, used = [[0]], least[0]
    for at in range(1, len(least)):
        if used + least[at] > capacity and len(parts[-1]) > 1:
            parts.append([0])
            used = least[0]
        parts[-1].append(at)
        used += least[at]
    return parts


def _least(at: int, headings: Sequence[str], rows: Sequence[Sequence[Value]]) -> float:
    """Room for the longest piece that cannot be broken."""
    longest = max((_piece(value) for value in _values(at, rows)), default=0.0)
    head = max((room(piece) for piece in _TOKENS.findall(headings[at])), default=0.0) * _HEADING
    return max(longest, min(head, _WORD), 4.0) + _GAP


def _piece(value: Value) -> float:
    if isinstance(value, Amount):
        return room(value.shown)
    return min(max((room(piece) for piece in _TOKENS.findall(text_of(value))), default=0.0), _WORD)


def _values(at: int, rows: Sequence[Sequence[Value]]) -> list[Value]:
    return [row[at] for row in rows]


def _shares(headings: Sequence[str], rows: Sequence[Sequence[Value]], capacity: float) -> tuple[float, ...]:
    """What each column needs at least, and of the rest so much as it would like."""
    least = [_least(at, headings, rows) for at in range(len(headings))]
    liked = [
        max(
            least[at],
            min(_LONGEST, max([room(headings[at]) * _HEADING, *map(_whole, _values(at, rows))])) + _GAP,
        )
        for at in range(len(headings))
    ]
    spare, wanted = max(capacity - sum(least), 0.0), sum(liked) - sum(least)
    given = min(1.0, spare / wanted) if wanted > 0 else 0.0
    return tuple(low + given * (high - low) for low, high in zip(least, liked, strict=True))


def _whole(value: Value) -> float:
    return max((room(line) for line in text_of(value).split("\n")), default=0.0)
