"""Compiled kernels are never stale and never need a writable package or home."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import anlan

CALLEE = "from anlan.maths.compile import kernel\n\n@kernel\ndef callee(x):\n    return x + {add}\n"
CALLER = """from anlan.maths.compile import kernel
from anlan.maths.probe_callee_kernels import callee

@kernel
def caller(x):
    return 10 * callee(x)
"""
RUN = "from anlan.maths.probe_caller_kernels import caller; print(caller(1))"


def run(source: Path, code: str, **environment: str) -> str:
    kept = {k: v for k, v in os.environ.items() if k not in ("NUMBA_CACHE_DIR", "ANLAN_CACHE", "ANLAN_HOME")}
    shown = subprocess.run(
        [sys.executable, "-c", code],
        env={**kept, "PYTHONPATH": str(source), **environment},
        cwd=source,
        capture_output=True,
        text=True,
        check=True,
    )
    return shown.stdout.strip()


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The package's root and kernel rules, with two kernels in files of their own."""
    target = tmp_path / "src" / "anlan" / "maths"
    target.mkdir(parents=True)
    package = Path(anlan.__file__).parent
    shutil.copy(package / "__init__.py", target.parent / "__init__.py")
    for name in ("__init__.py", "compile.py"):
        shutil.copy(package / "maths" / name, target / name)
    (target / "probe_caller_kernels.py").write_text(CALLER)
    (target / "probe_callee_kernels.py").write_text(CALLEE.format(add=1))
    return tmp_path / "src"


def test_an_edited_callee_is_seen_by_its_caller(copy: Path, tmp_path: Path) -> None:
    home = str(tmp_path / "home")
    assert run(copy, RUN, ANLAN_HOME=home) == "20"
    assert run(copy, RUN, ANLAN_HOME=home) == "20"
    (copy / "anlan" / "maths" / "probe_callee_kernels.py").write_text(CALLEE.format(add=2))
    assert run(copy, RUN, ANLAN_HOME=home) == "30"


def test_an_unusable_home_falls_back_to_a_private_folder(copy: Path, tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("not a folder")
    code = (
        "import anlan, os; folder = os.environ['NUMBA_CACHE_DIR']; "
        "print(folder, oct(os.stat(folder).st_mode)[-3:])"
    )
    folder, mode = run(copy, code, ANLAN_HOME=str(blocked)).rsplit(" ", 1)
    assert "anlan-kernels-" in folder
    assert mode == "700"
    shutil.rmtree(folder)
