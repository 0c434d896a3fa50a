"""The questions of a method as a page shows them: boxes, rows and cells, what was given, what is wrong."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from anlan.domain.errors import AnlanError
from anlan.domain.method import Field, Required
from anlan.loop.quantify.methods.reading import limits
from anlan.studies.methods.explaining import choice_word
from anlan.studies.methods.one_line import line_of, patterns
from anlan.web.common.texts import error_text, language, text, word
from anlan.web.runs.methods.answers import PREFIX
from anlan.web.runs.methods.lines import fits_lines, written

_SPARE_ROWS, _LEAST_CELLS, _NARROW = 2, 3, 6
_OPEN_END = 1e6
"""A limit so high only keeps nonsense out; a form does not name it."""
MOST_BOXES = 5_000
"""Boxes of a page; a spec that needs more is changed as a text."""


@dataclass
class Question:
    """One question. name: of the box; rows: of a table; cells: of a matrix; inner: of a record; boxes: of a
    list with a box for each entry (name, value, what is wrong); among: id of the list of names it takes.
    """

    name: str
    kind: str
    title: str
    required: bool = False
    hint: str = ""
    value: str = ""
    default: str = ""
    choices: list[tuple[str, str]] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    headings: list["Question"] = field(default_factory=list)
    rows: list[list["Question"]] = field(default_factory=list)
    cells: list[list[tuple[str, str, str]]] = field(default_factory=list)
    inner: list["Question"] = field(default_factory=list)
    boxes: list[tuple[str, str, str]] = field(default_factory=list)
    among: str = ""

    @property
    def ways(self) -> list[tuple[str, str]]:
        """(what it is, the line without its numbers) of each distribution an estimate can be written as."""
        return patterns(language()) if self.kind == "estimate" else []

    @property
    def height(self) -> int:
        """Lines of a box that holds rows."""
        return min(self.value.count("\n") + 1, 8)

    @property
    def is_wide(self) -> bool:
        """A table that needs the whole page."""
        deep = any(each.kind in ("flow", "rows") for each in self.headings)
        return deep or len(self.headings) > _NARROW or any(each.is_wide for each in self.inner)


Faults = Mapping[str, list[str]]
"""Place as the spec names it -> what is wrong there."""


def faults_by_place(
    errors: Sequence[AnlanError], said: Callable[[AnlanError], str] = error_text
) -> dict[str, list[str]]:
    """Faults of a spec beside their place; what names no place stands under the empty one. said: a fault in
    a sentence."""
    found: dict[str, list[str]] = {}
    for error in errors:
        where = str(error.parameters.get("where", ""))
        found.setdefault(where, []).append(said(error))
    return found


def questions_of(
    code: str, fields: Sequence[Field], given: Mapping[str, Any], faults: Faults, *,
    name: str = PREFIX, path: str = "", where: str = "", boxes: bool = False,
) -> list[Question]:  # fmt: skip
    """All questions of a record. path: of their words; where: as faults name the place; boxes: a list of
    names has a box for each."""
    return [
        _question(
            code, asked, given.get(asked.name), faults, name=f"{name}.{asked.name}",
            path=f"{path}{asked.name}", where=f"{where}.{asked.name}" if where else asked.name, boxes=boxes,
        )
        for asked in fields
    ]  # fmt: skip


def boxes_needed(fields: Sequence[Field], given: Mapping[str, Any]) -> int:
    """Boxes that the rows and cells of these answers take; of a matrix with rows of any length the whole
    rectangle."""
    n = 0
    for asked in fields:
        value = given.get(asked.name)
        if asked.kind == "record" and isinstance(value, Mapping):
            n += boxes_needed(asked.columns, value)
        elif asked.kind == "table" and isinstance(value, list):
            n += len(value) * len(asked.columns)
        elif asked.kind in ("matrix", "grid") and isinstance(value, list):
            n += len(value) * max((len(row) for row in value if isinstance(row, list)), default=1)
    return n


def _question(
    code: str, asked: Field, value: Any, faults: Faults, *, name: str, path: str, where: str,
    boxes: bool = False,
) -> Question:  # fmt: skip
    made = Question(
        name, asked.kind, word(f"method_inputs.{code}.{path}") or path, isinstance(asked.default, Required),
        _hint(asked), faults=list(faults.get(where, ())), among=list_id(asked.names),
    )  # fmt: skip
    if asked.kind == "choice":
        said = {each: choice_word(each, code=code, name=path, language=language()) for each in asked.choices}
        is_open = asked.default is None or (made.required and value is None and path.count(".") > 1)
        open_end = [("", word("web.methods.none_chosen") or "—")] if is_open else []
        made.choices = [*open_end, *said.items()]
    if asked.kind == "record":
        inside = value if isinstance(value, Mapping) else {}
        made.inner = questions_of(
            code, asked.columns, inside, faults, name=name, path=f"{path}.", where=where
        )
    elif asked.kind == "table":
        made.headings = questions_of(code, asked.columns, {}, {}, name=name, path=f"{path}.", where=where)
        made.headings = [_as_box(heading, asked, {}) for heading in made.headings]
        made.rows = _rows(code, asked, value, faults, name=name, path=path, where=where)
    elif asked.kind in ("matrix", "grid"):
        made.cells = _cells(asked, value, faults, name=name, where=where)
        made.faults += [
            said for place, texts in faults.items() if place.startswith(f"{where}[") for said in texts
        ]
    elif boxes and asked.kind == "texts" and asked.names:
        made.kind, made.boxes = "listed", _boxes(value, faults, name=name, where=where)
    else:
        made.value, made.default = _shown(asked, value), _default(asked)
    return made


def list_id(names: Sequence[str]) -> str:
    """Id of the list of the names of these tables; empty for a question that names nothing."""
    return f"names-{'-'.join(names)}" if names else ""


def names_to_choose(fields: Sequence[Field], given: Mapping[str, Any]) -> dict[str, list[str]]:
    """Id of a list -> the names that the rows given so far carry, each once."""
    groups = {asked.names for asked in fields if asked.names}
    for asked in fields:
        groups |= {column.names for column in _all(asked.columns) if column.names}
    return {list_id(tables): _names(tables, given) for tables in sorted(groups)}


def _all(columns: Sequence[Field]) -> list[Field]:
    return [each for column in columns for each in (column, *_all(column.columns))]


def _names(tables: Sequence[str], given: Mapping[str, Any]) -> list[str]:
    rows = [row for table in tables if isinstance(given.get(table), list) for row in given[table]]
    found = (str(row["name"]).strip() for row in rows if isinstance(row, Mapping) and row.get("name"))
    return list(dict.fromkeys(found))


def _boxes(value: Any, faults: Faults, *, name: str, where: str) -> list[tuple[str, str, str]]:
    """A box for each entry and an empty one."""
    given = [*map(str, value), ""] if isinstance(value, list | tuple) else [""]
    return [
        (f"{name}.{n}", text, " ".join(faults.get(f"{where}[{n + 1}]", ()))) for n, text in enumerate(given)
    ]


def _hint(asked: Field) -> str:
    """What a box accepts, in a few words."""
    parts = [word(f"web.methods.kinds.{asked.kind}") or ""]
    if any(limit is not None for limit in (asked.low, asked.high, asked.above, asked.below)):
        parts.append(_limits(asked))
    if asked.unit:
        parts.append(word(f"method_units.{asked.unit}") or "")
    return " · ".join(part for part in parts if part)


def _limits(asked: Field) -> str:
    """The limits as a form names them: `> 0` where only nonsense is kept out above."""
    if asked.below is not None or (asked.high is not None and asked.high < _OPEN_END):
        return limits(asked)
    if asked.above is not None:
        return f"> {asked.above:g}"
    return f"≥ {asked.low:g}" if asked.low is not None and asked.low > -_OPEN_END else ""


def _rows(
    code: str, asked: Field, value: Any, faults: Faults, *, name: str, path: str, where: str
) -> list[list[Question]]:
    """The rows given and a few spare ones."""
    given = [row if isinstance(row, Mapping) else {} for row in value] if isinstance(value, list) else []
    spare = _SPARE_ROWS if given else max(_LEAST_CELLS, asked.least)
    spare = 1 if has_choices(asked) and "." in path else spare
    rows = []
    for place, row in enumerate([*given, *({} for _ in range(spare))]):
        below = {"name": f"{name}.{place}", "path": f"{path}.", "where": f"{where}[{place + 1}]"}
        rows.append([_as_box(q, asked, row) for q in questions_of(code, asked.columns, row, faults, **below)])
    return rows


def _as_box(question: Question, asked: Field, row: Mapping[str, Any]) -> Question:
    """Inside a row everything is one box: lists with commas, deeper things as a spec file writes them."""
    column = next(c for c in asked.columns if question.name.endswith(f".{c.name}"))
    if has_choices(column):
        question.kind, question.hint = "rows", ""
    elif column.kind in ("matrix", "grid", "table", "record"):
        question.value = written(column, row.get(column.name))
        question.hint = _hint_of_lines(column, question)
        question.kind = "flow"
        question.inner, question.rows, question.cells = [], [], []
    elif column.kind in ("numbers", "texts"):
        question.value = question.value.replace("\n", ", ")
        question.hint = " · ".join([text("methods.kinds.commas"), *question.hint.split(" · ")[1:]])
    return question


def has_choices(asked: Field) -> bool:
    """Whether the rows of a table are chosen from rather than written, so that each has boxes of its own."""
    chosen = any(column.kind in ("choice", "flag") or column.names for column in asked.columns)
    return asked.kind == "table" and (chosen or any(has_choices(column) for column in asked.columns))


def _hint_of_lines(column: Field, question: Question) -> str:
    """How rows inside a row are written, with an example or the order of the cells."""
    if not fits_lines(column):
        return text("methods.kinds.flow")
    if column.kind != "table":
        return text("methods.kinds.rows")
    cells = (", " if language() == "en" else "，").join(each.title for each in question.headings)
    return text("methods.kinds.lines", cells=cells)


def _cells(
    asked: Field, value: Any, faults: Faults, *, name: str, where: str
) -> list[list[tuple[str, str, str]]]:
    """(name, value, what is wrong) of each cell, at least three by three."""
    given = [list(row) if isinstance(row, list) else [] for row in value] if isinstance(value, list) else []
    height = max(len(given), asked.least, _LEAST_CELLS)
    width = max([len(row) for row in given] + [asked.least, _LEAST_CELLS])

    def cell(r: int, c: int) -> tuple[str, str, str]:
        inside = given[r][c] if r < len(given) and c < len(given[r]) else None
        wrong = " ".join(faults.get(f"{where}[{r + 1}][{c + 1}]", ()))
        return f"{name}.{r}.{c}", "" if inside is None else str(inside), wrong

    return [[cell(r, c) for c in range(width)] for r in range(height)]


def _shown(asked: Field, value: Any) -> str:
    """The answer as its box holds it; a default of a flag or a choice is chosen already."""
    if value is None:
        chosen = asked.default if asked.kind in ("flag", "choice") else None
        return "" if chosen is None or chosen is False or isinstance(chosen, Required) else str(chosen)
    if asked.kind == "flag":
        return "on" if value is True else ""
    if asked.kind == "estimate":
        return line_of(value, language=language())
    if isinstance(value, list | tuple):
        return "\n".join("—" if each is None else _written(each) for each in value)
    return _written(value)


def _written(value: Any) -> str:
    """One entry of a list; a whole number without a point."""
    return f"{value:.0f}" if isinstance(value, float) and value.is_integer() else str(value)


def _default(asked: Field) -> str:
    """What an empty box stands for."""
    default = asked.default
    shown = asked.kind in ("number", "integer", "text", "estimate") and isinstance(default, str | int | float)
    if not shown:
        return ""
    return f"{default:g}" if isinstance(default, float) else str(default)
