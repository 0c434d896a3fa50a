"""Reading the rows of a pack file: every field is checked, and all faults are kept, not only the first.

A fault is said as place, what was found and what is accepted, without words of any language:
`risks[3].category = 'peple' -> people | technology | ...`.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

from anlan.domain.pack import Text

Built = TypeVar("Built")

PERSON_DAYS = {"S": (1.0, 10.0), "M": (10.0, 60.0), "L": (60.0, 240.0)}
"""Person-days of the cost classes; L also needs equipment. Assumptions."""


class Faults:
    """Everything wrong with a file, in the order it was met."""

    def __init__(self) -> None:
        self._lines: list[str] = []

    def add(self, place: str, found: object, accepted: str) -> None:
        self._lines.append(f"{place} = {found!r} -> {accepted}")

    def __bool__(self) -> bool:
        return bool(self._lines)

    @property
    def lines(self) -> tuple[str, ...]:
        return tuple(self._lines)


class Row:
    """One table of a TOML file, asked for its fields one by one; what is never asked for is unknown."""

    def __init__(self, values: object, place: str, faults: Faults) -> None:
        self._place = place
        self._faults = faults
        self._asked: set[str] = set()
        if not isinstance(values, Mapping):
            faults.add(place, values, "table")
            values = {}
        self._values: Mapping[str, Any] = values

    def line(self, key: str, *, accepted: Iterable[str] | None = None) -> str:
        """A text that is no language: a code, a source mark, one of `accepted`."""
        value = self._take(key)
        if not isinstance(value, str) or not value.strip():
            self._fault(key, value, "text")
            return ""
        if accepted is not None and value not in tuple(accepted):
            self._fault(key, value, " | ".join(accepted))
        return value

    def lines(self, key: str, *, accepted: Iterable[str] | None = None) -> tuple[str, ...]:
        """A list of such texts; an absent list is empty."""
        value = self._take(key, [])
        if not isinstance(value, list) or not all(isinstance(item, str) and item for item in value):
            self._fault(key, value, "list of texts")
            return ()
        for item in value:
            if accepted is not None and item not in tuple(accepted):
                self._fault(key, item, " | ".join(accepted))
        if len(set(value)) < len(value):
            self._fault(key, value, "each once")
        return tuple(value)

    def text(self, key: str) -> Text:
        """A text in both languages; neither may be empty."""
        return self._text(key, self._take(key))

    def text_or_none(self, key: str) -> Text | None:
        return self._text(key, self._take(key)) if key in self._values else None

    def number_or_none(self, key: str) -> float | None:
        value = self._take(key)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int | float):
            self._fault(key, value, "number")
            return None
        return float(value)

    def flag(self, key: str, default: bool) -> bool:
        value = self._take(key, default)
        if not isinstance(value, bool):
            self._fault(key, value, "true | false")
        return bool(value)

    def factor(self, key: str) -> tuple[float, float]:
        """A range [low, high] with 0 <= low <= high <= 1."""
        value = self._take(key)
        if (
            isinstance(value, list)
            and len(value) == 2
            and all(isinstance(item, int | float) and not isinstance(item, bool) for item in value)
            and 0 <= value[0] <= value[1] <= 1
        ):
            return float(value[0]), float(value[1])
        self._fault(key, value, "[low, high], 0 <= low <= high <= 1")
        return 1.0, 1.0

    def texts(self, key: str) -> tuple[Text, ...]:
        """A list of texts in both languages."""
        return tuple(self._text(f"{key}[{i}]", item) for i, item in enumerate(self._list(key), start=1))

    def grid(self, key: str, width: int) -> tuple[tuple[Text, ...], ...]:
        """Rows of texts in both languages, each `width` long."""
        rows = []
        for i, row in enumerate(self._list(key), start=1):
            if not isinstance(row, list) or len(row) != width:
                self._fault(f"{key}[{i}]", row, f"list of {width}")
                continue
            rows.append(tuple(self._text(f"{key}[{i}]", item) for item in row))
        return tuple(rows)

    def rows(self, key: str, build: Callable[["Row"], Built]) -> tuple[Built, ...]:
        """The tables of a list, each built by `build`; counted from 1 as people do."""
        built = []
        for number, values in enumerate(self._list(key), start=1):
            row = Row(values, f"{self._prefix}{key}[{number}]", self._faults)
            built.append(build(row))
            row.close()
        return tuple(built)

    def __contains__(self, key: str) -> bool:
        return key in self._values

    def close(self) -> None:
        """Complain of fields nobody asked for: most are misspelt."""
        for key in self._values:
            if key not in self._asked:
                self._fault(key, self._values[key], " | ".join(sorted(self._asked)))

    def _list(self, key: str) -> list[Any]:
        value = self._take(key, [])
        if isinstance(value, list):
            return value
        self._fault(key, value, "list")
        return []

    def _text(self, key: str, value: object) -> Text:
        if isinstance(value, Mapping) and set(value) == {"zh", "en"}:
            zh, en = value["zh"], value["en"]
            if isinstance(zh, str) and isinstance(en, str) and zh.strip() and en.strip():
                return Text(zh, en)
        self._fault(key, value, '{ zh = "...", en = "..." }')
        return Text("", "")

    def _take(self, key: str, default: object = None) -> Any:
        self._asked.add(key)
        return self._values.get(key, default)

    @property
    def _prefix(self) -> str:
        return f"{self._place}." if self._place else ""

    def _fault(self, key: str, found: object, accepted: str) -> None:
        self._faults.add(f"{self._prefix}{key}", found, accepted)
