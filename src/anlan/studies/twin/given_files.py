"""A twin from the files that people have: a spec, a workbook, or a diagram; with a scenario beside it."""

from anlan.domain.errors import RefusedInput, UsageError
from anlan.formats.bpmn.guarded_xml import MOST_BYTES as LARGEST_DIAGRAM
from anlan.formats.scenarios.prosimos import is_prosimos
from anlan.formats.settings_bytes import LARGEST_BYTES, SettingsBytes
from anlan.formats.settings_document import parse_settings
from anlan.formats.spec_file import read_spec_file
from anlan.studies.twin.book import ENDING
from anlan.studies.twin.book import LARGEST_BYTES as LARGEST_BOOK
from anlan.studies.twin.diagrams import read_diagram
from anlan.studies.twin.models import TwinModel, changed_by, read_model

DIAGRAM_ENDINGS = (".bpmn", ".xml")
SPEC_ENDINGS = (".yaml", ".yml", ".json", ".toml")
ENDINGS = (*SPEC_ENDINGS, ENDING, *DIAGRAM_ENDINGS)
"""Of the file with the model; a scenario has one of `SPEC_ENDINGS`."""


def largest(ending: str) -> int:
    """Bytes a file of this ending may have."""
    if ending == ENDING:
        return LARGEST_BOOK
    return LARGEST_DIAGRAM if ending in DIAGRAM_ENDINGS else LARGEST_BYTES


def model_of_files(model: SettingsBytes, scenario: SettingsBytes | None = None) -> TwinModel:
    """The inputs of a process simulation, and what was not carried over.

    Errors: RefusedInput `twin.file_ending`, `twin.scenario_alone` of a Prosimos scenario without its diagram,
    and those of the file with every fault.
    """
    ending = _ending(model, ENDINGS)
    if scenario is not None:
        _ending(scenario, SPEC_ENDINGS)
    if ending in DIAGRAM_ENDINGS:
        return read_diagram(model, scenario)
    if ending == ".json" and is_prosimos(parse_settings(model, kind="spec", as_json=True)):
        raise UsageError("twin.scenario_alone", file=model.name)
    read = read_model(model)
    return read if scenario is None else changed_by(read, read_spec_file(scenario))


def _ending(given: SettingsBytes, accepted: tuple[str, ...]) -> str:
    ending = given.path.suffix.lower()
    if ending not in accepted:
        raise RefusedInput("twin.file_ending", file=given.name, found=ending or "—", accepted=accepted)
    if len(given.content) > largest(ending):
        raise RefusedInput("spec.too_large", file=given.name, limit=largest(ending))
    return ending
