"""All dictionaries of a log in one file of texts; the manifest says whose each stretch is."""

from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa

from anlan.domain.errors import RefusedInput
from anlan.domain.event_log import EventLog
from anlan.formats.log_store.bucket_files import is_names, read_table, write_table
from anlan.formats.log_store.manifest import NAMES_FILE, Dictionary, Manifest, StoredFile

Texts = dict[tuple[str, str], tuple[str, ...]]


def write_dictionaries(folder: Path, log: EventLog) -> tuple[tuple[Dictionary, ...], StoredFile]:
    """Write the distinct texts of activities, resources and attributes, in that order."""
    entries = list(_dictionaries(log))
    texts = pa.concat_arrays([pa.array(values, type=pa.large_string()) for _, _, values in entries])
    file = write_table(folder / NAMES_FILE, {"text": texts})
    return tuple(Dictionary(kind, name, len(values)) for kind, name, values in entries), file


def read_dictionaries(folder: Path, manifest: Manifest) -> Texts:
    """(kind, name) -> texts; activities and resources have an empty name."""
    file = manifest.file(NAMES_FILE)
    if file is None:
        raise RefusedInput("store.damaged", folder=str(folder), files=[NAMES_FILE])
    table = read_table(folder, file)
    if "text" not in table.column_names or not is_names(table.column("text")):
        raise RefusedInput("store.damaged", folder=str(folder), files=[NAMES_FILE])
    texts = table.column("text")
    found: Texts = {}
    begin = 0
    for entry in manifest.dictionaries:
        found[entry.kind, entry.name] = tuple(texts.slice(begin, entry.count).to_pylist())
        begin += entry.count
    return found


def _dictionaries(log: EventLog) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    yield "activity", "", log.activity_names
    yield "resource", "", log.resource_names
    for name, coded in log.attributes.items():
        yield "attribute", name, coded.values
    for name, coded in log.case_attributes.items():
        yield "case_attribute", name, coded.values
    if log.lifecycle is not None:
        yield "lifecycle", "", log.lifecycle.activity_names
