"""A coin's volatility surface from a market's quotes, and how well it fits them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from oracle_core.domain.market import MarketSnapshot
from oracle_core.errors import MarketDataError, fault
from oracle_core.maths.domain import NOT_NEGATIVE, POSITIVE, arrays
from oracle_core.maths.surface_fit import ExpiryQuotes, FittedSlice, between_slices, calendar_room, fit_slices
from oracle_core.maths.svi import SviSlice
from oracle_core.maths.svi_fit import SPREAD_FLOOR, variance
from oracle_core.pricing.inputs import coin_index
from oracle_core.pricing.smile import QuotedSmile, quoted_smiles

Floats = NDArray[np.float64]

_POINTS: Final = 100.0


@dataclass(frozen=True, slots=True, kw_only=True)
class FitReport:
    """How well one expiry's slice fits its quotes. Volatility points are hundredths of volatility.

    quotes: strikes used; two_sided: those with bid and ask.    rmse_points: of the slice against the middle of bid and
    ask, each strike counting alike; weighted_rmse_points: by the weights of the fit (one over the squared spread);
    rmse_mark_points: against the venue's marks.    inside_share: of the two-sided strikes, those at which the slice
    runs between bid and ask.    A figure that no strike can tell is None.
    butterfly_free, calendar_free: no density below 0, no total variance above the next expiry's, on |ln(K/F)| <= 3.
    repaired: the quotes alone would have broken the calendar.
    """

    quotes: int
    two_sided: int
    rmse_points: float | None
    weighted_rmse_points: float | None
    rmse_mark_points: float | None
    inside_share: float | None
    butterfly_free: bool
    calendar_free: bool
    repaired: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SurfaceSlice:
    """One expiry: its quotes, its slice, and the fit."""

    quoted: QuotedSmile
    fitted: FittedSlice
    report: FitReport

    @property
    def expiry(self) -> datetime:
        return self.quoted.expiry

    @property
    def years(self) -> float:
        return self.quoted.years

    @property
    def forward(self) -> float:
        return self.quoted.forward

    @property
    def smile(self) -> SviSlice:
        return self.fitted.smile


@dataclass(frozen=True, slots=True, kw_only=True)
class Surface:
    """Volatility of any strike and time of one coin, as of one moment. `index` is the price at years = 0.

    Where the market states no index, the nearest expiry's forward stands in for it.
    """

    coin: str
    as_of: datetime
    index: float
    slices: tuple[SurfaceSlice, ...]

    def forward(self, years: ArrayLike) -> Floats:
        """Forward at any time >= 0: its logarithm linear between expiries, growing on at the last rate after them."""
        (years_,) = arrays("surface", years=(years, NOT_NEGATIVE))
        times = np.array([0.0, *(one.years for one in self.slices)])
        logs = np.log([self.index, *(one.forward for one in self.slices)])
        slope = (logs[-1] - logs[-2]) / (times[-1] - times[-2])
        beyond = np.maximum(years_ - times[-1], 0.0) * slope
        return np.asarray(np.exp(np.interp(years_, times, logs) + beyond))

    def total_variance(self, k: ArrayLike, years: ArrayLike) -> Floats:
        """w at k = ln(K/F) and years >= 0; see `between_slices`."""
        return between_slices(k, years, [(one.years, one.smile) for one in self.slices])

    def vol_at(self, k: ArrayLike, years: ArrayLike) -> Floats:
        """Volatility at k = ln(K/F) and years >= 0 (at 0: that of the first expiry's slice)."""
        (years_,) = arrays("surface", years=(years, NOT_NEGATIVE))
        # At no time left the ratio w / years has no value of its own: take it a moment later, where it is constant.
        held = np.maximum(years_, 1e-3 * self.slices[0].years)
        return np.sqrt(self.total_variance(k, held) / held)

    def vol(self, strike: ArrayLike, years: ArrayLike) -> Floats:
        """Volatility of a strike at a time: total variance is linear in time at a fixed ln(K/F).

        Args: strike: quote currency per coin, > 0.    years: ACT/365F, >= 0.
        Shape: inputs broadcast together.
        Returns: annualised fraction.
        Raises: PricingError: an input is not finite, or outside its domain.
        """
        strike_, years_ = arrays("surface", strike=(strike, POSITIVE), years=(years, NOT_NEGATIVE))
        return self.vol_at(np.log(strike_ / self.forward(years_)), years_)

    def skew_at(self, k: ArrayLike, years: ArrayLike) -> Floats:
        """Slope of volatility in ln(K/F), per 1.00 of k."""
        step = 1e-5
        ahead, behind = self.vol_at(np.add(k, step), years), self.vol_at(np.subtract(k, step), years)
        return np.asarray((ahead - behind) / (2.0 * step))


def build_surface(market: MarketSnapshot, coin: str) -> Surface:
    """SVI slices through a coin's option quotes, weighted by bid and ask, free of butterfly and calendar arbitrage.

    Raises: MarketDataError: the coin has no option with a volatility.
    """
    quoted = quoted_smiles(market, coin)
    if not quoted:
        raise MarketDataError(
            [fault("market", f"options of {coin}", "none", "at least one unexpired option with a price or a mark_iv")]
        )
    return _through(market, coin, quoted)


def surfaces(market: MarketSnapshot) -> tuple[Surface, ...]:
    """A surface for each coin that has options with volatilities."""
    coins = sorted({listed.base for listed in market.instruments.values() if listed.is_option})
    found = ((coin, quoted_smiles(market, coin)) for coin in coins)
    return tuple(_through(market, coin, quoted) for coin, quoted in found if quoted)


def _through(market: MarketSnapshot, coin: str, quoted: Sequence[QuotedSmile]) -> Surface:
    fitted = fit_slices([ExpiryQuotes(smile.years, smile.quotes) for smile in quoted])
    slices = tuple(
        SurfaceSlice(quoted=smile, fitted=one, report=_report(smile, one, fitted[number + 1 : number + 2]))
        for number, (smile, one) in enumerate(zip(quoted, fitted, strict=True))
    )
    try:
        index = coin_index(market, coin)
    except MarketDataError:
        index = quoted[0].forward
    return Surface(coin=coin, as_of=market.as_of, index=index, slices=slices)


def _report(smile: QuotedSmile, fitted: FittedSlice, next_: Sequence[FittedSlice]) -> FitReport:
    model = np.sqrt(variance(smile.k, fitted.smile) / smile.years)
    two_sided = np.isfinite(smile.bid_vol) & np.isfinite(smile.ask_vol)
    error = _POINTS * (model - smile.vol)
    mark_error = _POINTS * (model - smile.mark_vol)
    inside = (model >= smile.bid_vol) & (model <= smile.ask_vol)
    return FitReport(
        quotes=smile.strike.size,
        two_sided=int(two_sided.sum()),
        rmse_points=_root_mean(error[two_sided]),
        weighted_rmse_points=_root_mean(error, _weights(smile)),
        rmse_mark_points=_root_mean(mark_error[np.isfinite(mark_error)]),
        inside_share=float(inside[two_sided].mean()) if two_sided.any() else None,
        butterfly_free=fitted.least_density >= 0.0,
        calendar_free=all(calendar_room(fitted.smile, later.smile) >= 0.0 for later in next_),
        repaired=fitted.repaired,
    )


def _weights(smile: QuotedSmile) -> Floats:
    return np.hypot(smile.half_spread, SPREAD_FLOOR) ** -2.0


def _root_mean(errors: Floats, weights: Floats | None = None) -> float | None:
    return float(np.sqrt(np.average(errors**2, weights=weights))) if errors.size else None
