"""A terminal of another encoding shows what it can; bytes that are no text are refused, not crashed on."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from process_log import hall_log


def _run(
    home: Path, *words: str | bytes, encoding: str, language: str | None = None
) -> subprocess.CompletedProcess[bytes]:
    environment = {name: value for name, value in os.environ.items() if name != "ANLAN_LANG"}
    environment |= {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONIOENCODING": encoding}
    environment |= {"ANLAN_HOME": str(home)} | ({"ANLAN_LANG": language} if language else {})
    command = [sys.executable, "-m", "anlan", *words]
    return subprocess.run(command, capture_output=True, env=environment, check=False)


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "cp1252"])
def test_help_is_english_where_the_terminal_knows_no_chinese(tmp_path: Path, encoding: str) -> None:
    shown = _run(tmp_path, "--help", encoding=encoding)
    assert shown.returncode == 0
    assert b"usage:" in shown.stdout
    assert "识别风险" in _run(tmp_path, "--help", encoding="gb18030").stdout.decode("gb18030")


def test_chinese_asked_for_is_written_as_numbers_where_there_are_no_signs(tmp_path: Path) -> None:
    shown = _run(tmp_path, "--help", encoding="ascii", language="zh")
    assert shown.returncode == 0
    assert rb"\u8bc6\u522b" in shown.stdout
    unknown = _run(tmp_path, "阿", encoding="ascii", language="zh")
    assert unknown.returncode == 2
    assert b"Traceback" not in unknown.stderr


@pytest.mark.parametrize("encoding", ["ascii", "latin-1"])
def test_a_log_is_described_and_its_json_can_be_read_on_any_terminal(tmp_path: Path, encoding: str) -> None:
    log = str(hall_log(tmp_path / "hall.csv"))
    told = _run(tmp_path, "log", "describe", log, encoding=encoding, language="zh")
    assert (told.returncode, b"Traceback" in told.stderr) == (0, False)
    as_json = _run(tmp_path, "log", "describe", log, "--json", encoding=encoding)
    usual = _run(tmp_path, "log", "describe", log, "--json", encoding="utf-8")
    assert json.loads(as_json.stdout.decode(encoding)) == json.loads(usual.stdout)


@pytest.mark.parametrize(
    "words",
    [("--process", b"a\xff"), ("--map", b"case=\xff"), ("--out", b"\xffout"), ("--costs", b"\xff.toml")],
)
def test_bytes_that_are_no_text_are_refused_with_the_option(tmp_path: Path, words: tuple) -> None:
    log = str(hall_log(tmp_path / "hall.csv"))
    out = () if words[0] == "--out" else ("--out", str(tmp_path / "out"))
    refused = _run(tmp_path, "assess", log, *out, *words, encoding="utf-8", language="en")
    assert refused.returncode == 2
    assert words[0].encode() in refused.stderr
    assert b"Traceback" not in refused.stderr


def test_a_log_whose_name_is_no_text_is_refused(tmp_path: Path) -> None:
    name = os.fsencode(tmp_path) + b"/hall\xff.csv"
    Path(os.fsdecode(name)).write_bytes(hall_log(tmp_path / "hall.csv").read_bytes())
    refused = _run(tmp_path, "log", "import", name, encoding="utf-8", language="en")
    assert refused.returncode == 2
    assert b"rename" in refused.stderr
