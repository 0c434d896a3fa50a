"""Indicators of many units: `python -m bench.monitor.organisation --series N` in a home of its own.

Prints what a client needs as JSON: tokens, and the codes of indicators and units; each indicator has a series
in each unit.
"""

import argparse
import json
import os
import secrets
import sys

import django

os.environ["DJANGO_SETTINGS_MODULE"] = "anlan.web.project.settings"
django.setup()

from django.conf import settings
from django.core.management import call_command
from django.db import transaction

from anlan.web.monitoring.services.indicators import create_indicator
from anlan.web.people.models import Unit, User
from anlan.web.people.permissions import grants
from anlan.web.people.services import assign_role, create_unit, create_user, ensure_roles
from anlan.web.people.tokens import create_token

N_UNITS, N_TOKENS = 50, 40
DEFINITION = {
    "kind": "kri", "unit": "s", "direction": "higher_worse", "grain_s": 60, "lowest": 0, "highest": 86_400,
    "limits": [{"level": "orange", "fire": 540, "clear": 450}, {"level": "red", "fire": 720, "clear": 540}],
    "consecutive": 2,
}  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.monitor.organisation", description=__doc__)
    parser.add_argument("--series", type=int, required=True)
    series = parser.parse_args().series
    for alias in settings.DATABASES:
        call_command("migrate", interactive=False, verbosity=0, database=alias)
    top, units, manager = staff(min(N_UNITS, series))
    with transaction.atomic():
        made = [
            create_indicator(
                top, name=f"第 {i} 项等候", name_en=f"Wait {i}", document=DEFINITION, actor=manager
            ).code
            for i in range(1, series // len(units) + 1)
        ]
    tokens = [
        create_token(user=manager, name=f"client {i}", scopes=grants(manager), days=1)[1]
        for i in range(N_TOKENS)
    ]
    given = {"tokens": tokens, "indicators": made, "units": [unit.code for unit in units]}
    json.dump(given, sys.stdout)


@transaction.atomic
def staff(n: int) -> tuple[Unit, list[Unit], User]:
    """A head office, n branches, and one person who reports for all of them."""
    ensure_roles()
    top = create_unit(code="HQ", name="总公司", name_en="Head office", actor=None)
    units = [
        create_unit(code=f"U{i:02}", name=f"第 {i} 所", name_en=f"Branch {i}", parent=top, actor=None)
        for i in range(1, n + 1)
    ]
    manager = create_user(
        username="reporter", name="上报人", password=secrets.token_urlsafe(12), unit=top, actor=None
    )
    assign_role(user=manager, role="risk_manager", unit=top, actor=None)
    return top, units, manager


if __name__ == "__main__":
    main()
