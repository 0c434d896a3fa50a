"""Fields of a result that hold a code, and the words the workbook puts beside them.

Every code keeps a column of its own, so that sheets can be joined and filtered; before it stands a
column with the word.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from anlan.formats.report.levels import Levels
from anlan.formats.report.words import Words, plain_unit

Record = Mapping[str, Any]
Word = Callable[[Any, Record], Any]
"""(the code, the whole record) -> what a reader is shown for it."""


def coded_fields(result: Mapping[str, Any], words: Words) -> dict[str, dict[str, Word]]:
    """Sheet -> path of a field that holds a code -> how it is said."""
    levels = Levels(result["criteria"], words)

    def of(group: str) -> Word:
        return lambda code, record: words.term(group, code)

    def unit(code: Any, record: Record) -> str:
        return plain_unit(code, words)

    def source(code: Any, record: Record) -> str:
        return words.source(code)

    return {
        "risks": {
            "code": of("finders"),
            "category": of("categories"),
            "detail": lambda code, record: words.detail(record["code"], code),
            "evidence.exposure_unit": of("exposure_units"),
            "evidence.effect.kind": of("effects"),
            "severity.kind": of("distributions"),
            "index.level": lambda code, record: levels[code].word,
            "controllability.basis": of("bases"),
        },
        "activities": {"normal_source": of("normal_sources")},
        "treatments": {"cost_unit": unit, "unit": unit, "source": source},
        "indicators": {
            "unit": of("units"),
            "direction": of("directions"),
            "grain": of("grains"),
            "chart": of("charts"),
        },
        "plans": {
            "source": source,
            "status": lambda code, record: words(f"respond.{code}"),
            "step.role": lambda code, record: words.roles(code),
        },
        "stability": {"verdict": of("verdicts")},
        "checklist": {"category": of("categories"), "source": source},
    }


def with_words(
    leaves: Iterator[tuple[str, Any]], record: Record, coded: Mapping[str, Word]
) -> Iterator[tuple[str, Any]]:
    """Each field; a code is preceded by its word, whose path ends in `.word`."""
    for path, value in leaves:
        if path in coded:
            yield f"{path}.word", coded[path](value, record) if value else value
        yield path, value
