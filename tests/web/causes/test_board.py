"""The board of a model: every step of its form, without a script, and what two people do to each other."""

import json
from typing import Any

import pytest
from django.test import Client

from anlan.loop.quantify.cause_models.parts import parts_of
from anlan.web.causes.beginning import Beginning, begun
from anlan.web.causes.models import CauseModel
from anlan.web.causes.services import Facts, create_model, keep_model
from anlan.web.runs.models import Run

pytestmark = pytest.mark.django_db
HOSTILE = ('<img src=x onerror=alert(1)>"', "'); DROP--", "a, b; c", "\u202egnp", "gates-1", "甲" * 400)


@pytest.fixture
def manager(organisation):
    return organisation.people["risk_manager"]


@pytest.fixture
def tree(organisation, manager) -> CauseModel:
    return begun(Beginning("fault_tree", "example"), unit=organisation.north, about=None, actor=manager)


class Board:
    """The form of the page as a browser without a script sends it back."""

    def __init__(self, client: Client, model: CauseModel) -> None:
        self.client, self.address = client, f"/causes/{model.code}/"
        self.page = client.get(self.address)

    def fields(self) -> dict[str, Any]:
        context = self.page.context
        board, panel = context["board"], context["shown"].panel
        part, facts = str(board.part), board.facts
        sent = {"inputs": context["written"], "seen": board.seen, "panel": part, "part": part,
                "find": board.find, "root": board.root, "title": facts.title, "source": facts.source,
                "note": facts.note}  # fmt: skip
        return sent | _boxes(panel.questions)

    def press(self, step: str, **typed: Any) -> "Board":
        self.page = self.client.post(self.address, self.fields() | {"step": step} | typed)
        return self

    @property
    def inputs(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.page.context["written"])
        return found

    @property
    def part(self) -> str:
        return str(self.page.context["board"].part)


def _boxes(questions: list[Any]) -> dict[str, str]:
    sent: dict[str, str] = {}
    for each in questions:
        for inner in (*each.inner, *(box for row in each.rows for box in row)):
            sent |= _boxes([inner])
        sent |= {name: value for name, value, _ in each.boxes}
        if not (each.inner or each.rows or each.boxes) and (each.kind != "flag" or each.value):
            sent[each.name] = each.value
    return sent


@pytest.mark.parametrize("code", ["fault_tree", "event_tree", "bow_tie"])
def test_looking_at_every_part_changes_nothing(organisation, manager, code) -> None:
    """Each part's panel sent back as it stands leaves the model as it is."""
    model = begun(Beginning(code, "example"), unit=organisation.north, about=None, actor=manager)
    board = Board(organisation.client("risk_manager"), model)
    before = board.inputs
    for part, _ in list(parts_of(board.page.context["board"].of, before)):
        board.press(f"choose:{part}")
        assert board.part == str(part)
        board.press("apply")
        assert board.inputs == before, str(part)
    assert not board.page.context["changed"]
    assert CauseModel.objects.get().version == 1


def test_a_tree_is_drawn_with_buttons_alone_and_calculated(organisation, manager) -> None:
    model = begun(
        Beginning("fault_tree", title="柜台全停"), unit=organisation.north, about=None, actor=manager
    )
    board = Board(organisation.client("risk_manager"), model)
    board.press("add:events:gates-1:inputs").press("apply", **{"in.name": "停电", "in.probability": "1 %"})
    board.press("choose:gates-1").press("add:gates:gates-1:inputs")
    board.press("apply", **{"in.name": "网络断", "in.kind": "and"})
    for name, p in (("专线断", "0.1"), ("备线断", "pert 0.1 0.2 0.3")):
        board.press("add:events:gates-2:inputs").press("apply", **{"in.name": name, "in.probability": p})
    assert board.page.context["shown"].n_faults == 0
    figures = {title: value for title, value, _ in board.page.context["shown"].figures.quantities}
    assert next(iter(figures.values())) == "0.0298"  # 1 - 0.99 (1 - 0.1 * 0.2)
    assert not CauseModel.objects.get().inputs["events"], "nothing is written before it is kept"
    assert board.press("run").page.status_code == 302
    assert CauseModel.objects.get().version == 2
    assert Run.objects.get().parameters["spec"]["inputs"]["events"][2]["probability"]["kind"] == "pert"


def test_an_unfinished_drawing_is_kept_and_not_calculated(organisation, tree) -> None:
    board = Board(organisation.client("risk_manager"), tree)
    board.press("choose:events-8").press("save", **{"in.probability": "2"})
    kept = CauseModel.objects.get()
    assert (kept.version, kept.faults) == (2, 1)
    board = Board(board.client, kept).press("run")
    assert board.page.status_code == 422
    assert not Run.objects.exists()
    assert "事件“误升级”的概率" in board.page.content.decode()


def test_two_people_at_once_lose_nothing(organisation, manager, tree) -> None:
    one = Board(organisation.client("risk_manager"), tree)
    keep_model(
        tree, facts=Facts("乙的标题"), inputs=tree.inputs, seen=1, actor=organisation.people["node_owner"]
    )
    one.press("choose:events-8").press("save", **{"in.name": "升级出错", "in.probability": "0.5"})
    assert one.page.status_code == 409
    assert CauseModel.objects.get().title == "乙的标题"
    assert one.inputs["events"][7] == {"name": "升级出错", "probability": 0.5}
    assert organisation.people["node_owner"].name in one.page.content.decode()
    named = {(each.name, each.how) for each in one.page.context["differences"]}
    assert {("升级出错", "mine"), ("误升级", "theirs"), ("标题", "other")} <= named
    one.press("mine:2")
    assert one.page.status_code == 302
    kept = CauseModel.objects.get()
    assert (kept.version, kept.inputs["events"][7]["name"]) == (3, "升级出错")


