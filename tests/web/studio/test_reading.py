"""Twins from files: what they hold is shown, faults at their places; what was shown becomes the twin."""

import io
import re
from html import unescape
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from tests.studies.twin.claims import as_bytes, bpmn, scenario

from anlan.formats.settings_bytes import SettingsBytes
from anlan.formats.spec_file import spec_text
from anlan.studies.methods.spec import SPEC
from anlan.studies.twin.book import write_twin_book
from anlan.studies.twin.diagrams import read_diagram
from anlan.web.catalog.services import create_process
from anlan.web.people.services import assign_role, create_user
from anlan.web.studio.models import Twin
from web.studio.given import INPUTS, small_twin

pytestmark = pytest.mark.django_db
SPEC_OF: dict[str, Any] = {
    "schema": SPEC, "method": "process_simulation", "title": "窗口", "seed": 0, "inputs": INPUTS,
}  # fmt: skip
OTHER_SHARES = {**SPEC_OF, "inputs": {**INPUTS, "ways": [{"from": "审核", "to": "登记", "share": 0.4}]}}


def _sent(client: Any, process: Any, **files: tuple[str, bytes]) -> Any:
    given = {name: SimpleUploadedFile(*of) for name, of in files.items()}
    return client.post(reverse("studio:upload", args=[process.code]), given)


def _kept(client: Any, process: Any, shown: Any, **more: str) -> Twin:
    sealed = unescape(re.search(r'name="sealed" value="([^"]+)"', shown.content.decode())[1])  # type: ignore[index]
    client.post(reverse("studio:upload", args=[process.code]), {"sealed": sealed, **more})
    return Twin.objects.latest("id")


def test_a_spec_file_is_shown_first_then_kept_and_written_out_as_it_was(organisation, process) -> None:
    client = organisation.client("risk_manager")
    shown = _sent(client, process, file=("a.yaml", spec_text(SPEC_OF).encode()))
    assert (shown.status_code, Twin.objects.count()) == (200, 0)
    assert "审核员" in shown.content.decode()
    twin = _kept(client, process, shown, note="读入")
    assert (twin.inputs, twin.file, twin.note, twin.source) == (INPUTS, "a.yaml", "读入", "file")
    assert "漏填" in client.get(reverse("studio:twin_file", args=[twin.code])).content.decode()


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_a_workbook_taken_out_and_changed_is_the_next_twin(organisation, process, language) -> None:
    twin, client = small_twin(process, organisation), organisation.client("risk_manager", language=language)
    taken = client.get(reverse("studio:twin_book", args=[twin.code]))
    assert taken["Content-Disposition"] == f'attachment; filename="{twin.code}.xlsx"'
    book = openpyxl.load_workbook(io.BytesIO(taken.content))
    sheet = book["Pools" if language == "en" else "班组"]
    row = next(row for row in sheet.iter_rows() if row[0].value == "窗口")
    row[1].value = 7
    changed = io.BytesIO()
    book.save(changed)
    shown = _sent(client, process, file=("a.xlsx", changed.getvalue()))
    assert "2 → 7" in shown.content.decode()
    made = _kept(client, process, shown)
    assert made.inputs["pools"][0]["people"] == 7
    assert {**made.inputs, "pools": None} == {**twin.inputs, "pools": None}
    assert made.seed == twin.seed


def test_a_diagram_with_its_scenario_says_what_was_not_carried_over(organisation, process) -> None:
    client = organisation.client("risk_manager")
    shown = _sent(client, process, file=("c.bpmn", bpmn()), scenario=("c.json", as_bytes(scenario())))
    assert shown.status_code == 200, shown.content.decode()
    twin = _kept(client, process, shown)
    assert twin.file == "c.bpmn + c.json"
    assert twin.inputs == _diagram_inputs()
    alone = _sent(client, process, file=("c.bpmn", bpmn()))
    assert alone.status_code == 422


def _diagram_inputs() -> Any:
    drawn = SettingsBytes(Path("c.bpmn"), bpmn())
    return read_diagram(drawn, SettingsBytes(Path("c.json"), as_bytes(scenario()))).given


