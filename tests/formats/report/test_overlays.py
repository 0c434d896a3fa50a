"""What can be laid over a process map, how much of it is shown, and where its arrow keys lead."""

import copy
import random
import xml.etree.ElementTree as ET
from collections import Counter

import pytest

from anlan.formats.report.charts.process_map import Choosing, map_selection, process_map
from anlan.formats.report.flow.overlays import CODES, overlays_of
from anlan.formats.report.flow.selection import END, START, of_share
from anlan.formats.report.flow.walk import walk_of
from anlan.formats.report.levels import Levels
from anlan.formats.report.words import Words

from .sample_result import large_result, sample_result

SVG = "{http://www.w3.org/2000/svg}"


def overlays(result, *, language="en"):
    risks_at = {}
    for risk in result["risks"]:
        for node in risk["nodes"]:
            risks_at.setdefault(node, []).append(risk)
    levels = Levels(result["criteria"], Words(language))
    return overlays_of(result["process"], key_nodes=result["key_nodes"], risks_at=risks_at, levels=levels)


def without_starts(result):
    for activity in result["process"]["activities"]:
        activity |= {"service_s": None, "waiting_s": None}
    return result


def test_every_figure_is_the_results_own() -> None:
    result = sample_result()
    found, activities = overlays(result), result["process"]["activities"]
    assert tuple(found) == CODES
    assert found["load"].values == {a["name"]: a["count"] for a in activities}
    assert found["time"].values == {a["name"]: a["service_s"]["median"] for a in activities if a["service_s"]}
    assert found["waiting"].values == {
        a["name"]: a["waiting_s"]["mean"] for a in activities if a["waiting_s"]
    }
    assert found["rework"].values == {a["name"]: a["rework_cases"] / a["cases"] for a in activities}
    for name, mark in found["risk"].levels.items():
        codes = {risk["index"]["level"] for risk in result["risks"] if name in risk["nodes"]}
        assert mark.code in codes


def test_shares_of_breaches_are_those_of_the_marks_and_add_up() -> None:
    result = sample_result()
    for i, node in enumerate(result["key_nodes"]):
        node["criteria"] = dict(node["criteria"]) | {"breaches": [1.0, 0.5, None, 0.5][i] if i < 4 else 0.0}
    found = overlays(result)["breaches"].values
    names = [node["activity"] for node in result["key_nodes"]]
    assert [found.get(name) for name in names[:4]] == [0.5, 0.25, None, 0.25]
    assert sum(found.values()) == pytest.approx(1.0)


def test_what_the_log_does_not_hold_is_absent_with_a_reason() -> None:
    result = without_starts(copy.deepcopy(sample_result()))
    result["risks"], result["key_nodes"] = [], []
    found = overlays(result)
    missing = {code: o.missing for code, o in found.items() if o.missing}
    assert missing == {
        "waiting": "no_starts", "breaches": "no_run", "risk": "no_risks", "deviation": "no_model_run",
        "alerts": "alerts_hidden",
    }  # fmt: skip
    for language in ("zh", "en"):
        assert all(Words(language)(f"overlays.missing.{reason}") for reason in missing.values())


def test_without_starts_time_is_the_median_of_the_most_frequent_way_in() -> None:
    result = without_starts(copy.deepcopy(sample_result()))
    found = overlays(result)["time"]
    assert found.variant == "transition"
    for name, median in found.values.items():
        into = [e for e in result["process"]["edges"] if e["to"] == name and e["from"] != name]
        assert median == max(into, key=lambda e: e["count"])["median_s"]


def test_a_box_carries_colour_and_number_of_the_overlay() -> None:
    result = sample_result()
    for code, overlay in overlays(result).items():
        if overlay.missing:
            continue
        drawing = process_map(result, language="en", direction="right", overlay=overlay)
        boxes = [
            g
            for g in ET.fromstring(drawing).iter(f"{SVG}g")
            if g.find(f"{SVG}rect[@class='box']") is not None
        ]
        assert len(boxes) == len(map_selection(result).nodes), code
        assert all(len(list(box.iter(f"{SVG}text"))) >= 2 for box in boxes), code


