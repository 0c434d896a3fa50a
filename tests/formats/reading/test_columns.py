"""Columns are recognised from Chinese and English headings and from what is in them."""

import csv
import gzip
import io
from pathlib import Path

import pytest

from anlan.domain.errors import RefusedInput
from anlan.formats.messages import in_both_languages
from anlan.formats.reading.columns import ROLES, SURE_ENOUGH, Recognition, recognise_columns
from support import REPOSITORY, shared


def _recognise(header: str, *rows: str, given: dict[str, str] | None = None) -> Recognition:
    headings = header.split(",")
    table = [row.split(",") for row in rows]
    sample = {heading: [row[i] for row in table] for i, heading in enumerate(headings)}
    return recognise_columns(headings, sample, given=given)


def _recognise_file(path: Path) -> Recognition:
    content = path.read_bytes()
    text = (gzip.decompress(content) if path.suffix == ".gz" else content).decode()
    reader = csv.reader(io.StringIO(text))
    headings: list[str] = []
    for heading in next(reader):
        headings.append(f"{heading}.1" if heading in headings else heading)
    rows = [row for _, row in zip(range(1_000), reader, strict=False)]
    return recognise_columns(headings, {h: [row[i] for row in rows] for i, h in enumerate(headings)})


@pytest.mark.parametrize(
    ("header", "roles"),
    [
        ("流水号,环节,开始时间,结束时间,经办人,费用", "case activity start end resource cost"),
        ("工单编号,处理环节,受理时间,完成时间,班组", "case activity - end resource"),
        ("案件号,节点名称,时间", "case activity end"),
        ("案例编号,活动名称,更新时间,处理人员,办理时限", "case activity end resource sla"),
        ("case:concept:name,concept:name,time:timestamp,org:resource,lifecycle:transition,concept:instance",
         "case activity end resource lifecycle instance"),
        ("Case ID,Activity,Start Timestamp,Complete Timestamp,Resource,Variant",
         "case activity start end resource -"),
        ("case_id,task,start_time,end_time,user,due_date", "case activity start end resource sla"),
        ("ＣａｓｅＩＤ,活动,ｔｉｍｅｓｔａｍｐ", "case activity end"),
        ("OrderNumber,orderStatus,statusChangedAt,timestamp", "case activity - end"),
        ("员工编号,工单号,状态,时间", "resource case activity end"),
    ],
)  # fmt: skip
def test_headings_in_both_languages_tell_the_roles(header: str, roles: str) -> None:
    found = _recognise(header)
    wanted = {r: c for r, c in zip(roles.split(), header.split(","), strict=True) if r != "-"}
    assert found.mapping() == wanted
    assert not found.doubtful()


def test_every_role_is_answered_with_a_confidence_between_0_and_1() -> None:
    found = _recognise("a,b,c", "1,2,3")
    assert set(found.choices) == set(ROLES)
    assert all(0 <= choice.confidence <= 1 for choice in found.choices.values())


def test_meaningless_headings_leave_the_required_roles_in_doubt() -> None:
    rows = [f"{i // 3},{'abc'[i % 3]},2024-01-0{1 + i % 9} 10:00" for i in range(60)]
    found = _recognise("x,y,z", *rows)
    assert [choice.role for choice in found.doubtful()] == ["case", "activity"]
    assert found.choices["case"].column == "x"  # still the best guess, offered with its confidence
    assert found.column("end") == "z"  # the only column of times


def test_a_time_that_never_changes_inside_a_case_is_not_the_start_of_an_event() -> None:
    rows = [
        f"{i // 4},{'abcd'[i % 4]},2024-01-01 0{i // 4 % 10}:00,2024-02-0{1 + i % 4} 10:00" for i in range(80)
    ]
    found = _recognise("case id,activity,start time,end time", *rows)
    assert found.column("start") is None
    assert found.choices["start"].reason == "never_changes"
    assert found.column("end") == "end time"


def test_the_only_moving_time_is_the_completion_even_when_it_is_called_a_start() -> None:
    rows = [f"{i // 4},{'abcd'[i % 4]},2024-02-0{1 + i % 4} 10:00" for i in range(80)]
    found = _recognise("工单号,环节,开始时间", *rows)
    assert found.mapping() == {"case": "工单号", "activity": "环节", "end": "开始时间"}


def test_a_flag_is_no_sla_target() -> None:
    rows = [f"{i // 2},a,2024-01-01 10:0{i % 10},{'true' if i % 3 else 'false'}" for i in range(40)]
    assert _recognise("case id,activity,timestamp,made_sla", *rows).column("sla") is None


def test_a_unique_id_is_not_surely_the_case() -> None:
    rows = [f"{i},a,2024-01-01 10:0{i % 10}" for i in range(40)]
    assert [choice.role for choice in _recognise("id,activity,timestamp", *rows).doubtful()] == ["case"]


def test_two_equally_good_columns_lower_the_confidence() -> None:
    alone = _recognise("ticket id,activity,timestamp").choices["case"].confidence
    tied = _recognise("ticket id,incident id,activity,timestamp").choices["case"]
    assert tied.confidence < alone
    assert tied.reason == "tie"


def test_given_columns_are_taken_as_they_are() -> None:
    found = _recognise("a,b,c,activity", "1,2,3,4", given={"case": "a", "activity": "b", "end": "c"})
    assert found.mapping() == {"case": "a", "activity": "b", "end": "c"}
    assert found.choices["case"].confidence == 1.0
    assert found.attributes() == ("activity",)


def test_a_given_column_that_is_not_there_is_refused_with_the_columns_there_are() -> None:
    with pytest.raises(RefusedInput) as refused:
        _recognise("a,b", "1,2", given={"case": "z"})
    assert refused.value.code == "columns.no_such_column"
    assert refused.value.parameters["columns"] == ["a", "b"]


def test_the_service_desk_log_is_recognised() -> None:
    found = _recognise_file(shared("data/uci_incident/incident_event_log.csv.gz"))
    assert found.mapping() == {
        "case": "number", "activity": "ident_state", "end": "sys_updated_at", "resource": "assigned_to",
    }  # fmt: skip


def test_the_bundled_sample_is_recognised() -> None:
    found = _recognise_file(REPOSITORY / "src/anlan/samples/incidents.csv.gz")
    assert found.mapping()["case"] == "incident"
    assert found.mapping()["activity"] == "incident_state"
    assert found.mapping()["end"] == "updated_at"


def test_the_claims_log_is_recognised() -> None:
    found = _recognise_file(shared("data/insurance_claims_sim/Insurance_Claims_test.csv"))
    assert found.mapping() == {
        "case": "case_id", "activity": "activity", "start": "start_time", "end": "end_time",
        "resource": "resource",
    }  # fmt: skip


def test_a_table_that_is_no_event_log_stays_in_doubt() -> None:
    found = _recognise("label,review", *[f"{i % 2},很好吃" for i in range(30)])
    assert {choice.role for choice in found.doubtful()} == {"case", "activity", "end"}
    assert SURE_ENOUGH == 0.6


def test_one_column_cannot_have_two_roles() -> None:
    sample = {"case": ["1", "2"], "step": ["a", "b"], "time": ["2024-01-01", "2024-01-02"]}
    for given in ({"case": "case", "activity": "case"}, {"case": "case", "start": "time", "end": "time"}):
        with pytest.raises(RefusedInput) as refused:
            recognise_columns(list(sample), sample, given=given)
        assert refused.value.code == "columns.two_roles"
        assert refused.value.parameters["roles"] == list(given)[-2:]
        for words in in_both_languages("errors.columns.two_roles", **refused.value.parameters).values():
            assert "--map" in words
