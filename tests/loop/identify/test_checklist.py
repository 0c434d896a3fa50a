from dataclasses import replace

import numpy as np
import pytest

from anlan.domain.finding import Effect, Finding
from anlan.domain.interval import Interval
from anlan.formats.messages import in_both_languages
from anlan.formats.packs import load_pack, load_packs, load_user_pack
from anlan.loop.identify import checklist
from anlan.loop.identify.checklist import (
    candidates_from_packs,
    choose_packs,
    control_links,
    controls_for_finding,
    match_packs,
    risk_links,
)

PACKS = load_packs()
HELPDESK = (
    "Take in charge ticket", "Resolve ticket", "Assign seriousness", "Closed", "Wait", "Require upgrade",
    "Insert ticket", "Create SW anomaly", "Resolve SW anomaly", "Schedule intervention", "VERIFIED",
    "RESOLVED", "INVALID", "DUPLICATE",
)  # fmt: skip
INCIDENTS = (
    "Active", "New", "Resolved", "Closed", "Awaiting User Info", "Awaiting Vendor", "Awaiting Problem",
    "Awaiting Evidence", "-100",
)  # fmt: skip
LOANS = (
    "W_Completeren aanvraag", "W_Nabellen offertes", "W_Nabellen incomplete dossiers",
    "W_Valideren aanvraag", "W_Afhandelen leads", "A_SUBMITTED", "A_PARTLYSUBMITTED", "A_DECLINED",
    "A_PREACCEPTED", "O_SELECTED", "O_CREATED", "O_SENT", "A_ACCEPTED", "A_FINALIZED", "O_CANCELLED",
    "A_CANCELLED", "A_REGISTERED", "A_APPROVED", "A_ACTIVATED", "O_ACCEPTED", "O_DECLINED",
    "W_Beoordelen fraude", "W_Wijzigen contractgegevens",
)  # fmt: skip
CLAIMS = (
    "Check if customer has all required information", "Register Claim",
    "Determine likelihood of the claim", "Assess Claim", "Initiate Payment", "Close Claim",
    "Advise Claimant on Reimbursement",
)  # fmt: skip
POWER_HALL = ("取号", "咨询受理", "现场勘查", "答复方案", "装表送电", "缴费", "回访")
PARCELS = ("揽收", "入库", "分拣", "出库", "发运", "派送", "签收")
HOTLINE = ("来电接入", "身份核验", "解答", "创建工单", "工单转派", "回访")


def finding(code: str, *nodes: str, category: str = "process") -> Finding:
    share = Interval(0.1, 0.05, 0.2)
    return Finding(
        code=code, category=category, nodes=nodes, count=10, exposure=100, exposure_unit="cases",
        exposure_cases=100, period_days=30.0, rate=share, effect=Effect("share", share, 0.05), p=None, q=None,
        affected=np.arange(10), delay_min=np.ones(10), case_ids=("a",),
    )  # fmt: skip


def chosen(names, **settings) -> set[str]:
    return {choice.pack for choice in choose_packs(names, PACKS, **settings) if choice.applies}


@pytest.mark.parametrize(
    ("names", "packs"),
    [
        (HELPDESK, {"CM", "GS", "IT"}),
        (INCIDENTS, {"CM", "IT"}),
        (LOANS, {"CM", "GS"}),
        (CLAIMS, {"CM", "GS"}),
        (POWER_HALL, {"CM", "PH"}),
        (PARCELS, {"CM", "LG"}),
        (HOTLINE, {"CM", "GS", "CC"}),
        (("选课", "缴费", "考试", "毕业"), {"CM"}),
        (("foo", "bar", "baz"), {"CM"}),
        ((), {"CM"}),
    ],
)
def test_the_packs_of_a_trade_are_chosen_and_no_match_is_forced(names, packs):
    assert chosen(names) == packs


def test_what_surrounds_the_log_decides_between_trades_that_share_their_words():
    context = ("carrier", "flight", "tailnum", "origin", "dest")
    assert chosen(("departure", "arrival"), context=context) == {"CM", "PT"}
    rivals = {c.pack: c for c in choose_packs(("departure", "arrival"), PACKS, context=context)}
    assert rivals["LG"].reason == "rival"
    assert rivals["LG"].parameters["pack"] == "PT"


