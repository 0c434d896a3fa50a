"""A twin as a workbook that people change in a spreadsheet: a sheet for each table, one of arrivals, one of
all other settings. Sheets and columns are known by their words in either language, or by their codes.

Distributions stand in one cell (`pert low=1 likely=3 high=12`). Of a fault the place is told as the
spreadsheet names it: `Steps!B4 Time (min)`.
"""

import re
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from anlan.domain.errors import AnlanError, RefusedInput
from anlan.domain.method import Field
from anlan.formats.messages import LANGUAGES, messages
from anlan.formats.record_sheet import (
    Book,
    BookSheet,
    RecordSheet,
    SheetColumn,
    SheetRow,
    read_sheets,
    write_sheets,
)
from anlan.formats.settings_bytes import SettingsBytes
from anlan.loop.quantify.methods.faults import Faults, RefusedInputs
from anlan.loop.quantify.methods.process.process_fields import FIELDS
from anlan.loop.quantify.methods.process.process_inputs import read_process
from anlan.loop.quantify.methods.reading import read_inputs
from anlan.studies.methods.one_line import estimate_of, line_of, number_of
from anlan.studies.methods.spec import SPEC

METHOD = "process_simulation"
ENDING = ".xlsx"
LARGEST_BYTES = 5 * 2**20
ARRIVALS, SETTINGS = "arrivals", "settings"
TABLES = tuple(each for each in FIELDS if each.kind == "table")
HEAD = (Field("schema", "text"), Field("method", "text"), Field("title", "text"), Field("seed", "integer"))
"""Entries of the spec beside its inputs; they stand first among the settings."""

_APART = re.compile(r"[\s,，、;；]+")


@cache
def _settings() -> dict[str, Field]:
    """Code of a setting -> its question: `weeks`, `complaints.chance`."""
    found = {each.name: each for each in HEAD}
    for each in FIELDS:
        if each.kind == "record":
            found |= {f"{each.name}.{column.name}": column for column in each.columns}
        elif each.kind != "table" and each.name != ARRIVALS:
            found[each.name] = each
    return found


def write_twin_book(spec: Mapping[str, Any], *, language: str) -> bytes:
    """The workbook of a twin's spec in a language; `read_twin_book` gives the same spec.

    Errors: RefusedInput `twin_book.not_held` where a cell cannot hold a value as it is.
    """
    inputs, words = spec["inputs"], messages(language)
    rows = {of.name: _rows_out(of, inputs.get(of.name) or (), language) for of in TABLES}
    rows[ARRIVALS] = [{"hour": i, "per_hour": rate} for i, rate in enumerate(inputs.get(ARRIVALS) or ())]
    rows[SETTINGS] = list(_settings_out(spec, language))
    heads = [words.text(f"twin_book.guide.{name}") for name in ("column", "code", "read", "help")]
    lines = tuple(words.text(f"twin_book.lines.{i}") for i in range(1, 4))
    book = Book(
        "en" if language == "en" else "zh", str(spec.get("title") or ""), "",
        words.text("twin_book.guide.sheet"), (heads[0], heads[1], heads[2], heads[3]),
        words.text("twin_book.yes"), words.text("twin_book.no"), lines,
    )  # fmt: skip
    content = write_sheets([(sheet, rows[sheet.code]) for sheet in _sheets(language)], book)
    _check_held(spec, content)
    return content


def _check_held(spec: Mapping[str, Any], content: bytes) -> None:
    again = _document(SettingsBytes(Path(f"twin{ENDING}"), content), Faults(), {})
    before, after = _told(spec), _told(again)
    for name in before | after:
        if before.get(name) != after.get(name):
            raise RefusedInput("twin_book.not_held", where=name, found=str(before.get(name))[:60])


