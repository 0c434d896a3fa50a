"""Scan the bytes of an XES log: events become rows of codes into distinct attribute values.

One pass over a buffer that starts between two traces. Elements are followed with a stack (names of
closing tags are compared), attributes of traces and events are looked up by key, values are hashed
eight bytes at a time into a dictionary whose entries are places in the buffer; nothing is copied.

What makes it fast: from the end of one value to the start of the next an XES log nearly always
repeats the bytes of an earlier event (`"/>`, line break, `<string key="org:resource" value="`). Those
stretches are kept per column with what they do (next column, event ended or not); where one fits,
a comparison replaces the parsing. The meaning cannot differ, since the same bytes met in the same
state do the same.

A scan ends at the last trace completed (`BORDER`); a trace that is cut by the end of the buffer is
scanned again with the next bytes.
"""

import numpy as np

from anlan.formats.reading.xes_bytes_kernels import HIGHS, ONES, load_word, same_bytes, trailing_zeros
from anlan.formats.reading.xes_text_kernels import unescape
from anlan.maths.compile import kernel

# Places in the state array.
(
    ROWS, TRACES, ENTRIES, COLUMNS, KEY_BYTES, BORDER, BORDER_ROWS, BORDER_TRACES,
    FAULT_AT, NESTED, BORDER_NESTED, FIRST_TRACE, STATE_SIZE,
) = range(13)  # fmt: skip

# How a scan ends.
MORE, CLOSED, FULL, NEED_COLUMNS, NEED_KEY_BYTES = 0, 1, 2, 3, 4
BAD_TAG, BAD_CLOSE, DOCTYPE, BAD_VALUE, TOO_DEEP, LONG_VALUE, BAD_KEY = 10, 11, 12, 13, 14, 15, 16

# Kinds of open elements.
LOG, TRACE, EVENT, ATTRIBUTE, OTHER = 1, 2, 3, 4, 5

# Types of attributes, as bits.
STRING, DATE, INT, FLOAT, BOOLEAN, ID, COLLECTION = 1, 2, 4, 8, 16, 32, 64

MAX_DEPTH = 200
N_WAYS = 4
PADDING = 64
STRETCH_FIELDS = 5


def _packed(name):
    return np.uint64(int.from_bytes(name.encode(), "little"))


_TRACE, _EVENT, _KEY, _VALUE = _packed("trace"), _packed("event"), _packed("key"), _packed("value")
_STRING, _DATE, _INT, _FLOAT = _packed("string"), _packed("date"), _packed("int"), _packed("float")
_BOOLEAN, _ID, _LIST, _CONTAINE = _packed("boolean"), _packed("id"), _packed("list"), _packed("containe")

_SPREAD = np.uint64(0x9E3779B97F4A7C15)
_SEED = np.uint64(0x243F6A8885A308D3)
_LOW_32 = np.uint64(32)
_PLAIN_FROM = 4096


@kernel
def _word(text, at, end):
    """A name of up to 8 bytes as one number, the first byte lowest; 0 for a longer name."""
    size = end - at
    if size > 8 or size < 1:
        return np.uint64(0)
    if size == 8:
        return load_word(text, at)
    return load_word(text, at) & ((np.uint64(1) << np.uint64(8 * size)) - np.uint64(1))


@kernel
def _element_type(text, at, end):
    """Type bit of an attribute element by its local name, 0 for any other element."""
    name = _word(text, at, end)
    if name == _STRING:
        return STRING
    if name == _DATE:
        return DATE
    if name == _INT:
        return INT
    if name == _FLOAT:
        return FLOAT
    if name == _BOOLEAN:
        return BOOLEAN
    if name == _ID:
        return ID
    if name == _LIST or (end - at == 9 and load_word(text, at) == _CONTAINE and text[end - 1] == 114):
        return COLLECTION
    return 0


@kernel
def _hash_bytes(text, at, end):
    found = _SEED
    for place in range(at, end):
        found = (found ^ np.uint64(text[place])) * _SPREAD
        found ^= found >> _LOW_32
    return found


@kernel
def _blank(byte):
    return byte == 32 or byte == 10 or byte == 9 or byte == 13


@kernel
def _find_end(text, at, n, first, second, third):
    """Place after the next occurrence of three bytes, -1 where there is none before `n`."""
    while at + 3 <= n:
        if text[at] == first and text[at + 1] == second and text[at + 2] == third:
            return at + 3
        at += 1
    return -1


