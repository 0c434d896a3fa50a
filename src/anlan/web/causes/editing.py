"""A model on the drawing board: what the form of the page holds, and what each of its buttons does.

The form carries the whole drawing, so that nothing is written before it is kept and any state can be gone
back to. A button first takes over what stands in the panel, then does its own step:

    choose:gates-3              the part in the panel
    draw:Power lost             the gate the picture begins at
    from:gates-3                the same, by its part
    add:events:gates-3:inputs   a new event, named in that list of that part
    name:gates-3:inputs         the part written in the field `existing` is named there
    up:headings-2, down:...     its place in its table
    remove:events-4
    key:e:gates-3               what that key adds at that part of the picture
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from anlan.domain.errors import RefusedInput
from anlan.domain.method import Field, Method
from anlan.loop.quantify.cause_models import changing as change
from anlan.loop.quantify.cause_models import model_method
from anlan.loop.quantify.cause_models.parts import (
    MODEL,
    Part,
    is_part,
    name_of,
    named,
    part_of,
    row_of,
    tables_of,
    users,
)
from anlan.web.causes.adding import KEYS, adds_of
from anlan.web.causes.models import CauseModel
from anlan.web.causes.services import Facts, inputs_of
from anlan.web.common.texts import text
from anlan.web.common.whole_numbers import whole_number
from anlan.web.runs.methods.answers import given_of


@dataclass(frozen=True)
class Board:
    """seen: the version the drawing began from. part: in the panel. root: name of the gate drawn from.
    find: only rows of the table with these letters in their names."""

    of: Method
    inputs: Mapping[str, Any]
    facts: Facts
    seen: int
    part: Part = MODEL
    root: str = ""
    find: str = ""


def board_of(model: CauseModel, asked: Mapping[str, str]) -> Board:
    """The model as it is kept, with the part and the root that the address asks for."""
    of = model_method(model.method)
    board = Board(of, model.inputs, Facts(model.title, model.source, model.note), model.version)
    top = named(of, model.inputs, ("gates",)).get(top_of(board), MODEL) if of.code == "fault_tree" else MODEL
    return _looking(with_part(board, top), asked)


def board_sent(model: CauseModel, sent: Mapping[str, str]) -> Board:
    """The drawing as the form holds it, with what was written in the panel.

    Errors: RefusedInput for a drawing that cannot be read.
    """
    try:
        given = json.loads(sent.get("inputs", ""))
    except (ValueError, RecursionError) as wrong:
        raise RefusedInput("cause_model.unreadable", where="inputs") from wrong
    facts = Facts(*(sent.get(name, "") for name in ("title", "source", "note")))
    seen = whole_number(sent.get("seen", ""), most=2**31 - 1) or 0
    of = model_method(model.method)
    board = _looking(Board(of, inputs_of(model.method, given), facts, seen), sent)
    return _taken_over(board, sent)


def stepped(board: Board, step: str, sent: Mapping[str, str]) -> Board:
    """The board after a button. Errors: RefusedInput for what cannot be done."""
    action, _, rest = step.partition(":")
    do = _STEPS.get(action)
    return board if do is None else do(board, rest, sent)


def fields_of(of: Method, part: Part) -> tuple[Field, ...]:
    """The questions of a part: the columns of its table, or those of the model that are no table."""
    if not part.table:
        return tuple(field for field in of.fields if field.kind != "table")
    return next(field.columns for field in tables_of(of) if field.name == part.table)


def top_of(board: Board) -> str:
    """The gate a picture begins at without a choice: the top, and where a method has none the first gate."""
    gates = named(board.of, board.inputs, ("gates",))
    top = str(board.inputs.get("top") or "").strip()
    return top if top in gates else next(iter(gates), "")


def with_part(board: Board, part: Part) -> Board:
    return replace(board, part=part) if is_part(board.of, board.inputs, part) else board


def _looking(board: Board, asked: Mapping[str, str]) -> Board:
    root = asked.get("root", "").strip()
    known = root in named(board.of, board.inputs, ("gates",))
    board = replace(board, root=root if known else "", find=asked.get("find", "").strip()[:80])
    return with_part(board, part_of(asked["part"])) if "part" in asked else board


def _taken_over(board: Board, sent: Mapping[str, str]) -> Board:
    """With the answers of the panel, which says itself which part it is of."""
    if "panel" not in sent:
        return board
    part = part_of(sent["panel"])
    if not is_part(board.of, board.inputs, part):
        return board
    row, fields = row_of(board.inputs, part), fields_of(board.of, part)
    before = name_of(row)
    defaults = {field.name: field.default for field in fields if field.kind in ("flag", "choice")}
    answers = {
        name: value
        for name, value in given_of(fields, sent).items()
        if name in row or name not in defaults or value != defaults[name]
    }
    made = inputs_of(board.of.code, change.put(board.of, board.inputs, part, answers))
    follows = part.table == "gates" and before == board.root
    return replace(board, inputs=made, root=name_of(answers) if follows else board.root)


def _choose(board: Board, rest: str, sent: Mapping[str, str]) -> Board:
    return with_part(board, part_of(rest))


def _draw(board: Board, rest: str, sent: Mapping[str, str]) -> Board:
    found = named(board.of, board.inputs, ("gates",)).get(rest)
    return board if found is None else replace(board, root=rest, part=found)


def _from(board: Board, rest: str, sent: Mapping[str, str]) -> Board:
    part = part_of(rest)
    known = part.table == "gates" and is_part(board.of, board.inputs, part)
    return _draw(board, name_of(row_of(board.inputs, part)), sent) if known else board


def _key(board: Board, rest: str, sent: Mapping[str, str]) -> Board:
    """What the key adds at a part, else to the model; a key that adds nothing there chooses the part."""
    key, _, place = rest.partition(":")
    part = part_of(place)
    board = with_part(board, part)
    for table, column in (*adds_of(board.of.code, part.table), *adds_of(board.of.code, "")):
        if KEYS[table] == key:
            return _add(board, f"{table}:{part}:{column}" if column else table, sent)
    return board


def _add(board: Board, rest: str, sent: Mapping[str, str]) -> Board:
    table, _, place = rest.partition(":")
    below, _, column = place.partition(":")
    called = text(f"causes.called.{table}") if table in _CALLED else table
    made, part = change.add(board.of, board.inputs, table, called, below=part_of(below), column=column)
    return replace(board, inputs=made, part=part)


def _name(board: Board, rest: str, sent: Mapping[str, str]) -> Board:
    below, _, column = rest.partition(":")
    name = sent.get("existing", "").strip()
    if not name:
        return board
    return replace(board, inputs=change.link(board.of, board.inputs, part_of(below), column, name))


def _move(by: int) -> Callable[[Board, str, Mapping[str, str]], Board]:
    def moved(board: Board, rest: str, sent: Mapping[str, str]) -> Board:
        made, part = change.move(board.of, board.inputs, part_of(rest), by)
        return replace(board, inputs=made, part=part)

    return moved


def _remove(board: Board, rest: str, sent: Mapping[str, str]) -> Board:
    """The part that named it first is chosen next, so that one can go on from there."""
    part = part_of(rest)
    above = next((each for each in users(board.of, board.inputs).get(part, ()) if each != part), MODEL)
    made = change.remove(board.of, board.inputs, part)
    if above.table == part.table and above.number > part.number:
        above = Part(above.table, above.number - 1)
    gone = part.table == "gates" and name_of(row_of(board.inputs, part)) == board.root
    return replace(board, inputs=made, part=above, root="" if gone else board.root)


_STEPS: Mapping[str, Callable[[Board, str, Mapping[str, str]], Board]] = {
    "choose": _choose,
    "draw": _draw,
    "from": _from,
    "key": _key,
    "add": _add,
    "name": _name,
    "up": _move(-1),
    "down": _move(1),
    "remove": _remove,
}
_CALLED = ("gates", "events", "houses", "common_causes", "headings", "end_states", "causes", "barriers",
           "consequences")  # fmt: skip


def chain_to(board: Board, gate: str) -> Sequence[str]:
    """Names of gates from the top down to this one, by the first gate that names each; it comes last."""
    gates, known = named(board.of, board.inputs, ("gates",)), users(board.of, board.inputs)
    chain: list[str] = [gate]
    while chain[0] != top_of(board) and len(chain) < _LONGEST_CHAIN:
        above = next((p for p in known.get(gates.get(chain[0], MODEL), ()) if p.table == "gates"), None)
        name = name_of(row_of(board.inputs, above)) if above else ""
        if not name or name in chain:
            break
        chain.insert(0, name)
    return chain


_LONGEST_CHAIN = 12
