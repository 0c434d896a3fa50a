"""A model found in a log, also where nothing can be said of how well the log fits it."""

import pytest

from anlan.cli.conformance import said_of_fit
from anlan.domain.design.model import Design
from anlan.formats.bpmn import bpmn_bytes, read_bpmn
from anlan.formats.report.words import Words
from anlan.maths.process_models.alignments import SearchBudget
from anlan.studies.discovery import discovered_section, find_model
from logs import make_log


def test_a_model_is_kept_where_only_its_fitness_cannot_be_computed() -> None:
    traces = ("abc", "acb", "abc", "ab")
    log = make_log(
        [(str(n), each, 60 * place) for n, trace in enumerate(traces) for place, each in enumerate(trace)]
    )
    whole = find_model(log)
    found = find_model(log, budget=SearchBudget(per_variant=1))
    assert whole.conformance is not None
    assert found.conformance is None
    assert isinstance(found.design, Design)
    assert found.design.steps == whole.design.steps
    section = discovered_section(found)
    assert (section["cases"], section["variants"]) == (4, 3)
    assert section["fitness"] is None
    assert section["no_fitness"]["code"] == "process_model.end_not_found"
    for language in ("zh", "en"):
        (said,) = said_of_fit(section, Words(language))
        assert "process_model" not in said
    assert discovered_section(whole)["no_fitness"] is None


def test_ways_carry_the_shares_of_the_log() -> None:
    """Thirteen passes: ten go by b, three by c; after three of them the case goes back by e."""
    traces = ["abd"] * 5 + ["acd"] * 2 + ["abdeabd"] * 2 + ["acdeabd"]
    rows = [(str(n), each, 60 * place) for n, trace in enumerate(traces) for place, each in enumerate(trace)]
    found = find_model(make_log(rows), noise=0.0)
    assert found.conformance is not None
    assert found.conformance.fitness.of_log == 1.0
    shares = {(link.source, link.target): link.probability for link in found.design.links}
    name = {step.key: step.name for step in found.design.steps}
    into = {name[target]: share for (_, target), share in shares.items() if name[target] in "abcde"}
    assert into["b"] == pytest.approx(10 / 13)
    assert into["c"] == into["e"] == pytest.approx(3 / 13)
    assert into["a"] is into["d"] is None
    told: dict[str, float] = {}
    for (source, _), share in shares.items():
        if share is not None:
            told[source] = told.get(source, 0.0) + share
    assert len(told) == 2
    assert all(total == pytest.approx(1.0) for total in told.values())
    assert sorted(share for share in shares.values() if share is not None) == pytest.approx(
        sorted((10 / 13, 3 / 13, 10 / 13, 3 / 13))
    )
    again = read_bpmn(bpmn_bytes(found.design, name="x"), name="x.bpmn").design
    kept = [link.probability for link in again.links if link.probability is not None]
    assert len(kept) == 4
