"""How often the cases of a log go each way of a choice, from how a model explains them."""

from collections import defaultdict
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from anlan.domain.design import Design, Link
from anlan.loop.identify.conformance.conforming import Conformance


def with_shares(design: Design, found: Conformance) -> Design:
    """The design with the share of each way out of its exclusive gateways.

    Counted are the ways that the alignments of all cases take; of a case that deviates, those by which the
    model explains it best. A gateway that no case passes stays without shares.
    """
    fired = _fired(found)
    of_step: dict[str, list[int]] = defaultdict(list)
    for number, transition in enumerate(found.net.transitions):
        of_step[transition.step].append(number)
    ways: dict[str, list[Link]] = defaultdict(list)
    for link in design.links:
        ways[link.source].append(link)
    shares: dict[tuple[str, str], float] = {}
    for step in design.steps:
        counts = fired[of_step[step.key]]
        if step.form == "xor" and len(ways[step.key]) == len(counts) > 1 and counts.sum():
            for link, n in zip(ways[step.key], counts.tolist(), strict=True):
                shares[link.source, link.target] = n / float(counts.sum())
    return Design(
        design.steps,
        tuple(replace(link, probability=shares.get((link.source, link.target))) for link in design.links),
    )


def _fired(found: Conformance) -> NDArray[np.int64]:
    """Firings of each transition over all cases."""
    fired = np.zeros(len(found.net.transitions), dtype=np.int64)
    for alignment, n in zip(found.alignments, found.variants.counts, strict=True):
        moves = alignment.transitions
        np.add.at(fired, moves[moves >= 0], int(n))
    return fired
