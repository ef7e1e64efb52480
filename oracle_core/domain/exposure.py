"""Exposure per coin, and the outlook of a whole book: exposure, margin and stress together."""

from dataclasses import dataclass
from typing import NamedTuple

from oracle_core.domain.limits import StateMeasures


@dataclass(frozen=True, slots=True, kw_only=True)
class Exposure:
    """One coin in one slice of the book, in desk units. `options_delta` is Black's; the net counts the
    net transaction delta, so that coin equity and inverse options are not counted twice."""

    coin: str
    options_delta: float
    net_transaction_delta: float
    perpetual_delta: float
    future_delta: float
    spot_delta: float
    collateral_delta: float
    net_delta: float
    delta_usd: float
    gamma_1pct_usd: float
    vega_usd_per_point: float
    theta_usd_per_day: float
    funding_usd_per_day: float | None
    working_delta: float = 0.0

    @property
    def effective_delta(self) -> float:
        """Net delta once working orders are filled, in coins."""
        return self.net_delta + self.working_delta


class StressCell(NamedTuple):
    """P&L in USD of an instant move: spot in per cent, every leg's own volatility times a factor."""

    spot_pct: float
    vol_factor: float
    pnl_usd: float


@dataclass(frozen=True, slots=True, kw_only=True)
class PoolMargin:
    """Margin of one pool in USD, from its own venue's rules. None is unknown, and `unknown` says why.

    rules: what the figures were computed by, an estimate named as one.
    """

    pool: str
    venue: str
    equity_usd: float
    initial_usd: float | None
    maintenance_usd: float | None
    margin_use_pct: float | None
    liquidation_price: float | None
    liquidation_distance_pct: float | None
    liquidation_coin: str | None = None
    """The coin whose price that is, the others standing still."""
    unknown: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()
    gross_usd: float | None = None
    """Sum of |delta cash| of its positions; None where the pool itself is unknown."""
    collateral_ratio_pct_min: float | None = None
    """What the pool asks for, equity over gross; None where it asks for nothing."""

    @property
    def collateral_ratio_pct(self) -> float | None:
        """Equity over gross exposure in per cent; None where nothing is held."""
        return 100.0 * self.equity_usd / self.gross_usd if self.gross_usd else None

    @property
    def under_collateralised(self) -> bool:
        """Whether the pool asks for a ratio that it does not have; one that is not a number is not had."""
        ratio, least = self.collateral_ratio_pct, self.collateral_ratio_pct_min
        return least is not None and ratio is not None and not ratio >= least * (1.0 - 1e-9)

    @property
    def headroom_usd(self) -> float | None:
        """Equity that no position needs as initial margin; below 0 nothing may be opened."""
        return None if self.initial_usd is None else self.equity_usd - self.initial_usd

    @property
    def margin_ratio_pct(self) -> float | None:
        """Maintenance margin over equity in per cent; at 100 the pool is liquidated."""
        if self.maintenance_usd is None or self.equity_usd <= 0.0:
            return None
        return 100.0 * self.maintenance_usd / self.equity_usd


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    """One book, before or after a plan. `stress` is the instant grid at marks, `worst` its lowest cell."""

    equity_usd: float
    exposures: tuple[Exposure, ...]
    stress: tuple[StressCell, ...]
    worst: StressCell
    pools: tuple[PoolMargin, ...]
    measures: StateMeasures
