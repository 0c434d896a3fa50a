"""The shape of the product: stages are complete, compiled code keeps to its rules."""

import ast
import json
from importlib.util import find_spec
from pathlib import Path

import jsonschema
import pytest

import anlan
from anlan.cli.commands import COMMANDS
from anlan.loop import STAGES
from support import REPOSITORY

PACKAGE = Path(anlan.__file__).parent
SOURCES = sorted(PACKAGE.rglob("*.py"))


def _imports(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module)
    return names


@pytest.mark.parametrize("stage", STAGES)
def test_every_stage_has_a_package_a_study_and_a_command(stage: str) -> None:
    assert find_spec(f"anlan.loop.{stage}") is not None
    assert find_spec(f"anlan.studies.{stage}") is not None
    assert (stage.replace("_", "-"),) in {command.words for command in COMMANDS}


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("stage", STAGES)
def test_every_stage_has_a_page_in_both_languages(stage: str, language: str) -> None:
    page = REPOSITORY / "docs" / "reference" / "stages" / f"{stage}.{language}.md"
    assert page.is_file()
    assert len(page.read_text(encoding="utf-8")) > 600


def test_only_kernel_modules_import_numba() -> None:
    numba = {p for p in SOURCES if any(name.split(".")[0] == "numba" for name in _imports(p))}
    importers = {p.relative_to(PACKAGE).as_posix() for p in numba if not p.stem.endswith("_kernels")}
    assert importers == {"maths/compile.py", "maths/compilations.py"}


def test_compiled_functions_live_in_kernel_modules() -> None:
    users = {p.stem for p in SOURCES if "anlan.maths.compile" in _imports(p)}
    assert all(name.endswith("_kernels") for name in users), users


def test_no_kernel_uses_parallel_layers_or_fast_mathematics() -> None:
    for path in SOURCES:
        if path.stem.endswith("_kernels") or path.name == "compile.py":
            names = {n.id for n in ast.walk(ast.parse(path.read_text())) if isinstance(n, ast.Name)}
            keywords = {k.arg for k in ast.walk(ast.parse(path.read_text())) if isinstance(k, ast.keyword)}
            assert not names & {"prange"}, path
            assert not keywords & {"fastmath", "parallel"}, path


def test_the_core_reads_no_clock_no_environment_and_no_global_randomness() -> None:
    forbidden = {"now", "utcnow", "today", "environ", "getenv", "perf_counter", "monotonic"}
    for folder in ("domain", "maths", "loop"):
        for path in sorted((PACKAGE / folder).rglob("*.py")):
            used = {n.attr for n in ast.walk(ast.parse(path.read_text())) if isinstance(n, ast.Attribute)}
            assert not used & forbidden, (path, used & forbidden)
            assert "random" not in _imports(path), path


def test_the_result_schema_is_a_valid_schema() -> None:
    schema = json.loads((PACKAGE / "schemas" / "assess-1.schema.json").read_text())
    jsonschema.Draft202012Validator.check_schema(schema)
