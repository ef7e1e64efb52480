"""Variance of a book around where it stands, from a few probes, so that many plans cost a product each."""

from dataclasses import dataclass

import numpy as np

from oracle_core.hedging.option_hedges.chain import Chain
from oracle_core.pricing.contracts import Floats


def variance_along(chain: Chain, plans: Floats, shares: Floats) -> Floats:
    """Variance of the book at shares (shape (d, s)) of each plan (shape (d, m)). Exact where quadratic."""
    case, base = chain.case, chain.case.view.effective
    start = case.variance(base)
    found = np.empty(shares.shape)
    for number, plan in enumerate(plans):
        ahead, back = (case.variance(_moved(chain, base, side * plan)) for side in (1.0, -1.0))
        slope, bend = 0.5 * (ahead - back), 0.5 * (ahead + back) - start
        found[number] = start + slope * shares[number] + bend * shares[number] ** 2
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Quadratic:
    """Variance of the book as start + slope.q + q'.bend.q of signed contracts q."""

    start: float
    slope: Floats
    bend: Floats

    def of(self, sizes: Floats) -> Floats:
        return self.start + sizes @ self.slope + ((sizes @ self.bend) * sizes).sum(axis=1)


def quadratic(chain: Chain, scale: Floats) -> Quadratic:
    """The variance around the book by probes of `scale` contracts of each leg; for few legs."""
    case, base, count = chain.case, chain.case.view.effective, len(chain.listed)
    start = case.variance(base)
    probes = np.diag(np.where(scale > 0.0, scale, 1.0))
    ahead = np.array([case.variance(_moved(chain, base, probe)) for probe in probes])
    back = np.array([case.variance(_moved(chain, base, -probe)) for probe in probes])
    bend = np.diag(0.5 * (ahead + back) - start)
    for one in range(count):
        for two in range(one):
            both = case.variance(_moved(chain, base, probes[one] + probes[two]))
            bend[one, two] = bend[two, one] = 0.5 * (both - ahead[one] - ahead[two] + start)
    units = probes.diagonal()
    return Quadratic(start=start, slope=0.5 * (ahead - back) / units, bend=bend / np.outer(units, units))


def _moved(chain: Chain, base: Floats, plan: Floats) -> Floats:
    moved = base.copy()
    moved[chain.rows] += plan
    return moved
