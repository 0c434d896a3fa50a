"""Every finding can be said in both languages."""

import json
import re
from pathlib import Path

import pytest

from anlan.formats.messages import messages
from anlan.loop import identify as package
from anlan.loop.identify import FINDERS, SlaSettings, identify
from finders import context_of
from logs import MONDAY_2024_US, random_draft

SOURCES = "\n".join(path.read_text(encoding="utf-8") for path in Path(package.__file__).parent.glob("*.py"))


@pytest.mark.parametrize("language", ["zh", "en"])
def test_each_code_has_a_title_and_a_statement(language):
    texts = messages(language)
    for code, _ in FINDERS:
        assert f"findings.{code}" in texts
        assert f"finding_titles.{code}" in texts


def test_both_languages_ask_for_the_same_parameters():
    keys = [key for key in messages("en") if key.startswith(("findings.", "finding_titles."))]
    for key in keys:
        names = [set(re.findall(r"{(\w+)", messages(language)._texts[key])) for language in ("zh", "en")]
        assert names[0] == names[1], key


def _logs():
    """Logs that between them make nearly every kind of finding."""
    draft = random_draft(seed=1, n_cases=800, days=200, attributes={"channel": ["web", "hall"]})
    draft.gap_s[(draft.case_values["channel"] == "hall")[draft.case]] *= 3
    draft.gap_s[(draft.steps == "decide") & (draft.arrival_s > 120 * 86_400)[draft.case]] *= 8
    draft.insert_after((draft.steps == "check") & (draft.case % 5 == 0), "check", 40_000.0)
    draft.keep(~((draft.steps == "notify") & (draft.case % 17 == 0)))
    draft.people[draft.steps == "register"] = "robot"
    draft.people[::9] = None
    yield draft.build(), {}
    stopped = random_draft(seed=2, n_cases=2_000, days=200, mean_gap_s=86_400)
    stopped.gap_s *= 1 + stopped.arrival_s[stopped.case] / (20 * 86_400)
    stopped.keep(~((stopped.steps == "close") & (stopped.case % 11 == 0)))
    stopped.keep(stopped.ends_us() <= MONDAY_2024_US + 190 * 86_400_000_000)
    yield stopped.build(), {"closing_activities": ("close",)}
    yield draft.build(), {"reference_path": ("register", "notify", "decide", "close")}


def test_each_finding_of_many_kinds_is_said_without_a_gap_and_can_be_stored():
    sla = SlaSettings(case_limit_us=10 * 3_600_000_000, activity_limits_us={"decide": 7_200_000_000})
    said = set()
    for log, settings in _logs():
        for finding in identify(context_of(log, sla=sla, rejected={"time": 900}, **settings)):
            parameters = {**finding.parameters, "nodes": finding.nodes, "detail": finding.detail}
            json.dumps(parameters)
            for language in ("zh", "en"):
                texts = messages(language)
                key = str(finding.parameters.get("statement", finding.code))
                assert "{" not in texts.text(f"findings.{key}", **parameters)
                texts.text(f"findings.{finding.code}", **parameters)
                assert "{" not in texts.text(f"finding_titles.{finding.code}", **parameters)
                for note in finding.notes:
                    texts.text(f"notes.{note}")
            said.add(finding.code)
    assert len(said) >= 11, sorted(said)


def test_each_error_raised_has_a_text():
    codes = set(re.findall(r'UsageError\(\s*"([\w.]+)"', SOURCES))
    assert {"sla.unknown_column", "identify.reference_path"} <= codes
    for code in codes:
        assert f"errors.{code}" in messages("zh")
        assert f"errors.{code}" in messages("en")
