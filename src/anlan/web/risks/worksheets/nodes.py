"""The names a process's nodes go by in its worksheets."""

from dataclasses import dataclass

from anlan.web.catalog.models import Node, Process
from anlan.web.catalog.selectors import process_page


@dataclass(frozen=True)
class NodeNames:
    """names: of the version shown, in order; stored: any key or name of any version -> the name kept.

    english: name kept -> English name, where there is one.
    """

    names: tuple[str, ...]
    stored: dict[str, str]
    english: dict[str, str]

    def shown(self, name: str, language: str) -> str:
        return self.english.get(name, name) if language == "en" else name


def node_names(process: Process) -> NodeNames:
    """A process without nodes knows no names: then any is taken."""
    stored: dict[str, str] = {}
    english: dict[str, str] = {}
    rows = Node.objects.filter(version__process=process).order_by("-version__number")
    for key, name, name_en in rows.values_list("key", "name", "name_en"):
        for word in (name, name_en, key):
            if word:
                stored.setdefault(word.strip().lower(), name)
        if name_en:
            english.setdefault(name, name_en)
    return NodeNames(tuple(node.name for node in process_page(process).nodes), stored, english)
