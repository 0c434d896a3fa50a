"""The tutorial's commands and Python run as written, in a folder of their own, from top to bottom."""

from pathlib import Path

import pytest

from docs.documents import Block, run_block, runnable_blocks, shell_environment
from support import REPOSITORY

TUTORIALS = sorted((REPOSITORY / "docs" / "tutorial").glob("*.??.md"))


@pytest.mark.slow
@pytest.mark.parametrize("tutorial", TUTORIALS, ids=lambda path: path.name)
def test_the_tutorial_runs_as_written(tutorial: Path, tmp_path: Path) -> None:
    language = tutorial.name.split(".")[1]
    environment = shell_environment(tmp_path / "home", ANLAN_LANG=language)
    work = tmp_path / "work"
    work.mkdir()
    for block in runnable_blocks(tutorial):
        output = run_block(block, folder=work, environment=environment)
        missing = [line for line in block.expected if line not in output]
        assert not missing, f"{block.code}\nmissing: {missing}\nfound:\n{output}"


def test_a_block_keeps_the_output_it_promises(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("```sh\necho one\nfalse  # exit code 1\n```\n\n```text\none\n```\n", encoding="utf-8")
    (block,) = runnable_blocks(page)
    assert block == Block("sh", "echo one\nfalse  # exit code 1\n", ("one",))
    assert "one" in run_block(block, folder=tmp_path, environment=shell_environment(tmp_path))


@pytest.mark.parametrize("code", ["false\n", "true  # exit code 1\n", "false | cat\n"])
def test_a_command_that_ends_otherwise_than_said_is_a_fault(code: str, tmp_path: Path) -> None:
    with pytest.raises(AssertionError):
        run_block(Block("sh", code), folder=tmp_path, environment=shell_environment(tmp_path))
