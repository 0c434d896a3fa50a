"""The command line answers fast, in both languages, and loads nothing heavy for help."""

import subprocess
import sys

import pytest

HEAVY = ("numpy", "numba", "pyarrow", "scipy", "django")


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "anlan", *arguments], capture_output=True, text=True, check=False
    )


def test_help_is_chinese_unless_asked_otherwise() -> None:
    assert "识别风险" in run("--help").stdout
    assert "identify risks" in run("--lang", "en", "--help").stdout


def test_help_loads_nothing_heavy() -> None:
    code = (
        "import sys\nfrom anlan.cli.main import main\n"
        "try: main(['--help'])\nexcept SystemExit: pass\n"
        f"print([m for m in {HEAVY!r} if m in sys.modules], file=sys.stderr)"
    )
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert shown.stderr.strip() == "[]"


def test_no_command_is_a_usage_error() -> None:
    assert run().returncode == 2


@pytest.mark.parametrize("words", [("assess",), ("key-nodes",), ("log", "import"), ("log", "append")])
def test_every_command_has_help(words: tuple[str, ...]) -> None:
    assert run(*words, "--help").returncode == 0
