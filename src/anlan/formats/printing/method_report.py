"""The result of one method as a report: what comes out, how it looks, what it rests on, where it is from."""

from collections.abc import Mapping, Sequence
from typing import Any

from anlan.formats.printing.columns import fitting
from anlan.formats.printing.document import (
    Amount,
    Block,
    Document,
    Headline,
    Mark,
    Page,
    Pairs,
    Picture,
    Prose,
    Table,
    Value,
)
from anlan.formats.printing.png import size_of
from anlan.formats.printing.signing import signature_lines
from anlan.formats.report.charts.answer_drawings import Drawn, drawings_of
from anlan.formats.report.sections.assessment import cell, level_mark, limits_of
from anlan.formats.report.sections.assessment_inputs import Cell, Given, given_parts
from anlan.formats.report.words import NO_VALUE, Language, Words

_PORTRAIT_PX, _LANDSCAPE_PX = 688.0, 1016.0
"""Width of the print area of A4 in pixels of a screen."""
_HIGHEST_PX = {False: 860.0, True: 560.0}
_WIDE_FROM_PX = 1000.0

Facts = Sequence[tuple[str, str]]


def method_report(
    result: Mapping[str, Any], *, language: Language, footer: str, facts: Facts = ()
) -> Document:
    """The report of an `anlan.assessment/1` result.

    footer: where it comes from, on every page; facts: what is known of the run beside the result (who, when,
    its code), shown with the provenance.
    """
    words = Words(language)
    drawn = drawings_of(result, language=language, theme="light")
    wide = any(each.width > _WIDE_FROM_PX for each in drawn)
    first = (
        _headline(result, words), *_warnings(result, words), _about(result, words),
        _quantities(result, words),
        *(_picture(number, each, words, wide=wide) for number, each in enumerate(drawn, start=1)),
        *(part for each in result["tables"] for part in _table(each, words, wide=wide)),
    )  # fmt: skip
    pages = (
        Page("", first),
        Page(words.plain("method_report.basis"), _basis(result, words, facts, wide=wide)),
    )
    title = words.of(result["method_title"])
    return Document(
        title, result["title"] or words.plain("method_report.untitled"), language, pages, footer, wide=wide
    )


def _headline(result: Mapping[str, Any], words: Words) -> Headline:
    first = result["quantities"][0]
    value = Amount(first["value"], words.number(first["value"]))
    return Headline(
        words.of(first["title"]), value, words.of(first["unit_title"]),
        limits_of(first, words) or words.plain("method_report.no_interval"), _level(result, words),
    )  # fmt: skip


def _level(result: Mapping[str, Any], words: Words) -> Value:
    """Sign and word of the level; its word alone where its rank is not known; why there is none."""
    if result["level"] is None:
        return words.plain("method_report.no_level")
    mark = level_mark(result, words)
    if mark is None:
        return words.plain("cli.method_level", level=result["level"])
    return Mark(mark.word, mark.colour, mark.sign)


def _warnings(result: Mapping[str, Any], words: Words) -> list[Block]:
    """What should keep a reader from trusting it; nothing where nothing does."""
    said = _numbered(words.of(each["text"]) for each in result["warnings"])
    return [Prose(words.plain("method_report.warnings"), said)] if said else []


def _numbered(sentences: Any) -> str:
    return "\n".join(f"{n}. {sentence}" for n, sentence in enumerate(sentences, start=1))


def _about(result: Mapping[str, Any], words: Words) -> Pairs:
    say = words.plain
    rows: list[tuple[str, Value]] = [
        (say("method_inputs.spec.title"), result["title"] or NO_VALUE),
        (say("method_report.risk"), result["risk"] or NO_VALUE),
        (say("method_inputs.spec.stage"), say(f"method_choices.spec.stage.{result['stage']}")),
        (say("method_report.family"), say(f"method_families.{result['family']}")),
    ]
    if result["bands"]:
        rows.append((say("method_report.bands"), _bands(result["bands"], words)))
    return Pairs(tuple(rows), columns=4)


def _bands(bands: Mapping[str, Any], words: Words) -> str:
    """`low < 10 ≤ moderate < 100 ≤ high`."""
    first, *others = bands["levels"]
    above = (f"< {words.number(b)} ≤ {name}" for b, name in zip(bands["bounds"], others, strict=True))
    return " ".join([first, *above])


