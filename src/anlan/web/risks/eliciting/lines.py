"""Lists and trees as people type or paste them: a line an entry, deeper lines below the one above.

`降低风险`, then two blanks (or a tab) and `少延误`: a part of it. After a bar `|` stand further answers of
the entry: `培训到位 | 0.4`. A tab after the name is a bar, so that columns of a spreadsheet can be pasted.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

_TAB = 2
_LIST = re.compile(r"[\n,，、;；\t]+")


@dataclass(frozen=True)
class Line:
    """parent: name of the nearest line above that is less deep, empty at the top."""

    name: str
    parent: str
    further: tuple[str, ...]


def tree_of(typed: str) -> list[Line]:
    """The lines that say something, each with its parent.

    >>> [(line.name, line.parent) for line in tree_of("A\\n  B\\n  C\\nD")]
    [('A', ''), ('B', 'A'), ('C', 'A'), ('D', '')]
    """
    found: list[Line] = []
    above: list[tuple[int, str]] = []
    for line in typed.replace("\u3000", "  ").replace("｜", "|").splitlines():
        name, *further = [part.strip() for part in line.strip().replace("\t", "|").split("|")]
        if not name:
            continue
        deep = len(line[: len(line) - len(line.lstrip())].expandtabs(_TAB))
        while above and above[-1][0] >= deep:
            above.pop()
        found.append(Line(name, above[-1][1] if above else "", tuple(further)))
        above.append((deep, name))
    return found


def written(lines: Sequence[Line]) -> str:
    """The lines as they are typed."""
    depth = {"": -1}
    rows = []
    for line in lines:
        depth[line.name] = depth.get(line.parent, -1) + 1
        rows.append("  " * depth[line.name] + " | ".join((line.name, *line.further)))
    return "\n".join(rows)


def list_of(typed: str) -> list[str]:
    """Entries parted by lines or commas."""
    return [entry.strip() for entry in _LIST.split(typed) if entry.strip()]
