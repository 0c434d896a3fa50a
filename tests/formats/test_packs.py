import re
from dataclasses import fields, is_dataclass
from pathlib import Path

import pytest

from anlan.domain.errors import RefusedInput, UsageError
from anlan.domain.finding import CATEGORIES
from anlan.domain.pack import Text
from anlan.formats.packs import (
    PACK_CODES,
    load_operators,
    load_pack,
    load_packs,
    load_shared,
    load_user_pack,
    reference_faults,
)
from support import shared

PACKS_SUMS = {  # nodes, risks, controls, indicators, checks: the table of PACKS.md
    "CM": (1, 17, 17, 18, 8),
    "GS": (7, 28, 26, 27, 10),
    "PT": (10, 30, 27, 21, 9),
    "PH": (11, 30, 28, 25, 11),
    "CC": (9, 20, 18, 18, 8),
    "IT": (8, 21, 17, 17, 8),
    "DS": (7, 23, 21, 17, 9),
    "HR": (8, 19, 17, 12, 7),
    "LG": (8, 21, 19, 15, 8),
    "EM": (0, 0, 0, 6, 0),
}


def counts(code: str) -> tuple[int, ...]:
    pack = load_pack(code)
    return tuple(len(part) for part in (pack.nodes, pack.risks, pack.controls, pack.indicators, pack.checks))


@pytest.mark.parametrize("code", PACK_CODES)
def test_each_pack_holds_as_many_facts_as_its_source(code):
    assert counts(code) == PACKS_SUMS[code]


def test_all_packs_together_hold_the_sum_row():
    assert [sum(column) for column in zip(*map(counts, PACK_CODES), strict=True)] == [69, 209, 190, 176, 78]
    emergency, people = load_pack("EM"), load_pack("HR")
    assert (len(emergency.plans), len(emergency.drills), len(emergency.bodies)) == (18, 12, 9)
    assert len(emergency.common_steps) == 6
    assert len(people.trainings) == 13
    assert (len(load_operators()), len(load_shared().roles)) == (12, 15)


def test_no_code_is_used_twice_and_none_points_nowhere():
    assert list(reference_faults(load_packs(), load_shared())) == []


def texts_in(value):
    if isinstance(value, Text):
        yield value
    elif isinstance(value, dict):
        for item in value.values():
            yield from texts_in(item)
    elif isinstance(value, tuple):
        for item in value:
            yield from texts_in(item)
    elif is_dataclass(value):
        for field in fields(value):
            yield from texts_in(getattr(value, field.name))


@pytest.mark.parametrize("part", [*load_packs(), load_shared()], ids=[*PACK_CODES, "shared"])
def test_every_text_has_both_languages_and_no_english_text_is_chinese(part):
    texts = list(texts_in(part))
    assert len(texts) > 50
    for text in texts:
        assert text.zh.strip(), text
        assert text.en.strip(), text
        assert not re.search(r"[一-鿿]", text.en), text
        assert " / " not in text.zh, text
        assert "**" not in text.zh + text.en, text


def test_every_fact_keeps_its_source_mark():
    for pack in load_packs():
        for part in (pack.nodes, pack.risks, pack.controls, pack.indicators, pack.checks, pack.plans):
            for item in part:
                assert re.match(r"(00[0-3]|added)", item.source), (item.code, item.source)


def test_effects_and_costs_are_ranges_marked_as_assumptions():
    for pack in load_packs():
        assert pack.assumed
        for control in pack.controls:
            for low, high in (control.likelihood_factor, control.consequence_factor):
                assert 0 <= low <= high <= 1
            assert control.person_days == {"S": (1, 10), "M": (10, 60), "L": (60, 240)}[control.cost_class]
            assert control.equipment == (control.cost_class == "L")


def test_each_risk_has_a_control_an_indicator_and_a_known_category():
    for pack in load_packs():
        for risk in pack.risks:
            assert risk.controls, risk.code
            assert risk.indicators, risk.code
            assert risk.category in CATEGORIES


def test_a_plan_answers_only_risks_of_the_packs_it_serves():
    for plan in load_pack("EM").plans:
        for risk in plan.risks:
            assert risk[:2] in plan.packs, (plan.code, risk)


def test_targets_keep_their_number_their_words_and_who_set_them():
    indicators = {i.code: i for pack in load_packs() for i in pack.indicators}
    assert indicators["CM-I04"].target is None
    assert indicators["CC-I01"].target_value == 80
    assert indicators["CC-I01"].target_source == Text(
        "added: 惯例非标准", "added: convention, not a standard"
    )
    assert indicators["PT-I15"].target_source == Text("added: CCAR-300", "added: CCAR-300")
    assert indicators["PH-I13"].target == Text("100", "100")
    assert indicators["PH-I25"].target == Text("城 98.5、农 97.5", "city 98.5, rural 97.5")
    assert indicators["DS-I02"].unit == Text("次、人", "events, persons")


