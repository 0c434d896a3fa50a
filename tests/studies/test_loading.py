"""A log is read once, found again by content, and grows by appending."""

from pathlib import Path

import numpy as np
import pytest

from anlan.domain.errors import RefusedInput, UsageError
from anlan.domain.event_log import EventLog
from anlan.engines.local import summarise_log
from anlan.formats.reading.read_log import ReadOptions
from anlan.studies.loading import append_file, import_file, load_log

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
    with pytest.raises(RefusedInput):
        load_log(loaded.facts.id)
    with pytest.raises(RefusedInput):
        import_file(log, ReadOptions())


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
