"""No two risks of a result carry the same title, in either language."""

from dataclasses import replace

from anlan.formats.messages import messages
from anlan.studies.numbers import Clock
from anlan.studies.quantify import statement, titles
from risk_findings import finding


def _breach(**parameters: object):
    kind = str(parameters.get("kind", "overall"))
    made = finding("sla_breach_driver", nodes=("Resolved",))
    told = {"statement": f"sla_breach_driver.{kind}", "column": "", "value": "", **parameters}
    return replace(made, detail=str(parameters.get("detail", kind)), parameters=told)


def test_broken_promises_at_one_step_are_told_apart_by_what_they_are_about() -> None:
    named = titles(
        [
            _breach(),
            _breach(kind="present"),
            _breach(kind="longest_wait"),
            _breach(kind="group", column="region", value="north", detail="region=north"),
            _breach(kind="group", column="region", value="south", detail="region=south"),
        ]
    )
    for language in ("zh", "en"):
        assert len({title[language] for title in named}) == len(named)
    assert named[3] == {
        "zh": "region 为“north”的案例超出承诺时限",
        "en": "Promises broken: region “north”",
    }


def test_titles_that_would_be_alike_name_detail_and_nodes() -> None:
    plain = [replace(finding("data_quality", nodes=(node,)), detail=detail, parameters={"column": ""})
             for node, detail in (("a", "x"), ("a", "y"), ("b", "y"))]  # fmt: skip
    assert [title["en"] for title in titles(plain)] == [
        "Gaps in the data (x, a)", "Gaps in the data (y, a)", "Gaps in the data (y, b)",
    ]  # fmt: skip


def test_every_sentence_of_a_finder_has_a_title_or_its_kind_has() -> None:
    kinds = {key.split(".")[1] for key in messages("en") if key.startswith("findings.")}
    assert {kind for kind in kinds if f"finding_titles.{kind}" not in messages("en")} == set()


def test_a_moment_in_a_sentence_is_on_the_clock_of_the_log() -> None:
    drift = replace(
        finding("drift"),
        parameters={"statement": "drift.case", "node": "a", "since_time": 0, "median_s": 60.0,
                    "peer_median_s": 30.0},
    )  # fmt: skip
    assert "1970-01-01 08:00" in statement(drift, clock=Clock("Asia/Shanghai"))["en"]
    assert "1970-01-01 00:00" in statement(drift, clock=Clock("UTC"))["en"]
