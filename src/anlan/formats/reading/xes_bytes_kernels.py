"""Eight bytes at a time: loads, comparisons and searches over a byte buffer, for the XES scanner.

Buffers must be readable 8 bytes beyond the part that counts (they are padded). Bytes are taken in
little-endian order, as all supported machines have it.
"""

import numpy as np
from llvmlite import ir
from numba import types
from numba.extending import intrinsic

from anlan.maths.compile import kernel

ONES = np.uint64(0x0101010101010101)
HIGHS = np.uint64(0x8080808080808080)


@intrinsic
def load_word(typing, buffer, at):
    """The 8 bytes of a contiguous uint8 array from `at` on, as uint64; no alignment needed."""
    if not (isinstance(buffer, types.Array) and buffer.dtype == types.uint8 and buffer.layout == "C"):
        return None

    def generate(context, builder, signature, arguments):
        array = context.make_array(signature.args[0])(context, builder, arguments[0])
        place = context.cast(builder, arguments[1], signature.args[1], types.intp)
        first = builder.gep(array.data, [place])
        word = builder.bitcast(first, ir.IntType(64).as_pointer())
        return builder.load(word, align=1)

    return types.uint64(buffer, at), generate


@intrinsic
def store_word(typing, buffer, at, word):
    """Write 8 bytes into a contiguous uint8 array from `at` on; no alignment needed."""
    if not (isinstance(buffer, types.Array) and buffer.dtype == types.uint8 and buffer.layout == "C"):
        return None

    def generate(context, builder, signature, arguments):
        array = context.make_array(signature.args[0])(context, builder, arguments[0])
        place = context.cast(builder, arguments[1], signature.args[1], types.intp)
        first = builder.gep(array.data, [place])
        pointer = builder.bitcast(first, ir.IntType(64).as_pointer())
        builder.store(arguments[2], pointer, align=1)
        return context.get_dummy_value()

    return types.none(buffer, at, types.uint64), generate


@intrinsic
def trailing_zeros(typing, word):
    """Number of zero bits below the lowest set bit of a uint64 that is not 0."""

    def generate(context, builder, signature, arguments):
        return builder.cttz(arguments[0], ir.Constant(ir.IntType(1), 1))

    return types.uint64(types.uint64), generate


@kernel
def same_bytes(buffer, one, other, size):
    """Whether `size` bytes at `one` equal those at `other`."""
    while size >= 8:
        if load_word(buffer, one) != load_word(buffer, other):
            return False
        one += 8
        other += 8
        size -= 8
    if size > 0:
        mask = (np.uint64(1) << np.uint64(8 * size)) - np.uint64(1)
        return ((load_word(buffer, one) ^ load_word(buffer, other)) & mask) == 0
    return True
