"""A server that is killed while experts answer: what it said it had saved is there, and nothing by halves."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from anlan.web.common.models import AuditEvent
from anlan.web.common.verification import verify
from anlan.web.risks.models import ExpertAnswer
from anlan.web.risks.services import Expert, create_workshop, open_round

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]

ANSWERS = """
import django; django.setup()
from django.test import Client
import sys, itertools
token = sys.argv[1]
for n in itertools.count():
    sent = Client().post(f"/risks/answer/{token}/?q={1 + n % 36}", {"value": str(2 + n % 8)},
                         headers={"HX-Request": "true"})
    assert sent.status_code == 200, sent.content
    print(1 + n % 36, 2 + n % 8, flush=True)
"""


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """Of a process of its own on this test's database."""
    database = dict(settings.DATABASES["default"], NAME=connection.settings_dict["NAME"], TEST={})
    (tmp_path / "killed_settings.py").write_text(
        f"from web_settings import *\nDATABASES = {{'default': {database!r}}}\n"
        "ALLOWED_HOSTS = ['*']\n", encoding="utf-8",
    )  # fmt: skip
    paths = [str(tmp_path), *(p for p in sys.path if p)]
    return {**os.environ, "PYTHONPATH": os.pathsep.join(paths), "DJANGO_SETTINGS_MODULE": "killed_settings",
            "ANLAN_TEST_HOME": str(settings.ANLAN_HOME)}  # fmt: skip


def test_every_answer_that_was_confirmed_outlives_the_kill(organisation, environment) -> None:
    manager = organisation.people["risk_manager"]
    workshop, tokens = create_workshop(
        unit=organisation.north, title="x", purpose="", experts=[Expert(n) for n in "abc"], actor=manager,
        kind="ahp_pairs", content={"goal": "g", "items": [{"name": n} for n in "ABCDEFGHI"]},
    )  # fmt: skip
    open_round(workshop, actor=manager)
    confirmed: dict[int, int] = {}
    for after in (3, 11, 40):
        command = [sys.executable, "-c", ANSWERS, tokens["E1"]]
        server = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)
        assert server.stdout is not None
        said = [server.stdout.readline().split() for _ in range(after)]
        server.send_signal(signal.SIGKILL)
        said += [line.split() for line in server.stdout.read().splitlines()]
        server.wait()
        confirmed |= {int(each[0]): int(each[1]) for each in said if len(each) == 2}
        unsaid = 1 + int(said[-1][0]) % 36  # may be kept, but the server did not live to say so
        kept = {row.item.position + 1: row.estimate for row in ExpertAnswer.objects.select_related("item")}
        assert set(kept) - set(confirmed) <= {unsaid}
        assert {n: kept[n] for n in confirmed if n != unsaid} == {
            n: {"value": float(value)} for n, value in confirmed.items() if n != unsaid
        }
    assert AuditEvent.objects.filter(action="risks.workshop.answer").count() >= len(confirmed)
    assert verify().broken_at is None
