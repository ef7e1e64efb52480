"""How wide the cost-optimal bands of options are, as volatility and cost change."""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from oracle_core.maths.bands import DAYS_PER_YEAR, whalley_wilmott, zakamouline
from oracle_core.maths.black import black
from oracle_core.maths.domain import NOT_NEGATIVE, POSITIVE, Floats, arrays


class BandWidths(NamedTuple):
    """Half-widths around the delta of the position, in coins.    gamma: of the position, coins per $1."""

    whalley_wilmott: Floats
    zakamouline: Floats
    gamma: Floats


def band_widths(
    forward: ArrayLike,
    strike: ArrayLike,
    years: ArrayLike,
    vol: ArrayLike,
    *,
    cost: ArrayLike,
    risk_aversion: ArrayLike,
    options: ArrayLike = 1.0,
) -> BandWidths:
    """Whalley and Wilmott's and Zakamouline's half-widths of a number of options of either kind, at their own gamma.

    Both widen with the cost, and narrow as the risk aversion grows. At the money both narrow as volatility rises, for
    gamma falls; beyond a standard deviation gamma rises with volatility at first, and they widen: volatility alone
    gives no direction. Risk aversion belongs to the desk, not to one option: twice the options widen Whalley and
    Wilmott's band by 2^(2/3), and narrow it for each of them.

    Args:
        forward, strike, years, vol, options: > 0; a straddle is two options of one strike.
        cost: one-way, >= 0.    risk_aversion: absolute, per unit of money, > 0.
    Shape: inputs broadcast together.

    >>> found = band_widths(100.0, 100.0, 30 / 365, [0.4, 0.8], cost=5e-4, risk_aversion=1.0)
    >>> found.whalley_wilmott.round(4).tolist(), found.zakamouline.round(4).tolist()
    ([0.0449, 0.0282], [0.0223, 0.0131])
    """
    years_, vol_, number = arrays(
        "band_widths", years=(years, POSITIVE), vol=(vol, POSITIVE), options=(options, POSITIVE)
    )
    gamma = np.asarray(number * black(forward, strike, years_, vol_, sign=+1).gamma)
    width = whalley_wilmott(forward, gamma, cost=cost, risk_aversion=risk_aversion)
    wide = zakamouline(forward, gamma, years_, vol_, cost=cost, risk_aversion=risk_aversion)
    return BandWidths(width, wide.half_width, gamma)


def volatile_cost(fixed: ArrayLike, vol: ArrayLike, *, slippage_share: ArrayLike) -> Floats:
    """A one-way cost rate whose slippage grows with volatility: fixed + share of a typical day's move.

    Args: fixed: fee and half-spread, >= 0.    vol: annualised, >= 0.    slippage_share: of vol / sqrt(365), >= 0.

    >>> volatile_cost(0.0005, [0.4, 0.8], slippage_share=0.01).round(6).tolist()
    [0.000709, 0.000919]
    """
    fixed_, vol_, share = arrays(
        "volatile_cost",
        fixed=(fixed, NOT_NEGATIVE),
        vol=(vol, NOT_NEGATIVE),
        slippage_share=(slippage_share, NOT_NEGATIVE),
    )
    return np.asarray(fixed_ + share * vol_ / np.sqrt(DAYS_PER_YEAR))
