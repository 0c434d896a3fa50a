"""The file of one assessment: YAML, JSON or TOML by its ending, read with the limits of all settings files.

YAML is read without anchors (a few lines of them unfold to gigabytes), tags and names given twice. As in JSON
and YAML 1.2, `1e-4` is a number and `no` or `1:30` a text; YAML 1.1 has them the other way round.
"""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar

import yaml

from anlan.domain.errors import RefusedInput
from anlan.formats.settings_bytes import SettingsBytes, read_once
from anlan.formats.settings_document import DEEPEST, check_document, parse_settings, text_of, too_deep

ENDINGS = (".yaml", ".yml", ".json", ".toml")


def read_spec_file(given: Path | SettingsBytes) -> dict[str, Any]:
    """The document of a spec file. Errors: RefusedInput `spec.*` with the line at fault."""
    read = read_once(given, kind="spec")
    ending = read.path.suffix.lower()
    if ending not in ENDINGS:
        raise RefusedInput("spec.ending", file=read.name, found=ending or "—", known=ENDINGS)
    if ending in (".json", ".toml"):
        return parse_settings(read, kind="spec", as_json=ending == ".json")
    return _yaml(read)


_BASE: Any = yaml.CSafeLoader if yaml.__with_libyaml__ else yaml.SafeLoader
_EVENTS: Any = yaml.CLoader if yaml.__with_libyaml__ else yaml.Loader
_FLOAT = re.compile(r"^[-+]?(\d+\.\d*|\.\d+|\d+(?=[eE]))([eE][-+]?\d+)?$")
_FLOAT_SIGNS = list("-+.0123456789")


class _Loader(_BASE):  # type: ignore[misc]
    """Plain values only: dates, `no` and `1:30` stay texts; names of entries are texts, each once."""

    yaml_implicit_resolvers: ClassVar[dict[str, Any]] = {}

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[str, Any]:
        made: dict[str, Any] = {}
        for key, value in node.value:
            name = key.value if isinstance(key, yaml.ScalarNode) else None
            if name is None or name in made:
                raise yaml.MarkedYAMLError(problem="name", problem_mark=key.start_mark)
            made[name] = self.construct_object(value, deep=True)
        return made

    def construct_whole(self, node: Any) -> int:
        return int(node.value)


for _tag, _pattern, _signs in (
    ("bool", re.compile("^(true|True|TRUE|false|False|FALSE)$"), list("tTfF")),
    ("int", re.compile(r"^[-+]?\d+$", re.ASCII), list("-+0123456789")),
    ("float", _FLOAT, _FLOAT_SIGNS),
    ("null", re.compile("^(~|null|Null|NULL|)$"), ["~", "n", "N", ""]),
):
    _Loader.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", _pattern, _signs)
_Loader.add_constructor("tag:yaml.org,2002:int", _Loader.construct_whole)


class _Dumper(yaml.SafeDumper):  # type: ignore[misc]
    """Quotes what either this reader or a reader of YAML 1.1 would take for something else than a text."""


def _text_node(dumper: Any, text: str) -> Any:
    """Only between double quotes a separator of lines stays what it is."""
    style = '"' if any(sign in text for sign in "\r\x85\u2028\u2029") else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(str, _text_node)
_Dumper.add_implicit_resolver("tag:yaml.org,2002:float", _FLOAT, _FLOAT_SIGNS)


def _yaml(read: SettingsBytes) -> dict[str, Any]:
    text = text_of(read, kind="spec")
    try:
        _check_plain(text, read)
        document = yaml.load(text, Loader=_Loader)
    except (yaml.YAMLError, ValueError) as error:
        raise _not_yaml(read, text, error) from error
    if not isinstance(document, dict):
        raise RefusedInput("spec.syntax", file=read.name, line=1, column=1, found=text[:80].strip())
    check_document(document, read, "spec")
    return document


def _check_plain(text: str, read: SettingsBytes) -> None:
    """Before anything is built: no anchors, no tags, no depth that exhausts the stack."""
    depth = 0
    for event in yaml.parse(text, Loader=_EVENTS):
        tagged = getattr(event, "tag", None) is not None
        if tagged or isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None) is not None:
            raise yaml.MarkedYAMLError(problem="not plain", problem_mark=event.start_mark)
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > DEEPEST + 1:
            raise too_deep(read, "spec")


def read_flow(text: str) -> Any:
    """A value on one line, as a spec file writes it: `[[0.9, 0.1], [0.2, 0.8]]`, `{a: 1}`.

    Errors: RefusedInput `spec.syntax`.
    """
    given = SettingsBytes(Path("-"), f"value: {text}".encode())
    return _yaml(given)["value"]


def spec_text(document: Mapping[str, Any]) -> str:
    """A document as the YAML that `read_spec_file` reads back to the same values."""
    written: str = yaml.dump(document, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=100)
    return written


def _not_yaml(read: SettingsBytes, text: str, error: Exception) -> RefusedInput:
    mark = getattr(error, "problem_mark", None)
    line, column = (mark.line, mark.column) if mark else (0, 0)
    lines = text.splitlines()
    found = lines[line].strip()[:80] if line < len(lines) else ""
    return RefusedInput("spec.syntax", file=read.name, line=line + 1, column=column + 1, found=found)
