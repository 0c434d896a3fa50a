"""The documents are true: links lead somewhere, every part of the result and every command is described."""

import json
import re
from pathlib import Path

import pytest

import anlan
from anlan.cli.commands import COMMANDS
from support import REPOSITORY

DOCUMENTS = sorted([*REPOSITORY.glob("*.md"), *(REPOSITORY / "docs").rglob("*.md")])
SCHEMA = json.loads((Path(anlan.__file__).parent / "schemas" / "assess-1.schema.json").read_text())


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda p: p.relative_to(REPOSITORY).as_posix())
def test_links_lead_somewhere(document: Path) -> None:
    for target in re.findall(r"\]\(([^)#]+?)(?:#[^)]*)?\)", document.read_text(encoding="utf-8")):
        if "://" not in target:
            assert (document.parent / target).exists(), f"{document.name}: {target}"


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_result_page_names_every_part(language: str) -> None:
    page = (REPOSITORY / "docs" / "reference" / f"result.{language}.md").read_text(encoding="utf-8")
    for part in SCHEMA["required"]:
        assert f"`{part}`" in page
    for part in ("log", "process", "portfolio", "treatments", "provenance"):
        for field in SCHEMA["properties"][part]["required"]:
            assert f"`{field}`" in page, (part, field)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_command_page_names_every_command_and_option(language: str) -> None:
    page = (REPOSITORY / "docs" / "reference" / f"commands.{language}.md").read_text(encoding="utf-8")
    for command in COMMANDS:
        assert f"anlan {' '.join(command.words)}" in page
        for option in command.options:
            assert all(flag in page for flag in option.flags if flag.startswith("--")), option.flags


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda p: p.relative_to(REPOSITORY).as_posix())
def test_a_document_in_one_language_has_its_twin(document: Path) -> None:
    twin = {".zh.md": ".en.md", ".en.md": ".zh.md"}
    for ending, other in twin.items():
        if document.name.endswith(ending) and document.parent != REPOSITORY:
            assert document.with_name(document.name.removesuffix(ending) + other).is_file()
