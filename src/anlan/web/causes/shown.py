"""The board as its page shows it: pictures, the panel of a part, the table of all parts, figures, faults."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from anlan.domain.errors import AnlanError
from anlan.domain.method import Answer, Field
from anlan.formats import wording
from anlan.loop.quantify.cause_models.drafts import faults_in
from anlan.loop.quantify.cause_models.parts import (
    MODEL,
    MUST_BE_USED,
    Part,
    is_part,
    name_of,
    place_of,
    row_of,
    rows_of,
    tables_of,
    users,
)
from anlan.studies.methods.explaining import choice_word
from anlan.studies.methods.one_line import line_of
from anlan.web.causes.adding import ADDS, KEYS, MOVED, adds_of, step_of
from anlan.web.causes.editing import Board, fields_of
from anlan.web.causes.figures import Figures, answer_of, figures_of
from anlan.web.causes.pictures import Pictures, pictures_of
from anlan.web.common.texts import error_text, has_text, language, text
from anlan.web.runs.methods.questions import Question, names_to_choose, questions_of

MOST_ROWS = 120
"""Rows of one kind in the table; more are found by their name."""
MOST_NAMES = 3
MOST_FAULTS = 12


@dataclass(frozen=True)
class Button:
    """step: what it does; key: by which key from the picture."""

    step: str
    label: str
    key: str = ""


@dataclass(frozen=True)
class Panel:
    """The part that can be changed. faults: those of the part as a whole; others stand at their question."""

    part: Part
    title: str
    name: str
    questions: list[Question]
    faults: list[str]
    adds: list[Button]
    links: str = ""
    root: str = ""
    moves: bool = False


@dataclass(frozen=True)
class Row:
    """A part in the table. used: (part, name) of those that name it."""

    part: Part
    name: str
    about: str
    used: list[tuple[str, str]]
    fault: str
    idle: bool
    chosen: bool


@dataclass(frozen=True)
class Group:
    """All parts of a kind. n: how many; rows: those shown; numbers: both, in words."""

    title: str
    n: int
    rows: list[Row]
    numbers: str


@dataclass(frozen=True)
class Shown:
    """Everything the page says of the board. faults: (part, sentence), the first of `n_faults`."""

    pictures: Pictures
    panel: Panel
    groups: list[Group]
    figures: Figures | None
    faults: list[tuple[str, str]]
    n_faults: int
    to_choose: Mapping[str, list[str]]
    toolbar: list[Button] = field(default_factory=list)

    @property
    def n_more(self) -> int:
        """Faults that are not listed."""
        return self.n_faults - len(self.faults)


def shown(board: Board) -> Shown:
    """One look at the board."""
    found = faults_in(board.of, board.inputs)
    answer = answer_of(board.of, board.inputs) if not found else None
    by_part = _by_part(board, found)
    drawn = pictures_of(
        board,
        answer if isinstance(answer, Answer) else None,
        {str(part): " ".join(texts) for part, texts in by_part.items()},
    )
    return Shown(
        drawn,
        _panel(board, found, by_part, drawn.root),
        [_whole(board, by_part), *_groups(board, by_part)],
        None if answer is None else figures_of(answer),
        [(str(part), said) for part, texts in by_part.items() for said in texts][:MOST_FAULTS],
        len(found),
        names_to_choose(board.of.fields, board.inputs),
        [_add(each, MODEL) for each in ADDS[board.of.code][""]],
    )


def _by_part(board: Board, found: Sequence[AnlanError]) -> dict[Part, list[str]]:
    by_part: dict[Part, list[str]] = {}
    for fault in found:
        part, _ = place_of(str(fault.parameters.get("where", "")))
        by_part.setdefault(part, []).append(_said(board, fault))
    return by_part


def _by_place(board: Board, found: Sequence[AnlanError]) -> dict[str, list[str]]:
    by_place: dict[str, list[str]] = {}
    for fault in found:
        by_place.setdefault(str(fault.parameters.get("where", "")), []).append(_said(board, fault))
    return by_place


def _said(board: Board, fault: AnlanError) -> str:
    """The fault with its place as the board calls it: `Gate “no power”, inputs` for `gates[3].inputs[2]`."""
    part, inside = place_of(str(fault.parameters.get("where", "")))
    column = inside.partition(".")[0].partition("[")[0]
    label = f"causes.labels.{column}"
    name = name_of(row_of(board.inputs, part)) if is_part(board.of, board.inputs, part) else ""
    where = text("causes.place", kind=kind_word(part.table), name=name) if part.table else kind_word("")
    if has_text(label):
        where = text("causes.place_inside", place=where, label=text(label))
    if fault.code == "method.missing_input":
        return text("causes.missing", place=where)
    if fault.code == "method.length" and fault.parameters["found"] == 0:
        return _empty_said(inside or str(fault.parameters["where"]), where)
    return error_text(AnlanError(fault.code, **{**fault.parameters, "where": where}))


def _empty_said(what: str, where: str) -> str:
    """What to add where there is nothing yet, with the key that adds it."""
    if what in KEYS:
        return text(
            "causes.empty.table",
            what=kind_word(what),
            button=text(f"causes.add.{what}"),
            key=KEYS[what].upper(),
        )
    return text("causes.empty.list", place=where)


def kind_word(table: str) -> str:
    return text(f"causes.kinds.{table or 'model'}")


def _panel(board: Board, found: Sequence[AnlanError], by_part: Mapping[Part, list[str]], root: str) -> Panel:
    part, row = board.part, row_of(board.inputs, board.part)
    fields, inside = fields_of(board.of, part), _by_place(board, found)
    path, where = (f"{part.table}.", f"{part.table}[{part.number}]") if part.table else ("", "")
    questions = questions_of(board.of.code, fields, row, inside, path=path, where=where, boxes=True)
    for each in questions:
        _made_for_a_panel(each)
    told = {said for each in questions for said in _told(each)}
    name = name_of(row)
    return Panel(
        part,
        kind_word(part.table),
        name or (board.facts.title if part == MODEL else "—"),
        questions,
        [said for said in by_part.get(part, ()) if said not in told],
        [_add(each, part) for each in adds_of(board.of.code, part.table)] if part.table else [],
        _links(board, fields, part),
        name if part.table == "gates" and name and name != root else "",
        part.table in MOVED and len(rows_of(board.inputs, part.table)) > 1,
    )


def _made_for_a_panel(question: Question) -> None:
    """Short words, and rows one under the other."""
    key = f"causes.labels.{question.name.rpartition('.')[2]}"
    question.title = text(key) if has_text(key) else question.title
    question.kind = "rows" if question.kind == "table" else question.kind
    for each in (*question.inner, *(box for row in question.rows for box in row)):
        _made_for_a_panel(each)


def _told(question: Question) -> list[str]:
    """Faults that stand at a question or inside it."""
    inside = [each for row in question.rows for each in row] + question.inner
    return [*question.faults, *(wrong for _, _, wrong in question.boxes if wrong),
            *(said for each in inside for said in _told(each))]  # fmt: skip


def _add(of: tuple[str, str], part: Part) -> Button:
    table, column = of
    return Button(step_of(table, column, str(part)), text(f"causes.add.{table}"), KEYS[table])


def keys_of(code: str) -> str:
    """The keys that add something, in words."""
    tables = _added(code)
    return text("common.comma").join(f"{KEYS[table].upper()} {kind_word(table)}" for table in tables)


def letters_of(code: str) -> str:
    return "".join(KEYS[table] for table in _added(code))


def _added(code: str) -> list[str]:
    return list(dict.fromkeys(table for adds in ADDS[code].values() for table, _ in adds))


def _links(board: Board, fields: Sequence[Field], part: Part) -> str:
    """The list of the part that a picture shows, for naming what is there already."""
    shown_in = ("inputs", "barriers")
    return next((each.name for each in fields if part.table and each.name in shown_in and each.names), "")


def _whole(board: Board, by_part: Mapping[Part, list[str]]) -> Group:
    """What is said of the model itself, as one row."""
    singles = [each for each in fields_of(board.of, MODEL) if each.kind == "text"]
    about = " · ".join(str(board.inputs[each.name]) for each in singles if board.inputs.get(each.name))
    fault = " ".join(by_part.get(MODEL, ()))
    row = Row(MODEL, kind_word(""), about, [], fault, False, board.part == MODEL)
    return Group("", 1, [row], "")


def _groups(board: Board, by_part: Mapping[Part, list[str]]) -> Iterator[Group]:
    known = users(board.of, board.inputs)
    for table in tables_of(board.of):
        yield _group(board, table, by_part, known)


def _group(
    board: Board, table: Field, by_part: Mapping[Part, list[str]], known: Mapping[Part, list[Part]]
) -> Group:
    wanted = board.find.casefold()
    rows: list[Row] = []
    given = rows_of(board.inputs, table.name)
    for number, row in enumerate(given, start=1):
        part = Part(table.name, number)
        is_chosen = part == board.part
        found = not wanted or wanted in name_of(row).casefold()
        if is_chosen or (found and len(rows) < MOST_ROWS):
            idle = table.name in MUST_BE_USED and part not in known
            rows.append(_row(board, table, part, row, by_part, idle, known.get(part, [])))
    n = len(given)
    numbers = text("causes.table.some", shown=len(rows), n=n) if len(rows) < n else str(n)
    return Group(kind_word(f"{table.name}_many"), n, rows, numbers)


def _row(
    board: Board, table: Field, part: Part, row: Mapping[str, Any], by_part: Mapping[Part, list[str]],
    idle: bool, known: Sequence[Part],
) -> Row:  # fmt: skip
    used = [
        (str(each), name_of(row_of(board.inputs, each)) if each.table else kind_word("")) for each in known
    ]
    return Row(
        part, name_of(row) or "—", _about(board.of.code, table, row), used[:MOST_NAMES],
        " ".join(by_part.get(part, ())), idle, part == board.part,
    )  # fmt: skip


def _about(code: str, table: Field, row: Mapping[str, Any]) -> str:
    """The answers of a row on one line: `P = 0.02`, `or: a, b and 3 more`."""
    said = []
    for column in table.columns:
        value = row.get(column.name)
        if column.name in ("name", "source") or value in (None, "", [], False):
            continue
        key = f"causes.short.{column.name}"
        shown = _value(code, table, column, value)
        said.append(text(key, value=shown) if has_text(key) else shown)
    return " · ".join(said)


def _value(code: str, table: Field, column: Field, value: Any) -> str:
    if column.kind == "choice" and value in column.choices:
        return choice_word(value, code=code, name=f"{table.name}.{column.name}", language=language())
    if column.kind == "table":
        return str(len(value))
    if isinstance(value, list):
        more = len(value) - MOST_NAMES
        listed = text("common.comma").join(str(each) for each in value[:MOST_NAMES])
        return text("causes.table.more", listed=listed, n=more) if more > 0 else listed
    if isinstance(value, int | float):
        return wording.number(value, language())
    return line_of(value, language=language()) if column.kind == "estimate" else str(value)
