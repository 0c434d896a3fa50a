"""Records of delimited text: where they end when quotes may hide line breaks, and which are blank."""

import numpy as np

from anlan.maths.compile import kernel

LF, CR, QUOTE = 10, 13, 34

_AT_FIELD_START, _PLAIN, _QUOTED, _QUOTE_SEEN = 0, 1, 2, 3


@kernel
def scan_records(data, delimiter, final, blank, most):
    """Walk over `data` (uint8) that begins at a record.

    A quote opens a field only at its start and a doubled quote is one; LF, CR and CRLF end a record
    outside quotes. `blank` (uint8) gets 1 for each record without a byte, as far as it is long.
    `final`: nothing follows, so that a CR or the rest at the end is complete. Stops after `most`
    records. Returns (end of the last complete record, number of records up to there).
    """
    state, records, complete = _AT_FIELD_START, 0, 0
    begin, at, n = 0, 0, len(data)
    while at < n and records < most:
        byte = data[at]
        if state == _QUOTED:
            if byte == QUOTE:
                state = _QUOTE_SEEN
            at += 1
            continue
        if byte == QUOTE and state != _PLAIN:
            state = _QUOTED
        elif byte == delimiter:
            state = _AT_FIELD_START
        elif byte == LF or byte == CR:
            if byte == CR and at + 1 == n and not final:
                break
            if records < len(blank):
                blank[records] = at == begin
            if byte == CR and at + 1 < n and data[at + 1] == LF:
                at += 1
            records += 1
            complete = at + 1
            begin = at + 1
            state = _AT_FIELD_START
        else:
            state = _PLAIN
        at += 1
    if final and complete < n and records < most:
        if records < len(blank):
            blank[records] = 0
        records += 1
        complete = n
    return complete, records


@kernel
def count_byte(data, byte):
    """How often a byte occurs; nothing but the comparison is in the loop, so 64 bytes are done at once."""
    n = np.int64(0)
    for i in range(len(data)):
        n += data[i] == byte
    return n


@kernel
def is_ascii(data):
    every = np.uint8(0)
    for i in range(len(data)):
        every |= data[i]
    return every < 128


@kernel
def count_line_ends(data):
    """How often CR is followed by LF."""
    n = np.int64(0)
    for i in range(1, len(data)):
        n += (data[i - 1] == CR) & (data[i] == LF)
    return n


@kernel
def after_last_line(data):
    """Place after the last LF, 0 where there is none."""
    at = len(data)
    while at > 0 and data[at - 1] != LF:
        at -= 1
    return at
