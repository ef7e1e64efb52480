"""Market gamma by strike from open interest, under an assumption about who holds which side, always stated."""

from collections.abc import Mapping
from typing import Final, NamedTuple

import numpy as np

from oracle_core.domain.instrument import OptionType
from oracle_core.domain.market import MarketSnapshot
from oracle_core.errors import MarketDataError
from oracle_core.maths.black import black
from oracle_core.pricing.forwards import Forwards
from oracle_core.pricing.inputs import SECONDS_A_YEAR
from oracle_core.reading.reading import Absent

ASSUMPTION: Final = "dealers are taken to be long every call and short every put of the open interest"


class GammaExposure(NamedTuple):
    """USD of delta that dealers trade against a move of 1 %: above 0 they sell rallies and dampen moves.

    by_strike: in order of strike.  gross: without signs.  calls, puts: open interest in coins.  left_out: options with
    open interest that could not be priced.
    """

    by_strike: Mapping[float, float]
    total: float
    gross: float
    calls: float
    puts: float
    left_out: int
    assumption: str = ASSUMPTION

    @property
    def largest(self) -> float:
        """The strike with the largest exposure of either sign."""
        return max(self.by_strike, key=lambda strike: abs(self.by_strike[strike]))


def gamma_exposure(market: MarketSnapshot, coin: str, forwards: Forwards) -> GammaExposure | Absent:
    """Sum of sign * open interest * Gamma * F^2 / 100 by strike over all expiries, in USD for 1 %."""
    signs: list[int] = []
    rows: list[tuple[float, float, float, float, float]] = []
    left_out = 0
    for key, quote in sorted(market.quotes.items()):
        listed = market.instruments[key]
        if listed.base != coin or listed.strike is None or listed.option_type is None or listed.expiry is None:
            continue
        if not quote.open_interest or quote.open_interest <= 0.0:
            continue
        years = (listed.expiry - market.as_of).total_seconds() / SECONDS_A_YEAR
        try:
            forward, _ = forwards.of(listed, quote)
        except MarketDataError:
            forward = 0.0
        if key in market.rejected or not quote.mark_iv or years <= 0.0 or forward <= 0.0:
            left_out += 1
            continue
        signs.append(1 if listed.option_type is OptionType.CALL else -1)
        rows.append((forward, listed.strike, years, quote.mark_iv, quote.open_interest * listed.contract_size))
    if not rows:
        return Absent("no option has open interest and a volatility")
    forward, strike, years, vol, coins = np.array(rows).T
    sign = np.array(signs, dtype=np.float64)
    cash = coins * black(forward, strike, years, vol, sign=sign).gamma * forward**2 / 100.0
    strikes, place = np.unique(strike, return_inverse=True)
    net = np.bincount(place, weights=sign * cash, minlength=strikes.size)
    return GammaExposure(
        by_strike={float(at): float(value) for at, value in zip(strikes, net, strict=True)},
        total=float(sign @ cash), gross=float(cash.sum()), calls=float(coins[sign > 0].sum()),
        puts=float(coins[sign < 0].sum()), left_out=left_out,
    )  # fmt: skip
