"""The delta of an option under a stated rule for how its volatility moves with the price.

Black's delta holds the volatility still. What else a desk expects is a choice, never a default.
"""

from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from oracle_core.maths.black import black_core
from oracle_core.maths.domain import NOT_NEGATIVE, POSITIVE, SIGN, arrays
from oracle_core.maths.heston import HestonModel, heston
from oracle_core.maths.minimum_variance import hull_white_slope
from oracle_core.pricing.surface import Surface

Floats = NDArray[np.float64]


class StickyStrike(NamedTuple):
    """Each strike keeps its volatility: Black's delta at the surface's volatility."""


class StickyDelta(NamedTuple):
    """The smile moves along with the forward: each ln(K/F) keeps its volatility."""


class HullWhite(NamedTuple):
    """Volatility moves by (a + b delta + c delta^2) / sqrt(T) per unit relative move; fitted to the coin's history."""

    a: float
    b: float
    c: float


class HestonHedge(NamedTuple):
    """Minimum-variance delta of a calibrated Heston model, its price and all."""

    model: HestonModel


Dynamics: TypeAlias = StickyStrike | StickyDelta | HullWhite | HestonHedge


class SmileDelta(NamedTuple):
    """delta: dV/dF in coins with the rule's move of volatility; vol_slope: dvol/dF the rule implies, per unit of F.

    For `HestonHedge`, whose delta is its own, vol_slope is what turns Black's delta into it.
    """

    delta: Floats
    black_delta: Floats
    vol_slope: Floats


def smile_delta(
    surface: Surface, strike: ArrayLike, years: ArrayLike, *, sign: ArrayLike, dynamics: Dynamics
) -> SmileDelta:
    """Delta in the forward of options on a surface, under a rule for its smile.

    Args: strike > 0; years >= 0 (> 0 for Hull and White); sign +1 call, -1 put; dynamics: the rule.
    Shape: strike, years and sign broadcast together.
    Returns: Black's delta + vega * dvol/dF: dvol/dF is 0 (sticky strike), -skew / F (sticky delta),
        (a + b delta + c delta^2) / (F sqrt(T)) (Hull and White); or Heston's own minimum-variance delta.
    Raises: PricingError: an input is not finite, or outside its domain.
    Source: Derman (1999), "Regimes of volatility"; Hull and White (2017), J. Banking & Finance 82, 180-190.
    """
    strike_, years_, sign_ = arrays(
        "smile_delta", strike=(strike, POSITIVE), years=(years, NOT_NEGATIVE), sign=(sign, SIGN)
    )
    forward, vol = surface.forward(years_), surface.vol(strike_, years_)
    core = black_core(forward, strike_, years_, vol, sign=sign_)
    if isinstance(dynamics, HestonHedge):
        delta = heston(forward, strike_, years_, dynamics.model, sign=sign_).minimum_variance_delta
        known = core.vega > 0.0
        slope = np.where(known, (delta - core.delta) / np.where(known, core.vega, 1.0), 0.0)
        return SmileDelta(delta, core.delta, slope)
    match dynamics:
        case StickyStrike():
            slope = np.zeros_like(core.delta)
        case StickyDelta():
            slope = -surface.skew_at(np.log(strike_ / forward), years_) / forward
        case HullWhite(a, b, c):
            slope = hull_white_slope(core.delta, years_, a=a, b=b, c=c) / forward
    slope = np.broadcast_to(slope, core.delta.shape)
    return SmileDelta(np.asarray(core.delta + core.vega * slope), core.delta, slope)
