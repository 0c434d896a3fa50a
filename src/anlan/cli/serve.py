"""`anlan serve`: the application, its worker and its scheduler in one command.

1. Check that the address is free, and bring the database up to date.
2. Start the parts as processes of their own. A worker or scheduler that ends is started again; when the
   pages' server ends, or something ends again and again, everything ends.
3. On Ctrl+C or SIGTERM ask the parts to stop; what has not stopped after a while is ended.
"""

import argparse
import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from types import FrameType

from anlan.domain.errors import RefusedInput, UsageError
from anlan.formats.messages import messages

SETTINGS = "anlan.web.project.settings"
PARTS = ("web", "worker", "scheduler")
_PATIENCE_S = 20.0
_MOST_STARTS = 5
_AGAIN_AFTER_S = 1.0
_LOOK_EVERY_S = 0.2


def serve(options: argparse.Namespace) -> None:
    """Bring the database up to date, then run the parts asked for until the user stops them."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", SETTINGS)
    parts = [part for part in PARTS if options.only in (None, part)]
    say = messages(options.lang).text
    if "web" in parts:
        check_address(options.host, options.port)
    prepare_database()
    stopped = _signals()
    running = {part: Part(part, _command(part, options)) for part in parts}
    try:
        if "web" in parts:
            _announce(running["web"], options, say)
        _watch(running, stopped)
    finally:
        _end(list(running.values()))
    print(say("serve.stopped"), flush=True)


class Part:
    """A process of the application, started again when it ends."""

    def __init__(self, name: str, command: list[str]) -> None:
        self.name = name
        self._command = command
        self._starts: list[float] = []
        self.start()

    def start(self) -> None:
        self._starts.append(time.monotonic())
        self.process = subprocess.Popen(self._command, start_new_session=True, preexec_fn=_end_with_parent)

    def failing(self, *, within_s: float = 60.0) -> bool:
        """Whether it was started too often lately to be worth another try."""
        lately = [at for at in self._starts if at > time.monotonic() - within_s]
        return len(lately) >= _MOST_STARTS


def _end_with_parent() -> None:
    """Where the system can (Linux): SIGTERM for the part when the one command is killed."""
    if sys.platform == "linux":
        end_signal_of_parent = 1
        ctypes.CDLL(None).prctl(end_signal_of_parent, signal.SIGTERM)


def check_address(host: str, port: int) -> None:
    """Refuse a port that is none or that another program has."""
    if not 0 < port < 65536:
        raise UsageError("serve.port", found=port)
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    except socket.gaierror as fault:
        raise UsageError("serve.host", found=host) from fault
    with socket.socket(family, kind, protocol) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(address)
        except OSError as fault:
            raise RefusedInput(
                "serve.address_taken", host=host, port=port, reason=str(fault.strerror)
            ) from fault


def prepare_database() -> None:
    """Tables and built-in roles of this version; nothing is lost of what is there."""
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", interactive=False, verbosity=0)
    from django.db import connections

    from anlan.web.people.services import ensure_roles
    from anlan.web.readings.router import LABEL, database

    if database() == LABEL:
        call_command("migrate", LABEL, database=LABEL, interactive=False, verbosity=0)
    ensure_roles()
    connections.close_all()


def _announce(web: Part, options: argparse.Namespace, say: Callable[..., str]) -> None:
    """Say the address once the server answers there."""
    until = time.monotonic() + _PATIENCE_S
    while time.monotonic() < until and web.process.poll() is None:
        try:
            with socket.create_connection((options.host, options.port), timeout=1.0):
                break
        except OSError:
            time.sleep(0.1)
    if web.process.poll() is None:
        print(say("serve.address", address=f"http://{options.host}:{options.port}/"), flush=True)


def _watch(running: dict[str, Part], stopped: Callable[[], bool]) -> None:
    """Start again what ends, until asked to stop. RefusedInput where a part cannot be kept running."""
    while not stopped():
        for part in running.values():
            code = part.process.poll()
            if code is None:
                continue
            if part.name == "web" or part.failing():
                raise RefusedInput("serve.part_ended", part=part.name, status=code)
            time.sleep(_AGAIN_AFTER_S)
            part.start()
        time.sleep(_LOOK_EVERY_S)


def _signals() -> Callable[[], bool]:
    """Whether Ctrl+C or SIGTERM asked to stop."""
    asked: list[int] = []

    def note(number: int, frame: FrameType | None) -> None:
        asked.append(number)

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, note)
    return lambda: bool(asked)


def _end(parts: list[Part]) -> None:
    """Ask all parts to stop, then end the processes of those that do not."""
    for part in parts:
        if part.process.poll() is None:
            part.process.send_signal(signal.SIGTERM)
    until = time.monotonic() + _PATIENCE_S
    for part in parts:
        try:
            part.process.wait(timeout=max(0.1, until - time.monotonic()))
        except subprocess.TimeoutExpired:
            os.killpg(part.process.pid, signal.SIGKILL)
            part.process.wait()


def _command(part: str, options: argparse.Namespace) -> list[str]:
    if part == "web":
        return [
            sys.executable, "-m", "granian", "--interface", "wsgi", "--host", options.host,
            "--port", str(options.port), "--workers", str(options.workers), "--blocking-threads", "4",
            "--no-ws", "--log-level", "warning", "anlan.web.project.wsgi:application",
        ]  # fmt: skip
    if part == "worker":
        return [
            sys.executable, "-m", "django", "worker", "--interval", "0.5", "--verbosity", "0", "--no-reload",
            "--no-startup-delay",
        ]  # fmt: skip
    return [sys.executable, "-m", "django", "scheduler"]