@kernel
def column_of(key, size, scope, state, key_hash, key_start, key_size, key_scope, key_bytes):
    """Column of a key in the scope of traces or events, registered when new; -1, -2: no room."""
    wanted = _hash_bytes(key, 0, size) ^ np.uint64(scope)
    for column in range(state[COLUMNS]):
        if key_hash[column] == wanted and key_size[column] == size and key_scope[column] == scope:
            start = key_start[column]
            same = True
            for step in range(size):
                if key_bytes[start + step] != key[step]:
                    same = False
                    break
            if same:
                return column
    column = state[COLUMNS]
    start = state[KEY_BYTES]
    if column >= len(key_hash):
        return -1
    if start + size > len(key_bytes):
        return -2
    key_hash[column] = wanted
    key_start[column] = start
    key_size[column] = size
    key_scope[column] = scope
    for step in range(size):
        key_bytes[start + step] = key[step]
    state[COLUMNS] = column + 1
    state[KEY_BYTES] = start + size
    return column


@kernel
def _value_fault(text, at, end):
    """0 for a value that only needs unescaping, 1 where a byte may not stand in a value."""
    for place in range(at, end):
        byte = text[place]
        if byte == 60 or (byte < 32 and byte != 9 and byte != 10 and byte != 13):
            return 1
    return 0


