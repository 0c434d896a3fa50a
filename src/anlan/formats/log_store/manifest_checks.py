"""Does a manifest say something a stored log can be? A checksum tells an accident, not a hand that
computed it anew; what is read on trust later (counts, file names, dictionaries) is checked here.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from anlan.domain.event_log import N_BUCKETS

KINDS = ("activity", "resource", "attribute", "case_attribute", "lifecycle")
NAMES_FILE = "names.parquet"
_FILE_NAME = re.compile(r"(?:b(?P<bucket>\d\d)\.(?P<table>events|cases|lifecycle)|names)\.parquet")
_SHA256 = re.compile(r"[0-9a-f]{64}")
_LARGEST = 2**62


def check_content(content: Mapping[str, Any]) -> None:
    """ValueError, KeyError or TypeError where the JSON of a manifest has other types or sums than it must."""
    for name in ("zone", "zone_source", "version", "address"):
        _need(isinstance(content[name], str), name)
    for name in ("has_start", "has_cost", "has_lifecycle"):
        _need(isinstance(content[name], bool), name)
    for name in ("n_cases", "n_events", "last_row"):
        _need(_is_count(content[name]), name)
    for name in ("first_us", "last_us"):
        _need((content[name] is None) == (content["n_events"] == 0), name)
        _need(content[name] is None or _is_whole(content[name]), name)
    _need(isinstance(content["report"], Mapping), "report")
    _check_buckets(content)
    _check_parts(content["parts"])
    _check_dictionaries(content["dictionaries"], content["has_lifecycle"])
    _check_files(content)


def _check_buckets(content: Mapping[str, Any]) -> None:
    for name, total in (("bucket_cases", "n_cases"), ("bucket_events", "n_events")):
        counts = content[name]
        _need(len(counts) == N_BUCKETS and all(map(_is_count, counts)), name)
        _need(sum(counts) == content[total], total)


def _check_parts(parts: Any) -> None:
    _need(isinstance(parts, list) and len(parts) > 0, "parts")
    for part in parts:
        _need(isinstance(part["name"], str) and _is_hash(part["sha256"]), "parts")
        _need(isinstance(part["options"], Mapping) and isinstance(part["report"], Mapping), "parts")
        _need(_is_count(part["rows"]) and _is_count(part["known"]), "parts")
        _need(_all_texts(part["dropped"]), "parts")


def _check_dictionaries(entries: Any, has_lifecycle: bool) -> None:
    kinds = [entry["kind"] for entry in entries]
    _need(all(kind in KINDS for kind in kinds), "dictionaries")
    _need(kinds.count("activity") == kinds.count("resource") == 1, "dictionaries")
    _need(kinds.count("lifecycle") == int(has_lifecycle), "dictionaries")
    names = [(entry["kind"], entry["name"]) for entry in entries]
    _need(_all_texts([name for _, name in names]) and len(set(names)) == len(names), "dictionaries")
    _need(all(name == "" for kind, name in names if "attribute" not in kind), "dictionaries")
    _need(all(_is_count(entry["count"]) for entry in entries), "dictionaries")


def _check_files(content: Mapping[str, Any]) -> None:
    """Each file once, with its size; those of a bucket have as many rows as the bucket has members."""
    rows: dict[str, int] = {}
    for file in content["files"]:
        _need(bool(_FILE_NAME.fullmatch(file["name"])) and file["name"] not in rows, "files")
        _need(_is_hash(file["sha256"]) and _is_count(file["size"]) and _is_count(file["rows"]), "files")
        rows[file["name"]] = file["rows"]
    for bucket in range(N_BUCKETS):
        for table, counts in (("cases", "bucket_cases"), ("events", "bucket_events")):
            _need(rows.get(f"b{bucket:02}.{table}.parquet", 0) == content[counts][bucket], "files")
    texts = sum(entry["count"] for entry in content["dictionaries"])
    _need(rows.get(NAMES_FILE) == texts, NAMES_FILE)


def _need(holds: bool, what: str) -> None:
    if not holds:
        raise ValueError(what)


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and abs(value) < 2**63


def _is_count(value: Any) -> bool:
    return _is_whole(value) and 0 <= value <= _LARGEST


def _is_hash(value: Any) -> bool:
    return isinstance(value, str) and bool(_SHA256.fullmatch(value))


def _all_texts(values: Iterable[Any]) -> bool:
    return isinstance(values, list) and all(isinstance(value, str) for value in values)
