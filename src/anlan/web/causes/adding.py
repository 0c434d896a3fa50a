"""What can be added where, and the key that does it: (table of the new part, list that names it)."""

from collections.abc import Mapping

Adds = tuple[tuple[str, str], ...]
_TREE: Adds = (("events", "inputs"), ("gates", "inputs"))
ADDS: Mapping[str, Mapping[str, Adds]] = {
    "fault_tree": {
        "": (("gates", ""), ("common_causes", "")),
        "gates": (*_TREE, ("houses", "inputs")),
    },
    "event_tree": {
        "": (("headings", ""), ("end_states", ""), ("gates", "")),
        "headings": (("headings", ""), ("end_states", "")),
        "end_states": (("end_states", ""),),
        "gates": _TREE,
    },
    "bow_tie": {
        "": (("causes", ""), ("consequences", "")),
        "causes": (("barriers", "barriers"), ("causes", "")),
        "consequences": (("barriers", "barriers"), ("consequences", "")),
        "barriers": (("events", "supports"), ("gates", "supports")),
        "gates": _TREE,
    },
}
"""Method -> table of the part in the panel (empty: the model itself) -> what can be added there."""

KEYS: Mapping[str, str] = {
    "events": "e", "gates": "g", "houses": "h", "barriers": "b", "causes": "c", "consequences": "q",
    "headings": "n", "end_states": "s", "common_causes": "k",
}  # fmt: skip
"""Table -> the key that adds to it from the picture."""

MOVED = ("headings", "end_states", "causes", "barriers", "consequences")
"""Tables whose order shows in the picture."""


def adds_of(code: str, table: str) -> Adds:
    return ADDS[code].get(table, ())


def step_of(table: str, column: str, part: str) -> str:
    """The step of the button."""
    return f"add:{table}:{part}:{column}" if column else f"add:{table}"
