"""`anlan audit verify | anchor`: prove that nobody changed the audit, and sign its present head."""

import argparse
import os
from dataclasses import asdict

from anlan.cli.serve import SETTINGS
from anlan.cli.speak import ProgressLine, write_json
from anlan.domain.errors import RefusedInput
from anlan.formats.messages import messages


def verify_audit(options: argparse.Namespace) -> None:
    """Walk the chain and its anchors. RefusedInput (exit code 3) names the first event that does not hold."""
    _open_database()
    from anlan.web.common.verification import verify

    progress = ProgressLine(options.lang)
    try:
        found = verify(progress=lambda done: progress("audit", done))
    finally:
        progress.close()
    if options.json:
        write_json(asdict(found))
    if found.reason:
        raise RefusedInput(f"audit.{found.reason}", at=found.broken_at, held=found.held, line=found.line)
    if not options.json:
        say = messages(options.lang).text
        print(say("audit.whole", events=found.events, anchors=found.anchors, held=found.held))


def anchor_audit(options: argparse.Namespace) -> None:
    """Sign the present head of the chain now; the scheduler does the same every hour."""
    _open_database()
    from anlan.web.common.anchors import anchor_now, anchors_file

    made, say = anchor_now(), messages(options.lang).text
    if made is None:
        print(say("audit.nothing_new", file=str(anchors_file())))
    else:
        print(say("audit.anchored", count=made.count, file=str(anchors_file())))


def _open_database() -> None:
    """The database as it is: a check changes nothing, so tables that are not there are a refusal."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", SETTINGS)
    import django

    django.setup()
    from django.db import connection

    from anlan.web.common.models import AuditEvent

    if AuditEvent._meta.db_table not in connection.introspection.table_names():
        raise RefusedInput("audit.no_database", database=str(connection.settings_dict["NAME"]))
