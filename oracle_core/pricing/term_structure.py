"""What a desk says of a surface: at-the-money volatility, risk reversal and butterfly of each expiry."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

import numpy as np
from numpy.typing import NDArray

from oracle_core.maths.svi import SviSlice
from oracle_core.maths.svi_fit import variance
from oracle_core.pricing.surface import Surface, SurfaceSlice

Floats = NDArray[np.float64]

DAYS_A_YEAR: Final = 365.0
SHAPED: Final = 3
"""Strikes from which a slice has a shape of its own."""
_QUANTILE: Final = 0.6744897501960817  # N(d) = 0.75


@dataclass(frozen=True, slots=True, kw_only=True)
class TermPoint:
    """One expiry. Volatilities are fractions.

    atm_vol: at the forward.    skew: slope of volatility there, per 1.00 of ln(K/F).    call_25, put_25: at the strikes
    whose forward delta is 25 %.    risk_reversal: call less put (below 0: downside dearer).    butterfly: their middle
    less atm_vol.    forward_vol: from the expiry before to this one, at the forward. The wings' figures are None where
    fewer than three strikes were quoted: such a slice is flat because nothing is known.
    """

    expiry: datetime
    days: float
    forward: float
    atm_vol: float
    skew: float | None
    call_25: float | None
    put_25: float | None
    risk_reversal: float | None
    butterfly: float | None
    forward_vol: float


def term_structure(surface: Surface) -> tuple[TermPoint, ...]:
    """A point for each expiry, in order."""
    before = [(0.0, 0.0), *((one.years, _variance_at(0.0, one.smile)) for one in surface.slices[:-1])]
    return tuple(_point(surface, one, *earlier) for one, earlier in zip(surface.slices, before, strict=True))


def delta_k(smile: SviSlice, sign: float) -> float:
    """ln(K/F) of the strike whose option (+1 call, -1 put) has a forward delta of 25 % on a slice.

    The fixed point k = sign * 0.674 * sqrt(w(k)) + w(k) / 2 by bisection; on a smile without arbitrage, N(d1) falls
    with the strike.

    >>> flat = SviSlice(0.04, 0.0, 0.0, 0.0, 0.1)
    >>> round(delta_k(flat, +1.0), 6), round(delta_k(flat, -1.0), 6)
    (0.154898, -0.114898)
    """
    low, high = (0.0, 6.0) if sign > 0.0 else (-6.0, 3.0)
    for _ in range(60):
        middle = 0.5 * (low + high)
        w = _variance_at(middle, smile)
        reached = middle - 0.5 * w >= sign * _QUANTILE * w**0.5
        low, high = (low, middle) if reached else (middle, high)
    return 0.5 * (low + high)


def _point(surface: Surface, one: SurfaceSlice, years_before: float, w_before: float) -> TermPoint:
    w = _variance_at(0.0, one.smile)
    atm, call, put = (
        (_variance_at(k, one.smile) / one.years) ** 0.5
        for k in (0.0, delta_k(one.smile, +1.0), delta_k(one.smile, -1.0))
    )
    shaped = one.report.quotes >= SHAPED
    return TermPoint(
        expiry=one.expiry, days=one.years * DAYS_A_YEAR, forward=one.forward, atm_vol=atm,
        skew=float(surface.skew_at(0.0, one.years)) if shaped else None, call_25=call if shaped else None,
        put_25=put if shaped else None, risk_reversal=call - put if shaped else None,
        butterfly=0.5 * (call + put) - atm if shaped else None,
        forward_vol=(max(w - w_before, 0.0) / (one.years - years_before)) ** 0.5,
    )  # fmt: skip


def _variance_at(k: float, smile: SviSlice) -> float:
    return float(variance(np.array([k]), smile)[0])