@kernel
def scan(
    text, n, at, state, key_hash, key_start, key_size, key_scope, key_bytes, key_types, plain,
    n_entries, codes, row_trace, entry_column, entry_place, entry_start, entry_size, entry_hash, table,
    stretches, longest,
):  # fmt: skip
    """Scan text[at:n] from between two traces; fills the arrays and `state`, returns how it ended.

    codes           int32 (columns, slots) number of the value among its column's entries, by row for
                    event columns, by trace for trace columns; -1 where there is none (as prepared)
    row_trace       int32 (slots,) trace of every row
    plain           uint8 (columns,) 1: every value gets an entry of its own (times, near-unique)
    n_entries       int32 (columns,) entries of the column so far
    entry_*         column, number in the column, place in the text, 2 * size + (1 if it needs
                    unescaping), hash of every entry
    table           int32, open addressing, size a power of two, -1 where free
    stretches       int64 (columns * N_WAYS, 5): place, size, next column, rows ended, element's name
    `longest`: bytes of the longest value accepted.

    It is one long function on purpose: a call would hand over every array for every attribute.
    """
    kinds = np.zeros(MAX_DEPTH + 2, np.int64)
    names = np.zeros(MAX_DEPTH + 2, np.uint64)
    key_text = np.empty(longest + PADDING, np.uint8)
    kinds[1] = LOG
    depth = 1
    row, trace, entries = np.int64(0), np.int64(0), np.int64(0)
    nested = np.int64(0)
    slots = codes.shape[1]
    mask = np.uint64(len(table) - 1)
    state[BORDER] = at
    state[ENTRIES] = 0
    state[BORDER_ROWS] = 0
    state[BORDER_TRACES] = 0
    state[BORDER_NESTED] = 0
    after_value, after_column, ended_rows = np.int64(-1), np.int64(0), np.int64(0)
    while True:
        while at < n and text[at] != 60:
            at += 1
        if at + 1 >= n:
            return MORE
        tag = at
        byte = text[at + 1]
        if byte == 33:  # <!-- comment, <![CDATA[ text, or what has no place here
            if at + 9 > n:
                return MORE
            if text[at + 2] == 45 and text[at + 3] == 45:
                at = _find_end(text, at + 4, n, 45, 45, 62)
            elif text[at + 2] == 91:
                at = _find_end(text, at + 9, n, 93, 93, 62)
            else:
                state[FAULT_AT] = tag
                return DOCTYPE
            if at < 0:
                return MORE
            continue
        if byte == 63:  # <? instruction ?>
            at += 2
            while at + 1 < n and not (text[at] == 63 and text[at + 1] == 62):
                at += 1
            if at + 1 >= n:
                return MORE
            at += 2
            continue
        if byte == 47:  # </name>
            start = at + 2
            at = start
            while at < n and text[at] != 62 and not _blank(text[at]):
                at += 1
            closing = _hash_bytes(text, start, at)
            while at < n and _blank(text[at]):
                at += 1
            if at >= n:
                return MORE
            if text[at] != 62 or (closing != names[depth] and depth > 1):
                state[FAULT_AT] = tag
                return BAD_CLOSE
            at += 1
            kind = kinds[depth]
            depth -= 1
            if kind == EVENT:
                row_trace[row] = trace
                row += 1
                ended_rows += 1
            elif kind == TRACE:
                trace += 1
            elif kind == ATTRIBUTE or kind == OTHER:
                after_value = -1
            if depth == 1 and (kind == TRACE or state[FIRST_TRACE] >= 0):
                state[BORDER] = at
                state[BORDER_ROWS] = row
                state[BORDER_TRACES] = trace
                state[BORDER_NESTED] = nested
                state[ENTRIES] = entries
                after_value = -1
            if depth == 0:
                state[BORDER] = at
                state[FAULT_AT] = start
                state[ENTRIES] = entries
                return CLOSED
            continue
        # <name attributes> or <name attributes/>
        start = at + 1
        at = start
        local = start
        while at < n and text[at] != 62 and text[at] != 47 and not _blank(text[at]):
            if text[at] == 58:
                local = at + 1
            elif text[at] == 60 or text[at] == 61 or text[at] == 34 or text[at] == 39:
                state[FAULT_AT] = tag
                return BAD_TAG
            at += 1
        if at >= n:
            return MORE
        if at == local:
            state[FAULT_AT] = tag
            return BAD_TAG
        name = _hash_bytes(text, start, at)
        parent = kinds[depth]
        kind = OTHER
        bit = 0
        if parent == LOG:
            if _word(text, local, at) == _TRACE:
                kind = TRACE
                if state[FIRST_TRACE] < 0:
                    state[FIRST_TRACE] = tag
                if trace >= slots:
                    return FULL
                after_value = -1
        elif parent == TRACE or parent == EVENT:
            if parent == TRACE and _word(text, local, at) == _EVENT:
                kind = EVENT
                if row >= slots:
                    return FULL
            else:
                bit = _element_type(text, local, at)
                kind = ATTRIBUTE if bit else OTHER
        elif parent == ATTRIBUTE:
            nested += 1
        keyed = bit != 0
        column = np.int64(-1)
        key_at, key_end, value_at = np.int64(-1), np.int64(-1), np.int64(-1)
        self_closed = False
        while True:  # attributes of the tag
            blanks = at
            while at < n and _blank(text[at]):
                at += 1
            if at + 1 >= n:
                return MORE
            if text[at] == 62:
                at += 1
                break
            if text[at] == 47:
                if text[at + 1] != 62:
                    state[FAULT_AT] = tag
                    return BAD_TAG
                self_closed = True
                at += 2
                break
            if at == blanks:
                state[FAULT_AT] = tag
                return BAD_TAG
            start = at
            while at < n and text[at] != 61 and not _blank(text[at]):
                if text[at] == 62 or text[at] == 60 or text[at] == 47 or text[at] == 34:
                    state[FAULT_AT] = tag
                    return BAD_TAG
                at += 1
            end = at
            while at < n and _blank(text[at]):
                at += 1
            if at >= n:
                return MORE
            if text[at] != 61 or end == start:
                state[FAULT_AT] = tag
                return BAD_TAG
            at += 1
            while at < n and _blank(text[at]):
                at += 1
            if at >= n:
                return MORE
            quote = text[at]
            if quote != 34 and quote != 39:
                state[FAULT_AT] = tag
                return BAD_TAG
            at += 1
            is_key = keyed and _word(text, start, end) == _KEY
            is_value = keyed and _word(text, start, end) == _VALUE
            if not (is_value and column >= 0):
                start = at
                while at < n and text[at] != quote:
                    if text[at] == 60:
                        state[FAULT_AT] = tag
                        return BAD_TAG
                    at += 1
                if at >= n:
                    return MORE
                end = at
                at += 1
                if is_value:
                    if value_at >= 0:
                        state[FAULT_AT] = tag
                        return BAD_TAG
                    value_at = start
                    after_value = -1
                if not is_key:
                    continue
                if key_at >= 0:
                    state[FAULT_AT] = tag
                    return BAD_TAG
                key_at, key_end = start, end
                if key_end - key_at > len(key_text) - PADDING:
                    state[FAULT_AT] = key_at
                    return LONG_VALUE
                if _value_fault(text, key_at, key_end):
                    state[FAULT_AT] = key_at
                    return BAD_VALUE
                size = unescape(text, key_at, key_end, key_text, 0)
                if size < 0:
                    state[FAULT_AT] = key_at
                    return BAD_KEY
                column = column_of(
                    key_text, size, parent, state, key_hash, key_start, key_size, key_scope, key_bytes
                )
                if column == -1:
                    return NEED_COLUMNS
                if column == -2:
                    return NEED_KEY_BYTES
                key_types[column] |= bit
                if bit == DATE:
                    plain[column] = 1
                if value_at < 0:
                    continue
                # the value stood before the key: go back to it, then on after the key
            resume = at
            if value_at >= 0:
                if is_value:
                    state[FAULT_AT] = tag
                    return BAD_TAG
                at = value_at
                quote = text[at - 1]
            elif after_value >= 0 and ended_rows <= 1 and parent == EVENT:
                way = after_column * N_WAYS
                for older in range(way + N_WAYS - 1, way, -1):  # the newest comes first
                    for item in range(STRETCH_FIELDS):
                        stretches[older, item] = stretches[older - 1, item]
                stretches[way, 0] = after_value
                stretches[way, 1] = at - after_value
                stretches[way, 2] = column
                stretches[way, 3] = ended_rows
                stretches[way, 4] = np.int64(name)
            while True:  # values, as long as known stretches lead from one to the next
                start = at
                pattern = ONES * np.uint64(quote)
                found = _SEED ^ np.uint64(column)
                special = np.uint64(0)
                while True:
                    word = load_word(text, at)
                    off = word ^ pattern
                    hit = (off - ONES) & ~off & HIGHS
                    if hit:
                        break
                    amp = word ^ np.uint64(0x2626262626262626)
                    less = word ^ np.uint64(0x3C3C3C3C3C3C3C3C)
                    special |= ((amp - ONES) & ~amp) | ((less - ONES) & ~less)
                    special |= (word - np.uint64(0x2020202020202020)) & ~word
                    found = (found ^ word) * _SPREAD
                    found ^= found >> _LOW_32
                    at += 8
                    if at >= n:
                        return MORE
                low = trailing_zeros(hit) & np.uint64(0x38)
                at += np.int64(low >> np.uint64(3))
                if at >= n:
                    return MORE
                keep = (np.uint64(1) << low) - np.uint64(1)
                word = (word & keep) | (np.uint64(0x6161616161616161) & ~keep)
                amp = word ^ np.uint64(0x2626262626262626)
                less = word ^ np.uint64(0x3C3C3C3C3C3C3C3C)
                special |= ((amp - ONES) & ~amp) | ((less - ONES) & ~less)
                special |= (word - np.uint64(0x2020202020202020)) & ~word
                special &= HIGHS
                size = at - start
                if special and _value_fault(text, start, at):
                    state[FAULT_AT] = start
                    return BAD_VALUE
                if size > longest:
                    state[FAULT_AT] = start
                    return LONG_VALUE
                if entries >= len(entry_start):
                    return FULL
                slot = row if parent == EVENT else trace
                if plain[column]:
                    entry_column[entries] = column
                    entry_start[entries] = start
                    entry_size[entries] = 2 * size + (1 if special else 0)
                    codes[column, slot] = n_entries[column]
                    n_entries[column] += 1
                    entries += 1
                else:
                    found = (found ^ word ^ (np.uint64(size) << np.uint64(56))) * _SPREAD
                    found ^= found >> _LOW_32
                    place = found & mask
                    while True:
                        entry = table[place]
                        if entry < 0:
                            table[place] = entries
                            entry_column[entries] = column
                            entry_start[entries] = start
                            entry_size[entries] = 2 * size + (1 if special else 0)
                            entry_hash[entries] = found
                            number = n_entries[column]
                            entry_place[entries] = number
                            codes[column, slot] = number
                            n_entries[column] = number + 1
                            entries += 1
                            if number > _PLAIN_FROM and number * 2 > slot:
                                plain[column] = 1
                            break
                        if (
                            entry_hash[entry] == found
                            and entry_column[entry] == column
                            and entry_size[entry] >> 1 == size
                            and same_bytes(text, entry_start[entry], start, size)
                        ):
                            codes[column, slot] = entry_place[entry]
                            break
                        place = (place + np.uint64(1)) & mask
                at += 1
                if value_at >= 0 or parent != EVENT:
                    after_value = -1
                    break
                after_value, after_column, ended_rows = at, column, 0
                matched = False
                for way in range(column * N_WAYS, column * N_WAYS + N_WAYS):
                    size = stretches[way, 1]
                    if size > 0 and at + size <= n and same_bytes(text, stretches[way, 0], at, size):
                        if stretches[way, 3]:
                            if row + 1 >= slots:
                                return FULL
                            row_trace[row] = trace
                            row += 1
                        column = stretches[way, 2]
                        name = np.uint64(stretches[way, 4])
                        at += size
                        quote = text[at - 1]
                        matched = True
                        break
                if not matched:
                    break
            if value_at >= 0:
                at = resume
            else:
                value_at = start
        if self_closed:
            if kind == EVENT:
                row_trace[row] = trace
                row += 1
                after_value = -1
            elif kind == TRACE:
                trace += 1
            elif kind == OTHER:
                after_value = -1
            if depth == 1 and state[FIRST_TRACE] >= 0:
                state[BORDER] = at
                state[BORDER_ROWS] = row
                state[BORDER_TRACES] = trace
                state[BORDER_NESTED] = nested
                state[ENTRIES] = entries
        else:
            depth += 1
            if depth > MAX_DEPTH:
                state[FAULT_AT] = tag
                return TOO_DEEP
            kinds[depth] = kind
            names[depth] = name
            if kind != EVENT:
                after_value = -1