def test_a_word_that_trades_share_counts_for_less():
    flights = {c.pack: c.confidence for c in choose_packs(("departure", "arrival"), PACKS)}
    alone = {c.pack: c.confidence for c in choose_packs(("departure", "arrival"), load_packs(("CM", "PT")))}
    assert alone["PT"] == 1.0
    assert flights["PT"] == flights["LG"] == 0.5


def test_a_log_that_names_people_brings_the_risks_of_staff():
    assert "HR" in chosen(INCIDENTS, n_resources=2)
    assert "HR" not in chosen(INCIDENTS, n_resources=1)


@pytest.mark.parametrize("names", [HELPDESK, INCIDENTS, POWER_HALL, ("departure", "arrival"), ()])
def test_every_choice_has_a_reason_in_both_languages(names):
    for choice in choose_packs(names, PACKS, n_resources=3):
        text = in_both_languages(f"packs.reason.{choice.reason}", **choice.parameters)
        assert text["zh"] != text["en"]


@pytest.mark.parametrize(
    ("name", "node", "words"),
    [
        ("Awaiting User Info", "IT-N3", ("Awaiting",)),
        ("Resolved", "IT-N3", ("Resolved",)),
        ("Take in charge ticket", "IT-N2", ("take in charge",)),
        ("W_Nabellen offertes", "GS-N6", ("nabellen",)),
        ("02_装表送电", "PH-N3", ("装表", "送电")),
        ("OUT FOR DELIVERY", "LG-N5", ("out for delivery",)),
    ],
)
def test_an_activity_is_matched_by_its_words(name, node, words):
    match = next(match for match in match_packs([name], PACKS) if match.node == node)
    assert match.words == words
    assert 0.5 <= match.confidence <= 1


def test_a_name_without_words_matches_nothing():
    assert match_packs(["-100", "", "12_34"], PACKS) == ()


def test_confidence_grows_with_the_share_of_the_name_that_is_explained():
    (whole, half, third) = (
        next(m.confidence for m in match_packs([name], PACKS) if m.node == "IT-N3")
        for name in ("Awaiting", "Awaiting Vendor", "Awaiting User Info")
    )
    assert (whole, half, third) == (1.0, 0.7, 0.6)


def test_matching_ignores_case_digits_and_order_of_the_names():
    assert [m.node for m in match_packs(["RESOLVED_2"], PACKS)] == [
        m.node for m in match_packs(["resolved"], PACKS)
    ]
    forward, backward = match_packs(HELPDESK, PACKS), match_packs(HELPDESK[::-1], PACKS)
    assert set(forward) == set(backward)


def test_a_finding_is_met_by_controls_of_its_node_first_and_every_link_says_why():
    packs = load_packs(("CM", "GS", "IT"))
    links = control_links(finding("ping_pong", "Active"), match_packs(INCIDENTS, packs), packs)
    assert links[0].control.code == "IT-C11"
    assert links[0].link.reason == "node_and_kind"
    assert links[0].link.parameters["activity"] == "Active"
    assert "CM-C01" in {item.control.code for item in links}
    for item in links:
        text = in_both_languages(f"packs.link.{item.link.reason}", **item.link.parameters)
        assert item.link.risk.code in text["zh"]
        assert item.link.risk.code in text["en"]


def test_findings_of_two_kinds_are_met_by_different_controls():
    packs = load_packs(("CM", "GS", "IT", "HR"))
    matches = match_packs(INCIDENTS, packs)
    repeated = controls_for_finding(finding("rework_loop", "Resolved"), matches, packs)
    alone = controls_for_finding(finding("single_person", "Resolved"), matches, packs)
    assert "IT-C15" in {control.code for control in repeated}
    assert "HR-C11" in {control.code for control in alone}
    assert {control.code for control in repeated} != {control.code for control in alone}


