"""The picture of what is on the board, its parts as buttons; below it the shared gates, if there are any."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.safestring import SafeString, mark_safe

from anlan.domain.method import Answer
from anlan.formats.report.charts.choosing import Choosing
from anlan.formats.report.charts.event_tree import event_tree
from anlan.formats.report.charts.fault_tree import drawn_names, fault_tree
from anlan.formats.report.charts.method_bow_tie import method_bow_tie
from anlan.formats.report.words import Language
from anlan.loop.quantify.cause_models.drawn import bow_tie_data, event_tree_data, fault_tree_data
from anlan.loop.quantify.cause_models.parts import MODEL, Part, name_of, named, row_of, rows_of, users
from anlan.web.causes.editing import Board, chain_to, top_of
from anlan.web.common.texts import language

_KINDS: Mapping[str, Mapping[str, str]] = {
    "fault_tree": {"gate": "gates", "event": "events", "house": "houses"},
    "event_tree": {"heading": "headings", "end": "end_states"},
    "bow_tie": {"cause": "causes", "barrier": "barriers", "consequence": "consequences"},
}
"""Kind of a part of a chart -> the table of the model it stands in."""
_SHARED = "shared"


@dataclass(frozen=True)
class Pictures:
    """main: of the method. gates: of the shared gates of an event tree or a bow-tie, None without any.
    chain: gates from the top to the one drawn from; root: that one."""

    main: SafeString
    gates: SafeString | None
    root: str
    chain: tuple[str, ...]


def pictures_of(board: Board, answer: Answer | None, faults: Mapping[str, str]) -> Pictures:
    """faults: part -> what is wrong with it, in words."""
    root = _root(board)
    chain = tuple(chain_to(board, root)) if root else ()
    if board.of.code == "fault_tree":
        return Pictures(_tree(board, answer, faults, root), None, root, chain)
    gates = _tree(board, None, faults, root) if rows_of(board.inputs, "gates") else None
    draw, data = (
        (event_tree, event_tree_data) if board.of.code == "event_tree" else (method_bow_tie, bow_tie_data)
    )
    drawn = draw(
        data(board.inputs, answer), language=_language(), theme="page", choosing=_choosing(board, faults)
    )
    if gates:  # places are numbered in each picture by itself
        gates = mark_safe(gates.replace('"place-', f'"{_SHARED}-place-'))
    return Pictures(mark_safe(drawn), gates, root, chain)


def _tree(board: Board, answer: Answer | None, faults: Mapping[str, str], root: str) -> SafeString:
    data = fault_tree_data(board.inputs, answer, top=root)
    choosing = _choosing(board, faults, "fault_tree")
    around = _chosen_name(board)
    picture = fault_tree(data, language=_language(), theme="page", around=around, choosing=choosing)
    return mark_safe(picture)


def _choosing(board: Board, faults: Mapping[str, str], code: str = "") -> Choosing:
    parts = {
        (kind, name): str(part)
        for kind, table in _KINDS[code or board.of.code].items()
        for name, part in named(board.of, board.inputs, (table,)).items()
    }
    if (code or board.of.code) != "fault_tree":
        parts |= {("initiator", _initiator(board)): str(MODEL), ("event", _event(board)): str(MODEL)}
    return Choosing(parts, str(board.part), faults)


def _initiator(board: Board) -> str:
    given = board.inputs.get("initiating")
    return name_of(given) if isinstance(given, Mapping) else ""


def _event(board: Board) -> str:
    return str(board.inputs.get("event") or "")


def _root(board: Board) -> str:
    """The gate drawn from: the one asked for, or one from which the part in the panel is in the picture."""
    start = board.root or top_of(board)
    if board.part.table not in ("gates", "events", "houses"):
        return start
    wanted = _chosen_name(board)
    if wanted in _drawn_names(board, start):
        return start
    above = board.part
    if board.part.table != "gates":
        known = users(board.of, board.inputs).get(board.part, ())
        above = next((each for each in known if each.table == "gates"), Part())
    return name_of(row_of(board.inputs, above)) if above.table else start


def _drawn_names(board: Board, start: str) -> set[str]:
    """Names in the picture that begins at a gate."""
    return drawn_names(fault_tree_data(board.inputs, None, top=start), around=_chosen_name(board))


def _chosen_name(board: Board) -> str:
    return (
        name_of(row_of(board.inputs, board.part)) if board.part.table in ("gates", "events", "houses") else ""
    )


def _language() -> Language:
    return "en" if language() == "en" else "zh"
