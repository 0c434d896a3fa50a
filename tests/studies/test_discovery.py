"""A model found in a log, also where nothing can be said of how well the log fits it."""

from anlan.cli.conformance import said_of_fit
from anlan.domain.design.model import Design
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
    assert found.design == whole.design
    section = discovered_section(found)
    assert (section["cases"], section["variants"]) == (4, 3)
    assert section["fitness"] is None
    assert section["no_fitness"]["code"] == "process_model.end_not_found"
    for language in ("zh", "en"):
        (said,) = said_of_fit(section, Words(language))
        assert "process_model" not in said
    assert discovered_section(whole)["no_fitness"] is None