def test_steps_of_a_plan_say_what_who_and_by_when_in_the_order_of_both_languages():
    plan = next(plan for plan in load_pack("EM").plans if plan.code == "EM-P09")
    assert [step.text.en for step in plan.steps] == [
        "stop", "scope", "report and notify", "handle accounts"
    ]  # fmt: skip
    assert [step.minutes for step in plan.steps] == [30, 240, None, 60]
    assert plan.steps[2].roles == ("EM-O6", "EM-O8")
    repair = next(plan for plan in load_pack("EM").plans if plan.code == "EM-P13")
    assert repair.steps[1].minutes_text == Text("城 45 分钟、农 90 分钟", "city 45 min, rural 90 min")


@pytest.mark.parametrize(
    ("code", "file"),
    [("CM", "common"), ("GS", "general_service"), ("PT", "passenger_transport"), ("PH", "power_hall"),
     ("CC", "contact_centre"), ("IT", "it_support"), ("DS", "data_security"), ("HR", "people_training"),
     ("LG", "logistics"), ("EM", "emergency")],
)  # fmt: skip
def test_no_cell_of_the_source_tables_is_lost(code, file):
    """Every part of every cell, as written in the source, is somewhere in the pack's data."""
    source = shared(f"packs/{file}.md").read_text()
    data = (Path(__file__).parents[2] / f"src/anlan/packs/{file}.toml").read_text()
    data = re.sub(r"[\s\"',;，、；\[\](){}]+", "", data.replace("\\", ""))
    lost = []
    for line in source.splitlines():
        if not line.startswith("|") or set(line) <= set("|- "):
            continue
        for cell in line.strip("|").split("|"):
            for part in re.split(r" / |; |；| |\(|\)|-(?=\d)|,|，|：|: ?", cell.strip()):
                bare = re.sub(r"[\s\"',;，、；\[\](){}]+", "", part)
                if bare and bare not in data:
                    lost.append((cell, part))
    known = {"code", "src", "node", "words", "match", "that", "dir", "cat", "min", "zh", "en", "h",
             "现场", "DS", "件,天", "all", "EM-O1", "O9", "7", "10k", "-"}  # fmt: skip
    headings = {part for line in source.splitlines() if line.startswith("| code") for part in line.split()}
    lost = [pair for pair in lost if pair[1] not in known | headings]
    assert lost == []


def test_an_unknown_code_names_the_codes_there_are():
    with pytest.raises(UsageError) as caught:
        load_pack("XX")
    assert caught.value.parameters["accepted"] == PACK_CODES


OWN = """
schema = "anlan.pack/1"
code = "MY"
title = { zh = "自有包", en = "own pack" }

[[nodes]]
code = "MY-N1"
title = { zh = "接单", en = "Take order" }
words_zh = ["接单"]
words_en = ["take order"]
source = "added"

[[risks]]
code = "MY-R01"
node = "MY-N1"
category = "people"
title = { zh = "漏单", en = "Missed order" }
cause = { zh = "忙", en = "busy" }
event = { zh = "漏", en = "missed" }
consequence = { zh = "投诉", en = "complaint" }
controls = ["GS-C02"]
indicators = ["GS-I01"]
findings = ["bottleneck"]
source = "added"
"""


def test_a_pack_of_the_user_is_read_and_may_point_to_the_products_controls(tmp_path):
    path = tmp_path / "own.toml"
    path.write_text(OWN)
    pack = load_user_pack(path)
    assert (pack.code, pack.risks[0].controls, pack.nodes[0].promise) == ("MY", ("GS-C02",), None)


def test_all_faults_of_a_users_pack_are_told_at_once(tmp_path):
    path = tmp_path / "own.toml"
    broken = (
        OWN.replace('"people"', '"peple"')
        .replace("GS-C02", "GS-C99")
        .replace(', en = "busy"', "")
        .replace("words_en", "word_en")
        .replace('findings = ["bottleneck"]', 'findings = ["botleneck"]')
    )
    path.write_text(broken)
    with pytest.raises(RefusedInput) as caught:
        load_user_pack(path)
    faults = caught.value.parameters["faults"]
    assert caught.value.code == "packs.faults"
    for place in (
        "risks[1].category",
        "MY-R01.controls",
        "risks[1].cause",
        "nodes[1].word_en",
        "risks[1].findings",
    ):
        assert any(line.startswith(place) for line in faults), (place, faults)
    assert len(faults) == 5


@pytest.mark.parametrize(
    ("content", "code"),
    [("not = [toml", "packs.not_toml"), ("", "packs.faults"), (OWN.replace("MY", "IT"), "packs.faults")],
)
def test_what_is_no_pack_of_ones_own_is_refused(tmp_path, content, code):
    path = tmp_path / "own.toml"
    path.write_text(content)
    with pytest.raises(RefusedInput) as caught:
        load_user_pack(path)
    assert caught.value.code == code


def test_a_missing_file_is_refused(tmp_path):
    with pytest.raises(RefusedInput) as caught:
        load_user_pack(tmp_path / "none.toml")
    assert caught.value.code == "packs.no_file"
