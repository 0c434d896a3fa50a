"""From the cell of a spreadsheet to a value, or to a fault that says what was found and what is accepted."""

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from anlan.formats.workbook_cells import safe_text
from anlan.formats.written_numbers import written_number

_DAY = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?(?:\s+00:00(?::00)?)?")
_SHOWN = 60


@dataclass(frozen=True)
class Fault:
    """What is wrong in a cell: code of the text with row, heading and whatever the text names."""

    code: str
    parameters: Mapping[str, Any]


class BadCell(Exception):  # noqa: N818 - caught at once, where row and heading are known
    """A cell that cannot be used; becomes a `Fault`."""

    def __init__(self, code: str, **parameters: Any) -> None:
        super().__init__(code)
        self.code, self.parameters = code, parameters


def text_of(cell: Any) -> str:
    """A cell as a person reads it: 7.0 as 7, lines ended as the database has them, no blanks around."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, dt.datetime):
        return cell.date().isoformat() if cell.time() == dt.time() else cell.isoformat(sep=" ")
    return lines(str(cell)).strip()


def lines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def same_text(cell: Any, held: str) -> bool:
    """Whether the cell says what the record holds, as the export would have written it."""
    return text_of(cell) == lines(safe_text(held)).strip()


def plain_text(cell: Any, *, longest: int) -> str:
    text = text_of(cell)
    if len(text) > longest:
        raise BadCell("too_long_cell", n=len(text), limit=longest)
    return text


def whole(cell: Any, *, least: int, most: int) -> int:
    text = text_of(cell)
    if not re.fullmatch(r"\d{1,9}", text) or not least <= int(text) <= most:
        raise BadCell("whole", found=shown(cell), least=least, most=most)
    return int(text)


def decimal(cell: Any) -> float | None:
    """A finite number, also one typed as text; None for anything else."""
    return written_number(text_of(cell))


def day(cell: Any) -> dt.date | None:
    """A date cell, or a date typed as text; None for an empty one."""
    if isinstance(cell, dt.datetime):
        return cell.date()
    if isinstance(cell, dt.date):
        return cell
    text = text_of(cell)
    if not text:
        return None
    match = _DAY.fullmatch(text)
    try:
        return dt.date(*(int(part) for part in match.groups())) if match else _no_day(cell)
    except ValueError:
        return _no_day(cell)


def _no_day(cell: Any) -> dt.date:
    raise BadCell("date", found=shown(cell))


def names(cell: Any, *, longest: int, ends: str = "\n") -> list[str]:
    """The names of a cell, one a line, each once. `ends`: the characters that end a name."""
    parts = [part.strip() for part in re.split(f"[{re.escape(ends)}]", text_of(cell))]
    for part in parts:
        if len(part) > longest:
            raise BadCell("too_long_cell", n=len(part), limit=longest)
    return list(dict.fromkeys(part for part in parts if part))


def shown(cell: Any) -> str:
    text = text_of(cell)
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"


@dataclass
class Lookup:
    """What words and codes stand for. A word that stands for several things is `doubtful`."""

    codes: dict[str, Any] = field(default_factory=dict)
    words: dict[str, Any] = field(default_factory=dict)
    doubtful: set[str] = field(default_factory=set)

    def add(self, value: Any, code: str, words: Iterable[str]) -> None:
        self.codes[code.lower()] = value
        for word in {w.strip().lower() for w in words if w.strip()}:
            if self.words.setdefault(word, value) != value:
                self.doubtful.add(word)

    def by_word(self, cell: Any) -> Any:
        """Value of a word (or of a code written where the word belongs); None for an empty cell."""
        text = text_of(cell).lower()
        if not text:
            return None
        if text in self.doubtful:
            raise BadCell("doubtful", found=shown(cell))
        if text in self.words:
            return self.words[text]
        return self.by_code(cell)

    def by_code(self, cell: Any) -> Any:
        text = text_of(cell).lower()
        if not text:
            return None
        if text not in self.codes:
            raise BadCell("unknown", found=shown(cell))
        return self.codes[text]