def _quantities(result: Mapping[str, Any], words: Words) -> Table:
    """Every number with its unit and interval, as numbers where the form can hold them."""
    names = ("quantity", "value", "unit", "interval", "low", "high")
    rows = tuple(_quantity(each, words) for each in result["quantities"])
    heads = tuple(words.plain(f"method_report.heads.{name}") for name in names)
    return Table(
        words.plain("method_report.quantities"), heads,
        rows, (3, 1.2, 1.6, 2.2, 1.2, 1.2),
    )  # fmt: skip


def _quantity(of: Mapping[str, Any], words: Words) -> tuple[Value, ...]:
    limits = of["interval"]
    said = words.plain(f"method_intervals.{limits['kind']}") if limits else NO_VALUE
    ends = (_number(limits[end], words) if limits else NO_VALUE for end in ("low", "high"))
    return (words.of(of["title"]), _number(of["value"], words), words.of(of["unit_title"]), said, *ends)


def _number(value: float | None, words: Words) -> Value:
    return NO_VALUE if value is None else Amount(value, words.number(value))


def _picture(number: int, drawn: Drawn, words: Words, *, wide: bool) -> Picture:
    """As large as on the screen, smaller where the paper is."""
    width, height = size_of(drawn.svg)
    room = _LANDSCAPE_PX if wide else _PORTRAIT_PX
    scale = min(1.0, room / width, _HIGHEST_PX[wide] / height)
    title = words.plain("method_report.figure", n=number, title=drawn.shown_title)
    return Picture(title, drawn.svg, drawn.shown_sentence, across=min(1.0, scale * width / room))


def _table(of: Mapping[str, Any], words: Words, *, wide: bool) -> list[Table]:
    headings = tuple(words.of(column["title"]) for column in of["columns"])
    rows = [tuple(_value(each, words) for each in row) for row in of["rows"]]
    return fitting(words.of(of["title"]), headings, rows, wide=wide, empty=NO_VALUE)


def _value(value: Any, words: Words) -> Value:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return Amount(value, words.number(value))
    return cell(value, words)


def _basis(result: Mapping[str, Any], words: Words, facts: Facts, *, wide: bool) -> tuple[Block, ...]:
    """What is assumed, how it is computed, what it cannot say, what was given, where it comes from."""
    assumed = _numbered(words.of(each["text"]) for each in result["assumptions"])
    assumed = assumed or words.plain("method_report.no_assumptions")
    code = result["method"]
    said = (
        Prose(words.plain(f"method_parts.{part}"), words.plain(f"methods.{code}.{part}"))
        for part in ("formula", "limits", "source")
    )
    return (
        Prose(words.plain("method_parts.assumptions"), assumed),
        *said, *(each for part in given_parts(result, words) for each in _given(part, words, wide=wide)),
        Pairs(tuple(_origin(result["provenance"], words, facts)), columns=2), signature_lines(words.language),
    )  # fmt: skip


def _given(part: Given, words: Words, *, wide: bool) -> list[Table]:
    """A part of the inputs; the single answers stand as a table of two columns, so that none is cut."""
    given = words.plain("method_parts.given")
    title = f"{given} · {part.title}" if part.title else given
    if part.pairs:
        heads = (words.plain("method_report.heads.asked"), words.plain("method_report.heads.answer"))
        return [Table(title, heads, tuple((asked, _cell(each)) for asked, each in part.pairs), (1, 1))]
    columns = max((len(row) for row in part.rows), default=1)
    headings = part.headings or tuple(str(n) for n in range(1, columns + 1))
    rows = [tuple(map(_cell, row)) + ("",) * (len(headings) - len(row)) for row in part.rows]
    return fitting(title, headings, rows, wide=wide, empty=NO_VALUE)


def _cell(of: Cell) -> Value:
    return of.shown if of.number is None else Amount(of.number, of.shown)


def _origin(provenance: Mapping[str, Any], words: Words, facts: Facts) -> list[tuple[str, Value]]:
    seed = words.plain("method_report.no_seed") if provenance["seed"] is None else str(provenance["seed"])
    rows = {
        "formula_version": str(provenance["method_version"]), "seed": seed,
        "inputs_sha256": provenance["inputs_sha256"], "program": f"Anlan {provenance['code_version']}",
        "platform": f"{provenance['python']}, {provenance['platform']}",
    }  # fmt: skip
    return [*facts, *((words.plain(f"method_report.origin.{name}"), value) for name, value in rows.items())]
