"""A log is read once, found again by content, and grows by appending."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from anlan.domain.errors import RefusedInput, UsageError
from anlan.domain.event_log import EventLog
from anlan.engines.local import summarise_log
from anlan.formats.reading.read_log import ReadOptions
from anlan.studies.loading import append_file, import_file, load_log, log_file

HEADING = "case,activity,time,lifecycle:transition,resource\n"


@pytest.fixture(autouse=True)
def _own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANLAN_HOME", str(tmp_path / "home"))


def rows(n_cases: int) -> list[str]:
    """Start and complete rows of a three-step process, in order of time over all cases."""
    made = []
    for n in range(n_cases):
        for k, step in enumerate(("register", "repair", "close")):
            hour = n + 2 * k
            for word, minute in (("start", 5), ("complete", 40)):
                day, at = 1 + hour // 24, hour % 24
                made.append(
                    (f"2026-03-{day:02} {at:02}:{minute:02}:00", f"c{n},{step},", f",{word},p{n % 3}")
                )
    return [case + time + rest for time, case, rest in sorted(made)]


def write(path: Path, lines: list[str]) -> Path:
    path.write_text(HEADING + "\n".join(lines) + "\n")
    return path


def digest(log: EventLog) -> str:
    return summarise_log(log)[0].digest()


def test_the_same_file_again_is_found_and_not_read(tmp_path: Path) -> None:
    log = write(tmp_path / "a.csv", rows(40))
    first = import_file(log, ReadOptions())
    again = import_file(log, ReadOptions())
    assert again.facts == first.facts
    assert np.array_equal(again.log.end_us, first.log.end_us)
    assert load_log(first.facts.id[:10]).facts == first.facts


@pytest.mark.parametrize("cut", [1, 7, 61, 119, 200])
def test_appending_equals_reading_everything_at_once(tmp_path: Path, cut: int) -> None:
    lines = rows(40)
    whole = import_file(write(tmp_path / "all.csv", lines), ReadOptions())
    part = import_file(write(tmp_path / "a.csv", lines[:cut]), ReadOptions())
    both = append_file(part.facts.id, write(tmp_path / "b.csv", lines[cut:]), ReadOptions())
    assert digest(both.log) == digest(whole.log)


def test_rows_known_already_are_counted_not_repeated(tmp_path: Path) -> None:
    lines = rows(30)
    whole = import_file(write(tmp_path / "all.csv", lines), ReadOptions())
    part = import_file(write(tmp_path / "a.csv", lines[:90]), ReadOptions())
    cumulative = append_file(part.facts.id, tmp_path / "all.csv", ReadOptions())
    assert cumulative.facts.quality["known_rows"] == 90
    assert sum(cumulative.facts.rejected.values()) == 0
    assert digest(cumulative.log) == digest(whole.log)


def test_a_stored_log_with_a_flipped_bit_is_not_used(tmp_path: Path) -> None:
    log = write(tmp_path / "a.csv", rows(40))
    loaded = import_file(log, ReadOptions())
    victim = next(loaded.stored.folder.glob("b*.events.parquet"))
    content = bytearray(victim.read_bytes())
    content[len(content) // 3] ^= 4
    victim.chmod(0o644)
    victim.write_bytes(content)
    for use in (load_log, lambda source: append_file(source, log, ReadOptions())):
        with pytest.raises(RefusedInput) as refused:
            use(loaded.facts.id)
        assert refused.value.code == "store.damaged"
    again = import_file(log, ReadOptions())
    assert again.facts == loaded.facts
    assert again.stored.verify() == ()
    assert np.array_equal(load_log(loaded.facts.id).log.end_us, loaded.log.end_us)


def test_a_foreign_file_beside_a_stored_log_does_not_make_it_damaged(tmp_path: Path) -> None:
    loaded = import_file(write(tmp_path / "a.csv", rows(40)), ReadOptions())
    (loaded.stored.folder / ".DS_Store").write_bytes(b"x")
    assert load_log(loaded.facts.id).facts == loaded.facts
    assert (loaded.stored.folder / ".DS_Store").exists()


def test_a_log_is_called_as_the_file_given(tmp_path: Path) -> None:
    first = import_file(write(tmp_path / "march.csv", rows(40)), ReadOptions())
    again = import_file(write(tmp_path / "april.csv", rows(40)), ReadOptions())
    assert (first.facts.name, again.facts.name) == ("march.csv", "april.csv")
    assert again.facts.id == first.facts.id
    more = write(tmp_path / "b.csv", [row.replace("c1,", "d1,") for row in rows(40)])
    append_file(first.facts.id, more, ReadOptions())
    more.rename(tmp_path / "c.csv")
    assert append_file(first.facts.id, tmp_path / "c.csv", ReadOptions()).facts.name == "march.csv + c.csv"


def test_a_name_that_contradicts_the_content_is_refused_also_where_the_content_is_stored(
    tmp_path: Path,
) -> None:
    log = write(tmp_path / "a.csv", rows(40))
    import_file(log, ReadOptions())
    (tmp_path / "a.parquet").write_bytes(log.read_bytes())
    with pytest.raises(RefusedInput) as refused:
        import_file(tmp_path / "a.parquet", ReadOptions())
    assert refused.value.code == "reading.name_contradicts"


def test_rows_set_aside_that_are_gone_are_read_again(tmp_path: Path) -> None:
    log = write(tmp_path / "a.csv", [*rows(40), "c1,repair,never,start,p1"])
    first = import_file(log, ReadOptions())
    (kept,) = first.rejected_files
    text = kept.read_bytes()
    kept.unlink()
    assert load_log(first.facts.id).rejected_files == ()
    assert import_file(log, ReadOptions()).rejected_files == (kept,)
    assert kept.read_bytes() == text


@pytest.mark.parametrize("at", ["LogStore.add", "StoredLog.append"])
def test_a_writer_killed_before_the_log_is_stored_has_kept_the_rows_set_aside(
    tmp_path: Path, at: str
) -> None:
    code = f"""