def test_where_no_risk_names_the_kind_the_category_at_the_node_links():
    pack = load_pack("GS")
    plain = replace(pack, risks=tuple(replace(risk, findings=()) for risk in pack.risks))
    links = risk_links(finding("rework_loop", "Create"), match_packs(["Create"], [plain]), [plain])
    assert {link.reason for link in links} == {"node_and_category"}
    assert all(link.risk.node == "GS-N2" and link.risk.category == "process" for link in links)


def test_a_finding_without_a_matched_node_is_linked_by_its_kind_alone():
    packs = load_packs(("CM", "PH"))
    links = risk_links(finding("overload"), (), packs)
    assert {link.reason for link in links} == {"kind_in_pack", "kind_whole_process"}


def test_a_control_of_another_pack_comes_from_the_library():
    pack = load_pack("PT")
    match = match_packs(["购票"], [pack])
    own = control_links(finding("overload", "购票"), match, [pack])
    borrowed = control_links(finding("overload", "购票"), match, [pack], library=PACKS)
    assert "IT-C05" not in {item.control.code for item in own}
    assert "IT-C05" in {item.control.code for item in borrowed}


def test_every_kind_of_finding_has_candidate_measures_in_a_general_service_log():
    packs = load_packs(("CM", "GS", "HR"))
    matches = match_packs(LOANS, packs)
    for code in (
        "tail_delay", "bottleneck", "rework_loop", "self_loop", "ping_pong", "reassignment", "skipped_step",
        "sla_breach_driver", "abandonment", "overload", "wip_growth", "single_person", "four_eyes", "drift",
        "group_disparity", "data_quality",
    ):  # fmt: skip
        assert controls_for_finding(finding(code, "A_ACCEPTED"), matches, packs, library=PACKS), code


def test_candidates_are_risks_of_nodes_in_the_log_that_no_finding_speaks_for():
    packs = load_packs(("CM", "IT"))
    matches = match_packs(INCIDENTS, packs)
    before = candidates_from_packs(matches, packs)
    after = candidates_from_packs(matches, packs, findings=[finding("ping_pong", "Active")])
    assert {c.risk.code for c in before} - {c.risk.code for c in after} == {"IT-R13", "CM-R01"}
    assert {c.risk.node for c in before} == {"CM-N0", "IT-N2", "IT-N3", "IT-N4"}
    for candidate in before:
        in_both_languages(f"packs.checklist.{candidate.reason}", **candidate.parameters)
    assert next(c for c in before if c.risk.code == "IT-R13").checks == ("IT-K06",)


def test_a_users_own_pack_is_matched_like_the_others(tmp_path):
    path = tmp_path / "own.toml"
    path.write_text(
        """
schema = "anlan.pack/1"
code = "MY"
title = { zh = "洗衣", en = "Laundry" }
[[nodes]]
code = "MY-N1"
title = { zh = "洗涤", en = "Wash" }
words_zh = ["洗涤"]
words_en = ["wash"]
source = "added"
[[nodes]]
code = "MY-N2"
title = { zh = "熨烫", en = "Iron" }
words_zh = ["熨烫"]
words_en = ["iron"]
source = "added"
"""
    )
    choice = choose_packs(["Washing", "Ironing", "Hand out"], (*PACKS, load_user_pack(path)))
    assert next(c for c in choice if c.pack == "MY").applies


def test_names_of_the_same_words_are_matched_once_and_alike(monkeypatch: pytest.MonkeyPatch) -> None:
    looked = []
    real = checklist.best_cover
    monkeypatch.setattr(checklist, "best_cover", lambda *words: looked.append(words) or real(*words))
    packs = load_packs(("IT",))
    alone = match_packs(["受理"], packs)
    once = len(looked)
    many = match_packs([f"受理 {number}" for number in range(50)], packs)
    assert len(looked) == 2 * once
    assert alone
    assert len(many) == 50 * len(alone)
    assert {match.activity for match in many} == {f"受理 {number}" for number in range(50)}
    assert {(match.node, match.confidence, match.words) for match in many} == {
        (match.node, match.confidence, match.words) for match in alone
    }
