"""Codes of a log in the order of their names, so that all parts of a log share one canonical order."""

import unicodedata
from dataclasses import dataclass
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

from anlan.domain.event_log import EventLog
from anlan.maths.read_only import constant


@dataclass(frozen=True, eq=False)
class Dictionary:
    """Names sorted by code point, and the position of each code of the log among them.

    activity_rank: by code; resource_rank: by code + 1, and the missing resource (code -1) comes last,
    behind all names, so that no loop asks whether a resource is known.
    token_hi, token_lo: uint64 (a,) BLAKE2b-128 of each activity's NFC name: what variants are hashed
    from, since codes differ from log to log and names do not.
    """

    activity_names: tuple[str, ...]
    activity_rank: NDArray[np.int32]
    token_hi: NDArray[np.uint64]
    token_lo: NDArray[np.uint64]
    resource_names: tuple[str, ...]
    resource_rank: NDArray[np.int32]

    @property
    def resource_width(self) -> int:
        """Positions of resources, the missing one included."""
        return len(self.resource_names) + 1


def dictionary_of(log: EventLog) -> Dictionary:
    """The dictionary of a log; the same object serves all its buckets."""
    activity_names, activity_rank = _ranked(log.activity_names)
    resource_names, resource_rank = _ranked(log.resource_names)
    with_missing = np.concatenate([[len(resource_names)], resource_rank]).astype(np.int32)
    token_hi, token_lo = _tokens(activity_names)
    return Dictionary(
        activity_names, constant(activity_rank), token_hi, token_lo, resource_names, constant(with_missing)
    )


def _ranked(names: tuple[str, ...]) -> tuple[tuple[str, ...], NDArray[np.int32]]:
    order = sorted(range(len(names)), key=names.__getitem__)
    rank = np.empty(len(names), dtype=np.int32)
    rank[order] = np.arange(len(names), dtype=np.int32)
    return tuple(names[code] for code in order), rank


def _tokens(names: tuple[str, ...]) -> tuple[NDArray[np.uint64], NDArray[np.uint64]]:
    digests = b"".join(
        blake2b(unicodedata.normalize("NFC", name).encode(), digest_size=16).digest() for name in names
    )
    halves = np.frombuffer(digests, dtype=">u8").astype(np.uint64).reshape(-1, 2)
    return constant(halves[:, 0]), constant(halves[:, 1])
