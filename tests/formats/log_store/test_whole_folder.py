"""A log is stored whole or not at all: writers killed at any moment, two writers at once."""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from anlan.domain.errors import RefusedInput
from anlan.formats.log_store import LogStore, Part
from anlan.formats.log_store.whole_folder import one_writer, whole_folder
from logs import make_log, random_log

WRITER = """
import sys
from pathlib import Path
from anlan.formats.log_store import LogStore, Part
from logs import random_log, make_log
folder, number = Path(sys.argv[1]), int(sys.argv[2])
log = random_log(seed=number, n_cases=3_000)
print("ready", flush=True)
store = LogStore(folder)
stored = store.add(log, parts=(Part("one", f"{number:064x}", rows=15_000),), report={})
stored.append(random_log(seed=number + 500, n_cases=3_000), Part("two", f"{number + 500:064x}", rows=15_000))
print("done", flush=True)
"""


def _writer(folder: Path, number: int) -> subprocess.Popen:
    tests = str(Path(__file__).parents[2])
    environment = {**os.environ, "PYTHONPATH": tests}
    return subprocess.Popen(
        [sys.executable, "-c", WRITER, str(folder), str(number)],
        stdout=subprocess.PIPE,
        env=environment,
        text=True,
    )


@pytest.mark.slow
def test_a_writer_killed_at_any_moment_leaves_no_half_log(tmp_path: Path) -> None:
    chance = random.Random(1)
    finished = 0
    for number in range(8):
        writer = _writer(tmp_path, number)
        assert writer.stdout is not None
        assert writer.stdout.readline() == "ready\n"
        time.sleep(chance.uniform(0.0, 0.25))
        writer.send_signal(signal.SIGKILL)
        finished += writer.stdout.read() == "done\n"
        writer.wait()
        for stored in LogStore(tmp_path).list():
            assert stored.verify() == ()
    LogStore(tmp_path, wait_s=1.0).add(make_log([]), parts=(Part("last", "f" * 64),), report={})
    assert not [path.name for path in tmp_path.iterdir() if path.name.startswith(".unfinished")]
    assert finished < 8


@pytest.mark.slow
def test_two_writers_of_the_same_log_both_succeed(tmp_path: Path) -> None:
    writers = [_writer(tmp_path, 7) for _ in range(2)]
    assert [writer.wait() for writer in writers] == [0, 0]
    assert len(LogStore(tmp_path).list()) == 2
    assert all(stored.verify() == () for stored in LogStore(tmp_path).list())


def test_a_second_writer_is_told_after_waiting(tmp_path: Path) -> None:
    store = LogStore(tmp_path, wait_s=0.2)
    log = random_log(seed=1, n_cases=5)
    with one_writer(tmp_path, wait_s=1.0), pytest.raises(RefusedInput, match="busy"):
        store.add(log, parts=(Part("x", "a" * 64),), report={})
    assert store.add(log, parts=(Part("x", "a" * 64),), report={}).verify() == ()


def test_what_a_killed_writer_left_is_swept_by_the_next(tmp_path: Path) -> None:
    left = tmp_path / ".unfinished-abc"
    left.mkdir()
    (left / "b00.events.parquet").write_bytes(b"half")
    (tmp_path / ".unfinished-rejected").write_bytes(b"half")
    store = LogStore(tmp_path)
    assert store.list() == ()
    store.add(random_log(seed=1, n_cases=5), parts=(Part("x", "a" * 64),), report={})
    assert not list(tmp_path.glob(".unfinished-*"))


def test_an_error_inside_leaves_the_target_as_it_was(tmp_path: Path) -> None:
    target = tmp_path / "target"
    target.mkdir()
    (target / "old").write_text("stays")

    def fail_half_way() -> None:
        with whole_folder(target) as folder:
            (folder / "new").write_text("never seen")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail_half_way()
    assert [path.name for path in tmp_path.iterdir()] == ["target"]
    assert (target / "old").read_text() == "stays"
