"""Give two logs the same dictionaries and columns, so that their codes mean the same.

Codes of the first log stay as they are (its stored buckets remain valid); texts and columns that
only the second has are added behind. A column that belongs to the case in one log and to the event
in the other belongs to the event in both.
"""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from anlan.domain.event_log import MISSING, CodedColumn, Codes, EventLog
from anlan.domain.lifecycle_rows import LifecycleRows
from anlan.formats.log_store.lifecycle_files import no_lifecycle

Names = tuple[str, ...]


def with_common_names(
    first: EventLog, second: EventLog, *, without: frozenset[str] = frozenset()
) -> tuple[EventLog, EventLog]:
    """Both logs with one set of dictionaries, attributes (those `without` left out), and costs or none."""
    first, second = _leaving_out(first, without), _leaving_out(second, without)
    moved = (first.case_attributes.keys() & second.attributes.keys()) | (
        second.case_attributes.keys() & first.attributes.keys()
    )
    first, second = _attributes_of_events(first, moved), _attributes_of_events(second, moved)
    activities, activity = _extended(first.activity_names, second.activity_names)
    resources, resource = _extended(first.resource_names, second.resource_names)
    attributes = _common_columns(first.attributes, second.attributes, first.n_events, second.n_events)
    by_case = _common_columns(first.case_attributes, second.case_attributes, first.n_cases, second.n_cases)
    has_cost = first.cost is not None or second.cost is not None
    lifecycle = _common_lifecycle(first, second)
    has_start = first.has_start or second.has_start or lifecycle[0] is not None
    return (
        replace(
            first,
            activity_names=activities,
            resource_names=resources,
            attributes=attributes[0],
            case_attributes=by_case[0],
            cost=_cost(first, has_cost),
            has_start=has_start,
            lifecycle=lifecycle[0],
        ),
        replace(
            second,
            activity_names=activities,
            resource_names=resources,
            activity=_recoded(second.activity, activity),
            resource=_recoded(second.resource, resource),
            attributes=attributes[1],
            case_attributes=by_case[1],
            cost=_cost(second, has_cost),
            has_start=has_start,
            lifecycle=lifecycle[1],
        ),
    )


def in_frame(log: EventLog, frame: EventLog) -> EventLog:
    """A stretch of the first log in the columns and dictionaries of `frame`, the first of the pair
    `with_common_names` made; its codes are valid as they are."""
    attributes = {
        name: CodedColumn(_codes_by_event(log, name), column.values)
        for name, column in frame.attributes.items()
    }
    by_case = {
        name: CodedColumn((log.case_attributes.get(name) or _all_missing(log.n_cases)).codes, column.values)
        for name, column in frame.case_attributes.items()
    }
    return replace(
        log,
        activity_names=frame.activity_names,
        resource_names=frame.resource_names,
        has_start=frame.has_start,
        lifecycle=None if frame.lifecycle is None else _in_frame_lifecycle(log, frame.lifecycle),
        attributes=attributes,
        case_attributes=by_case,
        cost=_cost(log, frame.cost is not None),
    )


def _in_frame_lifecycle(log: EventLog, frame: LifecycleRows) -> LifecycleRows:
    return replace(log.lifecycle or no_lifecycle(log), activity_names=frame.activity_names)


def _common_lifecycle(
    first: EventLog, second: EventLog
) -> tuple[LifecycleRows, LifecycleRows] | tuple[None, None]:
    """Life-cycle rows of both under one dictionary, where either has any."""
    if first.lifecycle is None and second.lifecycle is None:
        return None, None
    one, other = first.lifecycle or no_lifecycle(first), second.lifecycle or no_lifecycle(second)
    names, new_codes = _extended(one.activity_names, other.activity_names)
    recoded = _recoded(other.activity, new_codes)
    return replace(one, activity_names=names), replace(other, activity_names=names, activity=recoded)


def _codes_by_event(log: EventLog, name: str) -> Codes:
    if name in log.attributes:
        return log.attributes[name].codes
    if name in log.case_attributes:
        return log.case_attributes[name].codes[log.case]
    return _all_missing(log.n_events).codes


def _extended(first: Names, second: Names) -> tuple[Names, NDArray[np.int32]]:
    """Texts of both, those of `first` in front; and the new code of each of `second`."""
    code_of = {text: code for code, text in enumerate(first)}
    for text in second:
        code_of.setdefault(text, len(code_of))
    new_codes = np.array([code_of[text] for text in second], dtype=np.int32)
    return tuple(code_of), new_codes


def _recoded(codes: Codes, new_codes: NDArray[np.int32]) -> NDArray[np.int32]:
    """New codes; `MISSING` (-1) finds itself at the end of the table."""
    return np.append(new_codes, np.int32(MISSING))[codes]


def _common_columns(
    first: Mapping[str, CodedColumn], second: Mapping[str, CodedColumn], n_first: int, n_second: int
) -> tuple[dict[str, CodedColumn], dict[str, CodedColumn]]:
    columns: tuple[dict[str, CodedColumn], dict[str, CodedColumn]] = ({}, {})
    for name in dict.fromkeys([*first, *second]):
        one = first.get(name) or _all_missing(n_first)
        other = second.get(name) or _all_missing(n_second)
        values, new_codes = _extended(one.values, other.values)
        columns[0][name] = CodedColumn(one.codes, values)
        columns[1][name] = CodedColumn(_recoded(other.codes, new_codes), values)
    return columns


def _all_missing(n: int) -> CodedColumn:
    return CodedColumn(np.full(n, MISSING, dtype=np.int32), ())


def _leaving_out(log: EventLog, names: frozenset[str]) -> EventLog:
    if not names & log.attributes.keys():
        return log
    return replace(log, attributes={n: column for n, column in log.attributes.items() if n not in names})


def _attributes_of_events(log: EventLog, moved: set[str]) -> EventLog:
    """Each event gets its case's value of the `moved` columns."""
    here = [name for name in log.case_attributes if name in moved]
    if not here:
        return log
    by_event = {
        name: CodedColumn(_codes_by_event(log, name), log.case_attributes[name].values) for name in here
    }
    kept = {name: column for name, column in log.case_attributes.items() if name not in moved}
    return replace(log, attributes={**log.attributes, **by_event}, case_attributes=kept)


def _cost(log: EventLog, has_cost: bool) -> NDArray[np.int64] | None:
    return np.zeros(log.n_events, dtype=np.int64) if has_cost and log.cost is None else log.cost
