"""A source from the form to its page and over the API, in both languages, within its unit."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.urls import reverse
from django.utils import timezone

from anlan.web.common.models import AuditEvent
from anlan.web.monitoring.models import Indicator
from anlan.web.notices.models import Notice
from anlan.web.readings.models import Reading
from anlan.web.sources.models import Source
from anlan.web.sources.running import take_due
from anlan.web.sources.services import tell_of_silent
from web.sources.conftest import put

ROW = "indicator,unit,at,value\n{code},N,2026-11-01T08:00+08:00,300\n"
API = "/api/v1/sources"


def test_a_source_is_tried_made_run_paused_and_seen_by_its_branch_alone(
    organisation: Any, inbox: Path, indicator: Indicator
) -> None:
    put(inbox, "a.csv", ROW.format(code=indicator.code))
    client = organisation.client("risk_manager")
    form = {"name": "日报", "unit_of": "N", "every_s": 60, "s_folder": str(inbox), "s_pattern": "*",
            "s_quiet_s": 1}  # fmt: skip
    tried = client.post(reverse("sources:new_source", args=["folder"]), form | {"try": "1"})
    assert ("会收下" in tried.content.decode(), Source.objects.count()) == (True, 0)
    client.post(reverse("sources:new_source", args=["folder"]), form)
    made = Source.objects.get()
    page = reverse("sources:source", args=[made.code])
    english = organisation.client("auditor", language="en").get(page).content.decode()
    assert "waits for its first reading" in english
    assert str(inbox) not in english
    outsider = organisation.client(organisation.outsider)
    assert outsider.get(page).status_code == 404
    assert made.code not in outsider.get(reverse("sources:sources")).content.decode()
    deed = {"deed": "pause", "seen": made.version}
    client.post(reverse("sources:act", args=[made.code]), deed)
    assert (take_due(), Reading.objects.count()) == (0, 0)
    done = list(AuditEvent.objects.order_by("seq").values_list("action", flat=True))
    assert done[-2:] == ["sources.source.create", "sources.source.pause"]


def test_the_api_makes_tries_changes_and_runs_a_source(
    organisation: Any, inbox: Path, indicator: Indicator
) -> None:
    put(inbox, "a.csv", ROW.format(code=indicator.code))
    program = organisation.program("risk_manager")
    given = {"unit": "N", "kind": "folder", "name": "daily", "settings": {"folder": str(inbox), "quiet_s": 1}}
    made = program.post(API, given, content_type="application/json")
    assert made.status_code == 201
    address = f"{API}/{made.json()['code']}"
    tried = program.post(f"{address}/try").json()
    assert ([row["value"] for row in tried["rows"]], Reading.objects.count()) == ([300.0], 0)
    headers = {"If-Match": '"1"'}
    changed = program.patch(address, {"every_s": 5}, content_type="application/json", headers=headers)
    assert changed.status_code == 422
    body = {"every_s": 30, "status": "paused"}
    changed = program.patch(address, body, content_type="application/json", headers=headers)
    assert (changed.json()["every_s"], changed.json()["status"]) == (30, "paused")
    assert program.post(f"{address}/run").status_code == 422
    stale = program.patch(address, {"name": "x"}, content_type="application/json", headers=headers)
    assert stale.status_code == 412
    settings = program.get(address).json()["settings"]
    assert settings["folder"] == str(inbox)
    assert organisation.program("auditor").get(address).json()["settings"] is None


def test_a_dead_source_is_told_of_once_a_silence(
    make: Callable[..., Source], inbox: Path, organisation: Any
) -> None:
    source = make("folder", {"folder": str(inbox)}, silent_after_s=3600)
    assert tell_of_silent() == 0
    Source.objects.filter(pk=source.pk).update(created_at=timezone.now() - timedelta(hours=2))
    assert (tell_of_silent(), tell_of_silent()) == (1, 0)
    told = Notice.objects.filter(kind="source_silent")
    assert {each.recipient.username for each in told} == {"administrator", "risk_manager", "node_owner"}
    Source.objects.filter(pk=source.pk).update(seen_at=timezone.now() - timedelta(hours=1, minutes=30))
    assert tell_of_silent() == 1
    assert 'class="late-text">久无读数' in organisation.client("auditor").get("/sources/").content.decode()
