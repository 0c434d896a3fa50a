"""When two logs are the same, column by column."""

from dataclasses import fields

import numpy as np

from anlan.domain.event_log import CodedColumn, EventLog


def assert_same_log(one: EventLog, other: EventLog) -> None:
    for field in fields(EventLog):
        mine, theirs = getattr(one, field.name), getattr(other, field.name)
        if isinstance(mine, np.ndarray):
            assert mine.dtype == theirs.dtype, field.name
            np.testing.assert_array_equal(mine, theirs, err_msg=field.name)
        elif field.name == "case_names":
            assert mine.to_pylist() == theirs.to_pylist()
        elif field.name in ("attributes", "case_attributes"):
            assert {n: c.codes.dtype for n, c in mine.items()} == {
                n: c.codes.dtype for n, c in theirs.items()
            }, field.name
            assert {n: texts(c) for n, c in mine.items()} == {n: texts(c) for n, c in theirs.items()}, (
                field.name
            )
        else:
            assert mine == theirs, field.name


def texts(column: CodedColumn) -> list[str | None]:
    return [None if code < 0 else column.values[code] for code in column.codes.tolist()]
