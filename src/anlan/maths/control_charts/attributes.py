"""Charts of counts: shares (p, np), counts (c), rates (u), and Laney's p' and u' for over-dispersed ones.

    proportions(counts, sizes)         # p, or Laney p' where the counts are over-dispersed
    rates(counts, sizes)               # u, or Laney u'
    affected(counts, size)             # np: samples of one size
    events(counts)                     # c: the same exposure each time

Source: Montgomery, chapter 7; Laney (2002), Improved control charts for attributes, Quality Engineering
14(4), doi:10.1081/QEN-120003555.
"""

from dataclasses import replace

import numpy as np
from numpy.typing import ArrayLike

from anlan.domain.errors import NotEnoughData
from anlan.maths.control_charts.chart import Baseline, ControlChart
from anlan.maths.control_charts.spread import (
    CLEAR_RESEMBLANCE,
    Flags,
    Floats,
    finite,
    neighbour_correlation,
    over_dispersion_p,
    pairs_of,
    settled_sigma,
    used_of,
)

OVER_DISPERSED_P = 0.05
"""Below this p-value of the dispersion test the counts vary more than chance, and Laney's limits hold."""


def proportions(
    counts: ArrayLike, sizes: ArrayLike, *, laney: bool | None = None,
    used: ArrayLike | None = None, positions: ArrayLike | None = None,
) -> ControlChart:  # fmt: skip
    """p chart of `counts` out of `sizes`; Laney's p' where `laney`, by default where the
    shares of neighbours differ more than chance has it or follow each other; never narrower than p.

    used, positions  as in `individuals`
    """
    hits, n = _counted(counts, sizes, share=True)
    kept = used_of(len(hits), used)
    centre = float(hits[kept].sum() / n[kept].sum())
    plain = Baseline("p", centre, float(np.sqrt(centre * (1 - centre))), 0.0, 1.0)
    return _laney(plain, hits / n, n, laney, kept, positions)


def rates(
    counts: ArrayLike, sizes: ArrayLike, *, laney: bool | None = None,
    used: ArrayLike | None = None, positions: ArrayLike | None = None,
) -> ControlChart:  # fmt: skip
    """u chart of `counts` per unit of `sizes`; Laney's u' as in `proportions`."""
    hits, n = _counted(counts, sizes, share=False)
    kept = used_of(len(hits), used)
    centre = float(hits[kept].sum() / n[kept].sum())
    return _laney(Baseline("u", centre, float(np.sqrt(centre)), 0.0), hits / n, n, laney, kept, positions)


def affected(counts: ArrayLike, size: float, *, used: ArrayLike | None = None) -> ControlChart:
    """np chart: how many of samples of one size."""
    hits, n = _counted(counts, np.full(np.shape(counts), float(size)), share=True)
    share = float(hits[used_of(len(hits), used)].sum() / n[used_of(len(hits), used)].sum())
    spread = float(np.sqrt(size * share * (1 - share)))
    return Baseline("np", size * share, spread, 0.0, float(size)).chart(hits)


def events(counts: ArrayLike, *, used: ArrayLike | None = None) -> ControlChart:
    """c chart: how many in the same exposure each time."""
    hits, _ = _counted(counts, np.ones(np.shape(counts)), share=False)
    centre = float(hits[used_of(len(hits), used)].mean())
    return Baseline("c", centre, float(np.sqrt(centre)), 0.0).chart(hits)


def _counted(counts: ArrayLike, sizes: ArrayLike, *, share: bool) -> tuple[Floats, Floats]:
    hits, n = finite(counts), finite(sizes)
    if hits.shape != n.shape or np.any(n <= 0) or np.any(hits < 0) or (share and np.any(hits > n)):
        raise NotEnoughData("spc.bad_counts")
    return hits, n


def _laney(
    plain: Baseline, points: Floats, sizes: Floats, laney: bool | None, kept: Flags,
    positions: ArrayLike | None,
) -> ControlChart:  # fmt: skip
    """The plain chart, or the wider one where its standardised points vary more than they should."""
    if not plain.spread > 0:
        return plain.chart(points, sizes, dispersion_p=1.0)
    z = ((points - plain.centre) / (plain.spread / np.sqrt(sizes)))[kept]
    where = np.flatnonzero(kept)
    beside = pairs_of(len(points), positions=positions, used=kept)[where[:-1]]
    p, resemblance = over_dispersion_p(z, pairs=beside), neighbour_correlation(z, pairs=beside)
    if laney is None:
        laney = p < OVER_DISPERSED_P or resemblance > CLEAR_RESEMBLANCE / np.sqrt(len(z))
    dispersion = max(1.0, settled_sigma(z, pairs=beside)) if laney else 1.0
    seen = {"dispersion_p": p, "resemblance": resemblance}
    if dispersion <= 1.0:
        return plain.chart(points, sizes, **seen)
    wider = replace(plain, kind=f"laney_{plain.kind}", spread=plain.spread * dispersion)
    return wider.chart(points, sizes, dispersion=dispersion, **seen)
