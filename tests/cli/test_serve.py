"""`anlan serve`: a free address or a clear refusal; what it started ends with it."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from anlan.cli.main import main
from anlan.cli.serve import check_address
from anlan.domain.errors import RefusedInput, UsageError


def test_a_port_that_another_program_has_is_refused_with_the_next_step() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        with pytest.raises(RefusedInput) as refused:
            check_address("127.0.0.1", other.getsockname()[1])
    assert refused.value.code == "serve.address_taken"
    check_address("127.0.0.1", _free_port())


@pytest.mark.parametrize("port", [0, 65536, -1])
def test_a_number_that_is_no_port_is_refused(port: int) -> None:
    with pytest.raises(UsageError):
        check_address("127.0.0.1", port)


def test_a_taken_port_is_said_before_anything_starts(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        assert main(["serve", "--port", str(port), "--lang", "en"]) == 3
    assert f"127.0.0.1:{port}" in capsys.readouterr().err


@pytest.mark.slow
@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_the_parts_end_with_the_command_and_a_killed_worker_starts_again(
    tmp_path: Path, ending: signal.Signals
) -> None:
    port = _free_port()
    command = [sys.executable, "-m", "anlan", "serve", "--port", str(port), "--workers", "1"]
    served = subprocess.Popen(command, env=_environment(tmp_path))
    try:
        _eventually(lambda: _answers(port))
        worker = _eventually(lambda: _child(served.pid, "worker"))
        os.kill(worker, signal.SIGKILL)
        _eventually(lambda: _child(served.pid, "worker") not in (None, worker))
        children = _children(served.pid)
        served.send_signal(ending)
        assert served.wait(timeout=30) == (0 if ending != signal.SIGKILL else -9)
        _eventually(lambda: not any(Path(f"/proc/{child}").exists() for child in children))
        assert not _answers(port)
    finally:
        if served.poll() is None:
            served.kill()


def _environment(folder: Path) -> dict[str, str]:
    """This process's, without the settings and database of the tests."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("DJANGO_", "ANLAN_"))}
    return {**kept, "ANLAN_HOME": str(folder / "home")}


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/health/", timeout=2) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def _children(parent: int) -> list[int]:
    return [int(word) for word in Path(f"/proc/{parent}/task/{parent}/children").read_text().split()]


def _child(parent: int, name: str) -> int | None:
    found = [c for c in _children(parent) if name in Path(f"/proc/{c}/cmdline").read_text().split("\0")]
    return found[0] if found else None


def _eventually(asked, seconds: float = 40.0):
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if found := asked():
            return found
        time.sleep(0.2)
    raise AssertionError("did not happen in time")
