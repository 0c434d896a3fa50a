"""A first run says that it compiles, how far it is and at which stage; a later one says nothing of it."""

import subprocess
import sys
from pathlib import Path

import pytest

from anlan.cli.speak import ProgressLine, kernel_modules

COMPILE = """
from anlan.cli.speak import ProgressLine
line = ProgressLine("zh", after_s=0.0)
line("read", 0.0)
line._last = -10.0
import probe_kernels
print(probe_kernels.callee(1))
line.close()
"""


def test_compiled_kernels_are_told_one_group_after_the_other(tmp_path: Path) -> None:
    (tmp_path / "probe_kernels.py").write_text(
        "from anlan.maths.compile import kernel\n\n@kernel\ndef callee(x):\n    return x + 1\n",
        encoding="utf-8",
    )
    source = Path(__file__).parents[2] / "src"
    shown = subprocess.run(
        [sys.executable, "-c", COMPILE],
        env={
            "PYTHONPATH": f"{source}:{tmp_path}",
            "ANLAN_CACHE": str(tmp_path / "cache"),
            "HOME": str(tmp_path),
        },
        capture_output=True,
        text=True,
        check=True,
    )
    assert shown.stdout.strip() == "2"
    assert f"编译计算内核（{len(kernel_modules())} 组" in shown.stderr
    assert f"首次运行：读入日志，编译计算内核 1/{len(kernel_modules())}" in shown.stderr


def test_every_group_of_kernels_is_counted() -> None:
    assert "anlan.maths.streams_kernels" in kernel_modules()
    assert len(kernel_modules()) > 20


def test_a_later_run_says_nothing_of_compiling(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "kept.nbi").touch()
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path))
    ProgressLine("en").close()
    assert capsys.readouterr().err == ""
