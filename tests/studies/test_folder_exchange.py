"""A folder takes the place of another in one step, whoever else writes and whenever one is killed."""

import fcntl
import multiprocessing
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from anlan.domain.errors import RefusedInput
from anlan.studies import folder_exchange
from anlan.studies.folder_exchange import PREFIX, exchange_names, write_and_exchange


def fill(text: str):
    return lambda folder: (folder / "a.txt").write_text(text)


def put(target: Path, text: str) -> None:
    write_and_exchange(target, fill(text), check=lambda: None)


def killed_writer(target: Path, *, at: str) -> None:
    """Another process that writes to `target` and dies by SIGKILL inside the function `at`."""
    code = f"""
import os, signal, sys
from pathlib import Path
from anlan.studies import folder_exchange as exchange
exchange.{at} = lambda *a: os.kill(os.getpid(), signal.SIGKILL)
write = lambda folder: (folder / "a.txt").write_text("half")
exchange.write_and_exchange(Path(sys.argv[1]), write, check=lambda: None)
"""
    done = subprocess.run([sys.executable, "-c", code, str(target)], check=False)
    assert done.returncode == -signal.SIGKILL


def left(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if path.name.startswith(PREFIX))


@pytest.mark.parametrize("at", ["_exchange", "_clear"])
def test_after_a_kill_there_is_one_whole_folder_and_the_next_run_sweeps(tmp_path: Path, at: str) -> None:
    target = tmp_path / "out"
    put(target, "1")
    killed_writer(target, at=at)
    assert (target / "a.txt").read_text() == {"_exchange": "1", "_clear": "half"}[at]
    assert len(left(tmp_path)) == 1
    put(target, "3")
    assert (target / "a.txt").read_text() == "3"
    assert left(tmp_path) == []


def test_the_exchange_is_one_step_where_the_system_has_it(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        (tmp_path / name / name).touch()
    if not exchange_names(tmp_path / "a", tmp_path / "b"):
        pytest.skip("no exchange of two names on this file system")
    assert (tmp_path / "a" / "b").exists()
    assert (tmp_path / "b" / "a").exists()


def test_without_that_step_the_results_are_still_replaced_and_put_back_after_a_kill(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(folder_exchange, "exchange_names", lambda first, second: False)
    target = tmp_path / "out"
    put(target, "1")
    put(target, "2")
    assert (target / "a.txt").read_text() == "2"
    work = folder_exchange._begin(target)
    target.rename(work / folder_exchange.EARLIER)

    def fail(folder: Path) -> None:
        raise RuntimeError("stopped")

    with pytest.raises(RuntimeError):
        write_and_exchange(target, fail, check=lambda: None)
    assert (target / "a.txt").read_text() == "2"
    assert left(tmp_path) == []


def test_folders_that_only_look_alike_are_left_alone(tmp_path: Path) -> None:
    target = tmp_path / "g*"
    put(target, "1")
    key = folder_exchange._key(target)
    alike = [".g*.old-mine", ".gg.old-mine", f"{PREFIX}{key}-mine", f"{PREFIX}{key}-0123456789ab"]
    for name in alike:
        (tmp_path / name).mkdir()
        (tmp_path / name / "letter.txt").write_text("keep me")
    put(target, "2")
    assert all((tmp_path / name / "letter.txt").read_text() == "keep me" for name in alike)


def test_the_folder_of_a_writer_at_work_is_left_alone(tmp_path: Path) -> None:
    target = tmp_path / "out"

    def overtaken(folder: Path) -> None:
        (folder / "a.txt").write_text("slow")
        put(target, "quick")

    write_and_exchange(target, overtaken, check=lambda: None)
    assert (target / "a.txt").read_text() == "slow"
    assert left(tmp_path) == []


def _many(target: Path, name: str) -> None:
    for n in range(20):
        put(target, f"{name} {n}")


def test_writers_of_the_same_target_all_finish(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    writers = [context.Process(target=_many, args=(tmp_path / "out", str(k))) for k in range(4)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(60)
    assert [writer.exitcode for writer in writers] == [0, 0, 0, 0]
    assert (tmp_path / "out" / "a.txt").read_text().endswith(" 19")
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_the_longest_name_a_folder_can_have_is_accepted(tmp_path: Path) -> None:
    target = tmp_path / ("n" * 255)
    put(target, "1")
    put(target, "2")
    assert (target / "a.txt").read_text() == "2"


def test_a_writer_that_never_ends_is_named(tmp_path: Path) -> None:
    handle = os.open(tmp_path, os.O_RDONLY)
    fcntl.flock(handle, fcntl.LOCK_EX)
    with pytest.raises(RefusedInput) as refused:
        write_and_exchange(tmp_path / "out", fill("1"), check=lambda: None, wait_s=0.1)
    os.close(handle)
    assert refused.value.code == "results.busy"
    assert list(tmp_path.iterdir()) == []