def _told(spec: Mapping[str, Any]) -> dict[str, Any]:
    """Every value that says something, by its place."""
    inputs = spec.get("inputs") or {}
    found = {name: spec.get(name) for name in ("title", "seed")}
    for of in FIELDS:
        value = inputs.get(of.name)
        if of.kind == "table":
            for i, row in enumerate(value or (), start=1):
                found |= {f"{of.name}[{i}].{name}": each for name, each in row.items()}
        elif of.kind == "record":
            found |= {f"{of.name}.{name}": each for name, each in (value or {}).items()}
        else:
            found[of.name] = value
    shown = {name: list(value) if isinstance(value, tuple) else value for name, value in found.items()}
    return {name: value for name, value in shown.items() if value is not None and value not in ("", [])}


@cache
def _sheets(language: str) -> tuple[BookSheet, ...]:
    """The sheets in their order; choices and help in a language."""
    sheets = {of.name: _columns(of.name, of.columns, language) for of in TABLES}
    sheets[ARRIVALS] = _columns(ARRIVALS, (Field("hour", "integer"), Field("per_hour", "number")), language)
    settings = (Field("name", "text"), Field("code", "text"), Field("value", "number"))
    sheets[SETTINGS] = _columns(SETTINGS, settings, language)
    order = (
        "steps",
        "ways",
        "pools",
        "skills",
        "shifts",
        ARRIVALS,
        "appointments",
        "classes",
        "risks",
        SETTINGS,
    )
    return tuple(BookSheet(code, *_both(f"twin_book.sheets.{code}"), sheets[code]) for code in order)


def _columns(sheet: str, asked: Sequence[Field], language: str) -> tuple[SheetColumn, ...]:
    words = messages(language)
    return tuple(
        SheetColumn(
            each.name, *_both(f"twin_book.{sheet}.{each.name}"),
            kind="text" if each.kind in ("text", "choice", "flag") else "exact",
            read=(sheet, each.name) != (SETTINGS, "name"),
            choices=_choices(f"{sheet}.{each.name}", each, language),
            help=words.text(f"method_inputs.{METHOD}.{sheet}.{each.name}")
            if sheet not in (ARRIVALS, SETTINGS)
            else words.text(f"twin_book.help.{sheet}.{each.name}"),
        )
        for each in asked
    )  # fmt: skip


def _both(key: str) -> tuple[str, str]:
    return messages("zh").text(key), messages("en").text(key)


def _choices(path: str, of: Field, language: str) -> tuple[str, ...]:
    words = messages(language)
    if of.kind == "flag":
        return words.text("twin_book.yes"), words.text("twin_book.no")
    key = f"method_choices.{METHOD}.{path}"
    return tuple(words.text(f"{key}.{choice}") for choice in of.choices) if of.kind == "choice" else ()


def _rows_out(of: Field, rows: Sequence[Mapping[str, Any]], language: str) -> list[dict[str, Any]]:
    return [
        {each.name: _cell_out(f"{of.name}.{each.name}", each, row.get(each.name), language)
         for each in of.columns}
        for row in rows
    ]  # fmt: skip


def _cell_out(path: str, of: Field, value: Any, language: str) -> Any:
    if value is None:
        return None
    if of.kind == "flag":
        return messages(language).text("twin_book.yes" if value else "twin_book.no")
    if of.kind == "choice" and value in of.choices:
        return messages(language).text(f"method_choices.{METHOD}.{path}.{value}")
    if of.kind == "numbers":
        return " ".join(map(str, value))
    return line_of(value, language=language) if isinstance(value, Mapping) else value


def _settings_out(spec: Mapping[str, Any], language: str) -> Iterator[dict[str, Any]]:
    words, inputs = messages(language), spec["inputs"]
    head = {"schema": SPEC, "method": METHOD, "title": spec.get("title"), "seed": spec.get("seed")}
    for code, of in _settings().items():
        group, _, name = code.partition(".")
        value = (inputs.get(group) or {}).get(name) if name else head.get(code, inputs.get(code))
        key = f"twin_book.head.{code}" if code in head else f"method_inputs.{METHOD}.{code}"
        said = words.text(key)
        if of.unit == "minute":
            said = words.text("twin_book.in_unit", name=said, unit=words.text("method_units.minute"))
        if of.kind == "numbers":
            value = " ".join(map(str, value or ()))
        yield {"code": code, "name": said, "value": value}


