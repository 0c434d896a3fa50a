"""Every address for every role, for people of another branch, and for whoever is not signed in."""

from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import URLPattern, get_resolver, reverse

from anlan.studies.loading import load_log
from anlan.web.catalog.models import LogImport, Process
from anlan.web.catalog.services import add_log, create_process
from anlan.web.catalog.uploads import keep_upload
from anlan.web.causes.beginning import Beginning, begun
from anlan.web.causes.models import CauseModel
from anlan.web.monitoring.models import Alert
from anlan.web.risks.exchange.importing import OUTCOMES
from anlan.web.risks.models import Candidate, RegisterImport, Risk, WorksheetRow, Workshop
from anlan.web.risks.services import Expert, create_risk, create_workshop, report_candidate
from anlan.web.risks.services.worksheets import add_row, create_worksheet
from anlan.web.runs.models import Run
from anlan.web.runs.services import start_run
from anlan.web.studio.models import DesignComparison, Twin, TwinDesign
from anlan.web.studio.services.designs import create_design
from web.monitoring.conftest import an_alert
from web.permission_kinds import ALL
from web.runs.conftest import hall_log
from web.studio.given import small_twin

NOT_PAGES = ("api",)
"""Namespaces whose endpoints have a table of their own beside their tests."""


@dataclass(frozen=True)
class World:
    """One record of every kind at north, where the people of all roles work."""

    organisation: Any
    process: Process
    upload: LogImport
    run: Run
    risk: Risk
    candidate: Candidate
    workshop: Workshop
    link: str
    register_import: RegisterImport
    worksheet_row: WorksheetRow
    cause_model: CauseModel
    twin: Twin
    design: TwinDesign
    comparison: DesignComparison
    alert: Alert


@pytest.fixture(scope="session")
def _log(tmp_path_factory: pytest.TempPathFactory) -> Any:
    return load_log(str(hall_log(tmp_path_factory.mktemp("table"))))


@pytest.fixture
def world(organisation, _log) -> World:
    unit, manager = organisation.north, organisation.people["risk_manager"]
    process = create_process(unit=unit, name="营业厅", name_en="Business hall", actor=manager)
    add_log(process, _log, actor=manager)
    content = "case,activity,complete\na,登记,2026-03-01 08:00\n".encode()
    upload = keep_upload(process, SimpleUploadedFile("log.csv", content), actor=manager)
    run = start_run(process=process, study="assess", parameters={}, actor=manager)
    facts = {"unit": unit, "title": "错派", "category": "process", "actor": manager}
    risk = create_risk(source="report", **facts)
    candidate = report_candidate(statement="错派", **facts)
    experts = [Expert(name, "") for name in ("甲", "乙", "丙")]
    workshop, links = create_workshop(
        unit=unit, title="派单", purpose="", risks=[risk], experts=experts, actor=manager
    )
    checked = {"counts": dict.fromkeys(OUTCOMES, 0), "lines": {outcome: [] for outcome in OUTCOMES},
               "ignored": [], "unknown": []}  # fmt: skip
    register_import = RegisterImport.objects.create(
        unit=unit, file="none", name="register.xlsx", size=1, preview=checked, created_by=manager
    )
    link = next(iter(links.values()))
    sheet = create_worksheet(process, "fmea", title="一月", actor=manager)
    row = add_row(sheet, {"node": "登记", "mode": "错派"}, actor=manager)
    drawn = begun(Beginning("bow_tie", "example"), unit=unit, about=None, actor=manager)
    twin = small_twin(process, organisation)
    failed = Run.objects.create(
        code="A-9000", study="design_comparison", process=process, unit=unit, state=Run.State.FAILED
    )
    compared = DesignComparison.objects.create(
        code="DC-0001", unit=unit, twin=twin, designs=[], run=failed, created_by=manager
    )
    return World(
        organisation, process, upload, run, risk, candidate, workshop, link, register_import, row, drawn,
        twin, create_design(twin, name="x", actor=manager), compared, an_alert(organisation),
    )  # fmt: skip


def _tables() -> Iterator[tuple[str, tuple[Any, ...]]]:
    """Rows of all apps with the name of what their arguments are taken from."""
    for file in sorted(Path(__file__).parent.glob("*/permission_rows*.py")):
        module = import_module(f"web.{file.parent.name}.{file.stem}")
        for row in module.ROWS:
            yield getattr(module, "SUBJECT", "world"), row


TABLE = list(_tables())


def _pages(patterns: list[Any], space: str = "") -> Iterator[str]:
    for pattern in patterns:
        if isinstance(pattern, URLPattern):
            yield f"{space}:{pattern.name}" if space else str(pattern.name)
        else:
            yield from _pages(pattern.url_patterns, pattern.namespace or space)


def test_every_address_is_in_the_table() -> None:
    known = {page for page in _pages(get_resolver().url_patterns) if page.split(":")[0] not in NOT_PAGES}
    assert known - {row[1] for _, row in TABLE} == set()


@pytest.mark.django_db
@pytest.mark.parametrize(("subject", "row"), TABLE, ids=[row[1] for _, row in TABLE])
def test_everybody_gets_their_answer(world, subject: str, row: tuple[Any, ...]) -> None:
    method, page, arguments, answers = row
    given = arguments(world if subject == "world" else getattr(world, subject))
    address, organisation = reverse(page, kwargs=given), world.organisation
    clients = {role: organisation.client(role) for role in ALL}
    clients |= {"outsider": organisation.client(organisation.outsider), "nobody": Client()}
    expected = dict(answers)
    expected.setdefault("nobody", 302)
    if given:
        expected.setdefault("outsider", 404)
    # Who may do the deed comes last, so that it does not change what the others find.
    order = sorted(expected, key=lambda who: expected[who] < 400)
    got = {who: getattr(clients[who], method)(address).status_code for who in order}
    assert got == expected
    if expected["nobody"] == 302:
        assert Client().get(address)["Location"].startswith("/sign-in/")
