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


def test_a_method_says_which_of_its_kernels_are_compiled_and_how_far_it_is(tmp_path: Path) -> None:
    """The line of progress reads a clock three seconds on at each look: no line waits for real time."""
    source = Path(__file__).parents[2] / "src"
    code = (
        "import itertools, types\n"
        "from anlan.cli import methods, speak\n"
        "from anlan.cli.parser import build_parser\n"
        "seconds = itertools.count(0.0, 3.0)\n"
        "speak.time = types.SimpleNamespace(monotonic=lambda: next(seconds))\n"
        "from anlan.studies.methods.explaining import EXAMPLES\n"
        "spec = str(EXAMPLES / 'event_tree.yaml')\n"
        "words = ['quantify', '--lang', 'zh', '--spec', spec]\n"
        "methods.answer_about_methods(build_parser('zh').parse_args(words))\n"
    )
    shown = subprocess.run(
        [sys.executable, "-c", code],
        env={"PYTHONPATH": str(source), "ANLAN_CACHE": str(tmp_path / "cache"), "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert "首次使用：按方法评估，编译计算内核（第 " in shown.stderr
    assert "按方法评估  0%" in shown.stderr
