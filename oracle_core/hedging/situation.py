"""Everything a decision is made from: the book in its market, the strategy, the persona, and hold."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from oracle_core.domain.exposure import Outlook
from oracle_core.domain.hedge import Terms
from oracle_core.domain.instrument import Instrument
from oracle_core.domain.moment import NOTHING_BEFORE, Since
from oracle_core.domain.occasion import NO_OCCASIONS, Occasions
from oracle_core.domain.trading import TradingState
from oracle_core.hedging.smile_move import SmileMove
from oracle_core.hedging.universe import Universe
from oracle_core.playbook.blend import Blend
from oracle_core.playbook.persona import Persona
from oracle_core.pricing.contracts import Floats
from oracle_core.reading.forecast import Forecast
from oracle_core.reading.ratio import RatioReading
from oracle_core.risk.variance import VarianceModel
from oracle_core.risk.view import BookView
from oracle_core.risk.volatility import HOURS_A_YEAR, Volatility

VenueGroup: TypeAlias = tuple[tuple[int, Instrument], ...]
"""Rows and instruments of one coin and kind on several venues."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """One book at one moment, as one desk sees it. `without_volatility` names coins that cannot be ranked.

    vols: the volatility that ranks.  forecasts, implied: what it was chosen from.  unforecast: why candles gave none.
    since: what was true before.
    """

    view: BookView
    strategy: Blend
    persona: Persona
    hours: float
    vols: Mapping[str, Volatility]
    without_volatility: tuple[str, ...]
    model: VarianceModel
    hold: Outlook
    universe: Universe
    smile: SmileMove
    """What the strategy's hedge ratio adds to the plain delta of options."""
    resting: Terms
    """The terms of doing nothing: what every benefit is measured from."""
    forecasts: Mapping[str, Forecast] = field(default_factory=dict[str, Forecast])
    implied: Mapping[str, Volatility] = field(default_factory=dict[str, Volatility])
    unforecast: Mapping[str, str] = field(default_factory=dict[str, str])
    doubts: Mapping[str, str] = field(default_factory=dict[str, str])
    """Coins whose price sources disagree, and how: nothing adds risk in them."""
    ratios: Mapping[tuple[str, str], RatioReading] = field(default_factory=dict[tuple[str, str], RatioReading])
    """The ratio of every two coins' prices, where the strategy trades pairs and both have candles."""
    venue_groups: tuple[VenueGroup, ...] = ()
    """What several venues quote of the same thing, where the strategy trades the gaps between them."""
    since: Since = NOTHING_BEFORE
    trading_state: TradingState = TradingState.ACTIVE
    occasions: Occasions = NO_OCCASIONS
    """The triggers that fired and the gates that hold."""

    @property
    def equity_usd(self) -> float:
        return self.view.equity_usd

    @property
    def aversion_per_usd(self) -> float:
        """Gamma of the objective: the persona's risk aversion over equity, per USD."""
        return self.persona.risk_aversion / max(self.equity_usd, 1.0)

    @property
    def years(self) -> float:
        return self.hours / HOURS_A_YEAR

    @property
    def hedge_delta(self) -> Floats:
        """Coins of delta of one contract by row, shape (n,), as the strategy hedges it; limits count the plain one."""
        return self.smile.delta

    @property
    def has_delta_view(self) -> bool:
        """Whether the strategy says what net delta it wants: without, delta is the desk's own, and only cured."""
        return self.strategy.targets.net_delta_pct_equity is not None

    def may_open(self, coin: str) -> bool:
        """Whether the strategy trades a coin, and it can be ranked."""
        named = self.strategy.underlyings
        return (named is None or coin in named) and coin not in self.without_volatility

    def hedges(self, coin: str) -> list[tuple[int, Instrument]]:
        """The rows of perpetuals, futures and spot that the strategy may hedge a coin with."""
        return [
            (row, listed)
            for row, listed in self.view.listed(coin)
            if not listed.is_option and listed.kind in self.strategy.hedge_kinds
        ]

    def options(self, coin: str) -> list[tuple[int, Instrument]]:
        """The rows of the options of a coin that the strategy may buy or sell."""
        allowed = set(self.universe.options)
        return [(row, listed) for row, listed in self.view.listed(coin) if listed.id in allowed]

    def variance(self, contracts: Floats) -> float:
        """Var_h of signed contracts by row; coins without a volatility are not in it."""
        return self.model.variance(contracts)