def read_twin_book(given: SettingsBytes) -> dict[str, Any]:
    """The document of a spec from a workbook, every cell checked.

    Errors: RefusedInputs with all faults, each with sheet, cell and heading; RefusedInput of the file.
    """
    faults, places = Faults(), dict[str, str]()
    document = _document(given, faults, places)
    faults.raise_any()
    try:
        read_process(read_inputs(FIELDS, document["inputs"]))
    except AnlanError as error:
        raise _placed(error, places) from error
    return document


def _placed(error: AnlanError, places: Mapping[str, str]) -> RefusedInputs:
    """The faults with the places of the workbook."""
    found = []
    for fault in error.several or (error,):
        where = str(fault.parameters.get("where", ""))
        begun = max((each for each in places if where.startswith(each)), key=len, default="")
        said = places[begun] + where.removeprefix(begun) if begun else where
        found.append(RefusedInput(fault.code, **{**fault.parameters, "where": said}))
    return RefusedInputs("method.inputs", tuple(found))


def is_twin_book(given: SettingsBytes) -> bool:
    """Whether a file is a workbook whose settings say that it is a twin."""
    try:
        return bool(_document(given, Faults(), {}).get("schema") == SPEC)
    except RefusedInput:
        return False


def _read_sheets(path: Path) -> dict[str, RecordSheet]:
    try:
        return read_sheets(path, _sheets("en"))
    except RefusedInput as error:
        if error.code != "sheet.no_headings":
            raise
        raise RefusedInput("twin_book.no_headings", **error.parameters) from error


