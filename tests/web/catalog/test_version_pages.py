"""Pages of versions: a draft drawn with forms and with htmx, compared, imported, put in force."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from anlan.domain.design import Design, Link, Step
from anlan.formats.bpmn import read_bpmn
from anlan.web.catalog import drafting
from anlan.web.catalog.models import Process, ProcessVersion
from anlan.web.catalog.services import create_process, draft_design, start_from_pack
from formats.bpmn.samples import CAMUNDA

AB = Design((Step("a", "受理", "Accept", role="前台", sla_s=1800), Step("b", "办结")), (Link("a", "b", 0.5),))


@pytest.fixture
def manager(organisation):
    return organisation.people["risk_manager"]


@pytest.fixture
def draft(organisation, manager) -> ProcessVersion:
    process = start_from_pack(unit=organisation.north, pack="IT", actor=manager)
    return draft_design(process, AB, source="drawn", actor=manager)


def place(version: ProcessVersion) -> str:
    return f"/processes/{version.process.code}/versions/{version.number}/"


def edited(client, version, do: str, *, seen: int = 1, htmx: bool = False, **given):
    headers = {"HX-Request": "true"} if htmx else {}
    return client.post(f"{place(version)}edit/", {"do": do, "seen": seen, **given}, headers=headers)


def node(**fields) -> dict:
    return {f"new-{name}": value for name, value in ({"name": "回访", "kind": "task"} | fields).items()}


def text_of(answer) -> str:
    return answer.content.decode()


def keys(version: ProcessVersion) -> list[str]:
    return [step.key for step in drafting.design_of(version).steps]


def test_a_draft_shows_its_picture_doubts_and_forms_in_both_languages(organisation, draft) -> None:
    for language, words in (("zh-hans", ("受理", "各去向的概率合计为", "提交批准")),
                            ("en", ("Accept", "sum to 0.5, not to 1", "Submit for approval"))):  # fmt: skip
        page = text_of(organisation.client("risk_manager", language=language).get(place(draft)))
        assert all(word in page for word in (*words, "<svg", 'name="do" value="add"')), language


def test_who_may_not_edit_sees_the_draft_without_forms(organisation, draft) -> None:
    page = text_of(organisation.client("auditor").get(place(draft)))
    assert "受理" in page
    assert 'value="add"' not in page
    assert 'name="do"' not in page


def test_a_node_is_added_with_all_its_fields_and_without_script(organisation, draft) -> None:
    names = {"name_en": "Call back", "kind": "gateway_and", "role": "客服", "channel": "电话", "after": "a"}
    rest = {"promise": "1.5", "promise_unit": "h", "criticality": "4", "sop": "一\r\n二"}
    given = node(**names, **rest, owner="node_owner")
    client = organisation.client("risk_manager")
    answer = edited(client, draft, "add", **given)
    assert (answer.status_code, answer["Location"]) == (302, place(draft))
    design = drafting.design_of(draft)
    assert design.steps[1] == Step(
        "回访", "回访", "Call back", "gateway", "and", "客服", "电话", 5400, 4, "node_owner", "", "一\n二"
    )
    assert Link("a", "回访") in design.links
    assert "添加了“回访”" in text_of(client.get(place(draft)))


def test_with_htmx_the_picture_is_redrawn_in_place(organisation, draft) -> None:
    answer = edited(organisation.client("risk_manager"), draft, "add", htmx=True, **node())
    page = text_of(answer)
    assert answer.status_code == 200
    assert page.lstrip().startswith('<div id="version-view"')
    assert re.search(r"<svg.*回访.*</svg>", page, re.DOTALL)
    assert 'name="seen" value="2"' in page


def test_nodes_and_flows_are_changed_moved_removed_and_taken_back(organisation, draft) -> None:
    client = organisation.client("risk_manager")
    chosen = text_of(client.get(f"{place(draft)}?node=a"))
    assert 'name="node-promise" value="30"' in chosen
    changed = {"node-name": "登记", "node-kind": "event_start", "node-promise": "", "node-criticality": ""}
    assert edited(client, draft, "change", key="a", **changed).status_code == 302
    assert drafting.design_of(draft).step("a") == Step("a", "登记", kind="event", form="start")
    edited(client, draft, "down", seen=2, key="a")
    assert keys(draft) == ["b", "a"]
    edited(client, draft, "flow", seen=3, source="a", target="b", probability="100", condition="总是")
    edited(
        client,
        draft,
        "connect",
        seen=4,
        **{"flow-source": "b", "flow-target": "a", "flow-probability": "12.5"},
    )
    assert drafting.design_of(draft).links == (Link("a", "b", 1.0, "总是"), Link("b", "a", 0.125))
    edited(client, draft, "disconnect", seen=5, source="b", target="a")
    edited(client, draft, "remove", seen=6, key="b")
    assert keys(draft) == ["a"]
    edited(client, draft, "undo", seen=7)
    assert (keys(draft), len(drafting.design_of(draft).links)) == (["b", "a"], 1)


def test_a_second_editor_is_told_who_was_faster_and_keeps_what_was_typed(organisation, draft) -> None:
    edited(organisation.client("node_owner"), draft, "up", key="b")
    answer = edited(organisation.client("risk_manager"), draft, "add", htmx=True, **node(name="我填的"))
    page = text_of(answer)
    assert answer.status_code == 409
    assert organisation.people["node_owner"].name in page
    assert "先一步作了修改（前移了“办结”）" in page
    assert 'name="new-name" value="我填的"' in page
    assert 'name="seen" value="2"' in page
    assert keys(draft) == ["b", "a"]


@pytest.mark.parametrize(
    ("do", "given", "said"),
    [
        ("add", node(name=" "), 'class="wrong" role="alert"'),
        ("add", node(promise="-1"), "new-promise"),
        ("add", node(promise="99999", promise_unit="d"), "不超过 36,600"),
        ("add", node(kind="dance"), "dance"),
        ("connect", {"flow-source": "a", "flow-target": "b"}, "已有流向"),
        ("connect", {"flow-source": "a", "flow-target": "zz"}, "zz"),
        ("remove", {"key": "zz"}, "没有节点“zz”"),
        ("disconnect", {"source": "b", "target": "a"}, "没有从“b”到“a”的流向"),
        ("undo", {}, "没有可以撤回的修改"),
        ("explode", {"key": "a"}, "没有“explode”这种修改"),
        ("flow", {"source": "a", "target": "b", "probability": "101"}, "概率（%）: "),
    ],
)
def test_a_change_that_cannot_be_made_says_why_and_changes_nothing(
    organisation, draft, do, given, said
) -> None:
    answer = edited(organisation.client("risk_manager"), draft, do, **given)
    assert answer.status_code == 422
    assert said in text_of(answer)
    draft.refresh_from_db()
    assert (drafting.design_of(draft), draft.edit_version) == (AB, 1)


def test_names_from_strangers_stay_text(organisation, manager, draft) -> None:
    evil = "<script>x</script>&\"'"
    edited(organisation.client("risk_manager"), draft, "add", **node(name=evil, role=evil, after="a"))
    for page in (place(draft), f"{place(draft)}?node={evil}", f"{place(draft)}changes/"):
        assert "<script>x" not in text_of(organisation.client("risk_manager").get(page))


def test_a_draft_is_submitted_and_put_in_force_by_another(organisation, draft) -> None:
    client = organisation.client("risk_manager")
    empty = client.post(f"{place(draft)}submit/", {"submit-seen": 1, "submit-reason": " "})
    assert empty.status_code == 422
    assert (
        client.post(f"{place(draft)}submit/", {"submit-seen": 1, "submit-reason": "新办法"}).status_code
        == 302
    )
    own = text_of(client.get(place(draft)))
    assert "须由另一位有权限的同事批准执行" in own
    assert "approve/" not in own
    refused = client.post(f"{place(draft)}approve/", {"approve-seen": 2, "approve-reason": "好"})
    assert (refused.status_code, "不能批准其执行" in text_of(refused)) == (422, True)
    executive = organisation.client("executive")
    assert "approve/" in text_of(executive.get(place(draft)))
    stale = executive.post(f"{place(draft)}approve/", {"approve-seen": 1, "approve-reason": "好"})
    assert stale.status_code == 409
    done = executive.post(f"{place(draft)}approve/", {"approve-seen": 2, "approve-reason": "同意"})
    assert done.status_code == 302
    page = text_of(client.get(place(draft)))
    assert "执行中" in page
    assert "同意" in page
    assert "受理" in text_of(client.get(f"/processes/{draft.process.code}/"))


def test_a_version_sent_back_is_open_again_with_the_reason(organisation, draft, manager) -> None:
    drafting.submit(draft, seen=1, actor=manager, reason="x")
    executive = organisation.client("executive")
    executive.post(f"{place(draft)}return/", {"return-seen": 2, "return-reason": "缺时限"})
    page = text_of(organisation.client("risk_manager").get(place(draft)))
    assert "缺时限" in page
    assert 'value="add"' in page


def test_the_comparison_groups_what_changed(organisation, draft, manager) -> None:
    client = organisation.client("risk_manager", language="en")
    other = draft_design(draft.process, AB, source="drawn", actor=manager)
    changed = {"node-name": "登记", "node-name_en": "Register", "node-kind": "task", "node-role": "后台",
               "node-promise": "2", "node-promise_unit": "h"}  # fmt: skip
    edited(client, other, "change", key="a", **changed)
    page = text_of(client.get(f"{place(other)}changes/?against=2"))
    for said in ("“Register”: Name from “受理” to “登记”", "Promise from 30 min to 2 h",
                 "Role from 前台 to 后台", "From v2 to v3: 4 changes"):  # fmt: skip
        assert said in page, said
    usual = text_of(client.get(f"{place(draft)}changes/"))
    assert "From v1 to v2" in usual


def test_a_bpmn_file_is_looked_at_then_kept_as_a_draft(organisation, draft) -> None:
    client = organisation.client("risk_manager")
    address = f"/processes/{draft.process.code}/bpmn/"
    seen = text_of(client.post(address, {"file": SimpleUploadedFile("hall.bpmn", CAMUNDA)}))
    assert draft.process.versions.count() == 2
    for said in ("来电", "bpmn:messageFlow", "受理 登记", "读懂节点 5 个"):
        assert said in seen, said
    content = re.search(r'name="content" value="([^"]+)"', seen)[1]
    kept = client.post(address, {"content": content, "file": "hall.bpmn"})
    assert kept["Location"] == f"/processes/{draft.process.code}/versions/3/"
    made = draft.process.versions.get(number=3)
    assert (made.source, made.reason, drafting.design_of(made)) == (
        "bpmn", "hall.bpmn", read_bpmn(CAMUNDA, name="x").design
    )  # fmt: skip
    out = client.get(f"{place(made)}version.bpmn")
    assert read_bpmn(out.content, name="x").design == drafting.design_of(made)


def test_a_new_process_begins_from_a_bpmn_file(organisation) -> None:
    client = organisation.client("risk_manager")
    seen = text_of(client.post("/processes/new/bpmn/", {"file": SimpleUploadedFile("hall.bpmn", CAMUNDA)}))
    assert 'name="name" value="营业厅"' in seen
    given = {"content": re.search(r'name="content" value="([^"]+)"', seen)[1], "file": "hall.bpmn"}
    missing = client.post("/processes/new/bpmn/", given | {"unit": organisation.north.pk, "name": " "})
    assert (missing.status_code, Process.objects.count()) == (422, 0)
    foreign = client.post("/processes/new/bpmn/", given | {"unit": organisation.south.pk, "name": "x"})
    assert (foreign.status_code, Process.objects.count()) == (422, 0)
    client.post("/processes/new/bpmn/", given | {"unit": organisation.north.pk, "name": "营业厅"})
    made = Process.objects.get().versions.get()
    assert (made.status, made.nodes.count()) == ("draft", 5)


@pytest.mark.parametrize("given", [{"content": "%%%"}, {"content": "PHgvPg=="}, {}])
def test_a_file_that_is_none_is_refused_and_nothing_is_kept(organisation, draft, given) -> None:
    address = f"/processes/{draft.process.code}/bpmn/"
    answer = organisation.client("risk_manager").post(address, given)
    assert answer.status_code == 422
    assert draft.process.versions.count() == 2


def test_an_empty_draft_says_what_to_do_next(organisation, manager) -> None:
    process = create_process(unit=organisation.north, name="空", actor=manager)
    client = organisation.client("risk_manager")
    assert "还没有版本" in text_of(client.get(f"/processes/{process.code}/versions/"))
    begun = client.post(f"/processes/{process.code}/versions/")
    page = text_of(client.get(begun["Location"]))
    assert "用表单添加第一个节点" in page
    assert "submit/" not in page


def test_a_version_page_asks_no_more_for_more_nodes(
    organisation, manager, draft, django_assert_max_num_queries
) -> None:
    many = Design(tuple(Step(str(i), f"步骤{i}", owner="node_owner") for i in range(150)),
                  tuple(Link(str(i), str(i + 1)) for i in range(149)))  # fmt: skip
    large = draft_design(draft.process, many, source="drawn", actor=manager)
    client = organisation.client("risk_manager")
    for version in (draft, large):
        with django_assert_max_num_queries(24):
            assert client.get(f"{place(version)}?node=1").status_code == 200
