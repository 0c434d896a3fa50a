"""From file to store: a real log cut into parts, read part by part, gives the summary of the whole."""

import gzip
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from anlan.engines.local import summarise_log
from anlan.formats.log_store import LogStore, Part
from anlan.formats.reading.options import ReadOptions
from anlan.formats.reading.read_log import ReadLog, read_log
from support import shared

OPTIONS = ReadOptions(
    mapping={"case": "number", "activity": "ident_state", "end": "sys_updated_at", "resource": "assigned_to"},
    tz="UTC",
    missing_markers=("", "?"),
)


def _same(one: Any, other: Any) -> bool:
    if is_dataclass(one):
        return all(_same(getattr(one, field.name), getattr(other, field.name)) for field in fields(one))
    return np.array_equal(one, other) if isinstance(one, np.ndarray) else one == other


def _read(path: Path, lines: list[str]) -> ReadLog:
    path.write_text("".join(lines), encoding="utf-8")
    return read_log(path, options=OPTIONS)


@pytest.mark.slow
def test_a_real_log_in_parts_is_summarised_like_the_whole(tmp_path: Path) -> None:
    source = shared("data/uci_incident/incident_event_log.csv.gz")
    with gzip.open(source, "rt", encoding="utf-8") as stream:
        head, *lines = [next(stream) for _ in range(30_001)]
    whole = _read(tmp_path / "whole.csv", [head, *lines])
    store, stored = LogStore(tmp_path / "logs"), None
    for number, (begin, end) in enumerate([(0, 10_000), (0, 20_000), (20_000, 30_000)]):
        read = _read(tmp_path / f"{number}.csv", [head, *lines[begin:end]])
        part = Part(f"{number}.csv", read.report.sha256, rows=read.report.n_rows)
        stored = stored.append(read.log, part) if stored else store.add(read.log, parts=(part,), report={})
    assert stored is not None
    assert [part.known for part in stored.manifest.parts] == [0, 10_000, 0]
    (summary, buckets), (fresh, fresh_buckets) = summarise_log(stored.load()), summarise_log(whole.log)
    assert _same(summary, fresh)
    assert all(_same(one, other) for one, other in zip(buckets, fresh_buckets, strict=True))
