"""`anlan serve`: the application, its worker and its scheduler in one command."""

import argparse
import os
import signal
import subprocess
import sys

from anlan.domain.errors import UsageError
from anlan.formats.messages import messages

SETTINGS = "anlan.web.project.settings"
PARTS = ("web", "worker", "scheduler")


def serve(options: argparse.Namespace) -> None:
    """Bring the database up to date, then run the parts asked for until one ends or the user stops."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", SETTINGS)
    prepare_database()
    parts = [part for part in PARTS if getattr(options, "only", None) in (None, part)]
    say = messages(options.lang).text
    if "web" in parts:
        print(say("serve.address", address=f"http://{options.host}:{options.port}/"), flush=True)
    processes = [subprocess.Popen(_command(part, options)) for part in parts]
    try:
        os.waitpid(-1, 0) if len(processes) > 1 else processes[0].wait()
    except KeyboardInterrupt:
        pass
    finally:
        for process in processes:
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
        for process in processes:
            process.wait(timeout=20)


def prepare_database() -> None:
    """Tables and built-in roles of this version; nothing is lost of what is there."""
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", interactive=False, verbosity=0)
    from anlan.web.people.services import ensure_roles

    ensure_roles()


def _command(part: str, options: argparse.Namespace) -> list[str]:
    if part == "web":
        if not 0 < options.port < 65536:
            raise UsageError("serve.port", found=options.port)
        return [
            sys.executable, "-m", "granian", "--interface", "wsgi", "--host", options.host,
            "--port", str(options.port), "--workers", str(options.workers), "--blocking-threads", "4",
            "--no-ws", "--log-level", "warning", "anlan.web.project.wsgi:application",
        ]  # fmt: skip
    if part == "worker":
        return [sys.executable, "-m", "django", "db_worker", "--interval", "0.5", "--verbosity", "0"]
    return [sys.executable, "-m", "django", "scheduler"]
