"""Reading a document of a person or a program field by field: what holds, and everything that is wrong."""

from collections.abc import Mapping
from typing import Any

from anlan.domain.errors import AnlanError, UsageError

LEVELS = ("normal", "blue", "yellow", "orange", "red")
"""Alert levels; the place is the number a detector gives."""


class Asked:
    """Reads fields of a document and gathers what is wrong with them."""

    def __init__(self, document: Mapping[str, Any], *, place: str = "") -> None:
        self.document, self.place = document, place
        self.faults: list[AnlanError] = []

    def one_of(self, name: str, accepted: tuple[str, ...], usual: str) -> str:
        found = self.document.get(name, usual)
        if found not in accepted:
            self._wrong("monitor.choice", name, found, accepted=accepted)
        return str(found)

    def number(self, name: str) -> float | None:
        found = self.document.get(name)
        if found is None:
            return None
        is_number = isinstance(found, int | float) and not isinstance(found, bool)
        if not is_number or not abs(found) <= 1e15:
            self._wrong("monitor.number", name, found)
            return None
        return float(found)

    def whole(self, name: str, least: int, most: int, usual: int | None) -> int | None:
        found = self.document.get(name, usual)
        if found is None:
            return None
        if isinstance(found, bool) or not isinstance(found, int) or not least <= found <= most:
            self._wrong("monitor.whole", name, found, least=least, most=most)
            return usual
        return found

    def flag(self, name: str) -> bool | None:
        found = self.document.get(name)
        if found is not None and not isinstance(found, bool):
            self._wrong("monitor.flag", name, found)
            return None
        return found

    def positive(self, name: str, usual: float | None, *, most: float = 1e15) -> float:
        """A number above 0 and at most `most`; 1 where it is wrong, which is told."""
        found = self.document.get(name, usual)
        is_number = isinstance(found, int | float) and not isinstance(found, bool)
        if not is_number or not 0 < found <= most:
            self._wrong("monitor.positive", name, found, most=most)
            return 1.0
        return float(found)

    def names(self, name: str, *, most: int) -> tuple[str, ...]:
        found = self.document.get(name) or ()
        fine = isinstance(found, list | tuple) and all(isinstance(each, str) for each in found)
        if not fine or len(found) > most or len(set(found)) < len(found) or not all(_plain(n) for n in found):
            self._wrong("monitor.names", name, found, most=most)
            return ()
        return tuple(found)

    def _wrong(self, code: str, name: str, found: Any, **accepted: Any) -> None:
        said = "" if found is None else str(found)[:60]
        self.faults.append(UsageError(code, field=self.place + name, found=said, **accepted))


def _plain(name: str) -> bool:
    return 0 < len(name) <= 40 and name.isprintable()
