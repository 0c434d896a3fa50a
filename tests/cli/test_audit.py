"""`anlan audit verify` on a database of its own: whole, cut, rewritten, and not there."""

import json
import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

_WRITE = """
import django; django.setup()
from django.core.management import call_command
call_command("migrate", interactive=False, verbosity=0)
from anlan.web.common.audit import record
for i in range(6): record("test.write", changes={"value": (i, i + 1)})
"""


def _run(home: Path, *words: str) -> subprocess.CompletedProcess[str]:
    known = {**os.environ, "ANLAN_HOME": str(home), "DJANGO_SETTINGS_MODULE": "anlan.web.project.settings"}
    known.pop("ANLAN_DATABASE_URL", None)
    return subprocess.run([sys.executable, *words], env=known, capture_output=True, text=True, check=False)


def _audit(home: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return _run(home, "-m", "anlan", "--lang", "en", "audit", *words)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    made = _run(tmp_path, "-c", _WRITE)
    assert made.returncode == 0, made.stderr
    return tmp_path


def _change(home: Path, *statements: str) -> None:
    with sqlite3.connect(home / "anlan.sqlite3") as database:
        for statement in statements:
            database.execute(statement)


def test_a_whole_chain_then_a_cut_one(home: Path) -> None:
    assert "event 6" in _audit(home, "anchor").stdout
    whole = _audit(home, "verify")
    assert (whole.returncode, "6 events" in whole.stdout) == (0, True), whole.stderr
    _change(
        home, "DELETE FROM common_auditevent WHERE seq > 4",
        "UPDATE common_audithead SET count = 4, hash = (SELECT hash FROM common_auditevent WHERE seq = 4)",
    )  # fmt: skip
    cut = _audit(home, "verify", "--json")
    found = json.loads(cut.stdout)
    assert (cut.returncode, found["reason"], found["broken_at"], found["line"]) == (3, "cut", 5, 1)
    assert "events from 5" in cut.stderr


def test_an_altered_event_is_named(home: Path) -> None:
    _change(home, "UPDATE common_auditevent SET action = 'test.nicer' WHERE seq = 3")
    altered = _audit(home, "verify")
    assert (altered.returncode, "event 3" in altered.stderr) == (3, True)


def test_a_home_without_a_database_is_refused(tmp_path: Path) -> None:
    answer = _audit(tmp_path, "verify")
    assert (answer.returncode, "anlan serve" in answer.stderr) == (3, True)