def test_faults_of_a_workbook_are_told_by_their_cells(organisation, process) -> None:
    book = openpyxl.load_workbook(io.BytesIO(write_twin_book(SPEC_OF, language="zh")))
    sheet = book["步骤"]
    cells = {cell.value: cell for row in sheet.iter_rows() for cell in row}
    head = next(cell for row in sheet.iter_rows() for cell in row if cell.value and "承诺" in str(cell.value))
    for step in ("登记", "审核"):
        sheet.cell(cells[step].row, head.column).value = -1
    changed = io.BytesIO()
    book.save(changed)
    answer = _sent(organisation.client("risk_manager"), process, file=("a.xlsx", changed.getvalue()))
    page = unescape(answer.content.decode())
    assert (answer.status_code, Twin.objects.count()) == (422, 0)
    for step in ("登记", "审核"):
        assert f"{sheet.title}!{head.column_letter}{cells[step].row} {head.value}" in page


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.yaml", b"schema: anlan.spec/1\nmethod: risk_matrix\ninputs: {}\n", "risk_matrix"),
        ("a.yaml", spec_text(OTHER_SHARES).encode(), "审核"),
        ("a.yaml", b"\x00", ""),
        ("a.pdf", b"%PDF", ".xlsx"),
        ("a.xlsx", b"PK", "a.xlsx"),
        ("a.json", b'{"task_resource_distribution": []}', "Prosimos"),
    ],
)  # fmt: skip
def test_a_file_that_is_no_twin_is_refused_whole(organisation, process, name, content, said) -> None:
    answer = _sent(organisation.client("risk_manager"), process, file=(name, content))
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not Twin.objects.exists()


def test_only_what_was_shown_is_kept(organisation, process) -> None:
    client = organisation.client("risk_manager")
    shown = _sent(client, process, file=("a.yaml", spec_text(SPEC_OF).encode()))
    sealed = unescape(re.search(r'name="sealed" value="([^"]+)"', shown.content.decode())[1])  # type: ignore[index]
    answer = client.post(reverse("studio:upload", args=[process.code]), {"sealed": f"x{sealed}"})
    assert (answer.status_code, Twin.objects.count()) == (422, 0)


def test_what_one_person_was_shown_another_cannot_keep_nor_for_another_process(organisation, process) -> None:
    shown = _sent(organisation.client("risk_manager"), process, file=("a.yaml", spec_text(SPEC_OF).encode()))
    sealed = unescape(re.search(r'name="sealed" value="([^"]+)"', shown.content.decode())[1])  # type: ignore[index]
    other = create_process(unit=process.unit, name="另一个", actor=organisation.people["risk_manager"])
    mate = create_user(username="m2", name="同事", password="a-long-enough-1", unit=process.unit, actor=None)
    assign_role(user=mate, role="risk_manager", unit=organisation.north, actor=None)
    for who, where in ((mate, process), ("risk_manager", other)):
        answer = organisation.client(who).post(
            reverse("studio:upload", args=[where.code]), {"sealed": sealed}
        )
        assert (answer.status_code, Twin.objects.count()) == (422, 0)
    organisation.client("risk_manager").post(
        reverse("studio:upload", args=[process.code]), {"sealed": sealed}
    )
    assert Twin.objects.count() == 1


def test_a_program_reads_files_without_keeping_anything(organisation, process) -> None:
    program = organisation.program("risk_manager")
    file = SimpleUploadedFile("a.xlsx", write_twin_book(SPEC_OF, language="en"))
    answer = program.post(f"/api/v1/twins/read?process={process.code}", {"file": file})
    assert answer.status_code == 200, answer.content
    assert answer.json()["spec"]["inputs"] == INPUTS
    assert not Twin.objects.exists()


def test_a_program_gives_a_scenario_beside_the_diagram(organisation, process) -> None:
    program = organisation.program("risk_manager")
    files = {"file": SimpleUploadedFile("c.bpmn", bpmn()),
             "scenario": SimpleUploadedFile("c.json", as_bytes(scenario()))}  # fmt: skip
    answer = program.post(f"/api/v1/twins/read?process={process.code}", files)
    assert answer.status_code == 200, answer.content
    assert answer.json()["spec"]["inputs"] == _diagram_inputs()