def random_flow(seed: int):
    """Counts of a log of random cases: every activity lies between a start and an end."""
    luck = random.Random(seed)
    names = [f"n{i}" for i in range(luck.randint(2, 40))]
    counts: Counter[tuple[str, str]] = Counter()
    for case in range(luck.randint(3, 60)):
        steps = [luck.choice(names) for _ in range(luck.randint(1, 12))] + (
            [names[case]] if case < len(names) else []
        )
        for pair in zip([START, *steps], [*steps, END], strict=True):
            counts[pair] += luck.choice((1, 1, 5, 40))
    seen = {name for pair in counts for name in pair} - {START, END}
    return sorted(seen), dict(counts)


def reached(edges, root):
    found, waiting = {root}, [root]
    while waiting:
        here = waiting.pop()
        for u, v in edges:
            if u == here and v not in found:
                found.add(v)
                waiting.append(v)
    return found


@pytest.mark.parametrize("seed", range(40))
def test_however_little_is_shown_every_node_is_on_a_way_from_start_to_end(seed: int) -> None:
    names, counts = random_flow(seed)
    inner = {pair: n for pair, n in counts.items() if START not in pair and END not in pair}
    before = -1.0
    for share in (0.0, 0.1, 0.4, 0.8, 1.0):
        shown = of_share(names, counts, share=share)
        assert set(names) <= reached(shown.edges, START)
        assert set(names) <= reached([(v, u) for u, v in shown.edges], END)
        among = [pair for pair in shown.edges if pair in inner]
        assert shown.shown == len(among)
        assert shown.n_edges == len(inner)
        if inner:
            assert shown.covered == pytest.approx(sum(inner[p] for p in among) / sum(inner.values()))
        assert shown.shown >= round(share * len(inner))
        assert shown.covered >= before
        before = shown.covered
    assert shown.shown == len(inner)


def test_sixty_nodes_shown_in_part_are_drawn_apart() -> None:
    result = large_result()
    selection = map_selection(result, share=0.1)
    assert len(selection.nodes) == 60
    drawing = process_map(result, language="zh", direction="right", share=0.1)
    boxes = ET.fromstring(drawing).findall(f".//{SVG}rect[@class='box']")
    places = [(float(box.get("x")), float(box.get("y"))) for box in boxes]
    apart = [
        abs(a[0] - b[0]) >= 150 or abs(a[1] - b[1]) >= 46 for i, a in enumerate(places) for b in places[:i]
    ]
    assert len(places) == 60
    assert all(apart)


def test_arrows_follow_the_strongest_flow_and_its_siblings() -> None:
    places = {"a": (0.0, 0.0), "b": (1.0, 0.0), "c": (1.0, 5.0), "d": (2.0, 0.0)}
    edges = {(START, "a"): 9, ("a", "b"): 3, ("a", "c"): 6, ("b", "d"): 3, ("c", "d"): 6, ("d", "a"): 20,
             ("d", END): 9, ("c", "c"): 99}  # fmt: skip
    walk = walk_of(places, edges)
    assert list(walk) == ["a", "b", "c", "d"]
    assert (walk["a"].onward, walk["a"].back) == ("c", None)
    assert (walk["d"].onward, walk["d"].back) == (None, "c")
    assert (walk["b"].below, walk["c"].above, walk["b"].above) == ("c", "b", None)


def test_work_that_only_goes_back_is_followed_back() -> None:
    walk = walk_of({"a": (0.0, 0.0), "b": (1.0, 0.0)}, {("a", "b"): 2, ("b", "a"): 2, ("a", END): 5})
    assert walk["b"].onward == "a"


def test_boxes_of_a_map_to_choose_from_are_links_with_names() -> None:
    result = sample_result()
    choosing = Choosing(lambda name: f"?node={name}", lambda name: f"box {name}", "派单")
    root = ET.fromstring(process_map(result, language="zh", direction="right", choosing=choosing))
    links = list(root.iter(f"{SVG}a"))
    assert root.get("role") == "group"
    assert len(links) == len(map_selection(result).nodes)
    ids = {link.get("id") for link in links}
    assert all(link.get("aria-label") == f"box {link.get('href')[6:]}" for link in links)
    assert [link.get("href") for link in links if link.get("aria-current")] == ["?node=派单"]
    ways = [value for link in links for key, value in link.attrib.items() if key.startswith("data-")]
    assert ways
    assert set(ways) <= ids