def _document(given: SettingsBytes, faults: Faults, places: dict[str, str]) -> dict[str, Any]:
    """What the cells say. places: place in the spec -> place in the workbook."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, given.name)
        path.write_bytes(given.content)
        found = _read_sheets(path)
    places |= {code: sheet.sheet for code, sheet in found.items()}
    for sheet in (each for each in _sheets("en") if each.code in found):
        known = tuple(found[sheet.code].headings.values())
        for heading in found[sheet.code].unknown:
            where = f"{found[sheet.code].sheet}: {heading[:60]}"
            faults.add("method.unknown_input", where=where, known=known)
    inputs: dict[str, Any] = {}
    for of in TABLES:
        if of.name in found and found[of.name].rows:
            reading = _Sheet(of.name, found[of.name], faults, places)
            inputs[of.name] = [reading.row(row, i, of) for i, row in enumerate(found[of.name].rows, 1)]
    if ARRIVALS in found:
        inputs[ARRIVALS] = _Sheet(ARRIVALS, found[ARRIVALS], faults, places).arrivals()
    reading = _Sheet(SETTINGS, found.get(SETTINGS, RecordSheet("", (), {})), faults, places)
    return reading.settings(inputs)


@dataclass(frozen=True)
class _Sheet:
    """Reads the rows of one sheet; remembers where in the workbook each answer stands."""

    code: str
    sheet: RecordSheet
    faults: Faults
    places: dict[str, str] = field(repr=False)

    def place(self, row: SheetRow, column: str) -> str:
        """`Steps!B4 Time (min)`; without a column of that heading `Steps!4 time`."""
        letter = _letters(self.sheet.places[column]) if column in self.sheet.places else ""
        return f"{self.sheet.sheet}!{letter}{row.number} {self.sheet.headings.get(column, column)}"

    def cell(self, row: SheetRow, column: str) -> Any:
        """A number, a text or True and False; None of an empty cell, or of one nobody filled in."""
        value = row.cells.get(column)
        if column in row.marks:
            self.faults.add(f"twin_book.{row.marks[column]}", where=self.place(row, column))
            return None
        if isinstance(value, float) and value.is_integer():
            return int(value)
        if value is None or not str(value).strip():
            return None
        return value if isinstance(value, bool | int | float | str) else str(value)

    def row(self, row: SheetRow, number: int, of: Field) -> dict[str, Any]:
        """A row of a table; empty cells are left out."""
        self.places[f"{of.name}[{number}]"] = f"{self.sheet.sheet}!{row.number}"
        read = {}
        for each in of.columns:
            self.places[f"{of.name}[{number}].{each.name}"] = self.place(row, each.name)
            value = self.cell(row, each.name)
            if value is not None:
                read[each.name] = _value_in(f"{of.name}.{each.name}", each, value)
        return read

    def arrivals(self) -> list[Any]:
        """The rates in the order of the hours, which count from 0 without a gap."""
        rates = []
        for i, row in enumerate(self.sheet.rows):
            self.places[f"{ARRIVALS}[{i + 1}]"] = self.place(row, "per_hour")
            hour, rate = self.cell(row, "hour"), self.cell(row, "per_hour")
            if hour != i or isinstance(hour, bool):
                self.faults.add(
                    "twin_book.hour", where=self.place(row, "hour"), found=_shown(hour), accepted=i
                )
            if rate is None and "per_hour" not in row.marks:
                self.faults.add("method.missing_input", where=self.place(row, "per_hour"))
            rates.append(number_of(rate) if isinstance(rate, str) else rate)
        return rates

    def settings(self, inputs: dict[str, Any]) -> dict[str, Any]:
        """The document: what the settings say about the spec, and the inputs with theirs."""
        document: dict[str, Any] = {}
        for row in self.sheet.rows:
            code, value = str(self.cell(row, "code") or ""), self.cell(row, "value")
            group, _, name = code.partition(".")
            if code not in _settings():
                known = tuple(_settings())
                self.faults.add(
                    "twin_book.setting", where=self.place(row, "code"), found=code, accepted=known
                )
                continue
            if code in self.places:
                self.faults.add("twin_book.twice", where=self.place(row, "code"), found=code)
            self.places[code] = self.place(row, "value")
            if value is None:
                continue
            into = document if code in _codes_of(HEAD) else inputs.setdefault(group, {}) if name else inputs
            into[name or code] = _value_in(code, _settings()[code], value)
        self._check_head(document)
        return {**document, "inputs": inputs}

    def _check_head(self, document: Mapping[str, Any]) -> None:
        for code, accepted in (("schema", SPEC), ("method", METHOD)):
            if document.get(code) != accepted:
                where = self.places.get(code, f"{self.sheet.sheet or SETTINGS}: {code}")
                found = _shown(document.get(code))
                self.faults.add("twin_book.head", where=where, found=found, accepted=accepted)


def _codes_of(fields: Sequence[Field]) -> tuple[str, ...]:
    return tuple(each.name for each in fields)


def _shown(value: Any) -> str:
    return "—" if value is None else str(value)[:60]


def _letters(column: int) -> str:
    """3 as `C`, 28 as `AB`."""
    said = ""
    while column:
        column, left = divmod(column - 1, 26)
        said = chr(65 + left) + said
    return said


def _value_in(path: str, of: Field, value: Any) -> Any:
    """What a spec file would hold for the cell; what cannot be understood stays, its check explains it."""
    if of.kind == "text":
        return str(value)
    if of.kind in ("choice", "flag"):
        return _meant(path, of).get(str(value).strip().casefold(), value)
    if not isinstance(value, str):
        return [value] if of.kind == "numbers" else value
    if of.kind == "numbers":
        return [number_of(each) for each in _APART.split(value.strip()) if each]
    return estimate_of(value) if of.kind == "estimate" else number_of(value)


@cache
def _meant(path: str, of: Field) -> dict[str, Any]:
    """A word of a choice or a flag in either language, or its code -> the value."""
    values: Sequence[Any] = of.choices if of.kind == "choice" else (True, False)
    meant = {str(value).casefold(): value for value in values}
    for language in LANGUAGES:
        said = _choices(path, of, language)
        meant |= {word.casefold(): value for word, value in zip(said, values, strict=True)}
    return meant
