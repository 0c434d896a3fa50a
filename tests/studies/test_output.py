"""Results reach their folder whole or not at all."""

import json
import os
from pathlib import Path

import pytest

from anlan.domain.errors import UsageError
from anlan.studies.output import replace_folder


def _write(text: str):
    def write(folder: Path) -> None:
        (folder / "result.json").write_text(json.dumps({"schema": "anlan.assess/1", "n": text}))

    return write


def test_an_earlier_result_is_replaced_whole(tmp_path: Path) -> None:
    target = tmp_path / "out"
    replace_folder(target, _write("1"))
    (target / "rejected.csv").write_text("old")
    replace_folder(target, _write("2"))
    assert [p.name for p in target.iterdir()] == ["result.json"]
    assert (target / "result.json").read_text().endswith('"n": "2"}')
    assert [p.name for p in tmp_path.iterdir()] == ["out"]


def test_a_failed_run_leaves_the_earlier_result(tmp_path: Path) -> None:
    target = tmp_path / "out"
    replace_folder(target, _write("1"))

    def fail(folder: Path) -> None:
        (folder / "result.json").write_text("half")
        raise RuntimeError("stopped")

    with pytest.raises(RuntimeError):
        replace_folder(target, fail)
    assert (target / "result.json").read_text().endswith('"n": "1"}')
    assert [p.name for p in tmp_path.iterdir()] == ["out"]


def test_a_folder_that_also_holds_other_files_is_not_replaced(tmp_path: Path) -> None:
    target = tmp_path / "out"
    replace_folder(target, _write("1"))
    (target / "orders.csv").write_text("the input itself")
    with pytest.raises(UsageError):
        replace_folder(target, _write("2"))
    assert (target / "orders.csv").read_text() == "the input itself"
    (target / "orders.csv").unlink()
    (target / "result.json").write_text("{}")
    with pytest.raises(UsageError):
        replace_folder(target, _write("2"))


def test_a_pipe_or_a_dangling_link_is_not_replaced(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "link").symlink_to(tmp_path / "nowhere")
    for name in ("pipe", "link"):
        with pytest.raises(UsageError):
            replace_folder(tmp_path / name, _write("1"))
    assert (tmp_path / "pipe").is_fifo()
    assert (tmp_path / "link").is_symlink()


def test_a_folder_with_other_things_is_not_replaced(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("keep me")
    with pytest.raises(UsageError):
        replace_folder(tmp_path, _write("1"))
    with pytest.raises(UsageError):
        replace_folder(tmp_path / "letter.txt", _write("1"))
    assert (tmp_path / "letter.txt").read_text() == "keep me"
