"""`anlan demo`: the report on the bundled log, the demo organisation, and the application over it."""

import argparse
import os
from pathlib import Path

from anlan import home
from anlan.cli.assess import demo_report
from anlan.cli.serve import SETTINGS, check_address, prepare_database, serve
from anlan.formats.messages import messages

ACCOUNTS_FILE = "demo-accounts.txt"


def demo(options: argparse.Namespace) -> None:
    """Write the report, make the demo organisation where it is not there yet, then serve it."""
    say = messages(options.lang).text
    options.host, options.workers, options.only = "127.0.0.1", 2, None
    if not options.no_serve:
        check_address(options.host, options.port)
    demo_report(options)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", SETTINGS)
    prepare_database()
    from anlan.web.project.demo import prepare_demo

    made = prepare_demo(
        password=options.password,
        language=options.lang,
        say=lambda step: print(say(f"demo.{step}"), flush=True),
    )
    file = home() / ACCOUNTS_FILE
    if made:
        lines = [f"{a.username}\t{a.password}\t{a.name}\t{say(f'demo.roles.{a.role}')}" for a in made]
        _keep(file, "\n".join(lines) + "\n")
    print(say("demo.accounts", file=str(file)))
    print(file.read_text(encoding="utf-8") if file.is_file() else say("demo.no_accounts"), flush=True)
    if options.no_serve:
        print(say("demo.next"))
    else:
        serve(options)


def _keep(file: Path, text: str) -> None:
    """The accounts, readable by their owner alone."""
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
        stream.write(text)
