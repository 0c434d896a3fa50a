"""Streams of random numbers: named by what they are for, the same for any number of threads.

A stream belongs to (seed, replication). Inside it every draw has an address of four numbers, each
below 2^32 (the purpose below 2^16): entity (a case, a year), place (node and visit), purpose, draw.
Compared options use the same addresses, so they meet the same luck. Seeds are hashed, never added:
seed 5, replication 1 has nothing in common with seed 6, replication 0.

>>> stream = Stream(seed=0)
>>> bool((stream.uniform(3, purpose=1) == stream.uniform(5, purpose=1)[:3]).all())
True
"""

import hashlib
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray

from anlan.domain.errors import UsageError
from anlan.maths import streams_kernels as kernels


def stream_key(seed: int, *, replication: int = 0) -> tuple[np.uint64, np.uint64]:
    """The two key words (each below 2^32) of a seed and a replication, any whole numbers."""
    text = f"{int(seed)}/{int(replication)}".encode()
    digest = hashlib.blake2b(text, digest_size=8, person=b"anlan-stream").digest()
    return np.uint64(int.from_bytes(digest[:4], "little")), np.uint64(int.from_bytes(digest[4:], "little"))


@dataclass(frozen=True)
class AliasTable:
    """Constant-time choice among categories (Walker 1977, Vose 1991); arrays of one entry each.

    A uniform falls into a cell; below `threshold` it means the cell itself, above it `alias`.
    """

    threshold: NDArray[np.float64]
    alias: NDArray[np.int64]


def alias_table(weights: ArrayLike) -> AliasTable:
    """Table for weights >= 0 with a positive sum; a weight of 0 is never drawn."""
    weight = np.ascontiguousarray(weights, dtype=np.float64)
    total = float(weight.sum()) if weight.ndim == 1 else float("nan")
    if not (np.isfinite(total) and total > 0 and bool((weight >= 0).all())):
        raise UsageError("streams.bad_weights", n=int(weight.size), total=total)
    threshold, alias = np.empty(len(weight)), np.empty(len(weight), dtype=np.int64)
    kernels.build_alias(weight / total, threshold, alias)
    return AliasTable(threshold, alias)


@dataclass(frozen=True)
class Stream:
    """Arrays of draws: entry i is the draw of entity `first + i`."""

    seed: int
    replication: int = 0

    @cached_property
    def key(self) -> tuple[np.uint64, np.uint64]:
        return stream_key(self.seed, replication=self.replication)

    def uniform(
        self, n: int, *, purpose: int, place: int = 0, draw: int = 0, first: int = 0
    ) -> NDArray[np.float64]:
        """Uniform on the open interval (0, 1)."""
        out = np.empty(n)
        kernels.fill_uniform(*self.key, place, purpose, draw, first, out)
        return out

    def exponential(
        self, n: int, *, purpose: int, place: int = 0, draw: int = 0, first: int = 0
    ) -> NDArray[np.float64]:
        """Exponential with mean 1."""
        out = np.empty(n)
        kernels.fill_exponential(*self.key, place, purpose, draw, first, out)
        return out

    def normal(
        self, n: int, *, purpose: int, place: int = 0, draw: int = 0, first: int = 0
    ) -> NDArray[np.float64]:
        """Standard normal."""
        out = np.empty(n)
        kernels.fill_normal(*self.key, place, purpose, draw, first, out)
        return out

    def gamma(
        self, n: int, *, shape: float, purpose: int, place: int = 0, draw: int = 0, first: int = 0
    ) -> NDArray[np.float64]:
        """Gamma with `shape` > 0 and scale 1."""
        if not (np.isfinite(shape) and shape > 0):
            raise UsageError("streams.bad_parameter", name="shape", value=shape)
        out = np.empty(n)
        kernels.fill_gamma(*self.key, place, purpose, draw, first, float(shape), out)
        return out

    def poisson(
        self, n: int, *, mean: float, purpose: int, place: int = 0, draw: int = 0, first: int = 0
    ) -> NDArray[np.int64]:
        """Poisson counts with `mean` >= 0."""
        if not (np.isfinite(mean) and mean >= 0):
            raise UsageError("streams.bad_parameter", name="mean", value=mean)
        out = np.empty(n, dtype=np.int64)
        kernels.fill_poisson(*self.key, place, purpose, draw, first, float(mean), out)
        return out

    def category(
        self, n: int, *, table: AliasTable, purpose: int, place: int = 0, draw: int = 0, first: int = 0
    ) -> NDArray[np.int64]:
        """Categories drawn by an alias table."""
        out = np.empty(n, dtype=np.int64)
        kernels.fill_category(*self.key, place, purpose, draw, first, table.threshold, table.alias, out)
        return out
