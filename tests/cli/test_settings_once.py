"""A run reads each settings file from disk once."""

import builtins
import io
import json
import os
from pathlib import Path

import pytest

from anlan.cli.main import main

ROWS = [
    f"c{n},{step},2026-03-{1 + n % 28:02} {8 + k:02}:00:00" for n in range(40) for k, step in enumerate("abc")
]


def test_each_settings_file_is_opened_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANLAN_HOME", str(tmp_path / "home"))
    log, calendar, costs = tmp_path / "hall.csv", tmp_path / "always.toml", tmp_path / "rates.toml"
    log.write_text("case,activity,time\n" + "\n".join(ROWS) + "\n")
    calendar.write_text('zone = "UTC"\nvalid_from = 2026-01-01\nvalid_to = 2026-12-31\nweek = "always"\n')
    costs.write_text('currency = "CNY"\nperson_day = 720\n')
    opened = _count_opens(monkeypatch)
    words = ["assess", str(log), "--calendar", str(calendar), "--costs", str(costs)]
    assert main([*words, "--out", str(tmp_path / "out")]) == 0
    assert opened.count(str(calendar)) == 1
    assert opened.count(str(costs)) == 1
    parameters = json.loads((tmp_path / "out" / "result.json").read_text())["provenance"]["parameters"]
    assert parameters["calendar"].startswith("sha256:")


def _count_opens(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    opened: list[str] = []
    for module, name in ((os, "open"), (io, "open"), (builtins, "open")):
        original = getattr(module, name)

        def counted(file, *arguments, original=original, **named):
            opened.append(str(file))
            return original(file, *arguments, **named)

        monkeypatch.setattr(module, name, counted)
    return opened
