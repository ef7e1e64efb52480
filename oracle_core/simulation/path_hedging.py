"""An option sold and hedged along each of many paths: the plain NumPy form, step by step over all paths at once.

It is the definition; `simulation.kernels` holds the compiled form that large runs go through, and a test holds the two
together. One unit of a linear option is sold without its premium, hedged at the start and after each step but the last,
and paid out at the end; a trade costs a share of its notional.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final, NamedTuple

import numpy as np
from scipy.special import ndtr

from oracle_core.errors import PricingError, fault
from oracle_core.maths.bands import whalley_wilmott
from oracle_core.maths.domain import NOT_NEGATIVE, POSITIVE, Floats, arrays

COMPILED_FROM: Final = 1_000_000
"""Path-steps from which the compiled form is used: loading it takes a quarter of a second, compiling a few, once."""


class Sold(StrEnum):
    CALL = "call"
    STRADDLE = "straddle"


class Trade(StrEnum):
    """When to trade: at every step; outside a fixed band, to its middle or edge; Whalley and Wilmott's, to its edge."""

    EVERY_STEP = "every_step"
    BAND = "band"
    BAND_EDGE = "band_edge"
    WHALLEY_WILMOTT = "whalley_wilmott"


@dataclass(frozen=True, slots=True, kw_only=True)
class HedgedOption:
    """What is sold and how it is hedged. vol, cost: fractions; half_width in delta; risk_aversion per unit of money."""

    strike: float
    years: float
    vol: float
    cost: float
    sold: Sold = Sold.CALL
    trade: Trade = Trade.EVERY_STEP
    half_width: float = 0.0
    risk_aversion: float = 1.0

    def __post_init__(self) -> None:
        arrays(
            "hedged option", strike=(self.strike, POSITIVE), years=(self.years, POSITIVE), vol=(self.vol, POSITIVE),
            cost=(self.cost, NOT_NEGATIVE), half_width=(self.half_width, NOT_NEGATIVE),
            risk_aversion=(self.risk_aversion, POSITIVE),
        )  # fmt: skip


class PathResult(NamedTuple):
    """Per path: P&L without the premium, what trading cost (already in the P&L), and how often it traded."""

    pnl: Floats
    paid: Floats
    trades: Floats


def hedge_paths(option: HedgedOption, spot: Floats, *, threads: int | None = None) -> PathResult:
    """Sell and hedge along every path.

    Args: spot: shape (paths, steps + 1), > 0, equally spaced from the start to expiry.    threads: for large runs.
    Returns: shape (paths,) each.
    Raises: PricingError: a price is not finite or not above 0, or there is no step.

    >>> paths = np.array([[100.0, 110.0, 120.0]])
    >>> hedge_paths(HedgedOption(strike=100.0, years=0.5, vol=0.4, cost=0.0), paths).pnl.round(4).tolist()
    [-7.2589]
    """
    (prices,) = arrays("hedge_paths", spot=(spot, POSITIVE))
    if prices.ndim != 2 or prices.shape[1] < 2:
        raise PricingError(str(fault("hedge_paths", "spot", prices.shape, "shape (paths, steps + 1)")))
    if prices.size >= COMPILED_FROM:
        from oracle_core.simulation.kernels import compiled_paths  # noqa: PLC0415 - numba, for large runs only

        return compiled_paths(option, prices, threads=threads)
    return step_by_step(option, prices)


def step_by_step(option: HedgedOption, spot: Floats) -> PathResult:
    """The definition. Same inputs as `hedge_paths`, unchecked."""
    paths, steps = spot.shape[0], spot.shape[1] - 1
    held, pnl, paid, trades = (np.zeros(paths) for _ in range(4))
    for step in range(steps):
        price = spot[:, step]
        wanted = _wanted(option, price, option.years * (1.0 - step / steps), held)
        traded = np.abs(wanted - held)
        paid += option.cost * traded * price
        trades += traded > 0.0
        held = wanted
        pnl += held * (spot[:, step + 1] - price)
    return PathResult(pnl - paid - payoff(option, spot[:, -1]), paid, trades)


def payoff(option: HedgedOption, final: Floats) -> Floats:
    """What the option pays its holder."""
    gain = final - option.strike
    return np.abs(gain) if option.sold is Sold.STRADDLE else np.maximum(gain, 0.0)


def _wanted(option: HedgedOption, price: Floats, years: float, held: Floats) -> Floats:
    spread = option.vol * np.sqrt(years)
    d1 = np.log(price / option.strike) / spread + 0.5 * spread
    delta: Floats = np.asarray(ndtr(d1), dtype=np.float64)
    gamma = np.exp(-0.5 * d1 * d1) / (np.sqrt(2.0 * np.pi) * price * spread)
    if option.sold is Sold.STRADDLE:
        delta, gamma = 2.0 * delta - 1.0, 2.0 * gamma
    match option.trade:
        case Trade.EVERY_STEP:
            return delta
        case Trade.BAND:
            return np.where(np.abs(delta - held) > option.half_width, delta, held)
        case Trade.BAND_EDGE:
            return np.minimum(np.maximum(held, delta - option.half_width), delta + option.half_width)
        case Trade.WHALLEY_WILMOTT:
            width = whalley_wilmott(price, gamma, cost=option.cost, risk_aversion=option.risk_aversion)
            return np.minimum(np.maximum(held, delta - width), delta + width)
