"""The file of one assessment: YAML, JSON or TOML by its ending, read with the limits of all settings files.

YAML is read without anchors (a few lines of them unfold to gigabytes), and `1e-4` is a number, as in JSON
and in YAML 1.2, not a text as in YAML 1.1.
"""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from anlan.domain.errors import RefusedInput
from anlan.formats.settings_bytes import SettingsBytes, read_once
from anlan.formats.settings_document import check_document, parse_settings, text_of

ENDINGS = (".yaml", ".yml", ".json", ".toml")


def read_spec_file(given: Path | SettingsBytes) -> dict[str, Any]:
    """The document of a spec file. Errors: RefusedInput `spec.*` or `settings.*` with the line at fault."""
    read = read_once(given, kind="spec")
    ending = read.path.suffix.lower()
    if ending not in ENDINGS:
        raise RefusedInput("spec.ending", file=read.name, found=ending or "—", known=ENDINGS)
    if ending in (".json", ".toml"):
        return parse_settings(read, kind="spec", as_json=ending == ".json")
    return _yaml(read)


class _Loader(yaml.SafeLoader):  # type: ignore[misc]
    """Plain values only; dates stay texts."""

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.events.AliasEvent):
            event = self.peek_event()
            raise yaml.MarkedYAMLError(problem="alias", problem_mark=event.start_mark)
        return super().compose_node(parent, index)


_Loader.yaml_implicit_resolvers = {
    sign: [(tag, pattern) for tag, pattern in resolvers if not tag.endswith((":timestamp", ":float"))]
    for sign, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_Loader.add_implicit_resolver(
    "tag:yaml.org,2002:float",
    re.compile(r"^[-+]?(\d+\.\d*|\.\d+|\d+(?=[eE]))([eE][-+]?\d+)?$"),
    list("-+.0123456789"),
)


def _yaml(read: SettingsBytes) -> dict[str, Any]:
    text = text_of(read, kind="spec")
    try:
        document = yaml.load(text, Loader=_Loader)
    except RecursionError as error:
        raise RefusedInput("settings.too_deep", file=read.name, limit=16) from error
    except (yaml.YAMLError, ValueError) as error:
        raise _not_yaml(read, text, error) from error
    if not isinstance(document, dict):
        raise RefusedInput("spec.syntax", file=read.name, line=1, column=1, found=text[:80].strip())
    named = {str(name): value for name, value in document.items()}
    check_document(named, read, "spec")
    return named


def read_flow(text: str) -> Any:
    """A value on one line, as a spec file writes it: `[[0.9, 0.1], [0.2, 0.8]]`, `{a: 1}`.

    Errors: RefusedInput `spec.syntax`.
    """
    given = SettingsBytes(Path("-"), f"value: {text}".encode())
    return _yaml(given)["value"]


def spec_text(document: Mapping[str, Any]) -> str:
    """A document as the YAML that `read_spec_file` reads back to the same values."""
    written: str = yaml.safe_dump(document, allow_unicode=True, sort_keys=False, width=100)
    return written


def _not_yaml(read: SettingsBytes, text: str, error: Exception) -> RefusedInput:
    mark = getattr(error, "problem_mark", None)
    line, column = (mark.line, mark.column) if mark else (0, 0)
    lines = text.splitlines()
    found = lines[line].strip()[:80] if line < len(lines) else ""
    return RefusedInput("spec.syntax", file=read.name, line=line + 1, column=column + 1, found=found)