import os, signal, sys
from pathlib import Path
from anlan.studies.loading import append_file, import_file, LogStore, StoredLog, ReadOptions
first, second = Path(sys.argv[1]), Path(sys.argv[2])
stored = import_file(first, ReadOptions())
{at} = lambda *a, **n: os.kill(os.getpid(), signal.SIGKILL)
if "{at}" == "StoredLog.append":
    append_file(stored.facts.id, second, ReadOptions())
import_file(second, ReadOptions())
"""
    first = write(tmp_path / "a.csv", rows(20))
    second = write(tmp_path / "b.csv", [*rows(40), "c1,repair,never,start,p1"])
    done = subprocess.run([sys.executable, "-c", code, str(first), str(second)], check=False)
    assert done.returncode == -signal.SIGKILL
    kept = list((tmp_path / "home" / "logs" / "rejected").iterdir())
    assert len(kept) == 1
    assert "never" in kept[0].read_text()


def test_a_sheet_is_refused_where_there_are_no_sheets(tmp_path: Path) -> None:
    with pytest.raises(UsageError):
        import_file(write(tmp_path / "a.csv", rows(40)), ReadOptions(sheet="March"))


def test_what_is_there_but_no_file_is_not_called_absent(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for find in (load_log, log_file):
        with pytest.raises(UsageError) as refused:
            find(str(tmp_path / "pipe"))
        assert refused.value.code == "reading.not_a_file"


def test_what_is_neither_a_file_nor_an_id_is_named(tmp_path: Path) -> None:
    for source in (str(tmp_path / "none.csv"), str(tmp_path), "../logs", "abcdef1234567890"):
        with pytest.raises(UsageError):
            load_log(source)


def test_rows_set_aside_are_found_again_however_the_columns_were_named(tmp_path: Path) -> None:
    lines = [*rows(20), "c9,a,yesterday,p"]
    log = write(tmp_path / "a.csv", lines)
    columns = log.read_text(encoding="utf-8").splitlines()[0].split(",")
    mapping = {"end": columns[2], "activity": columns[1], "case": columns[0]}
    loaded = import_file(log, ReadOptions(mapping=mapping))
    again = load_log(loaded.facts.id)
    assert sum(again.facts.rejected.values()) == 1
    assert again.rejected_files == loaded.rejected_files
    assert len(again.rejected_files) == 1


def test_a_log_opened_by_its_id_says_that_its_rejected_rows_are_gone(tmp_path: Path) -> None:
    lines = rows(30)
    bad = [line.replace("c1,", ",", 1) for line in lines[:4]]
    loaded = import_file(write(tmp_path / "a.csv", [*lines, *bad]), ReadOptions())
    assert loaded.rejected_files
    codes = [code for code, _ in load_log(loaded.facts.id).facts.notes]
    assert "rejected_rows_lost" not in codes
    for file in loaded.rejected_files:
        file.unlink()
    notes = dict(load_log(loaded.facts.id).facts.notes)
    assert notes["rejected_rows_lost"] == {"n": sum(loaded.facts.rejected.values()), "files": ["a.csv"]}