def test_a_conflicting_drawing_can_become_a_model_of_its_own(organisation, manager, tree) -> None:
    one = Board(organisation.client("risk_manager"), tree)
    keep_model(tree, facts=Facts("乙的标题"), inputs=tree.inputs, seen=1, actor=manager)
    one.press("save", title="甲的标题")
    assert one.page.status_code == 409
    one.press("copy")
    assert set(CauseModel.objects.values_list("title", flat=True)) == {"甲的标题", "乙的标题"}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_names_stay_text(organisation, manager, name) -> None:
    events = [{"name": each, "probability": 0.1} for each in ("e", name + "2")]
    gates = [{"name": name, "kind": "or", "inputs": ["e", name + "2"]}]
    inputs = {"top": name, "gates": gates, "events": events}
    model = create_model(
        unit=manager.unit, method="fault_tree", facts=Facts(name[:200]), inputs=inputs, actor=manager
    )
    board = Board(organisation.client("risk_manager"), model).press("choose:gates-1").press("apply")
    page = board.page.content.decode()
    assert "<img src=x" not in page
    assert board.inputs == inputs
    renamed = board.press("choose:events-2").press("apply", **{"in.name": "甲"})
    assert renamed.inputs["gates"][0]["inputs"] == ["e", "甲"]


@pytest.mark.parametrize(
    "sent",
    [{}, {"inputs": "{"}, {"inputs": "[]"}, {"inputs": "[" * 5000}, {"inputs": '{"gates": [[1]]}'},
     {"inputs": '{"top": NaN}'}, {"inputs": '{"nothing": 1}'}],
)  # fmt: skip
def test_a_drawing_that_cannot_be_read_is_refused(organisation, tree, sent) -> None:
    answer = organisation.client("risk_manager").post(f"/causes/{tree.code}/", {"step": "save", **sent})
    assert answer.status_code == 422
    assert CauseModel.objects.get().version == 1


@pytest.mark.parametrize(
    "step",
    ["remove:events-99", "add:nothing", "add:events:gates-99:inputs", "up:wings-1", "name:gates-1:kind"],
)
def test_a_step_that_cannot_be_done_leaves_the_drawing(organisation, tree, step) -> None:
    board = Board(organisation.client("risk_manager"), tree)
    before = board.inputs
    board.press(step, existing="x")
    assert board.page.status_code == 422
    assert board.inputs == before


def test_a_reader_sees_the_board_and_cannot_send_it(organisation, tree) -> None:
    client = organisation.client("auditor")
    page = client.get(f"/causes/{tree.code}/?step=choose:events-2")
    assert str(page.context["board"].part) == "events-2"
    assert 'name="inputs"' not in page.content.decode()
    assert client.post(f"/causes/{tree.code}/", {"step": "save"}).status_code == 403


def test_the_picture_follows_the_part_in_a_large_tree(organisation, manager) -> None:
    """Two thousand events in a hundred gates: the part in the panel is always in the picture."""
    gates = [
        {"name": f"g{i}", "kind": "or", "inputs": [f"e{20 * i + j}" for j in range(20)]} for i in range(100)
    ]
    top = {"name": "top", "kind": "and", "inputs": [g["name"] for g in gates]}
    events = [{"name": f"e{i}", "probability": 0.001} for i in range(2000)]
    inputs = {"top": "top", "gates": [top, *gates], "events": events}
    model = create_model(
        unit=manager.unit, method="fault_tree", facts=Facts("大"), inputs=inputs, actor=manager
    )
    board = Board(organisation.client("risk_manager"), model).press("choose:events-1234")
    shown = board.page.context["shown"]
    assert 'data-part="events-1234"' in shown.pictures.main
    assert shown.pictures.chain == ("top", "g61")
    assert len(board.page.content) < 1_200_000
    board.press("draw:top")
    assert 'data-part="gates-1"' in board.page.context["shown"].pictures.main
    board.press("find", find="e1999")
    assert [row.name for row in board.page.context["shown"].groups[2].rows] == ["e1999"]


def test_pages_ask_the_database_as_often_for_many_models_as_for_one(
    organisation, manager, tree, django_assert_max_num_queries
) -> None:
    client = organisation.client("risk_manager")
    client.get("/causes/")
    for _ in range(12):
        begun(Beginning("bow_tie", "example"), unit=organisation.north, about=None, actor=manager)
    with django_assert_max_num_queries(14):
        client.get("/causes/")
    with django_assert_max_num_queries(16):
        client.get(f"/causes/{tree.code}/")


def test_a_blank_drawing_says_what_to_add_and_with_which_key(organisation) -> None:
    manager = organisation.people["risk_manager"]
    model = begun(
        Beginning("fault_tree", "empty", "全停"), unit=organisation.north, about=None, actor=manager
    )
    page = organisation.client("risk_manager").get(f"/causes/{model.code}/").content.decode()
    assert "按“加事件”，或直接按 E 键" in page
